import * as Y from 'yjs';
import { unnamedDoc } from '../document/unnamed-doc.ts';

export interface Folded {
	update: Uint8Array;
	/** Which of the updates are in it, by place; the others stay as they are. */
	taken: number[];
}

/**
 * Puts updates together through a Y.Doc with gc: merging alone would keep deleted text.
 * Updates that wait for something missing (and what they delete) are not taken; undefined where nothing can be.
 */
export function foldUpdates(snapshot: Uint8Array | undefined, updates: readonly Uint8Array[]): Folded | undefined {
	try {
		return foldReadable(snapshot, updates);
	} catch {
		// Unreadable bytes stay as they are: a newer version may understand them.
		return undefined;
	}
}

function foldReadable(snapshot: Uint8Array | undefined, updates: readonly Uint8Array[]): Folded | undefined {
	const all = updates.map((_, place) => place);
	const doc = apply(snapshot, updates);
	if (!hasPending(doc)) return encode(doc, all);
	const state = Y.decodeStateVector(Y.encodeStateVector(doc));
	doc.destroy();
	const taken = all.filter((place) => isIncorporated(updates[place]!, state));
	if (taken.length === 0) return undefined;
	const partial = apply(
		snapshot,
		taken.map((place) => updates[place]!),
	);
	return hasPending(partial) ? undefined : encode(partial, taken);
}

function apply(snapshot: Uint8Array | undefined, updates: readonly Uint8Array[]): Y.Doc {
	const doc = unnamedDoc();
	doc.transact(() => {
		if (snapshot !== undefined) Y.applyUpdate(doc, snapshot);
		for (const update of updates) Y.applyUpdate(doc, update);
	});
	return doc;
}

function hasPending(doc: Y.Doc): boolean {
	return doc.store.pendingStructs !== null || doc.store.pendingDs !== null;
}

function encode(doc: Y.Doc, taken: number[]): Folded {
	const update = Y.encodeStateAsUpdate(doc);
	doc.destroy();
	return { update, taken };
}

/** Whether all that an update writes and deletes is within the state. */
function isIncorporated(update: Uint8Array, state: Map<number, number>): boolean {
	const { structs, ds } = Y.decodeUpdate(update);
	for (const { id, length } of structs) if (id.clock + length > (state.get(id.client) ?? 0)) return false;
	for (const [client, deletes] of ds.clients) {
		for (const { clock, len } of deletes) if (clock + len > (state.get(client) ?? 0)) return false;
	}
	return true;
}

/** Many rows are slow to read; many bytes beside a small snapshot are mostly history. */
const foldRows = 64;
const smallBytes = 4096;

export function isWorthFolding(head: { foldable: number; foldableBytes: number; snapshotBytes: number }): boolean {
	if (head.foldable > foldRows) return true;
	return head.foldable > 1 && head.foldableBytes > Math.max(head.snapshotBytes, smallBytes);
}
