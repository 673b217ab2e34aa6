import fc from 'fast-check';
import { createChangeLog } from '../../src/lib/desk/change-log.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { isUnfinished } from '../../src/lib/domain/ticket-row.ts';
import type { TicketRow } from '../../src/lib/projection/rows.ts';
import { noon, row, ticketId } from './ticket-rows.ts';

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
		tags: fc.constantFrom([], ['kasse'], ['kasse', 'drucker']),
	})
	.map(({ n, ...changes }) => row(n, changes));
/** What happens to the rows, and when somebody looks. */
export const step = fc.oneof(
	{ weight: 6, arbitrary: ticket.map((put) => ({ put })) },
	{ weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }).map((n) => ({ remove: ticketId(n) })) },
	{ weight: 1, arbitrary: fc.constant('told' as const) },
	{ weight: 3, arbitrary: fc.constant('look' as const) },
);

/** Rows as the desk has them, with what is asked of them. */
export function createRows() {
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
		get current() {
			return [...rows.values()];
		},
		get size() {
			return rows.size;
		},
		/** A step of `step` that is not a look. */
		take(one: { put: TicketRow } | { remove: DocumentId } | 'told') {
			if (one === 'told') changes.told();
			else if ('put' in one) this.change(one.put.id, one.put);
			else this.change(one.remove, undefined);
		},
		unfinished: () => [...rows.values()].filter(isUnfinished),
	};
}
