import type { Rows } from '../desk.ts';
import type { AgentId } from '../domain/ids.ts';
import { isReminderDue } from '../domain/status.ts';
import type { TicketRow } from '../projection/rows.ts';

/** The views that every desk has. */
export type SavedView = 'unclaimed' | 'mine' | 'open' | 'waiting' | 'asked' | 'closed';
export const savedViews: readonly SavedView[] = ['unclaimed', 'mine', 'open', 'waiting', 'asked', 'closed'];

export function isSavedView(text: string): text is SavedView {
	return savedViews.some((view) => view === text);
}

/** Who looks, and when (ms since 1970). */
export interface Looking {
	me: AgentId | undefined;
	now: number;
}

/**
 * A ticket whose reminder has come is work again: it counts as open, and stays among the waiting. What a colleague holds
 * is no work for anybody else: it leaves the lists of work, and whoever searches in them finds it all the same.
 */
export function belongsToView(row: TicketRow, view: SavedView, { me, now }: Looking, isSearch = false): boolean {
	if (view === 'closed') return row.status === 'closed';
	if (view === 'asked')
		return row.consults.some(({ agent }) => agent === me) || row.mentions.some((agent) => agent === me);
	if (row.status === 'closed') return false;
	if (view === 'mine') return me !== undefined && (row.assignee === me || row.holder === me);
	if (!isSearch && isWithOthers(row, me)) return false;
	if (view === 'waiting') return row.status === 'waiting';
	if (row.status === 'waiting' && !isReminderDue(row.status, row.until, now)) return false;
	return view === 'open' || (row.holder === null && row.assignee === null);
}

function isWithOthers({ holder }: TicketRow, me: AgentId | undefined): boolean {
	return holder !== null && holder !== me;
}

/** Looks at what is unfinished only: whatever else there is is closed. */
export function countViews(
	tickets: Pick<Rows<TicketRow>, 'size' | 'unfinished'>,
	looking: Looking,
): Record<SavedView, number> {
	const counts: Record<SavedView, number> = { unclaimed: 0, mine: 0, open: 0, waiting: 0, asked: 0, closed: 0 };
	const unfinished = tickets.unfinished();
	for (const row of unfinished) for (const view of savedViews) if (belongsToView(row, view, looking)) counts[view]++;
	return { ...counts, closed: counts.closed + tickets.size - unfinished.length };
}

export type TicketOrder = 'newest' | 'oldest' | 'priority';
export const ticketOrders: readonly TicketOrder[] = ['newest', 'oldest', 'priority'];

/** Due reminders first, then as asked, then by id so that equal rows keep their places. */
export function compareRows(order: TicketOrder, now: number): (a: TicketRow, b: TicketRow) => number {
	const asked = comparers[order];
	return (a, b) =>
		Number(isReminderDue(b.status, b.until, now)) - Number(isReminderDue(a.status, a.until, now)) ||
		asked(a, b) ||
		(a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

const waiting = (row: TicketRow) => row.waitingSince ?? row.changedAt;
const comparers: Record<TicketOrder, (a: TicketRow, b: TicketRow) => number> = {
	newest: (a, b) => b.changedAt - a.changedAt,
	oldest: (a, b) => waiting(a) - waiting(b),
	priority: (a, b) => a.priority - b.priority || waiting(a) - waiting(b),
};

/** The next moment at which a reminder comes due, ms since 1970. */
export function nextReminder(rows: readonly TicketRow[], now: number): number | undefined {
	let next: number | undefined;
	for (const { status, until } of rows) {
		if (status === 'waiting' && until !== undefined && until > now && (next === undefined || until < next))
			next = until;
	}
	return next;
}
