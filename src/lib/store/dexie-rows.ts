import { Dexie } from 'dexie';
import type { DexieParts } from './dexie-documents.ts';
import type { Row, RowTable } from './record-store.ts';
import { putRows } from './stored-documents.ts';

export function createDexieRows({ connection }: DexieParts): RowTable {
	return {
		get: async (document) => (await connection.run((db) => db.rows.get(document)))?.row,
		async many(documents) {
			const found = await connection.run((db) => db.rows.bulkGet([...documents]));
			return found.flatMap((record) => (record === undefined ? [] : [record.row]));
		},
		async each(kind, batch, visit) {
			let after: [string, unknown, unknown] = [kind, Dexie.minKey, Dexie.minKey];
			for (;;) {
				const page = await connection.run((db) =>
					db.rows
						.where('[kind+rank+id]')
						.between(after, [kind, Dexie.maxKey, Dexie.maxKey], false, false)
						.limit(batch)
						.toArray(),
				);
				const last = page.at(-1);
				if (last === undefined) return;
				await visit(page.map((record) => record.row));
				if (page.length < batch) return;
				after = [kind, last.rank, last.id];
			}
		},
		count: (kind) =>
			connection.run((db) =>
				db.rows
					.where('[kind+rank+id]')
					.between([kind, Dexie.minKey, Dexie.minKey], [kind, Dexie.maxKey, Dexie.maxKey])
					.count(),
			),
		countCold: () =>
			connection.run((db) => db.rows.where('[cold+id]').between([1, Dexie.minKey], [1, Dexie.maxKey]).count()),
		put: (rows, versions) =>
			connection.run((db) =>
				db.atomically('rw', [db.rows, db.heads], async () => {
					if (versions === undefined) return putRows(db, rows);
					const heads = await db.heads.bulkGet(rows.map((row) => row.id));
					const current = (row: Row, place: number) => heads[place]?.version === versions.get(row.id);
					return putRows(
						db,
						rows.filter((row, place) => heads[place] !== undefined && current(row, place)),
					);
				}),
			),
		clear: () => connection.run((db) => db.rows.clear()),
	};
}
