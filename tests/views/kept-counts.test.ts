import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TicketRow } from '../../src/lib/projection/rows.ts';
import { KeptCounts } from '../../src/lib/views/kept-counts.ts';
import { createRows, step } from './changing-rows.ts';
import { row, ticketId } from './ticket-rows.ts';

test('[F92] what is counted change by change is what is counted anew', () => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
			const source = createRows();
			const counts = new KeptCounts<TicketRow>(source, ({ tags }) => tags);
			for (const one of [...steps, 'look' as const]) {
				if (one !== 'look') source.take(one);
				else {
					const anew = Object.groupBy(
						source.current.flatMap(({ tags }) => tags),
						(tag) => tag,
					);
					const expected = Object.entries(anew).map(([tag, all]) => [tag, all?.length]);
					expect(Object.fromEntries(counts.current)).toEqual(Object.fromEntries(expected));
				}
			}
		}),
	);
});

test('[F92] all rows are looked at once, then only those that changed', () => {
	const source = createRows();
	let looked = 0;
	const counts = new KeptCounts<TicketRow>(source, ({ tags }) => (looked++, tags));
	for (let n = 1; n <= 100; n++) source.change(ticketId(n), row(n, { tags: ['kasse'] }));
	expect([counts.current.get('kasse'), looked]).toEqual([100, 100]);
	source.change(ticketId(7), row(7, { tags: ['filiale'] }));
	expect([Object.fromEntries(counts.current), looked]).toEqual([{ kasse: 99, filiale: 1 }, 102]);
});
