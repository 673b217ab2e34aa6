import { fromBase64, toBase64 } from 'lib0/buffer';
import * as Y from 'yjs';

/** How much a replica holds: how far it knows each writer, and how much of that is deleted. */
export interface DocumentState {
	/** A Yjs state vector in base64. */
	vector: string;
	deleted: number;
}

export function stateOfDocument(doc: Y.Doc): DocumentState {
	let deleted = 0;
	for (const structs of doc.store.clients.values())
		for (const struct of structs) if (struct.deleted) deleted += struct.length;
	return { vector: toBase64(Y.encodeStateVector(doc)), deleted };
}

/** Undefined if the text is no state vector. */
export function readVector(text: string): { bytes: Uint8Array; clocks: Map<number, number> } | undefined {
	try {
		const bytes = fromBase64(text);
		return { bytes, clocks: Y.decodeStateVector(bytes) };
	} catch {
		return undefined;
	}
}

/** Whether somebody who knows `mine` lacks something of `theirs`. */
export function lacksSomething(mine: ReadonlyMap<number, number>, theirs: ReadonlyMap<number, number>): boolean {
	for (const [client, clock] of theirs) if (clock > (mine.get(client) ?? 0)) return true;
	return false;
}
