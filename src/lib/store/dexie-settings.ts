import type { DexieParts } from './dexie-documents.ts';
import type { DeskDatabase } from './database.ts';
import { numberKeys, numbersLeft, takeFrom, withBlocks, type NumberBlocks } from './number-blocks.ts';
import type { RecordStore, Settings } from './record-store.ts';

export function createDexieSettings({ connection, news }: DexieParts): Settings {
	return {
		get: async <T>(key: string) => (await connection.run((db) => db.settings.get(key)))?.value as T | undefined,
		async set(key, value) {
			await connection.run((db) => db.settings.put({ key, value }));
			news.tell({ kind: 'settings', keys: [key] });
		},
		async change<T>(key: string, change: (value: T | undefined) => T): Promise<T> {
			const value = await connection.run((db) =>
				db.atomically('rw', [db.settings], async () => {
					const next = change((await db.settings.get(key))?.value as T | undefined);
					await db.settings.put({ key, value: next });
					return next;
				}),
			);
			news.tell({ kind: 'settings', keys: [key] });
			return value;
		},
	};
}

export function createDexieNumbers({ connection }: DexieParts): Pick<RecordStore, 'takeNumber' | 'addBlocks'> {
	return {
		takeNumber: () =>
			connection.run((db) =>
				db.atomically('rw', [db.settings], async () => {
					const taken = takeFrom(await readBlocks(db));
					if (taken === undefined) return undefined;
					await writeBlocks(db, taken.state);
					return { number: taken.number, left: taken.left };
				}),
			),
		addBlocks: (blocks) =>
			connection.run((db) =>
				db.atomically('rw', [db.settings], async () => {
					const state = withBlocks(await readBlocks(db), blocks);
					await writeBlocks(db, state);
					return numbersLeft(state);
				}),
			),
	};
}

async function readBlocks(db: DeskDatabase): Promise<NumberBlocks> {
	const [blocks, numberCounter, spentBlocks] = await db.settings.bulkGet([...numberKeys]);
	return {
		blocks: (blocks?.value as number[] | undefined) ?? [],
		numberCounter: (numberCounter?.value as number | undefined) ?? 0,
		spentBlocks: (spentBlocks?.value as number[] | undefined) ?? [],
	};
}

async function writeBlocks(db: DeskDatabase, state: NumberBlocks): Promise<void> {
	await db.settings.bulkPut(numberKeys.map((key) => ({ key, value: state[key] })));
}
