import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { expect, test, vi } from 'vitest';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { DeskDatabase } from '../../src/lib/store/database.ts';
import { createDexieRecordStore } from '../../src/lib/store/dexie-record-store.ts';
import type { StoreChange } from '../../src/lib/store/record-store.ts';
import type { TabChannel } from '../../src/lib/store/store-news.ts';
import { contentOf, documentNews, localChange, received, note, ticketId, writtenTicket } from './record-fixtures.ts';

/** Channels that deliver to each other at once, as BroadcastChannels do later. */
function tabChannels(count: number): TabChannel[] {
	const listeners: ((event: { data: unknown }) => void)[][] = Array.from({ length: count }, () => []);
	return listeners.map((own, place) => ({
		postMessage: (message) =>
			listeners.forEach((others, other) => {
				if (other !== place) for (const listener of others) listener({ data: structuredClone(message) });
			}),
		addEventListener: (_, listener) => void own.push(listener),
		close: () => void own.splice(0),
	}));
}

function twoTabs() {
	const indexedDB = new IDBFactory();
	const [left, right] = tabChannels(2).map((channel) =>
		createDexieRecordStore({ name: 'desk', now: () => 1, indexedDB, IDBKeyRange, channel, project: updatesToRow }),
	);
	return { left: left!, right: right!, indexedDB };
}

const id = ticketId(1);

test('[F97] a tab hears what another one stored, and reads it', async () => {
	const { left, right } = twoTabs();
	const heard: StoreChange[] = [];
	right.watch((change) => heard.push(change));
	const ticket = writtenTicket();
	await left.commit(localChange(id, ticket.updates[0]!));
	expect(heard).toEqual([{ kind: 'documents', documents: [id], from: 'local' }, { kind: 'outbox' }]);
	expect(contentOf((await right.load(id))!.updates)).toBe(contentOf([ticket.whole()]));
});

test('[RS1][RS2][RS7] two tabs that write at once lose nothing, and give no number twice', async () => {
	const { left, right } = twoTabs();
	await left.addBlocks([104]);
	const ticket = writtenTicket();
	await left.commit(localChange(id, ticket.updates[0]!, { basedOn: 0, row: updatesToRow(id, ticket.updates) }));
	const updates = Array.from({ length: 20 }, (_, i) => ticket.write(note(`${i}`))[0]!);
	const done = await Promise.all(
		updates.map((update, i) => (i % 2 === 0 ? left : right).commit(localChange(id, update, { basedOn: 1 }))),
	);
	const numbers = await Promise.all(updates.map((_, i) => (i % 2 === 0 ? left : right).takeNumber()));
	expect(new Set(done.map(({ n }) => n)).size).toBe(20);
	expect(new Set(numbers.map((taken) => taken?.number)).size).toBe(20);
	expect(contentOf((await right.load(id))!.updates)).toBe(contentOf([ticket.whole()]));
	expect(await right.rows.get(id)).toEqual(updatesToRow(id, [ticket.whole()]));
});

test('[RS5] two tabs that fold at once while a third edit arrives lose nothing', async () => {
	const { left, right } = twoTabs();
	const ticket = writtenTicket();
	const first = await left.commit(localChange(id, ticket.updates[0]!));
	const answers = [{ n: first.n, kind: 'ok' as const, seq: 1 }];
	for (let i = 0; i < 80; i++) {
		const { n } = await left.commit(localChange(id, ticket.write(note(`${i}`))[0]!));
		answers.push({ n, kind: 'ok', seq: i + 2 });
	}
	await left.settle(answers);
	await Promise.all([
		left.fold(id),
		right.fold(id),
		right.commit(localChange(id, ticket.write(note('late'))[0]!)),
		left.fold(id),
	]);
	const stored = (await left.load(id))!;
	expect(stored.updates).toHaveLength(2);
	expect(contentOf(stored.updates)).toBe(contentOf([ticket.whole()]));
});

test('[RS5] a slow tab that folds what others have folded since changes nothing', async () => {
	const { left, right } = twoTabs();
	const ticket = writtenTicket();
	let head = 1;
	const receiveNotes = async () => {
		const tail = Array.from({ length: 80 }, () => ticket.write(note(`note ${head++}`))[0]!);
		await right.receive(received([{ news: documentNews(id, tail, { head, from: 'tail' }) }]));
	};
	await right.receive(received([{ news: documentNews(id, [ticket.whole()], { head }) }]));
	await receiveNotes();

	const atomically = DeskDatabase.prototype.atomically;
	let release = () => undefined as void;
	const held = new Promise<void>((resolve) => {
		const spy = vi.spyOn(DeskDatabase.prototype, 'atomically').mockImplementation(async function (
			this: DeskDatabase,
			...args: unknown[]
		) {
			if (args[0] === 'rw') {
				spy.mockRestore();
				const gate = new Promise<void>((open) => (release = open));
				resolve();
				await gate;
			}
			return Reflect.apply(atomically, this, args) as never;
		} as never);
	});
	const slow = left.fold(id);
	await held;
	await right.fold(id);
	await receiveNotes();
	await right.fold(id);
	release();
	await slow;
	expect(contentOf((await left.load(id))!.updates)).toBe(contentOf([ticket.whole()]));
});

test('[F100] a wipe in one tab closes the others, and leaves nothing', async () => {
	const { left, right, indexedDB } = twoTabs();
	await left.commit(localChange(id, writtenTicket().updates[0]!));
	await right.load(id);
	const heard: StoreChange[] = [];
	right.watch((change) => heard.push(change));
	expect(await left.wipe()).toBe('gone');
	expect(heard).toEqual([{ kind: 'closed', why: 'wiped' }]);
	await expect(right.load(id)).rejects.toMatchObject({ name: 'StoreFailure' });
	expect(await indexedDB.databases()).toEqual([]);
});

test('what is not a message of a store is not heard', async () => {
	const [channel, stranger] = tabChannels(2);
	const store = createDexieRecordStore({
		name: 'desk',
		now: () => 1,
		indexedDB: new IDBFactory(),
		IDBKeyRange,
		channel: channel!,
	});
	const heard: StoreChange[] = [];
	store.watch((change) => heard.push(change));
	for (const message of [null, 7, 'outbox', {}, { kind: 'nonsense' }]) stranger!.postMessage(message);
	expect(heard).toEqual([]);
	store.close();
});

test('[F100] a tab whose device another tab gave to somebody else lets go and stores nothing more', async () => {
	const { left, right } = twoTabs();
	const heard: StoreChange[] = [];
	const ticket = writtenTicket();
	await right.commit(localChange(id, ticket.updates[0]!));
	right.watch((change) => heard.push(change));
	await left.empty();
	expect(heard).toEqual([{ kind: 'closed', why: 'wiped' }]);
	await expect(right.commit(localChange(id, ticket.updates[0]!))).rejects.toMatchObject({ kind: 'connection-lost' });
	await left.settings.set('session', 'somebody else');
	expect(await left.outbox()).toEqual([]);
});
