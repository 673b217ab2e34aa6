import { describe, expect, test } from 'vitest';
import type { DocumentId } from '../../../src/lib/domain/ids.ts';
import { updatesToRow } from '../../../src/lib/projection/document-row.ts';
import type { RecordRow } from '../../../src/lib/projection/rows.ts';
import { coldToSearch, documentToSearch } from '../../../src/lib/search/device/document-to-search.ts';
import { keepIndex, type KeptIndex } from '../../../src/lib/search/device/keep-index.ts';
import type { SearchState } from '../../../src/lib/search/device/search-messages.ts';
import { createMemoryRecordStore } from '../../../src/lib/store/memory-record-store.ts';
import type { RecordStore } from '../../../src/lib/store/record-store.ts';
import { documentNews, localChange, note, received, ticketId, writtenTicket } from '../../store/record-fixtures.ts';
import { createDisk, type Disk } from './memory-index.ts';

interface Kept {
	index: KeptIndex;
	states: SearchState[];
	/** Between its turns, ms. */
	pauses: number[];
	pass(ms: number): void;
	/** Until everything that is stored is in the index. */
	settled(): Promise<void>;
	find(text: string): string[];
}

function keep(store: RecordStore, disk: Disk = createDisk(), owner = 'laptop'): Kept {
	const states: SearchState[] = [];
	let time = 0;
	const waiting = new Set<() => void>();
	const pauses: number[] = [];
	const index = keepIndex({
		database: disk.open(),
		store,
		toSearchDocument: documentToSearch,
		rowToSearchDocument: (row) => coldToSearch(row as RecordRow),
		owner,
		now: () => time,
		pause(ms) {
			pauses.push(ms);
			time += Math.max(ms, 1);
			return new Promise((resolve) => setImmediate(resolve));
		},
		changed(state) {
			states.push(state);
			for (const look of waiting) look();
		},
	});
	return {
		index,
		states,
		pauses,
		pass: (ms) => void (time += ms),
		settled: () =>
			new Promise((resolve) => {
				const look = () => {
					const { state } = index;
					if (state.kind === 'open' && (!state.complete || state.waiting > 0)) return;
					waiting.delete(look);
					resolve();
				};
				waiting.add(look);
				look();
			}),
		find: (text) => index.search({ text }).hits.map(({ id }) => id),
	};
}

const createStore = () => createMemoryRecordStore({ now: () => 5000 });

async function storeTicket(store: RecordStore, n: number, subject: string) {
	const ticket = writtenTicket(subject);
	await store.commit(localChange(ticketId(n), ticket.updates[0]!));
	return ticket;
}

