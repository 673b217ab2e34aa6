import * as v from 'valibot';
import { documentIdSchema } from '../domain/ids.ts';
import { mostTierDays } from '../domain/tier.ts';

/**
 * What a device asks of tickets that it does not hold whole.
 *
 *   POST /auth/archive-search   JSON ArchiveQuery -> JSON ArchiveAnswer
 *
 * The newest come first, whatever else is in the archive: nothing of the answer depends on what the asking agent may not see.
 */
export const archiveLimits = {
	/** UTF-16 units of what was typed. */
	text: 400,
	hits: 30,
	/** Questions of one device in a minute. */
	aMinute: 40,
} as const;

const id = v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(100)));

export const archiveQuerySchema = v.strictObject({
	/** As typed; nothing in it is syntax. */
	text: v.pipe(v.string(), v.maxLength(archiveLimits.text)),
	/** What the device holds whole anyway; see domain/tier.ts. */
	recentDays: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(mostTierDays))),
	line: id,
	queue: id,
	person: id,
	/** Changed at this time or later. */
	from: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
});
export type ArchiveQuery = v.InferOutput<typeof archiveQuerySchema>;

const place = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const archiveAnswerSchema = v.object({
	hits: v.pipe(
		v.array(
			v.object({
				document: documentIdSchema,
				/** The piece of the text that tells why it was found. */
				snippet: v.object({
					text: v.pipe(v.string(), v.maxLength(1000)),
					ranges: v.pipe(v.array(v.strictTuple([place, place])), v.maxLength(200)),
				}),
			}),
		),
		v.maxLength(archiveLimits.hits),
	),
	/** There are older ones. */
	more: v.boolean(),
	/** False while the relay is still reading old tickets, so that some may be missing. */
	complete: v.boolean(),
});
export type ArchiveAnswer = v.InferOutput<typeof archiveAnswerSchema>;
