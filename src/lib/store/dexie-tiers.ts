import { Dexie } from 'dexie';
import type { DocumentId } from '../domain/ids.ts';
import type { DexieParts } from './dexie-documents.ts';
import type { DeskDatabase } from './database.ts';
import type { DocumentHead, RecordStore } from './record-store.ts';
import { dropBytes, dropCopies, putRows, readStored } from './stored-documents.ts';

/** What is here whole and what is not. */
export function createDexieTiers({ connection, news }: DexieParts): Pick<RecordStore, 'heads' | 'trim' | 'dropCold'> {
	return {
		async heads(documents) {
			const found = await connection.run((db) => db.heads.bulkGet([...documents]));
			const heads = new Map<DocumentId, DocumentHead>();
			for (const record of found) {
				if (record === undefined) continue;
				const { document, generation, head, version, whole } = record;
				heads.set(document, { generation, head, version, whole });
			}
			return heads;
		},
		async trim(documents) {
			const trimmed = await connection.run((db) =>
				db.atomically(
					'rw',
					[db.updates, db.snapshots, db.heads, db.outbox, db.rows, db.blobs, db.blobBytes],
					async () => {
						const taken: DocumentId[] = [];
						for (const { document, version } of documents)
							if (await trimOne(db, document, version)) taken.push(document);
						return taken;
					},
				),
			);
			if (trimmed.length > 0) news.tell({ kind: 'documents', documents: trimmed, from: 'relay' });
			return trimmed;
		},
		async dropCold() {
			const dropped = await connection.run((db) =>
				db.atomically('rw', [db.rows, db.heads], async () => {
					const cold = await db.rows.where('[cold+id]').between([1, Dexie.minKey], [1, Dexie.maxKey]).primaryKeys();
					const heads = await db.heads.bulkGet(cold);
					const ids = cold.filter((_, place) => heads[place] === undefined);
					await db.rows.bulkDelete(ids);
					return ids;
				}),
			);
			if (dropped.length > 0) news.tell({ kind: 'documents', documents: dropped, from: 'relay' });
		},
	};
}

async function trimOne(db: DeskDatabase, document: DocumentId, version: number): Promise<boolean> {
	const [head, record, edits] = await Promise.all([
		db.heads.get(document),
		db.rows.get(document),
		db.outbox.where({ document }).count(),
	]);
	if (head === undefined || record === undefined || edits > 0) return false;
	if (!head.whole || head.head === 0 || head.version !== version) return false;
	const stored = (await readStored(db, [document])).get(document);
	await dropCopies(db, stored?.updates ?? []);
	await dropBytes(db, document, 'no-access');
	await putRows(db, [{ ...record.row, cold: { generation: head.generation, head: head.head } }]);
	return true;
}
