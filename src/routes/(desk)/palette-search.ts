import type { Desk } from '$lib/desk.ts';
import type { PaletteItem } from '$lib/ui/CommandPalette.svelte';
import type { PaletteQuery } from '$lib/ui/palette-query.ts';
import { searching } from '$lib/ui/words/search-words.ts';
import { words } from '$lib/ui/words/words.svelte.ts';
import { findParties, findTickets, readNumberSearch } from '$lib/views/desk-search.ts';
import { newestOnly } from '$lib/views/newest-only.ts';
import { findShown, type ShownHit } from '$lib/views/search-view.svelte.ts';
import { shownNumber } from './happening-text.ts';
import { ticketAddress } from './names.ts';
import { hitAddress } from './search/hit-address.ts';

/** A place that a chosen item leads to. */
export type PaletteHit = PaletteItem & { href?: string };

const mostHits = 40;
/** So that no kind hides another; the page of all hits has the rest. */
const mostOfKind = 5;
const mostPeople = 6;
/** So long the lists wait for the index, so that nothing jumps under the hand. */
const patienceMs = 80;

/**
 * What the palette finds: numbers, names and unfinished tickets at once from the lists, everything else from the index when it answers.
 * Where no index has everything, the lists are searched whole.
 */
export function createPaletteSearch(desk: Desk, now: () => number) {
	const ask = newestOnly((text: string) =>
		findShown(desk, { text, now: now(), limit: mostHits }, words.locale).catch(() => []),
	);

	return (query: PaletteQuery, show: (items: readonly PaletteHit[]) => void): void => {
		const { kind, text } = query;
		const known = fromLists(query);
		if (text === '' || kind === 'number' || desk.searchState.current.kind === 'unavailable') return show(known);
		const patience = setTimeout(() => show(known), patienceMs);
		void ask(text).then((hits) => {
			clearTimeout(patience);
			// Without an answer a newer question came, and its answer is shown.
			if (hits === undefined) return;
			const found = hits.filter((hit) => kind === 'all' || hit.kind === 'person' || hit.kind === 'organisation');
			const items = firstOfEachKind(found.map(hitItem));
			const ids = new Set(items.map(({ id }) => id));
			const more = known.filter(({ id }) => !ids.has(id) && (items.length === 0 || !id.startsWith('nothing:')));
			show(isExactNumber(text) ? [...known, ...items.filter(isNotIn(known))] : [...items, ...more, allHits(text)]);
		});
	};

	function fromLists({ kind, text }: PaletteQuery): PaletteHit[] {
		const found: PaletteHit[] = [];
		if (text === '') return found;
		if (kind === 'all' || kind === 'number') {
			const number = readNumberSearch(text, kind === 'number');
			const { tickets, searchState } = desk;
			const isIndexed = searchState.current.kind === 'open' && searchState.current.complete;
			const forWords = isIndexed ? tickets.unfinished() : tickets.current;
			found.push(...findTickets(tickets.current, text, forWords).map(ticketItem));
			if (number.kind === 'mistyped' && found.length === 0) found.push(...mistyped(number));
			else if (number.kind === 'number' && found.length === 0)
				found.push({ id: 'nothing:number', label: words.t.ticket.notFound, group: 'tickets' });
		}
		if (kind === 'all' || kind === 'person')
			found.push(...findParties(desk.parties.current, text).slice(0, mostPeople).map(partyItem));
		return found;
	}

	function mistyped(number: Extract<ReturnType<typeof readNumberSearch>, { kind: 'mistyped' }>): PaletteHit[] {
		const t = words.t.ticketNumber;
		const hints = { 'too-short': t.tooShort, 'too-long': t.tooLong, 'check-digit': t.mistyped };
		const meant = number.perhaps.flatMap((perhaps) => desk.tickets.current.filter((row) => row.number === perhaps));
		return [
			{ id: 'nothing:hint', label: hints[number.hint], group: 'tickets' },
			...meant.map((row) => ({ ...ticketItem(row), label: t.perhaps(ticketItem(row).label) })),
		];
	}
}

function isExactNumber(text: string): boolean {
	return readNumberSearch(text, false).kind === 'number';
}

function firstOfEachKind(items: readonly PaletteHit[]): PaletteHit[] {
	const counts = new Map<PaletteItem['group'], number>();
	return items.filter(({ group }) => {
		const count = (counts.get(group) ?? 0) + 1;
		counts.set(group, count);
		return count <= mostOfKind;
	});
}

function isNotIn(known: readonly PaletteItem[]): (item: PaletteItem) => boolean {
	const ids = new Set(known.map(({ id }) => id));
	return ({ id }) => !ids.has(id);
}

function hitItem(hit: ShownHit): PaletteHit {
	const { row } = hit;
	if (row.kind === 'ticket') return ticketItem(row);
	if (row.kind === 'person' || row.kind === 'organisation') return partyItem(row);
	return {
		id: row.id,
		label: hit.title.text || hit.snippet.text,
		detail: hit.snippet.text,
		group: row.kind === 'article' ? 'articles' : 'contacts',
		href: hitAddress(hit),
	};
}

function ticketItem(row: Desk['tickets']['current'][number]): PaletteHit {
	const customer = row.fromName || row.fromAddress;
	return {
		id: row.id,
		label: `${shownNumber(row.number)} ${row.subject || words.t.list.noSubject}`,
		detail: [words.t.status[row.status], customer].filter(Boolean).join(' · '),
		group: 'tickets',
		href: ticketAddress(row),
	};
}

function partyItem(row: Desk['parties']['current'][number]): PaletteHit {
	return {
		id: row.id,
		label: row.name,
		detail: [...row.addresses, ...row.phones].join(' · '),
		group: 'people',
		href: hitAddress({ row }),
	};
}

function allHits(text: string): PaletteHit {
	const href = `/search?q=${encodeURIComponent(text)}`;
	return { id: 'search:all', label: searching.t.allHits(text), group: 'search', href };
}
