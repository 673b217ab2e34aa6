import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, test } from 'vitest';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { createDexieRecordStore } from '../../src/lib/store/dexie-record-store.ts';
import type { StoreChange } from '../../src/lib/store/record-store.ts';
import { salvageUnsent } from '../../src/lib/store/salvage-unsent.ts';
import { contentOf, localChange, note, ticketId, writtenTicket } from './record-fixtures.ts';

const id = ticketId(1);

function start(indexedDB: IDBFactory) {
	return createDexieRecordStore({
		...{ name: 'desk', now: () => 5000, indexedDB, IDBKeyRange, channel: null, project: updatesToRow },
	});
}

/** Opening fails the next so many times, as Chromium does where it cannot read its files. */
function unreadable(indexedDB: IDBFactory, times: { left: number }): IDBFactory {
	return new Proxy(indexedDB, {
		get(target, key) {
			if (key === 'databases')
				return () =>
					times.left-- > 0
						? Promise.reject(new DOMException('Internal error opening backing store', 'UnknownError'))
						: target.databases();
			const value = Reflect.get(target, key, target) as unknown;
			return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
		},
	});
}

function write(indexedDB: IDBFactory, table: string, change: (store: IDBObjectStore) => void): Promise<void> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.open('desk');
		request.onerror = () => reject(request.error);
		request.onsuccess = () => {
			const transaction = request.result.transaction(table, 'readwrite');
			change(transaction.objectStore(table));
			transaction.oncomplete = () => {
				request.result.close();
				resolve();
			};
		};
	});
}

describe('a damaged database', () => {
	test('that cannot be opened at the start, and again not, is called damaged', async () => {
		const store = start(unreadable(new IDBFactory(), { left: 99 }));
		await expect(store.settings.get('session')).rejects.toMatchObject({ kind: 'damaged' });
	});

	test('that opens at the second try works', async () => {
		const store = start(unreadable(new IDBFactory(), { left: 1 }));
		expect(await store.settings.get('session')).toBeUndefined();
	});

	test('that fails later is called damaged only when it failed again and again, and can recover', async () => {
		const times = { left: 0 };
		const indexedDB = unreadable(new IDBFactory(), times);
		const store = start(indexedDB);
		await store.settings.set('a', 1);
		const kinds: string[] = [];
		times.left = 8;
		await write(indexedDB, 'settings', () => {});
		// What closes it: the browser, at any time.
		const force = await import('fake-indexeddb').then((module) => module.forceCloseDatabase);
		for (const connection of openConnections(indexedDB)) force(connection as never);
		for (let i = 0; i < 5; i++)
			kinds.push(
				await store.settings.get('a').then(
					() => 'ok',
					(error: { kind: string }) => error.kind,
				),
			);
		expect(kinds).toEqual(['connection-lost', 'connection-lost', 'damaged', 'damaged', 'ok']);
	});

	test('that the browser threw away and made anew under the app is not taken for an empty device', async () => {
		const indexedDB = new IDBFactory();
		const store = start(indexedDB);
		await store.settings.set('session', 'me');
		const heard: StoreChange[] = [];
		store.watch((change) => heard.push(change));
		const force = await import('fake-indexeddb').then((module) => module.forceCloseDatabase);
		for (const connection of openConnections(indexedDB)) force(connection as never);
		await new Promise<void>((resolve, reject) => {
			const deleting = indexedDB.deleteDatabase('desk');
			deleting.onsuccess = () => resolve();
			deleting.onerror = () => reject(deleting.error);
		});
		await expect(store.settings.get('session')).rejects.toMatchObject({ kind: 'damaged' });
		await expect(store.settings.set('session', 'x')).rejects.toMatchObject({ kind: 'damaged' });
		expect(heard).toEqual([{ kind: 'closed', why: 'damaged' }]);
	});
});

function openConnections(indexedDB: IDBFactory): unknown[] {
	const raw = (indexedDB as unknown as { _databases: Map<string, { connections: unknown[] }> })._databases;
	return [...raw.values()].flatMap(({ connections }) => [...connections]);
}

describe('salvaging what was not sent', () => {
	test('reads edits, files and settings past the store, changes nothing, and the file can be imported', async () => {
		const indexedDB = new IDBFactory();
		const store = start(indexedDB);
		const ticket = writtenTicket('Printer');
		await store.commit(localChange(id, ticket.updates[0]!));
		await store.commit(localChange(id, ticket.write(note('unsent'))[0]!));
		const blob = await store.blobs.add(Uint8Array.of(1, 2, 3));
		await store.settings.set('session', { device: 'd' });
		const salvaged = await salvageUnsent(indexedDB, 'desk', ['session', 'none']);
		expect(salvaged).toMatchObject({ edits: 2, blobs: 1, lost: 0 });
		expect([...salvaged.settings]).toEqual([['session', { device: 'd' }]]);
		const other = start(new IDBFactory());
		expect(await other.importUnsent(salvaged.file)).toEqual({ kind: 'ok', edits: 2, blobs: 1 });
		expect(contentOf((await other.load(id))!.updates)).toContain('unsent');
		expect(await other.blobs.get(blob)).toEqual(Uint8Array.of(1, 2, 3));
		expect(await store.outbox()).toHaveLength(2);
	});

	test('leaves out what is no edit and no file any more, and counts it', async () => {
		const indexedDB = new IDBFactory();
		const store = start(indexedDB);
		const ticket = writtenTicket('Printer');
		await store.commit(localChange(id, ticket.updates[0]!));
		const blob = await store.blobs.add(Uint8Array.of(1, 2, 3));
		store.close();
		await write(indexedDB, 'outbox', (table) => {
			table.put({ n: 7, document: 'nonsense', update: 'no bytes' });
			table.put({ n: 8, document: id, generation: 1, at: 1, what: 'x', update: { length: 5 } });
		});
		await write(indexedDB, 'blobBytes', (table) => table.put({ id: blob, bytes: Uint8Array.of(9) }));
		expect(await salvageUnsent(indexedDB, 'desk', [])).toMatchObject({ edits: 1, blobs: 0, lost: 3 });
	});

	test('finds nothing where there is no database, and makes none', async () => {
		const indexedDB = new IDBFactory();
		expect(await salvageUnsent(indexedDB, 'desk', ['session'])).toMatchObject({ edits: 0, blobs: 0, lost: undefined });
		expect(await indexedDB.databases()).toEqual([]);
	});
});
