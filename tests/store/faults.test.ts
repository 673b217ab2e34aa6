import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BlobId } from '../../src/lib/domain/ids.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { databaseVersion, nativeVersion } from '../../src/lib/store/database.ts';
import { createDexieRecordStore } from '../../src/lib/store/dexie-record-store.ts';
import type { RecordStore, StoreChange } from '../../src/lib/store/record-store.ts';
import { breakableDevice } from './device-faults.ts';
import {
	contentOf,
	documentNews,
	incoming,
	localChange,
	note,
	received,
	ticketId,
	writtenTicket,
} from './record-fixtures.ts';
import { stateOf } from './store-state.ts';

const device = breakableDevice();
let indexedDB: IDBFactory;
const open: RecordStore[] = [];

function start(): RecordStore {
	const store = createDexieRecordStore({
		name: 'desk',
		now: () => 5000,
		indexedDB,
		IDBKeyRange,
		channel: null,
		project: updatesToRow,
	});
	open.push(store);
	return store;
}

beforeEach(() => {
	indexedDB = new IDBFactory();
});
afterEach(() => {
	device.revive();
	for (const store of open.splice(0)) store.close();
});
afterAll(() => device.restore());

const id = ticketId(1);

/** What happened, the same for every device of this file. */
const ticket = writtenTicket('Printer');
const wholeTicket = ticket.whole();
const many = Array.from({ length: 70 }, (_, i) => ticket.write(note(`note ${i}`))[0]!);
const unsentUpdate = ticket.write(note('unsent'))[0]!;
const mine = writtenTicket('Mine');
const wrongUpdate = mine.write(note('wrong'))[0]!;
const copy = 'e52d9c508c502347344d8c07ad91cbd6068afc75ff6292f062a09ca381c89e71' as BlobId;
const next = ticket.write(incoming('an answer', [copy]))[0]!;
const cold = writtenTicket('Cold');
const coldRow = updatesToRow(ticketId(7), cold.updates);

/** A device that has been in use: a document worth folding, unsent and rejected edits, files, numbers. */
async function usedDevice() {
	const store = start();
	await store.receive(received([{ news: documentNews(id, [wholeTicket], { head: 1 }) }], { cursor: 1 }));
	await store.receive(received([{ news: documentNews(id, many, { head: 71, from: 'tail' }) }], { cursor: 71 }));
	const unsent = await store.commit(localChange(id, unsentUpdate));
	const other = await store.commit(localChange(ticketId(2), mine.updates[0]!));
	const wrong = await store.commit(localChange(ticketId(2), wrongUpdate));
	await store.settle([{ n: wrong.n, kind: 'rejected', code: 'invalid-entry' }]);
	await store.addBlocks([104]);
	await store.blobs.add(Uint8Array.of(1, 2, 3));
	expect(await store.blobs.keepCopy(copy, Uint8Array.of(4))).toBe(true);
	return { store, unsent, other, wrong };
}
type Used = Awaited<ReturnType<typeof usedDevice>>;

