import { expect, test } from 'vitest';
import type { OutboxItem, StorageState } from '../../src/lib/desk.ts';
import { createOutboxList } from '../../src/lib/desk/outbox-list.ts';
import { toSyncState } from '../../src/lib/desk/sync-state.ts';
import type { OutboxEdit, RecordStore, StoreChange } from '../../src/lib/store/record-store.ts';
import { quietReplica } from '../../src/lib/sync/replica-state.ts';
import { createVirtualTime } from '../sync/virtual-time.ts';
import { noon, ticketId } from '../views/ticket-rows.ts';

const heard = { ...quietReplica, contact: 'heard' } as const;
const stored = { kind: 'ok', unsaved: 0 } as StorageState;
const edit = (n: number) =>
	({
		n,
		document: ticketId(1),
		at: noon,
		what: 'note',
		attempts: 0,
		update: new Uint8Array(2),
	}) as unknown as OutboxEdit;

/** A list over an outbox that answers when it is told to. */
function listOver(edits: OutboxEdit[]) {
	const time = createVirtualTime(noon);
	let tell: (change: StoreChange) => void = () => {};
	let answer = () => {};
	const store = {
		outbox: () => new Promise<OutboxEdit[]>((resolve) => (answer = () => resolve([...edits]))),
		watch: (told: typeof tell) => ((tell = told), () => {}),
	} as unknown as RecordStore;
	const list = createOutboxList({ store, time, titleOf: () => '', discarded: () => {} });
	const kind = () => toSyncState(heard, list, stored).kind;
	return {
		time,
		list,
		kind,
		changed: () => tell({ kind: 'outbox' }),
		read: async () => (answer(), await time.settle()),
	};
}

test('[F113] nothing counts as up to date while what waits to be sent is only being counted', async () => {
	const edits: OutboxEdit[] = [];
	const { time, list, kind, changed, read } = listOver(edits);
	expect(kind()).toBe('syncing');
	void list.load();
	await read();
	expect(kind()).toBe('current');

	// Written right after the outbox was read: the next reading comes after a pause.
	edits.push(edit(1));
	changed();
	expect(kind()).toBe('syncing');
	await time.advance(1000);
	await read();
	expect(toSyncState(heard, list, stored)).toMatchObject({ kind: 'syncing', unsent: 1 });

	// Written while it is being read.
	edits.length = 0;
	changed();
	await time.advance(1000);
	edits.push(edit(2));
	changed();
	await read();
	expect(kind()).toBe('syncing');
	list.close();
});

test('[F113] a device without contact says so, whatever is being counted', () => {
	const list = { items: { current: [] as OutboxItem[] }, isBehind: { current: true } };
	expect(toSyncState({ ...heard, contact: 'offline' }, list, stored).kind).toBe('offline');
	expect(toSyncState({ ...heard, problem: 'sign-in' }, list, stored).kind).toBe('problem');
});
