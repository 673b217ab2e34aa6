import type { Desk } from '../desk.ts';
import type { DocumentId } from '../domain/ids.ts';
import { KeptCounts, type CountedRows } from './kept-counts.ts';

interface WithCases {
	cases: readonly DocumentId[];
}
const countsOf = new WeakMap<CountedRows<WithCases>, KeptCounts<WithCases, DocumentId>>();

/** How often each standard case was applied, in what lies on this device. */
export function caseUse({
	tickets,
	interactions,
}: Pick<Desk, 'tickets' | 'interactions'>): ReadonlyMap<DocumentId, number> {
	const counts = new Map(countIn(tickets));
	for (const [id, count] of countIn(interactions)) counts.set(id, count + (counts.get(id) ?? 0));
	return counts;
}

function countIn(rows: CountedRows<WithCases>): ReadonlyMap<DocumentId, number> {
	let counts = countsOf.get(rows);
	if (counts === undefined) countsOf.set(rows, (counts = new KeptCounts(rows, ({ cases }) => cases)));
	return counts.current;
}
