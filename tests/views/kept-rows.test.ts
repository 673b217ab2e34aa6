import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createChangeLog } from '../../src/lib/desk/change-log.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { isUnfinished } from '../../src/lib/domain/ticket-row.ts';
import type { TicketRow } from '../../src/lib/projection/rows.ts';
import { KeptRows } from '../../src/lib/views/kept-rows.ts';
import { belongsToView, compareRows, countViews, savedViews, ticketOrders } from '../../src/lib/views/saved-view.ts';
import { noon, row, ticketId } from './ticket-rows.ts';

const looking = { me: 'ada' as never, now: noon };
const agent = fc.constantFrom(null, 'ada', 'ben');
const ticket = fc
	.record({
		n: fc.integer({ min: 1, max: 30 }),
		status: fc.constantFrom('new', 'open', 'waiting', 'closed'),
		until: fc.constantFrom(undefined, noon - 1, noon + 1),
		priority: fc.constantFrom(1, 2, 3, 4),
		changedAt: fc.integer({ min: noon - 5, max: noon }),
		holder: agent,
		assignee: agent,
		mentions: fc.constantFrom([], ['ada'], ['ben']),
	})
	.map(({ n, ...changes }) => row(n, changes));
const step = fc.oneof(
	{ weight: 6, arbitrary: ticket.map((put) => ({ put })) },
	{ weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }).map((n) => ({ remove: ticketId(n) })) },
	{ weight: 1, arbitrary: fc.constant('told' as const) },
	{ weight: 3, arbitrary: fc.constant('look' as const) },
);

/** Rows as the desk has them, with what is asked of them. */
function createRows() {
	const rows = new Map<DocumentId, TicketRow>();
	const changes = createChangeLog<TicketRow>();
	return {
		rows,
		changes,
		get revision() {
			return changes.revision;
		},
		changesSince: changes.since,
		change(document: DocumentId, after: TicketRow | undefined) {
			changes.note(document, rows.get(document), after);
			if (after === undefined) rows.delete(document);
			else rows.set(document, after);
		},
		get size() {
			return rows.size;
		},
		unfinished: () => [...rows.values()].filter(isUnfinished),
	};
}

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
				const all = () => [...source.rows.values()];
				const kept = new KeptRows(source, {
					among: () => (view === 'closed' ? all() : source.unfinished()),
					belongs,
					compare,
				});
				for (const one of [...steps, 'look' as const]) {
					if (one === 'told') source.changes.told();
					else if (one === 'look') {
						const anew = all().filter(belongs).sort(compare);
						expect(kept.current).toEqual(anew);
						expect(anew.map((ticket) => kept.placeOf(ticket))).toEqual(anew.map((_, place) => place));
						for (const other of all()) if (!belongs(other)) expect(kept.placeOf(other)).toBe(-1);
						const counts = savedViews.map((each) => [
							each,
							all().filter((ticket) => belongsToView(ticket, each, looking)).length,
						]);
						expect(countViews(source, looking)).toEqual(Object.fromEntries(counts));
					} else if ('put' in one) source.change(one.put.id, one.put);
					else source.change(one.remove, undefined);
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
		among: () => [...source.rows.values()],
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
		among: () => [...source.rows.values()],
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
