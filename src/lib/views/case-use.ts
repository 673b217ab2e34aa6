import type { Desk } from '../desk.ts';
import type { DocumentId } from '../domain/ids.ts';

type Counts = ReadonlyMap<DocumentId, number>;
const countsByRows = new WeakMap<readonly { cases: readonly DocumentId[] }[], Counts>();

/** How often each standard case was applied, in what lies on this device; counted anew when rows change. */
export function caseUse({ tickets, interactions }: Pick<Desk, 'tickets' | 'interactions'>): Counts {
	const [inTickets, inContacts] = [countIn(tickets.current), countIn(interactions.current)];
	const counts = new Map(inTickets);
	for (const [id, count] of inContacts) counts.set(id, count + (counts.get(id) ?? 0));
	return counts;
}

function countIn(rows: readonly { cases: readonly DocumentId[] }[]): Counts {
	const known = countsByRows.get(rows);
	if (known !== undefined) return known;
	const counts = new Map<DocumentId, number>();
	for (const { cases } of rows) for (const id of cases) counts.set(id, 1 + (counts.get(id) ?? 0));
	countsByRows.set(rows, counts);
	return counts;
}