const works: Record<string, (store: RecordStore, used: Used) => Promise<unknown>> = {
	'a local edit': (store) => store.commit(localChange(id, next, { basedOn: 1 })),
	'a new ticket': (store) => store.commit(localChange(ticketId(7), cold.updates[0]!, { row: coldRow, basedOn: 0 })),
	'news, a new generation, a dropped document and the cursor': (store) =>
		store.receive({
			...received(
				[
					{ news: documentNews(id, [next], { head: 80, from: 'tail' }), basedOn: 0 },
					{ news: documentNews(ticketId(7), [cold.whole()], { head: 81 }), row: coldRow },
					{ news: documentNews(ticketId(2), [cold.whole()], { head: 82, generation: 2 }) },
				],
				{ cursor: 82 },
			),
		}),
	'a dropped document': (store) => store.receive({ ...received([], { cursor: 90 }), dropped: [id] }),
	'answers of the relay': (store, { unsent, other }) =>
		store.settle([
			{ n: unsent.n, kind: 'ok', seq: 90 },
			{ n: other.n, kind: 'rejected', code: 'gone' },
		]),
	'a discarded edit': (store, { wrong }) => store.discard(wrong.n),
	'a fold': (store) => store.fold(id),
	'a repair': (store) => store.repair({ settings: ['cursor'] }),
	'a file': (store) => store.blobs.add(Uint8Array.of(9, 9)),
	'dropping copies': (store) => store.blobs.dropCopies(1),
};
describe('a tab that is killed', () => {
	test.each(Object.keys(works))('[RS1][RS3][RS4][RS5] at any step of %s leaves all of it or nothing', async (name) => {
		const work = works[name]!;
		const expected = await healthyResult(work);
		let reached = 0;
		for (let at = 1; ; at++) {
			indexedDB = new IDBFactory();
			const used = await usedDevice();
			const before = await stateOf(used.store);
			device.strike({ kind: 'kill', at });
			const resolved = await work(used.store, used).then(
				() => true,
				() => false,
			);
			const spared = device.spared;
			used.store.close();
			device.revive();
			const store = start();
			const found = await stateOf(store);
			if (!resolved) {
				expect(found, `killed at step ${at}`).toEqual(before);
				await work(store, used);
				reached = at;
			}
			const after = await stateOf(store);
			expect(after).toEqual(expected);
			if (spared) break;
		}
		expect(reached).toBeGreaterThan(1);
	});

	test('[RS2][RS7] never makes the device give a number twice', async () => {
		const used = await usedDevice();
		const given = new Set<unknown>((await used.store.outbox()).map((edit) => edit.n));
		const before = given.size;
		let asked = 0;
		for (let at = 1; at < 16; at++) {
			const store = start();
			device.strike({ kind: 'kill', at });
			const number = await store.takeNumber().catch(() => undefined);
			const edit = await store
				.commit(localChange(ticketId(20 + at), writtenTicket().updates[0]!))
				.catch(() => undefined);
			for (const value of [number?.number, edit?.n]) {
				if (value === undefined) continue;
				asked += 1;
				given.add(value);
			}
			device.revive();
			store.close();
		}
		expect(asked).toBeGreaterThan(5);
		expect(given.size).toBe(before + asked);
	});
});

async function healthyResult(work: (store: RecordStore, used: Used) => Promise<unknown>) {
	const kept = indexedDB;
	indexedDB = new IDBFactory();
	const used = await usedDevice();
	await work(used.store, used);
	const state = await stateOf(used.store);
	indexedDB = kept;
	return state;
}

describe('a connection that is lost', () => {
	test.each(Object.keys(works))('once, at any step of %s, goes unnoticed', async (name) => {
		const work = works[name]!;
		const expected = await healthyResult(work);
		for (let at = 1; ; at++) {
			indexedDB = new IDBFactory();
			const used = await usedDevice();
			device.strike({ kind: 'cut', at });
			await work(used.store, used);
			const { spared } = device;
			device.revive();
			expect(await stateOf(used.store), `cut at step ${at}`).toEqual(expected);
			if (spared) break;
		}
	});

	test('while nothing runs is opened anew', async () => {
		const { store } = await usedDevice();
		device.closeConnection();
		expect(contentOf((await store.load(id))!.updates).length).toBeGreaterThan(100);
		device.closeConnection();
		await store.commit(localChange(id, next));
		expect(contentOf((await store.load(id))!.updates)).toContain('an answer');
	});

	test('[RS1] for good is said, with nothing stored; the same edit can be stored later', async () => {
		const { store } = await usedDevice();
		const before = await stateOf(store);
		const heard: StoreChange[] = [];
		store.watch((change) => heard.push(change));
		device.strike({ kind: 'kill', at: 1 });
		await expect(store.commit(localChange(id, next))).rejects.toMatchObject({ kind: 'connection-lost' });
		expect(heard).toEqual([{ kind: 'closed', why: 'connection-lost' }]);
		device.revive();
		expect(await stateOf(store)).toEqual(before);
		await store.commit(localChange(id, next));
		expect(contentOf((await store.load(id))!.updates)).toContain('an answer');
	});
});

