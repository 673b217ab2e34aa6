import { describe, expect, it } from 'vitest';
import { createRowIndex } from '../../src/lib/desk/row-index.ts';
import { isUnfinished } from '../../src/lib/domain/ticket-row.ts';
import type { TicketRow } from '../../src/lib/projection/rows.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { StoreChange } from '../../src/lib/store/record-store.ts';
import { noon, row, ticketId } from '../views/ticket-rows.ts';

const createStore = () => createMemoryRecordStore({ now: () => noon, channel: null });
const indexOf = (store: ReturnType<typeof createStore>) =>
	createRowIndex(store, {
		kinds: ['ticket'],
		isRow: (found): found is TicketRow => found.kind === 'ticket',
		groupsOf: ({ fromAddress }) => [fromAddress],
		isUnfinished,
	});
const manyRows = (count: number) => Array.from({ length: count }, (_, i) => row(i + 1));

describe('the rows in memory', () => {
	it('finds a group without looking at the others, and follows a row from one group to another', async () => {
		const store = createStore();
		await store.rows.put([1, 2, 3].map((n) => row(n, { fromAddress: n === 3 ? 'b@example.org' : 'a@example.org' })));
		const index = indexOf(store);
		await index.load();
		const group = (name: string) => index.inGroup(name).map(({ id }) => id);
		expect(group('a@example.org')).toEqual([ticketId(1), ticketId(2)]);
		index.put(row(2, { fromAddress: 'b@example.org' }));
		expect(group('a@example.org')).toEqual([ticketId(1)]);
		expect(group('b@example.org')).toEqual([ticketId(3), ticketId(2)]);
		expect(group('nobody@example.org')).toEqual([]);
		index.close();
	});

	it('[F99] says what is unfinished, and what changed since one looked last', async () => {
		const store = createStore();
		await store.rows.put([row(1), row(2, { status: 'closed' }), row(3)]);
		const index = indexOf(store);
		await index.load();
		const unfinished = () => index.unfinished().map(({ id }) => id);
		expect([index.size, unfinished()]).toEqual([3, [1, 3].map(ticketId)]);
		const seen = index.revision;
		const [before, after] = [index.get(ticketId(3)), row(3, { status: 'closed' })];
		index.put(row(3, { subject: 'in between' }));
		index.put(after);
		expect(unfinished()).toEqual([ticketId(1)]);
		expect([...index.changesSince(seen)!]).toEqual([[ticketId(3), { before, after }]]);
		expect(index.changesSince(index.revision)!.size).toBe(0);
		index.close();
	});

	it('forgets changes of long ago, but none before everybody was told', async () => {
		const store = createStore();
		let tell: (change: StoreChange) => void = () => {};
		const index = indexOf({ ...store, watch: (heard) => ((tell = heard), () => {}) });
		await index.load();
		const start = index.revision;
		const told: (number | undefined)[] = [];
		const read = new Promise<void>((done) =>
			index.subscribe(() => {
				told.push(index.changesSince(start)?.size);
				done();
			}),
		);
		await store.rows.put(manyRows(2000));
		tell({ kind: 'documents', documents: manyRows(2000).map(({ id }) => id), from: 'relay' });
		await read;
		expect(told).toEqual([2000]);
		expect(index.changesSince(start)).toBeUndefined();
		expect(index.changesSince(index.revision - 1)!.size).toBe(1);
		index.close();
	});

	it('tells of the first ones at once, then when there are twice as many, and at the end', async () => {
		const store = createStore();
		await store.rows.put(manyRows(5000));
		const index = indexOf(store);
		const told: [number, boolean][] = [];
		index.subscribe(() => told.push([index.current.length, index.complete]));
		await index.load();
		expect(told).toEqual([
			[500, false],
			[1000, false],
			[2000, false],
			[4000, false],
			[5000, true],
		]);
		index.close();
	});

	it('reads all again after a repair, and keeps no row of what is no longer there', async () => {
		const store = createStore();
		await store.rows.put(manyRows(3));
		const index = indexOf(store);
		await index.load();
		await store.rows.clear();
		await store.rows.put([row(2)]);
		const again = index.load();
		index.put(row(9));
		await again;
		expect(index.current.map(({ id }) => id)).toEqual([ticketId(2), ticketId(9)]);
		index.close();
	});

	it('reads a first screen, and waits with the rest until it may', async () => {
		const store = createStore();
		await store.rows.put(manyRows(1200));
		const index = indexOf(store);
		const { promise, resolve } = Promise.withResolvers<void>();
		const firstTold = new Promise<void>((done) => index.subscribe(done));
		const loading = index.load(promise);
		await firstTold;
		expect(index.current).toHaveLength(500);
		expect(index.complete).toBe(false);
		resolve();
		await loading;
		expect(index.current).toHaveLength(1200);
		index.close();
	});
});
