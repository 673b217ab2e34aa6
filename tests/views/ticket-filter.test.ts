import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText, matchesFilter, readFilter } from '../../src/lib/views/ticket-filter.ts';
import type { TicketRow } from '../../src/lib/projection/rows.ts';
import { formatTicketNumber } from '../../src/lib/domain/ticket-number.ts';
import { row } from './ticket-rows.ts';

const names = {
	me: 'ada' as never,
	agent: (id: string) => ({ ada: 'Ada Groß', ben: 'Ben' })[id] ?? id,
	queue: (id: string) => (id === 'first' ? 'Front Office' : id),
	line: (id: string) => (id === 'main' ? 'Kasse' : id),
	system: (id: string) => (id === 'till' ? 'Kassensystem' : id),
	category: (id: string) => (id === 'start' ? 'Kasse › Startet nicht' : id),
};
const matches = (text: string, ticket: TicketRow) => {
	const filter = readFilter(text);
	return filter === undefined || matchesFilter(ticket, filter, names);
};

describe('the filter', () => {
	it.each([
		['drucker', row(1, { subject: 'Drucker klemmt' }), true],
		['drucker klemmt', row(1, { subject: 'Es klemmt der Drucker' }), true],
		['"klemmt drucker"', row(1, { subject: 'Es klemmt der Drucker' }), false],
		['weiss', row(1), true],
		['WEISS', row(1), true],
		['muller', row(1, { fromName: 'Jörg Müller' }), true],
		['status:offen', row(1, { status: 'open' }), true],
		['status:open', row(1, { status: 'open' }), true],
		['status:offen', row(1, { status: 'closed' }), false],
		['status:offen status:wartet', row(1, { status: 'waiting' }), true],
		['prio:1', row(1, { priority: 1 }), true],
		['Priorität:2', row(1, { priority: 1 }), false],
		['tag:dru', row(1, { tags: ['Drucker'] }), true],
		['kunde:weiß drucker', row(1, { subject: 'Drucker' }), true],
		['queue:front line:kasse', row(1), true],
		['an:@me', row(1, { assignee: 'ada' }), true],
		['an:@me', row(1, { holder: 'ben' }), false],
		['assignee:gross', row(1, { holder: 'ada' }), true],
		['an:niemand', row(1), true],
		['system:kass', row(1, { system: 'till' }), true],
		['system:web', row(1, { system: 'till' }), false],
		['system:-', row(1), true],
		['system:kass', row(1, { system: 'web', systems: ['web', 'till'] }), true],
		['system:-', row(1, { systems: ['till'] }), false],
		['system:kass', row(1), false],
		['kategorie:start', row(1, { category: 'start' }), true],
		['category:kasse', row(1, { category: 'start' }), true],
		['kategorie:"kasse › startet"', row(1, { category: 'start' }), true],
		['erwähnt:@me', row(1, { mentions: ['ada'] }), true],
		['mentioned:ben', row(1, { mentions: ['ada'] }), false],
	])('%s', (text, ticket, expected) => {
		expect(matches(text, ticket)).toBe(expected);
	});

	it('[F11] finds a number however it is written', () => {
		const ticket = row(217);
		const { number } = ticket;
		const dashed = formatTicketNumber(number);
		for (const text of [`#${dashed}`, number, dashed, number.slice(0, 6), `T${dashed}`])
			expect(matches(text, ticket), text).toBe(true);
		expect(matches(formatTicketNumber(row(218).number), ticket)).toBe(false);
	});

	it('takes a key nobody knows, and a value that fits no key, as words', () => {
		expect(matches('http://example.org', row(1, { preview: 'see http://example.org' }))).toBe(true);
		expect(matches('prio:hoch', row(1, { subject: 'prio:hoch bitte' }))).toBe(true);
		expect(matches('prio:hoch', row(1))).toBe(false);
	});

	it('is no filter while nothing stands in it', () => {
		for (const text of ['', '   ', '""', '"']) expect(readFilter(text)).toBeUndefined();
	});
});

it('[F11] folds sign by sign as the whole text would be folded', () => {
	const german = fc.string({ unit: fc.constantFrom(...'Ää Öö Üü ẞß Éè ﬁ Ωσς a\u0308 가 각 𝔸 😀') });
	fc.assert(
		fc.property(fc.oneof(german, fc.string({ unit: 'binary' })), (text) => {
			const whole = text.toLowerCase().replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '');
			expect(foldText(text)).toBe(whole);
		}),
	);
});
