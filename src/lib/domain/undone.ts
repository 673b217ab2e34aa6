import { isUndoable } from './entry.ts';
import type { Placed } from './facts.ts';
import type { EntryId } from './ids.ts';

/** The entries that their own authors took back (FT7). */
export function undoneIds(ordered: readonly Placed[]): Set<EntryId> {
	const byId = new Map(ordered.map((entry) => [entry.id, entry]));
	const undone = new Set<EntryId>();
	for (const entry of ordered) {
		if (entry.kind !== 'undone') continue;
		const target = byId.get(entry.entry);
		if (target !== undefined && isUndoable(target.kind) && target.by === entry.by) undone.add(target.id);
	}
	return undone;
}
