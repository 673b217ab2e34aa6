import { Dexie } from 'dexie';
import type { DocumentId } from '../domain/ids.ts';
import type { Connection } from './connection.ts';
import { ownBytes, type DeskDatabase, type HeadRecord, type UpdateRecord } from './database.ts';
import { foldUpdates, isWorthFolding } from './fold-updates.ts';
import { stampsOf, type Committed, type LocalChange, type Project, type RecordStore } from './record-store.ts';
import type { StoreNews } from './store-news.ts';
import {
	addEdit,
	asCold,
	newHead,
	nextEditNumber,
	putRows,
	readStored,
	remakeRows,
	updatesOf,
} from './stored-documents.ts';

export interface DexieParts {
	connection: Connection;
	news: StoreNews;
	now(): number;
	project: Project | undefined;
}

type Documents = Pick<RecordStore, 'load' | 'loadMany' | 'documents' | 'stamps' | 'commit' | 'fold'>;

export function createDexieDocuments(parts: DexieParts): Documents {
	const { connection, news } = parts;

	function loadMany(documents: readonly DocumentId[]) {
		return connection.run((db) =>
			db.atomically('r', [db.heads, db.snapshots, db.updates], () => readStored(db, documents)),
		);
	}

	async function commit(change: LocalChange): Promise<Committed> {
		const committed = await connection.run((db) => writing(db, () => storeLocal(db, parts, change)));
		news.tell({ kind: 'documents', documents: [change.document], from: 'local' });
		news.tell({ kind: 'outbox' });
		return committed;
	}

	async function fold(document: DocumentId): Promise<void> {
		const head = await connection.run((db) => db.heads.get(document));
		if (head === undefined || !isWorthFolding(head)) return;
		const read = await connection.run((db) => readFoldable(db, document));
		const folded = foldUpdates(
			read.snapshot,
			read.rows.map((row) => row.update),
		);
		if (folded === undefined) return;
		const taken = folded.taken.map((place) => read.rows[place]!);
		await connection.run((db) =>
			db.atomically('rw', [db.heads, db.snapshots, db.updates], () =>
				replaceRows(db, document, read.head, taken, folded.update),
			),
		);
	}

	const coldAfter = (db: DeskDatabase, after: DocumentId | undefined, limit: number) =>
		db.rows
			.where('[cold+id]')
			.between([1, after ?? Dexie.minKey], [1, Dexie.maxKey], false, false)
			.limit(limit);
	const headsAfter = (db: DeskDatabase, after: DocumentId | undefined, limit: number) =>
		(after === undefined ? db.heads.toCollection() : db.heads.where('document').above(after)).limit(limit);

	return {
		load: async (document) => (await loadMany([document])).get(document),
		loadMany,
		documents: (after, limit) => connection.run((db) => headsAfter(db, after, limit).primaryKeys()),
		stamps: (after, limit) =>
			connection.run((db) =>
				db.atomically('r', [db.heads, db.rows], async () => {
					const [heads, cold] = await Promise.all([
						headsAfter(db, after, limit).toArray(),
						coldAfter(db, after, limit).toArray(),
					]);
					return stampsOf(
						heads,
						cold.map(({ row }) => row),
					).slice(0, limit);
				}),
			),
		commit,
		fold,
	};
}

/** A transaction over all that writing a document may touch. */
export function writing<T>(db: DeskDatabase, work: () => Promise<T>): PromiseLike<T> {
	const tables = [db.updates, db.snapshots, db.heads, db.outbox, db.rows, db.settings, db.blobs, db.blobBytes];
	return db.atomically('rw', tables, work);
}

async function storeLocal(db: DeskDatabase, parts: DexieParts, change: LocalChange): Promise<Committed> {
	const { document, generation, update, at, what, row, basedOn } = change;
	const n = await nextEditNumber(db, parts.now);
	const known = await db.heads.get(document);
	if (known !== undefined && known.generation !== generation) {
		const rejected = 'other-generation';
		await db.outbox.add({ n, document, generation, update: ownBytes(update), at, what, attempts: 0, rejected });
		return { n, version: known.version, rejected };
	}
	// A record that is not here at all is a new one, unless a row says that its body is at the relay.
	const isNew = known === undefined && (await db.rows.get(document))?.row.cold === undefined;
	const head = known ?? newHead(document, generation, isNew);
	const next = await addEdit(db, head, { n, update, at, what });
	if (basedOn !== undefined && basedOn !== head.version) await remakeRows(db, parts.project, [document]);
	else if (row !== undefined) await putRows(db, [next.whole ? row : await asCold(db, row)]);
	return { n, version: next.version };
}

interface Foldable {
	head: HeadRecord;
	snapshot: Uint8Array | undefined;
	rows: UpdateRecord[];
}

async function readFoldable(db: DeskDatabase, document: DocumentId): Promise<Foldable> {
	return db.atomically('r', [db.heads, db.snapshots, db.updates], async () => {
		const [head, snapshot, rows] = await Promise.all([
			db.heads.get(document),
			db.snapshots.get(document),
			updatesOf(db, document).toArray(),
		]);
		return {
			head: head ?? newHead(document, 0, false),
			snapshot: snapshot?.update,
			rows: rows.filter((row) => row.n === undefined),
		};
	});
}

/** Deletes exactly the rows that were read; does nothing if somebody folded or replaced the document meanwhile. */
async function replaceRows(
	db: DeskDatabase,
	document: DocumentId,
	read: HeadRecord,
	taken: readonly UpdateRecord[],
	update: Uint8Array,
): Promise<void> {
	const head = await db.heads.get(document);
	if (head === undefined || head.folds !== read.folds || head.generation !== read.generation) return;
	const bytes = taken.reduce((sum, row) => sum + row.update.byteLength, 0);
	await Promise.all([
		db.snapshots.put({ document, update: ownBytes(update) }),
		db.updates.bulkDelete(taken.map((row) => row.i!)),
		db.heads.put({
			...head,
			folds: head.folds + 1,
			snapshotBytes: update.byteLength,
			foldable: head.foldable - taken.length,
			foldableBytes: head.foldableBytes - bytes,
		}),
	]);
}
