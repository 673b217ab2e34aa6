import { expect, test } from 'vitest';
import type { TicketRow } from '../../src/lib/projection/rows.ts';
import { projectionVersion } from '../../src/lib/projection/rows.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { projectionVersionKey, rebuildRows } from '../../src/lib/projection/rebuild-rows.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import { documentNews, localChange, note, received, ticketId, writtenTicket } from '../store/record-fixtures.ts';

async function deviceWithTickets(count: number) {
	const store = createMemoryRecordStore({ now: () => 1, project: updatesToRow });
	const tickets = Array.from({ length: count }, (_, i) => ({ id: ticketId(i), ticket: writtenTicket(`ticket ${i}`) }));
	await store.receive(received(tickets.map(({ id, ticket }) => ({ news: documentNews(id, [ticket.whole()]) }))));
	return { store, tickets };
}

test('[RS6] rows that were thrown away come back the same', async () => {
	const { store, tickets } = await deviceWithTickets(25);
	const progress: number[] = [];
	const result = await rebuildRows(store, { batch: 10, onProgress: (done) => progress.push(done) });
	expect(result).toEqual({ kind: 'rebuilt', documents: 25, damaged: [] });
	expect(progress).toEqual([10, 20, 25]);
	for (const { id, ticket } of tickets) expect(await store.rows.get(id)).toEqual(updatesToRow(id, [ticket.whole()]));
	expect(await store.settings.get(projectionVersionKey)).toBe(projectionVersion);
});

test('[RS6] rows of this version are not made again, unless it is asked for', async () => {
	const { store } = await deviceWithTickets(2);
	await rebuildRows(store);
	await store.rows.clear();
	expect(await rebuildRows(store)).toEqual({ kind: 'current' });
	expect(await store.rows.count('ticket')).toBe(0);
	await rebuildRows(store, { force: true });
	expect(await store.rows.count('ticket')).toBe(2);
});

test('[RS6] a stopped rebuild begins again next time', async () => {
	const { store } = await deviceWithTickets(30);
	const stop = new AbortController();
	const result = await rebuildRows(store, { batch: 10, signal: stop.signal, onProgress: () => stop.abort() });
	expect(result).toEqual({ kind: 'stopped', documents: 10 });
	expect(await store.settings.get(projectionVersionKey)).toBeUndefined();
	expect(await rebuildRows(store)).toMatchObject({ kind: 'rebuilt', documents: 30 });
});

test('[RS6] an edit during the rebuild is not overwritten by an older row', async () => {
	const { store, tickets } = await deviceWithTickets(1);
	const [{ id, ticket }] = tickets as [(typeof tickets)[number]];
	const reading = store.loadMany.bind(store);
	store.loadMany = async (documents) => {
		const stored = await reading(documents);
		const update = ticket.write(note('meanwhile'))[0]!;
		await store.commit(localChange(id, update, { row: updatesToRow(id, [ticket.whole()]) }));
		return stored;
	};
	await rebuildRows(store);
	expect(await store.rows.get(id)).toMatchObject({ preview: 'meanwhile' } satisfies Partial<TicketRow>);
});

test('[RS6] a document that cannot be read is named, keeps its row, and does not stop the others', async () => {
	const { store } = await deviceWithTickets(3);
	const broken = ticketId(1);
	const row = { id: broken, kind: 'ticket' };
	await store.receive(
		received([{ news: documentNews(broken, [Uint8Array.of(1, 2, 3)], { head: 9, from: 'tail' }), row }]),
	);
	expect(await rebuildRows(store)).toEqual({ kind: 'rebuilt', documents: 3, damaged: [broken] });
	expect(await store.rows.get(broken)).toEqual(row);
	expect(await store.rows.count('ticket')).toBe(3);
});
