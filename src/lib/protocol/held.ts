import * as v from 'valibot';
import { deviceIdSchema, recordKinds } from '../domain/ids.ts';

/**
 * What a device held, for the day on which it is lost. Only admins may ask, and that they did is written down.
 *
 *   POST /auth/devices/held   HeldQuery -> HeldPage
 *
 * `sent`: the relay gave it to the device. `possible`: the device was allowed to have it when it was last here, and the relay cannot
 * tell whether it came that far. Neither says that somebody has read it.
 */
export const heldQuerySchema = v.strictObject({
	device: deviceIdSchema,
	/** `next` of the page before; left out to begin. */
	after: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});
export type HeldQuery = v.InferOutput<typeof heldQuerySchema>;

const certainty = v.picklist(['sent', 'possible']);
const count = v.number();

export const heldItemSchema = v.object({
	document: v.string(),
	kind: v.picklist(recordKinds),
	certainty,
	/** Of a ticket. */
	number: v.nullable(v.string()),
	/** Subject, name or request; null where it was erased since, or cannot be read. */
	title: v.nullable(v.string()),
	/** Erased since the device was last here: its copy may still be there. */
	erased: v.boolean(),
	/** Names of its files that the device fetched or brought. */
	files: v.array(v.string()),
});
export type HeldItem = v.InferOutput<typeof heldItemSchema>;

export const heldCountsSchema = v.object({
	ticket: count,
	person: count,
	organisation: count,
	article: count,
	interaction: count,
	/** Files that it fetched or brought. */
	files: count,
	/** Of the records above: those that it may have, and that is not certain. */
	possible: count,
});
export type HeldCounts = v.InferOutput<typeof heldCountsSchema>;

export const heldPageSchema = v.object({
	/** When it was last here; null if never. */
	lastContactAt: v.nullable(v.number()),
	/** False where its first sync had not ended: then it may have less. */
	isComplete: v.boolean(),
	counts: heldCountsSchema,
	items: v.array(heldItemSchema),
	next: v.nullable(v.number()),
});
export type HeldPage = v.InferOutput<typeof heldPageSchema>;

export const heldPageItems = 200;
