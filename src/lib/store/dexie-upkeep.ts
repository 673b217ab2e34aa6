import type { DexieParts } from './dexie-documents.ts';
import type { DeskDatabase, HeadRecord, StorageAccess } from './database.ts';
import { numberKeys } from './number-blocks.ts';
import type { OutboxEdit, RecordStore } from './record-store.ts';
import { StoreFailure } from './store-failure.ts';
import { addEdit, lastEditKey, newHead, nextEditNumber, remakeRows } from './stored-documents.ts';
import { decodeUnsent, encodeUnsent, isSameEdit, isSound, type UnsentFile } from './unsent-file.ts';

type Upkeep = Pick<RecordStore, 'exportUnsent' | 'importUnsent' | 'repair' | 'empty' | 'wipe'>;

export function createDexieUpkeep(parts: DexieParts, access: StorageAccess & { name: string }): Upkeep {
	const { connection, news, project } = parts;
	return {
		async exportUnsent() {
			const file = await connection.run((db) =>
				db.atomically('r', [db.outbox, db.blobs, db.blobBytes], () => readUnsent(db)),
			);
			return encodeUnsent(file);
		},
		async importUnsent(bytes) {
			const reading = decodeUnsent(bytes);
			if (reading.kind !== 'ok') return reading;
			const { file } = reading;
			if (!(await isSound(file))) return { kind: 'malformed' };
			const edits = await connection.run((db) => db.atomically('rw', db.tables, () => addUnsent(db, parts, file)));
			news.tell({ kind: 'outbox' });
			news.tell({ kind: 'documents', documents: [...new Set(edits.map((edit) => edit.document))], from: 'local' });
			return { kind: 'ok', edits: edits.length, blobs: file.blobs.length };
		},
		async repair({ settings }) {
			const keep = new Set([...settings, ...numberKeys, lastEditKey]);
			const documents = await connection.run((db) =>
				db.atomically('rw', db.tables, async () => {
					await Promise.all([
						...[db.updates, db.snapshots, db.heads, db.rows].map((table) => table.clear()),
						db.settings
							.where('key')
							.noneOf([...keep])
							.delete(),
						dropAllCopies(db),
					]);
					const unsent = (await db.outbox.toArray()).filter((edit) => edit.rejected === undefined);
					const heads = await layUnsent(db, unsent);
					await remakeRows(db, project, [...heads.keys()]);
					return [...heads.keys()];
				}),
			);
			news.tell({ kind: 'outbox' });
			news.tell({ kind: 'documents', documents, from: 'local' });
		},
		async empty() {
			await connection.run(clearAll);
			news.tellOthers({ kind: 'closed', why: 'wiped' });
		},
		async wipe() {
			// First the content: it must be gone even if another tab keeps the database open.
			await connection.run(clearAll);
			news.tell({ kind: 'closed', why: 'wiped' });
			connection.end('closed');
			const deleted = await deleteDatabase(access.indexedDB, access.name);
			news.close();
			return deleted;
		},
	};
}

function clearAll(db: DeskDatabase): Promise<unknown> {
	return db.atomically('rw', db.tables, () => Promise.all(db.tables.map((table) => table.clear())));
}

/** Deletes a database and looks whether it is gone. emptied: somebody still holds it; it goes when they let go. */
export async function deleteDatabase(indexedDB: IDBFactory, name: string): Promise<'gone' | 'emptied'> {
	const deleted = await new Promise<boolean>((resolve, reject) => {
		const request = indexedDB.deleteDatabase(name);
		request.onsuccess = () => resolve(true);
		request.onblocked = () => resolve(false);
		request.onerror = () => reject(new StoreFailure('unknown', request.error));
	});
	if (!deleted) return 'emptied';
	const left = typeof indexedDB.databases === 'function' ? await indexedDB.databases() : [];
	if (left.some((database) => database.name === name)) throw new StoreFailure('unknown');
	return 'gone';
}

async function readUnsent(db: DeskDatabase): Promise<UnsentFile> {
	const edits = await db.outbox.toArray();
	const local = await db.blobs.filter((blob) => blob.state === 'local').primaryKeys();
	const bytes = await db.blobBytes.bulkGet(local);
	return { edits, blobs: bytes.filter((blob) => blob !== undefined) };
}

async function addUnsent(db: DeskDatabase, parts: DexieParts, file: UnsentFile): Promise<UnsentFile['edits']> {
	const known = await db.outbox.toArray();
	const fresh = file.edits.filter((edit) => !known.some((other) => isSameEdit(edit, other)));
	const heads = new Map<OutboxEdit['document'], HeadRecord>();
	for (const { document, generation, update, at, what, rejected } of fresh) {
		const n = await nextEditNumber(db, parts.now);
		const head = heads.get(document) ?? (await db.heads.get(document)) ?? newHead(document, generation, false);
		const code = rejected ?? (head.generation === generation ? undefined : ('other-generation' as const));
		if (code !== undefined) {
			await db.outbox.add({ n, document, generation, update, at, what, attempts: 0, rejected: code });
			continue;
		}
		heads.set(document, await addEdit(db, head, { n, update, at, what }));
	}
	await remakeRows(db, parts.project, [...heads.keys()]);
	for (const { id, bytes } of file.blobs) {
		if ((await db.blobs.get(id)) !== undefined) continue;
		await db.blobs.put({ id, size: bytes.byteLength, state: 'local', usedAt: parts.now() });
		await db.blobBytes.put({ id, bytes });
	}
	return fresh;
}

/** Puts the unsent edits back under documents that are not there any more, so that they can be read until the rest arrives. */
async function layUnsent(db: DeskDatabase, unsent: readonly OutboxEdit[]) {
	const heads = new Map<OutboxEdit['document'], HeadRecord>();
	for (const { document, generation, update, n } of unsent) {
		const head = heads.get(document) ?? newHead(document, generation, false);
		if (head.generation !== generation) continue;
		heads.set(document, { ...head, version: head.version + 1 });
		await db.updates.add({ document, update, n });
	}
	await db.heads.bulkPut([...heads.values()]);
	return heads;
}

async function dropAllCopies(db: DeskDatabase): Promise<void> {
	const copies = await db.blobs.filter((blob) => blob.state === 'sent').primaryKeys();
	await Promise.all([db.blobs.bulkDelete(copies), db.blobBytes.bulkDelete(copies)]);
}
