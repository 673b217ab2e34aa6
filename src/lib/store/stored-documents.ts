import { Dexie } from 'dexie';
import type { DocumentId } from '../domain/ids.ts';
import type { RejectionCode } from '../protocol/replica.ts';
import { ownBytes, paintRank, type DeskDatabase, type HeadRecord } from './database.ts';
import { documentBlobs } from './document-blobs.ts';
import type { Project, Row, StoredDocument } from './record-store.ts';

/** Steps that several transactions share. All of them run inside a transaction over the tables they touch. */

export function updatesOf(db: DeskDatabase, document: DocumentId) {
	return db.updates.where('[document+i]').between([document, Dexie.minKey], [document, Dexie.maxKey]);
}

export async function readStored(
	db: DeskDatabase,
	documents: readonly DocumentId[],
): Promise<Map<DocumentId, StoredDocument>> {
	const [heads, snapshots, tails] = await Promise.all([
		db.heads.bulkGet([...documents]),
		db.snapshots.bulkGet([...documents]),
		Promise.all(documents.map((document) => updatesOf(db, document).toArray())),
	]);
	const stored = new Map<DocumentId, StoredDocument>();
	for (const [place, document] of documents.entries()) {
		const head = heads[place];
		if (head === undefined) continue;
		const { generation, version, whole } = head;
		const updates = (tails[place] ?? []).map((row) => row.update);
		const snapshot = snapshots[place];
		if (snapshot !== undefined) updates.unshift(snapshot.update);
		stored.set(document, { generation, head: head.head, version, whole, updates });
	}
	return stored;
}

export function newHead(document: DocumentId, generation: number, whole: boolean): HeadRecord {
	return {
		document,
		generation,
		head: 0,
		version: 0,
		whole,
		foldable: 0,
		foldableBytes: 0,
		snapshotBytes: 0,
		folds: 0,
	};
}

export async function putRows(db: DeskDatabase, rows: readonly Row[]): Promise<void> {
	await db.rows.bulkPut(
		rows.map((row) => ({
			...{ id: row.id, kind: row.kind, rank: paintRank(row), row },
			...(row.cold === undefined ? {} : { cold: 1 as const }),
		})),
	);
}

/** Makes rows again from what is stored. A document that cannot be read keeps the row it has. */
export async function remakeRows(
	db: DeskDatabase,
	project: Project | undefined,
	documents: readonly DocumentId[],
): Promise<void> {
	if (project === undefined || documents.length === 0) return;
	const stored = await readStored(db, documents);
	const rows = outside(() => Array.from(stored, ([document, { updates }]) => tryProject(project, document, updates)));
	await putRows(
		db,
		rows.filter((row) => row !== undefined),
	);
}

function tryProject(project: Project, document: DocumentId, updates: readonly Uint8Array[]): Row | undefined {
	try {
		return project(document, updates);
	} catch {
		return undefined;
	}
}

/** A Y.Doc makes promises of its own; made among Dexie's they would let the transaction end too early. */
export function outside<T>(work: () => T): T {
	return Dexie.ignoreTransaction(work);
}

/** Takes away bytes and head, and marks the unsent edits, which the outbox keeps. Returns how many those are. */
export async function dropBytes(db: DeskDatabase, document: DocumentId, code: RejectionCode): Promise<number> {
	const [marked] = await Promise.all([
		db.outbox.where({ document }).modify((edit) => {
			edit.rejected ??= code;
		}),
		updatesOf(db, document).delete(),
		db.snapshots.delete(document),
		db.heads.delete(document),
	]);
	return marked;
}

/** The row of a document without its beginning still says that this is not all. */
export async function asCold(db: DeskDatabase, row: Row): Promise<Row> {
	const before = (await db.rows.get(row.id))?.row.cold;
	return before === undefined ? row : { ...row, cold: before };
}

/** Everything of a document goes: bytes, row and copies of its files. What was never sent stays. */
export async function dropDocument(db: DeskDatabase, document: DocumentId, code: RejectionCode): Promise<number> {
	const stored = (await readStored(db, [document])).get(document);
	const [marked] = await Promise.all([dropBytes(db, document, code), db.rows.delete(document)]);
	if (stored !== undefined) await dropCopies(db, stored.updates);
	return marked;
}

/** Copies of the files that these updates name. */
export async function dropCopies(db: DeskDatabase, updates: readonly Uint8Array[]): Promise<void> {
	const copies = (await db.blobs.bulkGet(outside(() => documentBlobs(updates)))).filter(
		(blob) => blob?.state === 'sent',
	);
	const ids = copies.map((blob) => blob!.id);
	await Promise.all([db.blobs.bulkDelete(ids), db.blobBytes.bulkDelete(ids)]);
}

export const lastEditKey = 'lastEdit';

/** The next outbox number; the first one is the time of day (see database.ts). */
export async function nextEditNumber(db: DeskDatabase, now: () => number): Promise<number> {
	const last = (await db.settings.get(lastEditKey))?.value;
	const n = typeof last === 'number' ? last + 1 : Math.max(1, Math.floor(now()));
	await db.settings.put({ key: lastEditKey, value: n });
	return n;
}

/** Puts an edit on top of a document, in the outbox and in the document. */
export async function addEdit(
	db: DeskDatabase,
	head: HeadRecord,
	edit: { n: number; update: Uint8Array; at: number; what: string },
): Promise<HeadRecord> {
	const { document, generation } = head;
	const update = ownBytes(edit.update);
	const next = { ...head, version: head.version + 1 };
	await Promise.all([
		db.outbox.add({ ...edit, document, generation, update, attempts: 0, rejected: undefined }),
		db.updates.add({ document, update, n: edit.n }),
		db.heads.put(next),
	]);
	return next;
}
