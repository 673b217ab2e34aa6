import type { Desk } from '../desk.ts';
import { openCallBacks, type CallBack } from '../domain/call-backs.ts';
import type { SystemId } from '../domain/ids.ts';
import { phoneKey } from '../domain/phone-key.ts';
import type { InteractionRow, PartyRow, TicketRow } from '../projection/rows.ts';
import { foldText } from './ticket-filter.ts';

/** What is known of a caller the moment it is clear who it is. */
export interface CallerCard {
	organisation: PartyRow | undefined;
	/** Open ones, the newest first. */
	tickets: TicketRow[];
	contacts: InteractionRow[];
	callBacks: CallBack<InteractionRow>[];
	/** Those of the last contacts and tickets, the latest first. */
	systems: SystemId[];
}

const mostTickets = 8;
const mostContacts = 5;

/** Needs no look at all rows: the desk has them in groups. `phone` alone, where the person is not known. */
export function callerCard(desk: Desk, person: PartyRow | undefined, phone: string): CallerCard {
	const addresses = person?.addresses.map((address) => address.toLowerCase()) ?? [];
	const own = person === undefined ? [] : [person.id, ...addresses];
	const tickets = [...new Set(own.flatMap((group) => desk.tickets.inGroup(group)))].sort(
		(a, b) => b.changedAt - a.changedAt,
	);
	const phones = [...(person?.phones ?? []), phone].map(phoneKey).filter((key) => key.length >= 'tel:'.length + 6);
	const groups = [...(person === undefined ? [] : [person.id]), ...phones];
	const contacts = [...new Set(groups.flatMap((group) => desk.interactions.inGroup(group)))].sort(
		(a, b) => b.began - a.began,
	);
	const used = [
		...contacts.map(({ system, began }) => ({ system, at: began })),
		...tickets.map(({ system, changedAt }) => ({ system, at: changedAt })),
	].sort((a, b) => b.at - a.at);
	return {
		organisation: person?.organisation == null ? undefined : desk.parties.get(person.organisation),
		tickets: tickets.filter(({ status }) => status !== 'closed').slice(0, mostTickets),
		contacts: contacts.slice(0, mostContacts),
		callBacks: openCallBacks(contacts),
		systems: [...new Set(used.map(({ system }) => system).filter((system) => system !== null))].slice(0, 5),
	};
}

export function isPhone(text: string): boolean {
	return /^[+\d\s()/.-]+$/.test(text.trim()) && text.replace(/\D/g, '').length >= 3;
}

/** The one person with exactly this number. */
export function personWithNumber(parties: readonly PartyRow[], phone: string): PartyRow | undefined {
	const key = phoneKey(phone);
	if (key.length < 'tel:'.length + 6) return undefined;
	const found = parties.filter((row) => row.kind === 'person' && row.phones.some((known) => phoneKey(known) === key));
	return found.length === 1 ? found[0] : undefined;
}

const searched = new WeakMap<PartyRow, string>();
const mostFound = 6;

/**
 * People by name, address, number, organisation, division or topic: every word typed begins a word of these. Those whose own name
 * begins with it come first, then people before organisations.
 */
export function findPeople(
	desk: Pick<Desk, 'parties'>,
	text: string,
	{ kinds = ['person'], most = mostFound }: { kinds?: readonly PartyRow['kind'][]; most?: number } = {},
): PartyRow[] {
	const folded = foldText(text.trim());
	if (folded.length < 2) return [];
	const rows = desk.parties.current.filter(({ kind }) => kinds.includes(kind));
	if (isPhone(text)) {
		const digits = text.replace(/\D/g, '').replace(/^0+/, '');
		return rows.filter((row) => row.phones.some((phone) => phone.replace(/\D/g, '').includes(digits))).slice(0, most);
	}
	const words = folded.split(/\s+/);
	const found: { row: PartyRow; score: number }[] = [];
	for (const row of rows) {
		const organisation = row.organisation === null ? undefined : desk.parties.get(row.organisation);
		const all = searchTextOf(row) + (organisation === undefined ? '' : ` ${foldText(organisation.name)}`);
		if (!words.every((word) => all.startsWith(word) || all.includes(` ${word}`))) continue;
		const name = foldText(row.name);
		const score = name === folded ? 3 : name.startsWith(folded) ? 2 : words.some((word) => name.includes(word)) ? 1 : 0;
		found.push({ row, score });
	}
	return found
		.sort(
			(a, b) => b.score - a.score || a.row.kind.localeCompare(b.row.kind) * -1 || (a.row.name < b.row.name ? -1 : 1),
		)
		.slice(0, most)
		.map(({ row }) => row);
}

function searchTextOf(row: PartyRow): string {
	let text = searched.get(row);
	if (text === undefined) {
		text = foldText([row.name, ...row.addresses, row.division, row.role, ...row.tags].join(' '));
		searched.set(row, text);
	}
	return text;
}
