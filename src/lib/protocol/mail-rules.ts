import * as v from 'valibot';
import { mailRuleSchema } from '../domain/desk-config.ts';
import { documentIdSchema, queueIdSchema } from '../domain/ids.ts';

/**
 * Tries rules on the mails that the relay has, before they count. Admins only; all JSON; nothing is stored or moved.
 *
 *   POST /auth/mail-rules/dry-run    RulesDryRunRequest -> RulesDryRun
 *
 * The answer is about the newest mails that opened a ticket, since rules apply to these alone.
 */
export const rulesDryRunRequestSchema = v.strictObject({ rules: v.pipe(v.array(mailRuleSchema), v.maxLength(500)) });
export type RulesDryRunRequest = v.InferOutput<typeof rulesDryRunRequestSchema>;

export const ruleHitSchema = v.object({
	ticket: documentIdSchema,
	number: v.string(),
	subject: v.string(),
	from: v.string(),
	/** Ids of the rules that hit, in order. */
	rules: v.array(v.string()),
	/** Where it would go, if a rule says so. */
	queue: v.optional(queueIdSchema),
	priority: v.optional(v.picklist([1, 2, 3, 4])),
	tags: v.array(v.string()),
});
export type RuleHit = v.InferOutput<typeof ruleHitSchema>;

export const rulesDryRunSchema = v.object({
	/** How many mails were looked at. */
	mails: v.number(),
	/** Those that a rule hits, newest first. */
	hits: v.array(ruleHitSchema),
	/** How many mails each rule hits, by its id. */
	counts: v.record(v.string(), v.number()),
});
export type RulesDryRun = v.InferOutput<typeof rulesDryRunSchema>;
