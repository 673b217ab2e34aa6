import type { DocumentId } from '../domain/ids.ts';
import type { DocumentNews } from '../protocol/replica.ts';
import { carryOver, nothing } from './carry-over.ts';
import { ownBytes, type DeskDatabase, type HeadRecord, type UpdateRecord } from './database.ts';
import { writing, type DexieParts } from './dexie-documents.ts';
import { documentBlobs } from './document-blobs.ts';
import { documentsOf, type ReceivedNews, type RecordStore, type Row } from './record-store.ts';
import { isSameSetting } from './same-setting.ts';
import {
	addEdit,
	dropBytes,
	dropDocument,
	newHead,
	nextEditNumber,
	outside,
	putRows,
	readStored,
	remakeRows,
} from './stored-documents.ts';

/** Takes what the relay has sent. */
export function createDexieReceive(parts: DexieParts): Pick<RecordStore, 'receive'> {
	const { connection, news } = parts;
	return {
		async receive(received) {
			const rejected = await connection.run((db) => writing(db, () => storeReceived(db, parts, received)));
			if (rejected === undefined) return 'superseded';
			const documents = documentsOf(received);
			if (documents.length > 0) news.tell({ kind: 'documents', documents, from: 'relay' });
			if (rejected) news.tell({ kind: 'outbox' });
			const keys = Object.keys(received.settings);
			if (keys.length > 0) news.tell({ kind: 'settings', keys });
			return 'stored';
		},
	};
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

interface Replaced {
	/** How many edits of the outbox are refused now. */
	marked: number;
	/** What goes on top of the new generation, to be sent. */
	carried: { update: Uint8Array; what: string } | undefined;
}

/** Another generation takes the place of the one that is here: its bytes go, and what was not sent yet goes along; see carry-over.ts. */
async function replaceGeneration(db: DeskDatabase, old: HeadRecord, news: DocumentNews): Promise<Replaced> {
	const { document, generation } = old;
	const before = (await readStored(db, [document])).get(document)?.updates ?? [];
	const unsent = (await db.outbox.where({ document }).toArray()).filter(
		(edit) => edit.generation === generation && (edit.rejected === undefined || edit.rejected === 'other-generation'),
	);
	const isWhole = news.from === 'snapshot';
	const numbers = unsent.map(({ n }) => n);
	const [carried, dropped] = outside(() => [
		isWhole && unsent.length > 0
			? carryOver(
					before,
					news.updates,
					unsent.map(({ update }) => update),
				)
			: undefined,
		isWhole ? documentBlobs(before) : [],
	]);
	const kept = new Set(isWhole ? outside(() => documentBlobs(news.updates)) : []);
	const copies = (await db.blobs.bulkGet(dropped.filter((blob) => !kept.has(blob))))
		.filter((blob) => blob?.state === 'sent')
		.map((blob) => blob!.id);
	await Promise.all([db.blobs.bulkDelete(copies), db.blobBytes.bulkDelete(copies)]);
	const what = unsent.at(-1)?.what ?? '';
	if (carried?.kind === 'carried') await db.outbox.bulkDelete(numbers);
	if (carried?.kind === 'dropped')
		await db.outbox.where('n').anyOf(numbers).modify({ update: nothing, rejected: 'gone' });
	const marked = await dropBytes(db, document, 'other-generation');
	const update = carried?.kind === 'carried' ? carried.update : undefined;
	return { marked: Math.max(marked, numbers.length), carried: update && { update, what } };
}
