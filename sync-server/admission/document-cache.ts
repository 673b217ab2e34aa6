import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { UpdateLog } from '../store/update-log.ts';
import { openDocument, type OpenDocument } from './open-document.ts';

export interface DocumentCache {
	/** The document as it is committed; a new, empty one if the log has none. */
	open(id: DocumentId): OpenDocument;
	/** The document if it is in memory. */
	peek(id: DocumentId): OpenDocument | undefined;
	/** Forgets it: the next `open` reads from the log. */
	evict(id: DocumentId): void;
	/** Lets go of what was used least recently, down to the limit. */
	trim(): void;
	readonly size: number;
}

/** Keeps the documents used last in memory, up to a number and a sum of bytes. */
export function createDocumentCache(
	log: UpdateLog,
	limit = { documents: 256, bytes: 32 * 1024 * 1024 },
): DocumentCache {
	const documents = new Map<DocumentId, OpenDocument>();
	return {
		open(id) {
			const known = documents.get(id);
			if (known !== undefined) {
				documents.delete(id);
				documents.set(id, known);
				return known;
			}
			const opened = openDocument(id, log.load(id));
			documents.set(id, opened);
			return opened;
		},
		peek: (id) => documents.get(id),
		evict(id) {
			documents.get(id)?.doc.destroy();
			documents.delete(id);
		},
		trim() {
			let bytes = 0;
			for (const open of documents.values()) bytes += open.bytes;
			for (const [id, open] of documents) {
				if (documents.size <= limit.documents && bytes <= limit.bytes) return;
				if (documents.size === 1) return;
				bytes -= open.bytes;
				documents.delete(id);
				open.doc.destroy();
			}
		},
		get size() {
			return documents.size;
		},
	};
}
