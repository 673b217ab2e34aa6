import { holdCrypto, unseedCrypto } from '../convergence/seeded-crypto.ts';
import fc from 'fast-check';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, expect, test } from 'vitest';
import type { RejectionCode } from '../../src/lib/protocol/replica.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { createDexieRecordStore } from '../../src/lib/store/dexie-record-store.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import { documentNews, localChange, note, received, ticketId, writtenTicket } from './record-fixtures.ts';
import { stateOf } from './store-state.ts';

/** Three tickets of two generations each, with updates to hand out in any order. */
const worlds = [0, 1, 2].map((n) => ({
	id: ticketId(n),
	generations: [0, 1].map((generation) => {
		const ticket = writtenTicket(`ticket ${n}, generation ${generation}`);
		for (let i = 0; i < 12; i++) ticket.write(note(`${i} `.repeat(60)));
		return { whole: ticket.whole(), updates: ticket.updates };
	}),
}));

const which = fc.nat(2);
const generation = fc.constantFrom(0, 0, 0, 1);
const part = fc.nat(12);
const code = fc.constantFrom<RejectionCode>('gone', 'invalid-entry', 'no-permission');

const operation = fc.oneof(
	{ weight: 4, arbitrary: fc.record({ do: fc.constant('commit'), which, generation, part, basedOn: fc.nat(4) }) },
	{
		weight: 3,
		arbitrary: fc.record({ do: fc.constant('snapshot'), which, generation, head: fc.integer({ min: 1, max: 9 }) }),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant('tail'),
			which,
			generation,
			part,
			head: fc.integer({ min: 1, max: 9 }),
			basedOn: fc.nat(4),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ do: fc.constant('accept'), count: fc.nat(4) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('reject'), skip: fc.nat(3), code }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constantFrom('discard', 'retry'), skip: fc.nat(3) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constantFrom('gone', 'dropped'), which }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant('fold'), which }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constantFrom('repair', 'clear rows', 'attempt', 'restart', 'number') }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

interface Device {
	store: RecordStore;
	restart(): RecordStore;
}

async function perform(device: Device, operation: Operation): Promise<unknown> {
	const { store } = device;
	const of = (op: { which: number; generation?: number }) => {
		const world = worlds[op.which]!;
		return { id: world.id, generation: (op.generation ?? 0) + 1, ...world.generations[op.generation ?? 0]! };
	};
	if ('part' in operation) {
		const { id, generation, updates } = of(operation);
		const update = updates[operation.part]!;
		const { basedOn } = operation;
		const row = updatesToRow(id, updates.slice(0, 2));
		if (!('head' in operation)) return store.commit(localChange(id, update, { generation, basedOn, row }));
		const news = documentNews(id, [update], { generation, head: operation.head, from: 'tail' });
		return store.receive(received([{ news, basedOn, row }], { cursor: operation.head }));
	}
	if ('head' in operation) {
		const { id, generation, whole, updates } = of(operation);
		const news = documentNews(id, [whole], { generation, head: operation.head });
		return store.receive(received([{ news, row: updatesToRow(id, updates) }], { cursor: operation.head }));
	}
	if ('count' in operation) {
		const edits = await store.unsent({ edits: operation.count, bytes: 1e6 });
		return store.settle(edits.map(({ n }) => ({ n, kind: 'ok', seq: 1 })));
	}
	if ('code' in operation) {
		const edit = (await store.outbox())[operation.skip];
		return edit && store.settle([{ n: edit.n, kind: 'rejected', code: operation.code }]);
	}
	if ('skip' in operation) {
		const edit = (await store.outbox())[operation.skip];
		return edit && store[operation.do](edit.n);
	}
	if ('which' in operation) {
		const { id } = of(operation);
		if (operation.do === 'fold') return store.fold(id);
		return store.receive({ ...received([]), [operation.do]: [id] });
	}
	if (operation.do === 'repair') return store.repair({ settings: [] });
	if (operation.do === 'clear rows') return store.rows.clear();
	if (operation.do === 'attempt') return store.attempted((await store.outbox()).map(({ n }) => n));
	if (operation.do === 'number') {
		await store.addBlocks([104]);
		return store.takeNumber();
	}
	device.store = device.restart();
	return undefined;
}

afterEach(unseedCrypto);

test('[RS1][RS2][RS3][RS4][RS5][RS7] memory and Dexie are equal after any work in any order', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(operation, { maxLength: 30, size: 'max' }), async (operations) => {
			const indexedDB = new IDBFactory();
			const options = { name: 'desk', now: () => 7, indexedDB, IDBKeyRange, channel: null, project: updatesToRow };
			const memory: Device = { store: createMemoryRecordStore(options), restart: () => memory.store };
			const dexie: Device = {
				store: createDexieRecordStore(options),
				restart() {
					dexie.store.close();
					return createDexieRecordStore(options);
				},
			};
			for (const [place, operation] of operations.entries()) {
				// What is carried to another generation is written by a new client of Yjs, in both by the same.
				holdCrypto(place + 1);
				const [expected, found] = [await perform(memory, operation), await perform(dexie, operation)];
				expect(found).toEqual(expected);
			}
			expect(await stateOf(dexie.store)).toEqual(await stateOf(memory.store));
			dexie.store.close();
		}),
		{ numRuns: 80 },
	);
}, 120_000);
