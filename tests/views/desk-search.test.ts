import { describe, expect, it } from 'vitest';
import { formatTicketNumber } from '../../src/lib/domain/ticket-number.ts';
import type { PartyRow } from '../../src/lib/projection/rows.ts';
import { findParties, findTickets, readNumberSearch } from '../../src/lib/views/desk-search.ts';
import { noon, row } from './ticket-rows.ts';

describe('[F11] a number that was typed', () => {
	const { number } = row(217);

	it('opens its ticket, however it is written', () => {
		const rows = [row(1), row(217), row(218)];
		for (const text of [number, formatTicketNumber(number), `#${formatTicketNumber(number)}`])
			expect(findTickets(rows, text)).toEqual([rows[1]]);
	});

	it('with two neighbours swapped is refused, and what was meant is offered', () => {
		const swapped = number.slice(0, 2) + number[3]! + number[2]! + number.slice(4);
		expect(readNumberSearch(swapped, false)).toMatchObject({
			kind: 'mistyped',
			perhaps: expect.arrayContaining([number]) as string[],
		});
	});

	it('is taken for a beginning while it is short, unless it was meant as a number', () => {
		expect(readNumberSearch('104', false)).toEqual({ kind: 'none' });
		expect(readNumberSearch('104', true)).toMatchObject({ kind: 'mistyped', hint: 'too-short' });
		expect(findTickets([row(1), row(217)], number.slice(0, 6))).toEqual([row(217)]);
	});
});

describe('search over rows', () => {
	it('finds every word wherever it stands, open tickets first', () => {
		const rows = [
			row(1, { subject: 'Drucker druckt nicht', status: 'closed', changedAt: noon }),
			row(2, { subject: 'Nicht erreichbar', preview: 'der Drucker', changedAt: noon - 10 }),
			row(3, { subject: 'Drucker' }),
		];
		expect(findTickets(rows, 'nicht DRUCKER').map(({ id }) => Number(id.slice(-1)))).toEqual([2, 1]);
		expect(findTickets(rows, '   ')).toEqual([]);
	});

	it('[F99] looks for words only where it is told to, and for numbers everywhere', () => {
		const rows = [row(1, { subject: 'Drucker' }), row(2, { subject: 'Drucker' })];
		const places = (text: string) => findTickets(rows, text, rows.slice(1)).map(({ id }) => Number(id.slice(-1)));
		expect(places('drucker')).toEqual([2]);
		expect(places(row(1).number.slice(0, 6))).toEqual([1]);
		expect(places(row(1).number)).toEqual([1]);
	});

	const party = (name: string, phones: string[], addresses: string[]): PartyRow => ({
		...{ id: `person/${name}` as never, kind: 'person', name, phones, addresses },
		...{ organisation: null, division: '', role: '', tags: [], lines: [], changedAt: 0 },
	});
	const parties = [
		party('Jörg Müller', ['+49 30 1234-567'], ['jm@example.org']),
		party('Ann Lee', ['0171 7654321'], ['ann@example.org']),
	];

	it.each([
		['muller', ['Jörg Müller']],
		['ann@example', ['Ann Lee']],
		['030 1234567', ['Jörg Müller']],
		['0049 30 1234', ['Jörg Müller']],
		['7654', ['Ann Lee']],
		['', []],
	])('finds customers by %j', (text, names) => {
		expect(findParties(parties, text).map(({ name }) => name)).toEqual(names);
	});
});
