import * as v from 'valibot';
import { attachmentSchema, channelSchema } from './entry-parts.ts';
import { prioritySchema } from './entry.ts';
import { agentIdSchema, documentIdSchema, lineIdSchema, queueIdSchema } from './ids.ts';

const begun = {
	/** Whose it is: another agent on this device must not find it. */
	agent: agentIdSchema,
	/** Since when something stands there, ms. */
	began: v.pipe(v.number(), v.finite(), v.minValue(0)),
	line: v.nullable(lineIdSchema),
	subject: v.string(),
	text: v.string(),
	attachments: v.array(attachmentSchema),
};

/** A ticket while it is written down. */
const begunTicketSchema = v.object({
	...begun,
	queue: v.nullable(queueIdSchema),
	name: v.string(),
	phone: v.string(),
	address: v.string(),
	person: v.nullable(documentIdSchema),
	channel: channelSchema,
	priority: v.nullable(prioritySchema),
	claimIt: v.boolean(),
});
export type BegunTicket = v.InferOutput<typeof begunTicketSchema>;

/** A mail that nobody asked for while it is written. */
const begunMailSchema = v.object({ ...begun, to: v.string() });
export type BegunMail = v.InferOutput<typeof begunMailSchema>;

/** What was begun in the forms and is nowhere else yet: at most one of each kind. */
export interface BegunForms {
	ticket?: BegunTicket | undefined;
	mail?: BegunMail | undefined;
}
export type BegunKind = keyof BegunForms;

/** Leaves out what is no such form, or one of another version. */
export function readBegunForms(value: unknown): BegunForms {
	const { ticket, mail } = (typeof value === 'object' ? (value ?? {}) : {}) as Record<string, unknown>;
	const asTicket = v.safeParse(begunTicketSchema, ticket);
	const asMail = v.safeParse(begunMailSchema, mail);
	return {
		...(asTicket.success ? { ticket: asTicket.output } : {}),
		...(asMail.success ? { mail: asMail.output } : {}),
	};
}

/** Whether anything was written: choices alone are not kept. */
export function isBegunEmpty(form: BegunTicket | BegunMail): boolean {
	const own = 'to' in form ? [form.to] : [form.name, form.phone, form.address, form.person ?? ''];
	return form.attachments.length === 0 && [form.subject, form.text, ...own].every((text) => text.trim() === '');
}