describe('the index on the device', () => {
	test('[IX1] takes in what was stored before it was there, and again nothing when it opens anew', async () => {
		const [store, disk] = [createStore(), createDisk()];
		await storeTicket(store, 1, 'Druckertreiber fehlt');
		await storeTicket(store, 2, 'Zwei Häuser');
		const first = keep(store, disk);
		await first.settled();
		expect(first.find('drukertreiber')).toEqual([ticketId(1)]);
		expect(first.find('haeuser')).toEqual([ticketId(2)]);
		expect(first.index.state).toMatchObject({ documents: 2, byKind: { ticket: 2 }, complete: true, where: 'disk' });
		first.index.close();

		const second = keep(store, disk);
		await second.settled();
		expect(second.states.some((state) => state.kind === 'open' && state.waiting > 0)).toBe(false);
		expect(second.find('drukertreiber')).toEqual([ticketId(1)]);
		expect(disk.renewals).toBe(0);
	});

	test('[IX1] what changed, came and went while nobody looked is found out at the start', async () => {
		const [store, disk] = [createStore(), createDisk()];
		const changed = await storeTicket(store, 1, 'Monitor');
		await storeTicket(store, 2, 'Tastatur');
		const first = keep(store, disk);
		await first.settled();
		first.index.close();

		await store.commit(localChange(ticketId(1), changed.write(note('Netzteil getauscht'))[0]!));
		await store.receive({ ...received([]), dropped: [ticketId(2)] });
		await storeTicket(store, 3, 'Scanner');
		const second = keep(store, disk);
		await second.settled();
		expect(second.find('Netzteil')).toEqual([ticketId(1)]);
		expect(second.find('Tastatur')).toEqual([]);
		expect(second.find('Scanner')).toEqual([ticketId(3)]);
		expect(second.index.state).toMatchObject({ documents: 2, byKind: { ticket: 2 } });
	});

	test('[IX6] a ticket of which only the row is here is found by number, subject and customer; whole again by all of it', async () => {
		const [store, disk] = [createMemoryRecordStore({ now: () => 5000, project: updatesToRow }), createDisk()];
		const ticket = writtenTicket('Druckertreiber fehlt');
		ticket.write(note('Hausmeister gefragt'), note('Ende'));
		const id = ticketId(1);
		const whole = { news: documentNews(id, [ticket.whole()], { head: 4 }), row: updatesToRow(id, [ticket.whole()]) };
		await store.receive(received([whole]));
		const first = keep(store, disk);
		await first.settled();
		expect(first.find('Hausmeister')).toEqual([id]);
		await store.trim([{ document: id, version: 1 }]);
		await first.settled();
		expect([first.find('Hausmeister'), first.find('Druckertreiber'), first.find('ada@example.org')]).toEqual([
			[],
			[id],
			[id],
		]);
		first.index.close();
		const second = keep(store, disk);
		await second.settled();
		expect(second.states.some((state) => state.kind === 'open' && state.waiting > 0)).toBe(false);
		expect(second.find('Druckertreiber')).toEqual([id]);
		await store.receive(received([whole]));
		await second.settled();
		expect(second.find('Hausmeister')).toEqual([id]);
	});

	test('[IX2] [IX3] follows the store: an edit, news of the relay, and what is dropped', async () => {
		const store = createStore();
		const ticket = await storeTicket(store, 1, 'Monitor');
		const { index, settled, find } = keep(store);
		await settled();
		await store.commit(localChange(ticketId(1), ticket.write(note('Kabelbruch'))[0]!));
		await settled();
		expect(find('kabelbruch')).toEqual([ticketId(1)]);
		await store.receive(received([{ news: documentNews(ticketId(2), writtenTicket('Beamer').updates) }]));
		await settled();
		expect(find('beamer')).toEqual([ticketId(2)]);
		await store.receive({ ...received([]), gone: [ticketId(1)] });
		await settled();
		expect(find('kabelbruch')).toEqual([]);
		expect(index.state).toMatchObject({ documents: 1 });
	});

	test('[IX3][F45] what is dropped leaves no word in the index, also where the tab ended before it was forgotten', async () => {
		const [store, disk] = [createStore(), createDisk()];
		const holds = (word: string) =>
			disk.sql
				.all<{ block: Uint8Array }>('SELECT block FROM record_data', [])
				.some(({ block }) => Buffer.from(block).toString('latin1').includes(word));
		for (let n = 1; n <= 20; n++) await storeTicket(store, n, n === 7 ? 'Quittenbaum' : `Anliegen ${n}`);
		const first = keep(store, disk);
		await first.settled();
		expect(holds('quitt')).toBe(true);
		await store.receive({ ...received([]), dropped: [ticketId(7)] });
		await expect.poll(() => holds('quitt')).toBe(false);
		expect(first.find('Anliegen')).toHaveLength(19);

		await storeTicket(store, 21, 'Pflaumenbaum');
		await first.settled();
		first.index.close();
		await store.receive({ ...received([]), dropped: [ticketId(21)] });
		const second = keep(store, disk);
		await expect.poll(() => holds('pflaum')).toBe(false);
		await second.settled();
		expect(second.find('Anliegen')).toHaveLength(19);
	});

	test('[IX4] an index of somebody else is thrown away', async () => {
		const disk = createDisk();
		const theirs = createStore();
		await storeTicket(theirs, 1, 'Geheim');
		const before = keep(theirs, disk, 'their laptop');
		await before.settled();
		before.index.close();
		const ours = keep(createStore(), disk, 'our laptop');
		expect(ours.find('geheim')).toEqual([]);
		await ours.settled();
		expect(ours.index.state).toMatchObject({ documents: 0 });
		expect(disk.renewals).toBe(1);
	});

	test('[IX4] an index of a newer version, and one that turns out damaged, are made again; nothing is lost', async () => {
		const [store, disk] = [createStore(), createDisk()];
		await storeTicket(store, 1, 'Druckertreiber');
		const first = keep(store, disk);
		await first.settled();
		first.index.close();
		disk.sql.exec("UPDATE search_meta SET value = 999 WHERE key = 'version'");
		const second = keep(store, disk);
		await second.settled();
		expect(second.find('druckertreiber')).toEqual([ticketId(1)]);

		disk.damaged = true;
		expect(second.find('druckertreiber')).toEqual([]);
		await second.settled();
		expect(second.find('druckertreiber')).toEqual([ticketId(1)]);
		expect(disk.renewals).toBe(1);
	});

	test('[IX5] what cannot be read is left out and stops nobody', async () => {
		const store = createStore();
		await store.commit(localChange(ticketId(1), new Uint8Array([9, 9, 9])));
		await storeTicket(store, 2, 'Lesbar');
		const { index, settled, find } = keep(store);
		await settled();
		expect(find('lesbar')).toEqual([ticketId(2)]);
		expect(index.state).toMatchObject({ documents: 1, complete: true });
	});

	test('any question is answered, whatever was typed', async () => {
		const store = createStore();
		await storeTicket(store, 1, 'Monitor');
		const { settled, index } = keep(store);
		await settled();
		for (const text of ['" * NEAR(', 'AND OR NOT', "'; DROP TABLE fed; --", 'x'.repeat(10_000), '\u0000', '"'])
			expect(index.search({ text }).scope.documents).toBe(1);
		expect(index.search({ text: 'monitor' }).hits).toHaveLength(1);
	});

	test('when the device is wiped the index closes and answers nothing', async () => {
		const store = createStore();
		await storeTicket(store, 1, 'Monitor');
		const { settled, find } = keep(store);
		await settled();
		await store.wipe();
		expect(find('monitor')).toEqual([]);
	});

	test('[IX7] while somebody works its turns are far apart, and soon after they are not', async () => {
		const store = createStore();
		await storeTicket(store, 1, 'Drucker');
		const kept = keep(store);
		kept.index.makeRoom();
		await kept.settled();
		expect(kept.pauses).toContain(90);
		kept.pass(1500);
		kept.pauses.length = 0;
		await storeTicket(store, 2, 'Monitor');
		await kept.settled();
		expect(kept.find('monitor')).toEqual([ticketId(2)]);
		expect(kept.pauses).not.toContain(90);
	});
});

test('a ticket is found by number, subject, customer, messages, notes, tags and names of files', () => {
	const ticket = writtenTicket('Betreff');
	ticket.write(note('Notiztext'));
	const made = documentToSearch(ticketId(1) as DocumentId, ticket.updates, { system: () => undefined });
	expect(made).toMatchObject({ id: ticketId(1), kind: 'ticket', title: 'Betreff' });
	expect(made?.body).toContain('Notiztext');
	expect(made?.number).toMatch(/^\d+$/);
});
