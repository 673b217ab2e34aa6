import * as v from 'valibot';
import { agentIdSchema } from '../domain/ids.ts';

/**
 * Who administered what, and who looked at much at once. Only admins may ask; what they take away as a file is written down as well.
 *
 *   POST /auth/audit   AuditQuery -> AuditPage
 */
export const auditActs = [
	'desk-set-up',
	'agent-invited',
	'agent-changed',
	'agent-left',
	'device-enrolled',
	'device-revoked',
	'device-wiped',
	'device-held',
	'passkey-added',
	'signed-in',
	'configuration-changed',
	'mailbox-changed',
	'mailbox-removed',
	'data-exported',
	'raw-mail-read',
	'person-erased',
	'entry-redacted',
] as const;
export type AuditAct = (typeof auditActs)[number];

/** Who did it: an agent on a device, or somebody on the machine of the relay. */
export type AuditBy = { agent: string; device: string } | 'command';

export const auditRecordSchema = v.object({
	id: v.number(),
	/** When the relay took it, ms since 1970: from then on it holds for others. */
	at: v.number(),
	by: v.union([v.literal('command'), v.object({ agent: v.string(), device: v.string() })]),
	/** One of `auditActs`, or what a newer relay knows. */
	act: v.string(),
	/** The agent, device, mailbox, document or key of the configuration that it was done to. */
	subject: v.optional(v.string()),
	before: v.optional(v.unknown()),
	after: v.optional(v.unknown()),
});

const time = v.pipe(v.number(), v.integer(), v.minValue(0));

export const auditQuerySchema = v.strictObject({
	/** Only what that agent did; `command` is the relay's machine. */
	by: v.optional(v.union([v.literal('command'), agentIdSchema])),
	acts: v.optional(v.pipe(v.array(v.picklist(auditActs)), v.maxLength(auditActs.length))),
	/** How the subject begins, such as `queue:`. */
	subject: v.optional(v.pipe(v.string(), v.maxLength(80))),
	from: v.optional(time),
	/** Up to, and without. */
	to: v.optional(time),
	/** Only what is older than the record of this id. */
	before: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
	/** To be kept as a file: that is written down first. */
	isExport: v.optional(v.boolean()),
});
export type AuditQuery = v.InferOutput<typeof auditQuerySchema>;

/** The newest first. */
export const auditPageSchema = v.object({ records: v.array(auditRecordSchema), hasMore: v.boolean() });

export type AuditPage = v.InferOutput<typeof auditPageSchema>;
export type AuditRecord = v.InferOutput<typeof auditRecordSchema>;

export const auditPageRecords = 200;
