import type { Entry, EntryKind, EntryOf } from './entry.ts';
import type { EntryId } from './ids.ts';
import { encodeHlc, type Hlc } from './hlc.ts';
import { stampKey, type Verdict } from './verdict.ts';

/** What a record document holds, as plain values. */
export interface Facts {
	entries: ReadonlyMap<EntryId, Entry>;
	verdicts: ReadonlyMap<string, Verdict>;
	/** Ids of entries that this version of the app does not understand; kept, shown as such, never folded. */
	unknown?: ReadonlyMap<EntryId, unknown>;
}

/** An entry with its id and the time that counts: its own, or the relay's stamp if it came from the future. */
export type Placed<Kind extends EntryKind = EntryKind> = Kind extends EntryKind
	? EntryOf<Kind> & { id: EntryId; time: Hlc }
	: never;

/** All entries in the one order that every device computes alike: (time, id). */
export function inOrder(facts: Facts): Placed[] {
	const placed: Placed[] = [];
	for (const [id, entry] of facts.entries) {
		const stamp = facts.verdicts.get(stampKey(id));
		placed.push({ ...entry, id, time: stamp?.kind === 'stamp' ? encodeHlc(stamp.at) : entry.at });
	}
	return placed.sort(compareByTimeAndId);
}

function compareByTimeAndId(a: Placed, b: Placed): number {
	if (a.time !== b.time) return a.time < b.time ? -1 : 1;
	return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The newest entry that changed something. What the relay erased is no news, and moves nothing to the top of a list. */
export function lastChange(ordered: readonly Placed[]): Placed | undefined {
	return ordered.findLast(({ kind }) => kind !== 'erased');
}
