import type { DocumentId } from '../domain/ids.ts';
import type { EditAnswer } from '../protocol/replica.ts';
import type { DexieParts } from './dexie-documents.ts';
import type { DeskDatabase } from './database.ts';
import { nothing } from './carry-over.ts';
import type { OutboxEdit, Project, RecordStore, UnsentCleaning } from './record-store.ts';
import {
	addEdit,
	dropDocument,
	nextEditNumber,
	outside,
	readStored,
	remakeRows,
	updatesOf,
} from './stored-documents.ts';

type Outbox = Pick<RecordStore, 'unsent' | 'attempted' | 'settle' | 'discard' | 'cleanUnsent'>;

export function createDexieOutbox({ connection, news, now, project }: DexieParts): Outbox {
	async function settle(answers: readonly EditAnswer[]): Promise<void> {
		if (answers.length === 0) return;
		const gone = await connection.run((db) =>
			db.atomically('rw', everything(db), async () => {
				const taken = answers.filter((answer) => answer.kind !== 'rejected').map((answer) => answer.n);
				await Promise.all([db.outbox.bulkDelete(taken), releaseRows(db, taken)]);
				return markRejected(db, answers);
			}),
		);
		news.tell({ kind: 'outbox' });
		if (gone.length > 0) news.tell({ kind: 'documents', documents: gone, from: 'relay' });
	}

	async function discard(n: number): Promise<void> {
		const changed = await connection.run((db) =>
			db.atomically('rw', everything(db), async () => {
				const edit = await db.outbox.get(n);
				if (edit?.rejected === undefined) return undefined;
				await Promise.all([db.outbox.delete(n), db.updates.where({ n }).delete()]);
				const { document } = edit;
				const stored = (await readStored(db, [document])).get(document);
				if (stored === undefined) return document;
				if (stored.head === 0 && stored.updates.length === 0) {
					const isCold = (await db.rows.get(document))?.row.cold !== undefined;
					await Promise.all([db.heads.delete(document), isCold ? undefined : db.rows.delete(document)]);
				} else {
					await db.heads.update(document, { version: stored.version + 1 });
					await remakeRows(db, project, [document]);
				}
				return document;
			}),
		);
		if (changed === undefined) return;
		news.tell({ kind: 'outbox' });
		news.tell({ kind: 'documents', documents: [changed], from: 'local', removed: true });
	}

	async function cleanUnsent(cleaning: UnsentCleaning): Promise<DocumentId[]> {
		const documents = await connection.run((db) => db.outbox.orderBy('document').uniqueKeys());
		const changed: DocumentId[] = [];
		for (const document of documents as DocumentId[]) {
			const isOther = await connection.run((db) =>
				db.atomically('rw', [...everything(db), db.settings], () => cleanOne(db, { document, cleaning, now, project })),
			);
			if (isOther) changed.push(document);
		}
		if (changed.length === 0) return changed;
		news.tell({ kind: 'outbox' });
		news.tell({ kind: 'documents', documents: changed, from: 'local', removed: true });
		return changed;
	}

	return {
		unsent: (limit) => connection.run((db) => db.atomically('r', [db.outbox], () => oldestUnsent(db, limit))),
		async attempted(numbers) {
			await connection.run((db) =>
				db.outbox
					.where('n')
					.anyOf([...numbers])
					.modify((edit) => {
						edit.attempts += 1;
					}),
			);
			news.tell({ kind: 'outbox' });
		},
		settle,
		discard,
		cleanUnsent,
	};
}

function everything(db: DeskDatabase) {
	return [db.outbox, db.updates, db.snapshots, db.heads, db.rows, db.blobs, db.blobBytes];
}

