import { readTicketNumber, type NumberReading } from '../domain/ticket-number.ts';
import type { PartyRow, TicketRow } from '../projection/rows.ts';
import { foldText, searchText } from './ticket-filter.ts';

const mostTickets = 12;

/** What a text says as a ticket number; a few digits are rather the beginning of one than a mistake. */
export function readNumberSearch(text: string, isMeantAsNumber: boolean): NumberReading {
	const reading = readTicketNumber(text);
	return reading.kind === 'mistyped' && reading.hint === 'too-short' && !isMeantAsNumber ? { kind: 'none' } : reading;
}

/** Tickets by number among all rows, and by words in those `forWords`; open ones first, then the newest. */
export function findTickets(rows: readonly TicketRow[], text: string, forWords = rows): TicketRow[] {
	const folded = foldText(text.trim());
	if (folded === '') return [];
	const number = readTicketNumber(text);
	if (number.kind === 'number') {
		const exact = rows.filter((row) => row.number === number.number);
		if (exact.length > 0) return exact;
	}
	const digits = folded.replace(/^(?:t[-\s]?|#)+/, '').replace(/[\s.\-/]/g, '');
	const isDigits = /^\d+$/.test(digits);
	const words = folded.split(/\s+/);
	const numbered = isDigits ? rows.filter((row) => row.number.startsWith(digits)) : [];
	const worded = forWords.filter((row) => {
		const searched = searchText(row);
		return words.every((word) => searched.includes(word));
	});
	return [...new Set([...numbered, ...worded])]
		.sort((a, b) => Number(a.status === 'closed') - Number(b.status === 'closed') || b.changedAt - a.changedAt)
		.slice(0, mostTickets);
}

/** Customers by name, address or phone number; digits of a phone match whatever stands between them. */
export function findParties(rows: readonly PartyRow[], text: string): PartyRow[] {
	const folded = foldText(text.trim());
	if (folded === '') return [];
	const digits = folded.replace(/\D/g, '').replace(/^0+/, '');
	const isPhone = digits.length >= 4 && /^[+\d\s()/-]+$/.test(folded);
	const words = folded.split(/\s+/);
	return rows.filter((row) => {
		if (isPhone) return row.phones.some((phone) => phone.replace(/\D/g, '').includes(digits));
		const searched = foldText(`${row.name} ${row.addresses.join(' ')}`);
		return words.every((word) => searched.includes(word));
	});
}
