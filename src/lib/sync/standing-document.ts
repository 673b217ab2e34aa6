import { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import type { DocumentId } from '../domain/ids.ts';
import type { Live } from './live.ts';
import type { HeldDocument, OpenDocuments } from './open-documents.ts';

/** A document that is open as long as the tab: the desk's configuration, or what follows an agent. */
export interface StandingDocument {
	held: HeldDocument;
	close(): void;
}

/** Keeps a Y.Doc in a database of its own. */
export interface Persistence {
	close(): void;
}
export type Persist = (document: DocumentId, doc: Y.Doc) => Persistence;

/**
 * It is kept twice: in the record store, which is what counts, and by y-indexeddb, which any other Yjs program can read. So nothing
 * that y-indexeddb does, or fails to do, keeps the desk from working.
 */
export async function openStanding(
	document: DocumentId,
	parts: { documents: OpenDocuments; live: Live | undefined; persist: Persist | undefined },
): Promise<StandingDocument> {
	const held = await parts.documents.acquireOrCreate(document);
	let closeCopies = openCopies();
	const stopListening = held.replaced(() => {
		closeCopies();
		closeCopies = held.gone ? () => {} : openCopies();
	});

	function openCopies(): () => void {
		const persistence = parts.persist?.(document, held.doc);
		const awareness = parts.live === undefined ? undefined : new Awareness(held.doc);
		const leave =
			awareness === undefined ? undefined : parts.live?.join(document, held.generation, held.doc, awareness);
		return () => {
			leave?.();
			awareness?.destroy();
			persistence?.close();
		};
	}

	return {
		held,
		close() {
			stopListening();
			closeCopies();
			held.release();
		},
	};
}

export const standingDatabasePrefix = 'tresen-';
