import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TicketRow } from '../../src/lib/projection/rows.ts';
import { KeptRows } from '../../src/lib/views/kept-rows.ts';
import { belongsToView, compareRows, countViews, savedViews, ticketOrders } from '../../src/lib/views/saved-view.ts';
import { createRows, step } from './changing-rows.ts';
import { noon, row, ticketId } from './ticket-rows.ts';

const looking = { me: 'ada' as never, now: noon };
test('[F99] rows kept up change by change are those that are found, sorted and counted anew', () => {
	fc.assert(
		fc.property(
			fc.constantFrom(...savedViews),
			fc.constantFrom(...ticketOrders),
			fc.boolean(),
			fc.array(step, { maxLength: 200, size: 'max' }),
			(view, order, isSearch, steps) => {
				const source = createRows();
				const belongs = (ticket: TicketRow) => belongsToView(ticket, view, looking, isSearch);
				const compare = compareRows(order, noon);
				const all = () => source.current;
				const kept = new KeptRows(source, {
					among: () => (view === 'closed' ? all() : source.unfinished()),
					belongs,
					compare,
				});
				for (const one of [...steps, 'look' as const]) {
					if (one !== 'look') source.take(one);
					else {
						const anew = all().filter(belongs).sort(compare);
						expect(kept.current).toEqual(anew);
						expect(anew.map((ticket) => kept.placeOf(ticket))).toEqual(anew.map((_, place) => place));
						for (const other of all()) if (!belongs(other)) expect(kept.placeOf(other)).toBe(-1);
						const counts = savedViews.map((each) => [
							each,
							all().filter((ticket) => belongsToView(ticket, each, looking)).length,
						]);
						expect(countViews(source, looking)).toEqual(Object.fromEntries(counts));
					}
				}
			},
		),
	);
});

test('[F99] what changes elsewhere leaves the rows of a view the same array, and nothing is looked at again', () => {
	const source = createRows();
	for (let n = 1; n <= 1000; n++) source.change(ticketId(n), row(n, { status: 'closed' }));
	let looked = 0;
	const kept = new KeptRows<TicketRow>(source, {
		among: () => source.current,
		belongs: (ticket) => (looked++, ticket.status === 'closed'),
		compare: compareRows('newest', 0),
	});
	const { current } = kept;
	expect(looked).toBe(1000);
	source.change(ticketId(1001), row(1001));
	expect(kept.current).toBe(current);
	expect(looked).toBe(1001);
	source.change(ticketId(1001), row(1001, { status: 'closed' }));
	expect(kept.current).toHaveLength(1001);
	expect(looked).toBe(1003);
});

test('[F99] whoever has missed too many changes looks at all rows once', () => {
	const source = createRows();
	const kept = new KeptRows<TicketRow>(source, {
		among: () => source.current,
		belongs: () => true,
		compare: compareRows('newest', 0),
	});
	source.change(ticketId(1), row(1));
	expect(kept.current).toHaveLength(1);
	for (let n = 2; n <= 2000; n++) source.change(ticketId(n), row(n));
	source.changes.told();
	expect(source.changesSince(1)).toBeUndefined();
	expect(kept.current).toHaveLength(2000);
});
