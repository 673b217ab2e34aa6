import { cleanLine } from './clean-text.ts';

const REPLY = 're|aw|antw|antwort|sv|vs|rif|r|odp|ynt|res|ref|回复|答复|回覆';
const FORWARD = 'wg|fwd?|fw|wtr|tr|rv|enc|vb|vl|i|doorst|pd|转发|轉寄';
const PREFIX = new RegExp(
	`^(?:(${REPLY})|(${FORWARD}))\\s*(?:\\[(\\d{1,3})\\]|\\((\\d{1,3})\\)|\\^(\\d{1,3})|\\*(\\d{1,3}))?\\s*[:：]\\s*`,
	'i',
);
const TAG = /^\[([^[\]]{1,60})\]\s*/;
const NUMBER =
	/(?:#|\b(?:ticket|vorgang|anfrage|case|request)s?[- ]?(?:nr|no|nummer|number|id)?[.:]{0,2})\s?(\d(?:[\d-]{0,18}\d)?)(?![\d-])/gi;
const MOST_PREFIXES = 100;
const MOST_NUMBERS = 5;

export type NormalSubject = {
	/** The subject without prefixes and tags, for comparing. */
	base: string;
	replies: number;
	forwards: number;
	/** What stood in brackets before the subject, `[list]` without the brackets; ticket numbers are not tags. */
	tags: string[];
};

/** Takes `Re:`, `AW:`, `WG:`, `Fwd:`, `SV:`, `Antw:` with counts (`Re[2]:`) and list tags off, however they are nested. */
export function normaliseSubject(subject: string): NormalSubject {
	const normal: NormalSubject = { base: cleanLine(subject), replies: 0, forwards: 0, tags: [] };
	for (let i = 0; i < MOST_PREFIXES; i++) {
		const prefix = PREFIX.exec(normal.base);
		const tag = prefix ? null : TAG.exec(normal.base);
		const taken = prefix ?? tag;
		if (!taken) break;
		const rest = normal.base.slice(taken[0].length);
		if (prefix) {
			const count = Number(prefix[3] ?? prefix[4] ?? prefix[5] ?? prefix[6] ?? 1);
			if (prefix[1]) normal.replies += count;
			else normal.forwards += count;
		} else {
			const name = tag?.[1]?.trim() ?? '';
			// A subject that is nothing but "[urgent]" keeps it.
			if (rest === '') break;
			if (ticketNumberCandidates(`[${name}]`).length === 0 && name !== '') normal.tags.push(name);
		}
		normal.base = rest;
	}
	return normal;
}

/**
 * The digits behind `#`, as in `[#1042173]` or `[Ticket#104-2173]`, or behind a word such as `Vorgang`: 7 to 15 of them, without
 * separators. Whether they are a number of
 * ours says the check digit (domain/ticket-number.ts), whether the sender may speak on that ticket the caller.
 */
export function ticketNumberCandidates(subject: string): string[] {
	const found = cleanLine(subject).matchAll(NUMBER);
	const digits = [...found].map((match) => (match[1] ?? '').replaceAll('-', ''));
	return [...new Set(digits.filter((number) => number.length >= 7 && number.length <= 15))].slice(0, MOST_NUMBERS);
}
