import { Dexie } from 'dexie';
import type { DocumentId } from '../domain/ids.ts';
import type { DocumentNews } from '../protocol/replica.ts';
import type { Connection } from './connection.ts';
import { ownBytes, type DeskDatabase, type HeadRecord, type UpdateRecord } from './database.ts';
import { foldUpdates, isWorthFolding } from './fold-updates.ts';
import {
	documentsOf,
	stampsOf,
	type Committed,
	type LocalChange,
	type Project,
	type ReceivedNews,
	type RecordStore,
	type Row,
} from './record-store.ts';
import { isSameSetting } from './same-setting.ts';
import type { StoreNews } from './store-news.ts';
import {
	addEdit,
	asCold,
	dropBytes,
	dropDocument,
	newHead,
	nextEditNumber,
	putRows,
	readStored,
	remakeRows,
	replaceGeneration,
	updatesOf,
} from './stored-documents.ts';

export interface DexieParts {
	connection: Connection;
	news: StoreNews;
	now(): number;
	project: Project | undefined;
}

type Documents = Pick<RecordStore, 'load' | 'loadMany' | 'documents' | 'stamps' | 'commit' | 'receive' | 'fold'>;

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

	async function receive(received: ReceivedNews): Promise<'stored' | 'superseded'> {
		const rejected = await connection.run((db) => writing(db, () => storeReceived(db, parts, received)));
		if (rejected === undefined) return 'superseded';
		const documents = documentsOf(received);
		if (documents.length > 0) news.tell({ kind: 'documents', documents, from: 'relay' });
		if (rejected) news.tell({ kind: 'outbox' });
		const keys = Object.keys(received.settings);
		if (keys.length > 0) news.tell({ kind: 'settings', keys });
		return 'stored';
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
		receive,
		fold,
	};
}

function writing<T>(db: DeskDatabase, work: () => Promise<T>): PromiseLike<T> {
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

/** Returns whether edits in the outbox were marked as rejected; undefined if the news was superseded. */
async function storeReceived(
	db: DeskDatabase,
	parts: DexieParts,
	received: ReceivedNews,
): Promise<boolean | undefined> {
	let marked = 0;
	for (const [key, value] of Object.entries(received.expected ?? {}))
		if (!isSameSetting((await db.settings.get(key))?.value, value)) return undefined;
	const known = await db.heads.bulkGet(received.documents.map((item) => item.news.document));
	const heads = new Map<DocumentId, HeadRecord>();
	for (const head of known) if (head !== undefined) heads.set(head.document, head);
	const writes = { heads: new Map<DocumentId, HeadRecord>(), updates: [] as UpdateRecord[], rows: [] as Row[] };
	const remake = new Set<DocumentId>();
	const snapshots = new Map<DocumentId, Uint8Array>();
	const carried = new Map<DocumentId, { update: Uint8Array; what: string }>();

	for (const { news, row, basedOn } of received.documents) {
		const { document } = news;
		let head = heads.get(document);
		if (head !== undefined && isStored(head, news)) continue;
		const versionBefore = head?.version ?? 0;
		if (head !== undefined && news.generation > head.generation) {
			const replaced = await replaceGeneration(db, head, news);
			marked += replaced.marked;
			if (replaced.carried !== undefined) carried.set(document, replaced.carried);
			if (row === undefined) await db.rows.delete(document);
			head = { ...newHead(document, news.generation, false), version: head.version, folds: head.folds + 1 };
			writes.updates = writes.updates.filter((update) => update.document !== document);
			snapshots.delete(document);
		}
		const base = head ?? newHead(document, news.generation, false);
		const next: HeadRecord = {
			...base,
			head: Math.max(base.head, news.head),
			version: base.version + 1,
			whole: base.whole || news.from === 'snapshot',
		};
		const alone = standsAlone(news, base);
		if (alone !== undefined) {
			snapshots.set(document, ownBytes(alone));
			next.snapshotBytes = alone.byteLength;
			next.folds += 1;
		} else {
			for (const update of news.updates) {
				writes.updates.push({ document, update: ownBytes(update) });
				next.foldable += 1;
				next.foldableBytes += update.byteLength;
			}
		}
		heads.set(document, next);
		writes.heads.set(document, next);
		if (basedOn !== undefined && basedOn !== versionBefore) remake.add(document);
		else if (row !== undefined) writes.rows.push(row);
	}

	const cold = received.headers ?? [];
	if (cold.length > 0) marked += await storeHeaders(db, cold, heads, writes.rows);
	await Promise.all([
		db.heads.bulkPut([...writes.heads.values()]),
		db.snapshots.bulkPut(Array.from(snapshots, ([document, update]) => ({ document, update }))),
		db.updates.bulkAdd(writes.updates),
		putRows(db, writes.rows),
		db.settings.bulkPut(Object.entries(received.settings).map(([key, value]) => ({ key, value }))),
	]);
	for (const [document, { update, what }] of carried) {
		const n = await nextEditNumber(db, parts.now);
		await addEdit(db, writes.heads.get(document)!, { n, update, what, at: parts.now() });
		remake.add(document);
	}
	await remakeRows(db, parts.project, [...remake]);
	for (const document of received.gone) marked += await dropDocument(db, document, 'gone');
	for (const document of received.dropped) marked += await dropDocument(db, document, 'no-access');
	return marked > 0;
}

/**
 * Adds the rows that are news. A document of an older generation goes: what it says is no longer what it is. Where something in it is not sent,
 * it waits for the new one, on top of which that goes (carry-over.ts).
 */
async function storeHeaders(
	db: DeskDatabase,
	headers: readonly Row[],
	heads: Map<DocumentId, HeadRecord>,
	rows: Row[],
): Promise<number> {
	let marked = 0;
	const ids = headers.map(({ id }) => id);
	const [known, before] = await Promise.all([db.heads.bulkGet(ids), db.rows.bulkGet(ids)]);
	for (const [place, row] of headers.entries()) {
		const head = heads.get(row.id) ?? known[place];
		const { generation, head: newest } = row.cold ?? { generation: 0, head: 0 };
		const older = before[place]?.row.cold;
		if (older !== undefined && (older.generation > generation || older.head > newest)) continue;
		if (head !== undefined && head.generation < generation) {
			const isUnsent = (await db.outbox.where({ document: row.id }).count()) > 0;
			if (!isUnsent) marked += await dropBytes(db, row.id, 'other-generation');
		} else if (head?.whole === true || (head !== undefined && head.generation > generation)) continue;
		rows.push(row);
	}
	return marked;
}

/** An older generation, or what has been taken before. A snapshot is news as long as the beginning of the document is missing. */
function isStored(head: HeadRecord, news: { generation: number; head: number; from: 'snapshot' | 'tail' }): boolean {
	if (news.generation !== head.generation) return news.generation < head.generation;
	return news.head <= head.head && (head.whole || news.from === 'tail');
}

/** A whole document in one update, with nothing of the relay's below it, can be the snapshot; unsent edits lie on top. */
function standsAlone(news: DocumentNews, base: HeadRecord): Uint8Array | undefined {
	const [first, second] = news.updates;
	const nothingBelow = base.head === 0 && base.foldable === 0 && base.snapshotBytes === 0;
	return news.from === 'snapshot' && nothingBelow && second === undefined ? first : undefined;
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
