import type { DexieParts } from './dexie-documents.ts';
import type { RecordStore } from './record-store.ts';
import { addEdit, nextEditNumber, remakeRows } from './stored-documents.ts';

/** A rejected edit gets a second chance. */
export function createDexieRetry({ connection, news, now, project }: DexieParts): Pick<RecordStore, 'retry'> {
	return {
		async retry(rejected) {
			const again = await connection.run((db) =>
				db.atomically('rw', db.tables, async () => {
					const edit = await db.outbox.get(rejected);
					const head = edit === undefined ? undefined : await db.heads.get(edit.document);
					if (edit?.rejected === undefined || head?.generation !== edit.generation) return undefined;
					const { document, update, at, what } = edit;
					await Promise.all([db.outbox.delete(rejected), db.updates.where({ n: rejected }).delete()]);
					const n = await nextEditNumber(db, now);
					await addEdit(db, head, { n, update, at, what });
					await remakeRows(db, project, [document]);
					return { n, document };
				}),
			);
			if (again === undefined) return undefined;
			news.tell({ kind: 'outbox' });
			news.tell({ kind: 'documents', documents: [again.document], from: 'local' });
			return again.n;
		},
	};
}