async function cleanOne(
	db: DeskDatabase,
	parts: { document: DocumentId; cleaning: UnsentCleaning; project: Project | undefined; now(): number },
): Promise<boolean> {
	const { document, cleaning } = parts;
	const edits = await db.outbox.where({ document }).toArray();
	const stained = outside(() =>
		edits.filter(({ update, rejected }) => rejected !== undefined && !cleaning.isClean(document, update)),
	).map(({ n }) => n);
	if (stained.length > 0) {
		await db.outbox.where('n').anyOf(stained).modify({ update: nothing, rejected: 'gone' });
		await db.updates.where('n').anyOf(stained).delete();
	}
	const [head, snapshot, rows] = await Promise.all([
		db.heads.get(document),
		db.snapshots.get(document),
		updatesOf(db, document).toArray(),
	]);
	const unsent = edits.filter(({ rejected }) => rejected === undefined);
	const numbers = new Set(unsent.map(({ n }) => n));
	const pending = rows.filter(({ n }) => n !== undefined && numbers.has(n));
	if (head === undefined) return stained.length > 0;
	const settled = rows.filter((row) => !pending.includes(row)).map(({ update }) => update);
	if (snapshot !== undefined) settled.unshift(snapshot.update);
	const cleaned = outside(() =>
		pending.length === 0
			? ({ kind: 'same' } as const)
			: cleaning.rewrite(
					document,
					settled,
					pending.map(({ update }) => update),
				),
	);
	if (cleaned.kind === 'same' && stained.length === 0) return false;
	if (cleaned.kind === 'same') await db.heads.put({ ...head, version: head.version + 1 });
	else {
		await Promise.all([db.outbox.bulkDelete([...numbers]), db.updates.bulkDelete(pending.map(({ i }) => i!))]);
		const { update } = cleaned;
		if (update === undefined) await db.heads.put({ ...head, version: head.version + 1 });
		else {
			const n = await nextEditNumber(db, parts.now);
			await addEdit(db, head, { n, update, at: unsent.at(-1)!.at, what: unsent.at(-1)!.what });
		}
	}
	await remakeRows(db, parts.project, [document]);
	return true;
}

async function oldestUnsent(db: DeskDatabase, limit: { edits: number; bytes: number }): Promise<OutboxEdit[]> {
	const found: OutboxEdit[] = [];
	let bytes = 0;
	for (let after = -1; ;) {
		const page = await db.outbox.where('n').above(after).limit(100).toArray();
		for (const edit of page) {
			after = edit.n;
			if (edit.rejected !== undefined) continue;
			bytes += edit.update.byteLength;
			if (found.length > 0 && (bytes > limit.bytes || found.length >= limit.edits)) return found;
			found.push(edit);
		}
		if (page.length < 100) return found;
	}
}

/** The document's rows of edits that the relay has now may be folded. */
async function releaseRows(db: DeskDatabase, numbers: readonly number[]): Promise<void> {
	const rows = await db.updates
		.where('n')
		.anyOf([...numbers])
		.toArray();
	if (rows.length === 0) return;
	const more = new Map<DocumentId, { rows: number; bytes: number }>();
	for (const { document, update } of rows) {
		const sum = more.get(document) ?? { rows: 0, bytes: 0 };
		more.set(document, { rows: sum.rows + 1, bytes: sum.bytes + update.byteLength });
	}
	const heads = await db.heads.bulkGet([...more.keys()]);
	await Promise.all([
		db.updates.bulkPut(rows.map(({ i, document, update }) => ({ i: i!, document, update }))),
		db.heads.bulkPut(
			heads
				.filter((head) => head !== undefined)
				.map((head) => ({
					...head,
					foldable: head.foldable + (more.get(head.document)?.rows ?? 0),
					foldableBytes: head.foldableBytes + (more.get(head.document)?.bytes ?? 0),
				})),
		),
	]);
}

/** Returns the documents that are gone. */
async function markRejected(db: DeskDatabase, answers: readonly EditAnswer[]): Promise<DocumentId[]> {
	const gone = new Set<DocumentId>();
	for (const answer of answers) {
		if (answer.kind !== 'rejected') continue;
		const edit = await db.outbox.get(answer.n);
		if (edit === undefined) continue;
		await db.outbox.put({ ...edit, rejected: answer.code, attempts: edit.attempts + 1 });
		if (answer.code === 'gone') gone.add(edit.document);
	}
	for (const document of gone) await dropDocument(db, document, 'gone');
	return [...gone];
}
