import type { Contact } from './contact.ts';
import type { DocumentId, LineId } from './ids.ts';
import { repeatContacts } from './same-matter.ts';

/**
 * What contacts say about a line. All figures are of contacts that began in the period and came in; our own calls count nowhere
 * but in `calledBack`. A contact that goes on still counts nowhere.
 *
 * CF1 First-contact rate (F3, C1): of the requests that somebody took and that belong here (solved, ticket, call back), those that
 *     were solved at once, without a ticket. Ten requests, five of them solved: 50 %.
 * CF2 Answered share (C5): of all calls by phone, those in which the caller was told something there and then: solved, ticket, or
 *     which place is the right one. Missed calls and promises to call back are the rest.
 * CF3 Own-resolution share (C6): of the requests that are done with, those that nobody passed on: solved at once, or a ticket that
 *     was closed without having gone to another queue, line or owner. A ticket that was passed on counts from then on, one that
 *     is still open and was not passed on does not count yet.
 * CF4 A rate of nothing is undefined, not zero.
 * CF5 Repeat contacts: the same caller about the same within seven days before (`same-matter.ts`), counted on the later day.
 * CF6 Tickets: how many tickets the contacts led to; several contacts of one ticket count it once.
 */
export interface ContactFigures {
	contacts: number;
	calls: number;
	solved: number;
	tickets: number;
	callBacks: number;
	wrongPlace: number;
	missed: number;
	repeats: number;
	/** How often we called. */
	calledBack: number;
	/** Median of what was taken, in seconds. */
	seconds: number | undefined;
	firstContact: Rate;
	answered: Rate;
	ownResolution: Rate;
}

export interface Rate {
	part: number;
	whole: number;
	/** 0 to 1 */
	share: number | undefined;
}

/** What became of a contact's ticket; undefined if this device does not know it. */
export type TicketFate = 'open' | 'closed' | 'passed-on' | undefined;

export function contactFigures(
	contacts: readonly Contact[],
	fateOf: (ticket: DocumentId) => TicketFate,
	/** Known beforehand, where the contacts before these are known. */
	repeats: ReadonlySet<DocumentId> = repeatContacts(contacts),
): ContactFigures {
	const ended = contacts.filter(({ outcome }) => outcome !== undefined);
	const came = ended.filter(({ direction }) => direction === 'in');
	const by = (outcome: Contact['outcome']) => came.filter((contact) => contact.outcome === outcome);
	const [solved, tickets, callBacks] = [by('solved'), by('ticket'), by('call-back')];
	const [wrongPlace, missed] = [by('wrong-place'), by('missed')];
	const calls = came.filter(({ channel }) => channel === 'phone');
	const told = calls.filter(({ outcome }) => outcome === 'solved' || outcome === 'ticket' || outcome === 'wrong-place');
	const fates = tickets.map(({ ticket }) => (ticket === undefined ? undefined : fateOf(ticket)));
	const own = solved.length + fates.filter((fate) => fate === 'closed').length;
	return {
		contacts: came.length,
		calls: calls.length,
		solved: solved.length,
		tickets: new Set(tickets.map(({ ticket, id }) => ticket ?? id)).size,
		callBacks: callBacks.length,
		wrongPlace: wrongPlace.length,
		missed: missed.length,
		repeats: came.filter(({ id }) => repeats.has(id)).length,
		calledBack: ended.length - came.length,
		seconds: median(came.filter(({ outcome }) => outcome !== 'missed').map(({ seconds }) => seconds)),
		firstContact: rate(solved.length, solved.length + tickets.length + callBacks.length),
		answered: rate(told.length, calls.length),
		ownResolution: rate(own, own + fates.filter((fate) => fate === 'passed-on').length),
	};
}

/** The same for each line that has contacts, the busiest first. */
export function figuresByLine(
	contacts: readonly Contact[],
	fateOf: (ticket: DocumentId) => TicketFate,
	repeats: ReadonlySet<DocumentId> = repeatContacts(contacts),
): { line: LineId; figures: ContactFigures }[] {
	return [...Map.groupBy(contacts, ({ line }) => line)]
		.map(([line, own]) => ({ line, figures: contactFigures(own, fateOf, repeats) }))
		.sort((a, b) => b.figures.contacts - a.figures.contacts || (a.line < b.line ? -1 : 1));
}

/** CF3 */
export function fateOfTicket(
	ticket: { status: string; handOvers: number; leftQueue: boolean } | undefined,
): TicketFate {
	if (ticket === undefined) return undefined;
	if (ticket.leftQueue || ticket.handOvers > 0) return 'passed-on';
	return ticket.status === 'closed' ? 'closed' : 'open';
}

function rate(part: number, whole: number): Rate {
	return { part, whole, share: whole === 0 ? undefined : part / whole };
}

function median(values: readonly number[]): number | undefined {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	if (sorted.length === 0) return undefined;
	return sorted.length % 2 === 1 ? sorted[middle] : Math.round((sorted[middle - 1]! + sorted[middle]!) / 2);
}
