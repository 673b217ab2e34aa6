import { createHash } from 'node:crypto';
import * as Y from 'yjs';
import { readDesk } from '../../src/lib/document/desk-document.ts';
import { readRecord, roots, textRootsOf } from '../../src/lib/document/record-document.ts';
import { foldRecord } from '../../src/lib/domain/fold-record.ts';
import { recordKindOf, type DocumentId } from '../../src/lib/domain/ids.ts';

/** JSON that is the same for equal values: keys in order, nothing undefined. */
export function canonical(value: unknown): string {
	return JSON.stringify(value, (_key, part: unknown) =>
		typeof part === 'object' && part !== null && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
			: part,
	);
}

export function docOf(updates: readonly Uint8Array[]): Y.Doc {
	const doc = new Y.Doc();
	doc.transact(() => {
		for (const update of updates) Y.applyUpdate(doc, update);
	});
	return doc;
}

/** All that a document says, as one value. */
export function contentOf(document: string, doc: Y.Doc): object {
	if (document === 'desk') return readDesk(doc);
	if (document.startsWith('me:')) return doc.getMap('settings').toJSON();
	const facts = Object.values(roots).map((root) => [root, doc.getMap(root).toJSON()]);
	const kind = recordKindOf(document as DocumentId);
	const texts = kind === undefined ? [] : textRootsOf(kind);
	const drafts = texts.map((root) => [root, doc.getXmlFragment(root).toJSON()]);
	return Object.fromEntries([...facts, ...drafts]) as object;
}

export function hashOf(document: string, doc: Y.Doc): string {
	return createHash('sha256')
		.update(canonical(contentOf(document, doc)))
		.digest('hex');
}

/** What a record is, by its fold; sets and maps in the order they have. */
export function foldOf(doc: Y.Doc): string {
	const reading = readRecord(doc);
	if (reading.kind !== 'record') return reading.kind;
	return JSON.stringify(foldRecord(reading.record, reading.facts), (_key, part: unknown) =>
		part instanceof Map || part instanceof Set ? [...(part as Iterable<unknown>)] : part,
	);
}

/** How much of each client's writing is in a document, as text that can be compared. */
export function stateOf(doc: Y.Doc): string {
	const vector = Y.decodeStateVector(Y.encodeStateVector(doc));
	return canonical(Object.fromEntries(vector));
}