describe('a full disk', () => {
	test('first loses copies of files, and the edit is stored', async () => {
		const { store } = await usedDevice();
		const unsent = await store.blobs.unsent();
		device.strike({ kind: 'full' });
		await store.commit(localChange(id, next));
		expect(contentOf((await store.load(id))!.updates)).toContain('an answer');
		expect(await store.blobs.get(copy)).toBeUndefined();
		expect(await store.blobs.unsent()).toEqual(unsent);
	});

	test('[RS1] without copies is said, with nothing stored; reading and a later try work', async () => {
		const { store } = await usedDevice();
		await store.blobs.dropCopies(1e9);
		const before = await stateOf(store);
		device.strike({ kind: 'full' });
		await expect(store.commit(localChange(id, next))).rejects.toMatchObject({ kind: 'quota' });
		await expect(store.blobs.add(Uint8Array.of(5))).rejects.toMatchObject({ kind: 'quota' });
		expect(await store.blobs.keepCopy(copy, Uint8Array.of(4))).toBe(false);
		const [unsent] = await store.blobs.unsent();
		expect(await store.blobs.get(unsent!.id)).toEqual(Uint8Array.of(1, 2, 3));
		expect(await stateOf(store)).toEqual(before);
		device.revive();
		await store.commit(localChange(id, next));
	});
});

const newerVersion = nativeVersion(databaseVersion + 1);

describe('other versions of the app', () => {
	test('an upgrade that an older tab blocks is said, and works when that tab is closed', async () => {
		const older = await nativeOpen(5);
		const store = start();
		await expect(store.load(id)).rejects.toMatchObject({ kind: 'blocked' });
		older.close();
		await expect
			.poll(() =>
				store.load(id).then(
					() => 'open',
					() => 'blocked',
				),
			)
			.toBe('open');
	});

	test('this tab lets go when a newer one upgrades, says so, and stores nothing after', async () => {
		const { store } = await usedDevice();
		const heard: StoreChange[] = [];
		store.watch((change) => heard.push(change));
		const newer = await nativeOpen(newerVersion);
		expect(heard).toEqual([{ kind: 'closed', why: 'upgrade' }]);
		await expect(store.commit(localChange(id, next))).rejects.toMatchObject({ kind: 'blocked' });
		newer.close();
	});

	test('a database of a newer app is refused and not touched', async () => {
		const { store } = await usedDevice();
		store.close();
		(await nativeOpen(newerVersion)).close();
		await expect(start().load(id)).rejects.toMatchObject({ kind: 'newer' });
		const database = await nativeOpen(undefined);
		expect(database.version).toBe(newerVersion);
		expect([...database.objectStoreNames]).toContain('outbox');
		database.close();
	});
});

function nativeOpen(version: number | undefined): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.open('desk', version);
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

describe('wiping', () => {
	test('[F100] leaves no database, and a new one starts empty', async () => {
		const { store } = await usedDevice();
		expect(await store.wipe()).toBe('gone');
		expect(await indexedDB.databases()).toEqual([]);
		expect((await stateOf(start())).outbox).toEqual([]);
	});

	test('[F100] empties the database even while a foreign connection holds it', async () => {
		const { store } = await usedDevice();
		const foreign = await nativeOpen(undefined);
		expect(await store.wipe()).toBe('emptied');
		const counts = [...foreign.objectStoreNames].map(
			(name) =>
				new Promise((resolve) => {
					const request = foreign.transaction(name).objectStore(name).count();
					request.onsuccess = () => resolve(request.result);
				}),
		);
		expect(new Set(await Promise.all(counts))).toEqual(new Set([0]));
		foreign.close();
	});
});
