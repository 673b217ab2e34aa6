import * as Y from 'yjs';
import { unnamedDoc } from '../document/unnamed-doc.ts';
import { readRecord } from '../document/record-document.ts';
import { blobsOf } from '../domain/entry-blobs.ts';
import type { BlobId } from '../domain/ids.ts';

/** The files that a stored record names; none if it cannot be read. */
export function documentBlobs(updates: readonly Uint8Array[]): BlobId[] {
	const doc = unnamedDoc();
	try {
		for (const update of updates) Y.applyUpdate(doc, update);
		const reading = readRecord(doc);
		if (reading.kind === 'empty') return [];
		return [...new Set([...reading.facts.entries.values()].flatMap(blobsOf))];
	} catch {
		return [];
	} finally {
		doc.destroy();
	}
}
