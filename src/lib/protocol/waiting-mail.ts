import * as v from 'valibot';
import { agentIdSchema, documentIdSchema, entryIdSchema, lineIdSchema } from '../domain/ids.ts';
import { mailProblemSchema } from './mail-problem.ts';

/**
 * Replies that the relay has accepted and not sent yet, and why. Everybody hears of the tickets that they may see.
 *
 *   GET /auth/waiting-mail   -> WaitingMail
 *
 *   not-yet     its time has not come: it can still be taken back, or it is next
 *   no-mailbox  no mailbox sends for its line
 *   mailbox     the mailbox cannot send now; `problem` says what is wrong
 *   later       it was tried, and is tried again
 */
export const waitingReasons = ['not-yet', 'no-mailbox', 'mailbox', 'later'] as const;

export const waitingReplySchema = v.object({
	ticket: documentIdSchema,
	request: entryIdSchema,
	line: lineIdSchema,
	agent: agentIdSchema,
	/** When the relay accepted it. */
	since: v.number(),
	why: v.picklist(waitingReasons),
	problem: v.optional(mailProblemSchema),
	/** What the server said, or what is missing. Shown as it is, beside the words. */
	detail: v.optional(v.pipe(v.string(), v.maxLength(1_000))),
	attempts: v.number(),
	nextTry: v.number(),
});
export type WaitingReply = v.InferOutput<typeof waitingReplySchema>;

/** How many are told, the oldest first. */
export const mostWaitingReplies = 200;

export const waitingMailSchema = v.object({
	/** The relay's clock. */
	at: v.number(),
	replies: v.pipe(v.array(waitingReplySchema), v.maxLength(mostWaitingReplies)),
});
export type WaitingMail = v.InferOutput<typeof waitingMailSchema>;
