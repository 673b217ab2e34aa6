import * as v from 'valibot';
import { lineIdSchema } from '../domain/ids.ts';
import { mailProblemSchema } from './mail-problem.ts';

/**
 * The mailboxes of a desk: where the relay fetches mail and how it sends. Admins only; all JSON. Passwords go to the relay and never
 * come back: an answer says whether one is set.
 *
 *   GET    /auth/mailboxes                             -> {mailboxes: MailboxInfo[]}
 *   POST   /auth/mailboxes           MailboxChange     -> MailboxInfo    (without `id`: a new one)
 *   POST   /auth/mailboxes/remove    {id}              -> {}
 *   POST   /auth/mailboxes/test      MailboxChange     -> {steps: MailboxTestStep[]}   (nothing is stored)
 *   POST   /auth/mailboxes/log       {id}              -> {entries: MailboxLogEntry[]}  (newest first)
 *
 * A password that is left out stays as it is, as long as the server stays: for another host, or with less security, it has to be given
 * again (`password-needed`), so that nobody can have it sent elsewhere.
 *
 * Refused with the status of its close reason and `{error, detail?: MailboxRefusal}`; `malformed` names the field as detail.
 */
export type MailboxRefusal =
	'not-admin' | 'password-needed' | 'key-unusable' | 'unknown-line' | 'too-many-mailboxes' | 'plain-not-allowed';

/** Mail to `address` with `+something` before the @ arrives in the mailbox too: answers are then asked to a signed address. */
const plusAddressing = v.optional(v.boolean());
const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));
const address = v.pipe(v.string(), v.trim(), v.email(), v.maxLength(320));
/** A host name or an IP address; never a URL. */
const host = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.regex(/^[a-z0-9_.:-]{1,253}$/));
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
// eslint-disable-next-line no-control-regex -- a line break in a name would be a second command
const oneLine = /^[^\x00-\x1f\x7f]*$/;
const user = v.pipe(v.string(), v.minLength(1), v.maxLength(320), v.regex(oneLine));
const password = v.pipe(v.string(), v.minLength(1), v.maxLength(1_000), v.regex(oneLine));
const folder = v.pipe(v.string(), v.minLength(1), v.maxLength(255), v.regex(oneLine));
/** Certificates in PEM that are trusted for this server, beside those the machine trusts. */
const trusted = v.pipe(v.string(), v.maxLength(20_000), v.regex(/^\s*-----BEGIN CERTIFICATE-----/));

/** `tls` from the first byte, `starttls` or nothing, `none` in the clear. */
export const securitySchema = v.picklist(['tls', 'starttls', 'none']);
export type MailSecurity = v.InferOutput<typeof securitySchema>;

/** What of a mailbox that is looked at for the first time: only what comes from now on, that and what is unread, or everything. */
export const startSchema = v.picklist(['new', 'unseen', 'all']);
/** What becomes of a mail that was taken: marked as read, left as it is, or moved to `moveTo`. */
export const afterSchema = v.picklist(['seen', 'leave', 'move']);

const server = {
	host,
	port,
	security: securitySchema,
	/** Without it, `none` is refused for any host but this machine: password and mails would pass in the clear. */
	allowPlain: v.optional(v.boolean()),
	trusted: v.optional(trusted),
};
const imapShape = {
	...server,
	user,
	folder,
	start: startSchema,
	after: afterSchema,
	moveTo: v.optional(folder),
};
const smtpShape = { ...server, user: v.optional(user) };

export const mailboxChangeSchema = v.strictObject({
	id: v.optional(v.pipe(v.string(), v.regex(/^[0-9A-Za-z-]{1,40}$/))),
	name,
	line: lineIdSchema,
	address,
	active: v.boolean(),
	plusAddressing,
	imap: v.optional(
		v.pipe(
			v.strictObject({ ...imapShape, password: v.optional(password) }),
			v.forward(
				v.check(({ after, moveTo }) => after !== 'move' || moveTo !== undefined, 'moving needs a folder'),
				['moveTo'],
			),
		),
	),
	smtp: v.optional(v.strictObject({ ...smtpShape, password: v.optional(password) })),
});
export type MailboxChange = v.InferOutput<typeof mailboxChangeSchema>;

export const mailboxIdSchema = v.strictObject({ id: v.pipe(v.string(), v.regex(/^[0-9A-Za-z-]{1,40}$/)) });

export const testStepNames = ['dns', 'tcp', 'tls', 'login', 'folder'] as const;
export const mailboxTestStepSchema = v.object({
	server: v.picklist(['imap', 'smtp']),
	step: v.picklist(testStepNames),
	result: v.picklist(['ok', 'failed', 'skipped']),
	problem: v.optional(mailProblemSchema),
	/** What the server said, or what was found: an address, a count. Shown as it is, beside the words. */
	detail: v.optional(v.string()),
});
export type MailboxTestStep = v.InferOutput<typeof mailboxTestStepSchema>;

/** Where the watching of a mailbox is now. `waiting`: something was wrong, it is tried again at `retryAt`. */
export const watchStateSchema = v.picklist(['off', 'connecting', 'fetching', 'listening', 'waiting']);
export type WatchState = v.InferOutput<typeof watchStateSchema>;

export const mailboxStatusSchema = v.object({
	state: watchStateSchema,
	/** When the folder was last looked at to the end. */
	lastFetchAt: v.optional(v.number()),
	/** When a mail was last taken. */
	lastMailAt: v.optional(v.number()),
	/** How many mails became something, were there already, or were passed over, since the mailbox exists. */
	taken: v.number(),
	duplicates: v.number(),
	skipped: v.number(),
	/** Mails that wait on the server while a long fetch runs. */
	remaining: v.optional(v.number()),
	problem: v.optional(
		v.object({
			code: mailProblemSchema,
			at: v.number(),
			detail: v.optional(v.string()),
			retryAt: v.optional(v.number()),
		}),
	),
});
export type MailboxStatus = v.InferOutput<typeof mailboxStatusSchema>;

export const mailboxInfoSchema = v.object({
	id: v.string(),
	name: v.string(),
	line: lineIdSchema,
	address: v.string(),
	active: v.boolean(),
	plusAddressing,
	imap: v.optional(v.object({ ...imapShape, passwordIsSet: v.boolean() })),
	smtp: v.optional(v.object({ ...smtpShape, passwordIsSet: v.boolean() })),
	/** Why stored passwords cannot be read. */
	secrets: v.picklist(['readable', 'key-missing', 'key-other']),
	status: mailboxStatusSchema,
});
export type MailboxInfo = v.InferOutput<typeof mailboxInfoSchema>;

/** What happened to a mailbox. `mail` events say how it went with one mail, `folder` and `connection` events with the server. */
export const mailboxEvents = [
	'connected',
	'fetched',
	'folder-renumbered',
	'mail-skipped',
	'problem',
	'recovered',
	'changed',
] as const;
export const mailboxLogEntrySchema = v.object({
	at: v.number(),
	event: v.picklist(mailboxEvents),
	problem: v.optional(mailProblemSchema),
	/** For `fetched`: how many were taken. */
	taken: v.optional(v.number()),
	duplicates: v.optional(v.number()),
	/** For `mail-skipped`: its number on the server, and why in one word of the intake, or `too-big`. */
	uid: v.optional(v.number()),
	reason: v.optional(v.string()),
	detail: v.optional(v.string()),
});
export type MailboxLogEntry = v.InferOutput<typeof mailboxLogEntrySchema>;
