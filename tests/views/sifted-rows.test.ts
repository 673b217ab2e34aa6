import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TicketRow } from '../../src/lib/projection/rows.ts';
import { KeptRows } from '../../src/lib/views/kept-rows.ts';
import { compareRows, ticketOrders, type TicketOrder } from '../../src/lib/views/saved-view.ts';
import { SiftedRows } from '../../src/lib/views/sifted-rows.ts';
import { createRows, step } from './changing-rows.ts';
import { row, ticketId } from './ticket-rows.ts';

function createSifted(order: TicketOrder, passes: (row: TicketRow) => boolean) {
	const source = createRows();
	const list = new KeptRows<TicketRow>(source, {
		among: () => source.current,
		belongs: ({ status }) => status === 'closed',
		compare: compareRows(order, 0),
	});
	return { source, list, sifted: new SiftedRows(source, list, passes) };
}

test('[F99] what was sifted so far is the beginning of what passes, whatever changes in between, and at the end all of it', () => {
	fc.assert(
		fc.property(
			fc.constantFrom(...ticketOrders),
			fc.array(fc.oneof({ weight: 3, arbitrary: step }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) }), {
				maxLength: 200,
				size: 'max',
			}),
			(order, steps) => {
				const passes = ({ tags }: TicketRow) => tags.includes('kasse');
				const { source, list, sifted } = createSifted(order, passes);
				for (const one of [...steps, 100, 'look' as const]) {
					if (typeof one === 'number') sifted.look(one);
					else if (one !== 'look') source.take(one);
					else {
						const all = list.current.filter(passes);
						const found = sifted.current;
						expect(found).toEqual(sifted.isDone ? all : all.slice(0, found.length));
						expect(found.map((ticket) => sifted.placeOf(ticket))).toEqual(found.map((_, place) => place));
					}
				}
				expect(sifted.isDone).toBe(true);
			},
		),
	);
});

test('[F99] the first that pass are there after as many rows as were asked for, however long the list is', () => {
	let looked = 0;
	const { source, sifted } = createSifted('oldest', () => (looked++, true));
	for (let n = 1; n <= 10_000; n++) source.change(ticketId(n), row(n, { status: 'closed' }));
	sifted.look(250);
	expect([looked, sifted.current.length, sifted.isDone]).toEqual([250, 250, false]);
	sifted.look(10_000);
	expect([looked, sifted.current.length, sifted.isDone]).toEqual([10_000, 10_000, true]);
});

test('[F99] after more changes than are remembered everything that was looked at before is there, and the list never empty in between', () => {
	const { source, list, sifted } = createSifted('newest', () => true);
	for (let n = 1; n <= 20; n++) source.change(ticketId(n), row(n, { status: 'closed' }));
	sifted.look(10);
	const last = sifted.current.at(-1)!;
	for (let n = 21; n <= 2000; n++) source.change(ticketId(n), row(n, { status: 'closed' }));
	source.changes.told();
	expect(sifted.current).toEqual(list.current.slice(0, list.placeOf(last) + 1));
	expect(sifted.current.length).toBeGreaterThanOrEqual(10);
	sifted.look(Infinity);
	expect([sifted.isDone, sifted.current.length]).toEqual([true, 2000]);
	for (let n = 1; n <= 2000; n++) source.change(ticketId(n), row(n, { status: 'closed', subject: 'Neu' }));
	source.changes.told();
	expect([sifted.isDone, sifted.current]).toEqual([true, list.current]);
});
