import * as v from 'valibot';
import { documentIdSchema } from '../domain/ids.ts';

/**
 * After a backup was put back devices hand over what the relay lacks:
 *
 *   POST /replica/compare  body JSON CompareRequest    -> JSON CompareAnswer: which of these documents the relay has less of
 *   POST /replica/offer    body encodePush(edits)      -> JSON PushAnswer; `n` is any number, it is not an outbox number
 *
 * An offer may hold what others wrote, and verdicts; the relay takes it only of documents that it named in an answer to that device.
 */
export const mostCompared = 25;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A Yjs state vector in base64. */
const vector = v.pipe(v.string(), v.maxLength(48 * 1024), v.base64());

export const compareRequestSchema = v.strictObject({
	documents: v.pipe(
		v.array(v.strictObject({ document: documentIdSchema, generation: count, vector, deleted: count })),
		v.maxLength(mostCompared),
	),
});
export type CompareRequest = v.InferOutput<typeof compareRequestSchema>;

export const compareAnswerSchema = v.object({
	era: count,
	/** The moment of which the backup tells, ms since 1970; null where none was put back in this era. */
	backupAt: v.nullable(v.number()),
	/** With what the relay has of each. */
	lacking: v.array(v.object({ document: documentIdSchema, vector })),
	/** What this device may not see, or what is erased: it deletes its copy, once the relay lacks nothing of it. */
	hidden: v.optional(v.array(documentIdSchema), []),
});
export type CompareAnswer = v.InferOutput<typeof compareAnswerSchema>;
