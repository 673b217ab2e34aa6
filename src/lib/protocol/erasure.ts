import * as v from 'valibot';
import { agentIdSchema, documentIdSchema, entryIdSchema } from '../domain/ids.ts';

/**
 * Erasing, which only the relay can do, and for good. All are POST with JSON, and for admins.
 *
 *   /auth/erasures/plan     ErasureOrder     -> ErasurePlanAnswer
 *   /auth/erasures          ErasureRequest   -> ErasureAnswer
 *   /auth/erasures/redact   RedactionRequest -> RedactionAnswer
 *   /auth/erasures/open     {}               -> OpenErasuresAnswer
 *   /auth/erasures/places   PlacesRequest    -> PlacesAnswer
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
	/** How many tickets the plan has shown: if it is another number by now, nothing is done. */
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

export const erasureRefusals = ['not-found', 'mail-under-way', 'nothing-to-redact', 'plan-changed'] as const;
export type ErasureRefusal = (typeof erasureRefusals)[number];
const refusalSchema = v.object({ kind: v.literal('refused'), code: v.picklist(erasureRefusals) });

export const erasurePlanAnswerSchema = v.variant('kind', [
	v.object({ kind: v.literal('planned'), plan: erasurePlanSchema }),
	refusalSchema,
]);
export const erasureAnswerSchema = v.variant('kind', [
	v.object({ kind: v.literal('erased'), number: count, forgotten: v.boolean() }),
	refusalSchema,
]);
export const redactionAnswerSchema = v.variant('kind', [
	v.object({ kind: v.literal('redacted'), generation: count, forgotten: v.boolean() }),
	refusalSchema,
]);
/** An erasure that has not come everywhere, and the devices that may still hold what it takes. */
export const openErasureSchema = v.object({
	what: v.picklist(['person', 'redaction']),
	/** What stands in place of a person; '' for words of an entry. */
	label: v.string(),
	document: v.nullable(documentIdSchema),
	at: count,
	/** False: the relay itself has not finished, and goes on at its next start. */
	done: v.boolean(),
	devices: v.array(
		v.object({
			name: v.string(),
			agent: agentIdSchema,
			lastContactAt: v.nullable(count),
			/** It is wiped at its next contact. */
			revoked: v.boolean(),
		}),
	),
});
export type OpenErasure = v.InferOutput<typeof openErasureSchema>;
export const openErasuresAnswerSchema = v.object({ erasures: v.array(openErasureSchema) });
export type OpenErasuresAnswer = v.InferOutput<typeof openErasuresAnswerSchema>;

/** Records in which single words of an erased person's name still stand, or what was written since: somebody has to look. */
export const placesRequestSchema = v.strictObject({ person: documentIdSchema });
export const placesAnswerSchema = v.variant('kind', [
	v.object({
		kind: v.literal('places'),
		places: v.array(v.object({ document: documentIdSchema, entries: count })),
		/** There are more than are named. */
		more: v.boolean(),
	}),
	refusalSchema,
]);
export type PlacesAnswer = v.InferOutput<typeof placesAnswerSchema>;

export type ErasurePlanAnswer = v.InferOutput<typeof erasurePlanAnswerSchema>;
export type ErasureAnswer = v.InferOutput<typeof erasureAnswerSchema>;
export type RedactionAnswer = v.InferOutput<typeof redactionAnswerSchema>;
