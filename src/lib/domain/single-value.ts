import type { EntryId } from './ids.ts';
import type { Placed } from './facts.ts';

/** The value that stands, and those written without knowledge of it. */
export interface SingleValue<E extends Placed> {
	winner: E | undefined;
	/** Values that nobody has replaced, oldest first; the winner is not among them. */
	rivals: E[];
	/** What an entry that sets this value now must name in `replaces`. */
	heads: EntryId[];
}

/**
 * Of the entries that set one value, those that no other replaces stand; of these the latest wins and the others stay visible.
 * `setters` are in the record's order.
 */
export function resolveSingleValue<E extends Placed & { replaces: EntryId[] }>(setters: readonly E[]): SingleValue<E> {
	const replaced = new Set<EntryId>();
	for (const setter of setters) for (const id of setter.replaces) if (id !== setter.id) replaced.add(id);
	const heads = setters.filter((setter) => !replaced.has(setter.id));
	const standing = heads.length > 0 ? heads : setters.slice(-1);
	return { winner: standing.at(-1), rivals: standing.slice(0, -1), heads: standing.map((setter) => setter.id) };
}
