import * as Y from 'yjs';
import { readRecord } from '../document/record-document.ts';
import type { BlobId } from '../domain/ids.ts';

/** The files that a stored record names; none if it cannot be read. */
export function documentBlobs(updates: readonly Uint8Array[]): BlobId[] {
	const doc = new Y.Doc();
	try {
		for (const update of updates) Y.applyUpdate(doc, update);
		const reading = readRecord(doc);
		if (reading.kind === 'empty') return [];
		const blobs = new Set<BlobId>();
		for (const entry of reading.facts.entries.values()) {
			if ('attachments' in entry) for (const attachment of entry.attachments) blobs.add(attachment.blob);
			if (entry.kind !== 'message') continue;
			if (entry.raw !== undefined) blobs.add(entry.raw);
			if (entry.htmlBlob !== undefined) blobs.add(entry.htmlBlob);
		}
		return [...blobs];
	} catch {
		return [];
	} finally {
		doc.destroy();
	}
}
