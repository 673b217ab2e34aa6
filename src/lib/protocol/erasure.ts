import * as v from 'valibot';
import { documentIdSchema, entryIdSchema } from '../domain/ids.ts';

/**
 * Erasing, which only the relay can do, and for good. All are POST with JSON, and for admins.
 *
 *   /auth/erasures/plan     ErasureOrder                        -> ErasurePlan
 *   /auth/erasures          ErasureOrder with `confirm`         -> { number, forgotten }
 *   /auth/erasures/redact   RedactionOrder                      -> { generation, forgotten }
 *
 * `forgotten` false: it is done, and deleted pages of the database are overwritten later.
 */
const texts = v.picklist(['theirs', 'all']);
const who = v.union([
	v.strictObject({ person: documentIdSchema }),
	v.strictObject({ address: v.pipe(v.string(), v.trim(), v.email(), v.maxLength(320)) }),
]);
export const erasurePlanRequestSchema = v.strictObject({ who, texts });
export const erasureRequestSchema = v.strictObject({
	who,
	texts,
	/** What the plan counted: if more came since, it is planned anew. */
	tickets: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type ErasureRequest = v.InferOutput<typeof erasureRequestSchema>;
export type ErasurePlanRequest = v.InferOutput<typeof erasurePlanRequestSchema>;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const redactionRequestSchema = v.strictObject({
	document: documentIdSchema,
	entry: entryIdSchema,
	/** Places in the entry's text, from and to; null for all of it with its files. */
	ranges: v.nullable(v.pipe(v.array(v.tuple([count, count])), v.minLength(1), v.maxLength(50))),
	reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
});
export type RedactionRequest = v.InferOutput<typeof redactionRequestSchema>;

/** What an erasure would touch. */
export const erasurePlanSchema = v.object({
	/** Tickets and calls of that person. */
	tickets: count,
	calls: count,
	/** Records in which they are only mentioned. */
	others: count,
	files: count,
	/** Mails in these tickets that are on their way; until they have left nothing is erased. */
	underWay: count,
	/** The configuration (rules for mail, text modules) names them: that is changed by hand. */
	inConfiguration: v.boolean(),
});
export type ErasurePlan = v.InferOutput<typeof erasurePlanSchema>;
export const erasureAnswerSchema = v.object({ number: count, forgotten: v.boolean() });
export const redactionAnswerSchema = v.object({ generation: count, forgotten: v.boolean() });

export type ErasureRefusal = 'not-found' | 'mail-under-way' | 'nothing-to-redact' | 'plan-changed';
