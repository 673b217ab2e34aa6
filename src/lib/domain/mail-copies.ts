import { relayAgent, type BlobId, type EntryId } from './ids.ts';
import type { Placed } from './facts.ts';

/**
 * After a backup was put back a mail may be fetched again before a device hands over the message that was made of it: then a ticket holds
 * one mail twice.
 *
 * MC1 Messages that the relay made of one mail, byte for byte, are one; the first in order counts.
 * MC2 The others are copies: they stand in no timeline, ask for nothing and open nothing again.
 * MC3 An answer to one of them answers them all.
 *
 * Only what the relay wrote is compared: nobody hides a message by writing another one.
 */
export function mailCopies(ordered: readonly Placed[]): ReadonlyMap<EntryId, EntryId> {
	const firsts = new Map<BlobId, EntryId>();
	let copies: Map<EntryId, EntryId> | undefined;
	for (const entry of ordered) {
		if (entry.kind !== 'message' || entry.raw === undefined || entry.by !== relayAgent) continue;
		const first = firsts.get(entry.raw);
		if (first === undefined) firsts.set(entry.raw, entry.id);
		else (copies ??= new Map()).set(entry.id, first);
	}
	return copies ?? none;
}
const none: ReadonlyMap<EntryId, EntryId> = new Map();

/** All messages that are the same mail as this one, itself among them. */
export function sameMailAs(message: EntryId, ordered: readonly Placed[]): EntryId[] {
	const copies = mailCopies(ordered);
	const first = copies.get(message) ?? message;
	return [first, ...[...copies].flatMap(([copy, original]) => (original === first ? [copy] : []))];
}
