import { describe, expect, it } from 'vitest';
import type { ArticleRow, PartyRow } from '../../src/lib/projection/rows.ts';
import { findPeople } from '../../src/lib/views/caller.ts';
import { toCsv } from '../../src/lib/views/contacts-csv.ts';
import { findCases } from '../../src/lib/views/find-cases.ts';
import { daysOf, periodAt, periodBeside } from '../../src/lib/views/period.ts';

let made = 0;
function article(title: string, values: Partial<ArticleRow> = {}): ArticleRow {
	made++;
	return {
		...{ id: `article/${made}` as never, kind: 'article', type: 'case', titles: { de: title }, preview: '' },
		...{ state: 'standard', visibility: 'internal', system: null, category: null, level: 1, lines: [], tags: [] },
		...{ base: null, published: 1, versions: 1, readBy: [], validUntil: null, reviewAt: null, conflicts: 0 },
		...{ createdAt: 0, changedAt: made, newer: false },
		...values,
	} as ArticleRow;
}

describe('standard cases for what a caller says', () => {
	const nowhere = { line: undefined, systems: new Set<never>(), now: 1000 };
	const cases = [
		article('Drucker druckt Streifen'),
		article('Druckertreiber installieren'),
		article('Passwort zurücksetzen', { preview: 'Ich komme nicht mehr hinein' }),
		article('Häuser anlegen'),
	];
	const titles = (request: string, context = nowhere, rows = cases) =>
		findCases(rows, request, context).map((row) => row.titles.de);

	it.each([
		['Hallo, mein Drucker macht nur noch Streifen', 'Drucker druckt Streifen'],
		['drukertreiber', 'Druckertreiber installieren'],
		['Passwort vergessen', 'Passwort zurücksetzen'],
		['ich komme nicht hinein', 'Passwort zurücksetzen'],
		['haeuser', 'Häuser anlegen'],
		['Treiber', 'Druckertreiber installieren'],
	])('[C8] "%s" finds "%s" first', (said, title) => {
		expect(titles(said)[0]).toBe(title);
	});

	it('offers three at most, none for small talk, none that is archived, over or for other lines', () => {
		expect(titles('')).toEqual([]);
		expect(titles('hallo ich habe da mal')).toEqual([]);
		const many = Array.from({ length: 5 }, () => article('Drucker'));
		expect(findCases(many, 'Drucker', nowhere)).toHaveLength(3);
		const hidden = [
			article('Drucker', { state: 'archived' }),
			article('Drucker', { validUntil: 500 }),
			article('Drucker', { lines: ['sales' as never] }),
		];
		expect(titles('Drucker', { ...nowhere, line: 'shop' as never } as never, hidden)).toEqual([]);
	});

	it('puts what is agreed, and what the caller uses, before the rest; ten thousand letters hang nothing', () => {
		const [draft, agreed] = [article('Drucker', { state: 'draft' }), article('Drucker', { changedAt: -1 })];
		expect(findCases([draft, agreed], 'Drucker', nowhere)[0]).toBe(agreed);
		const own = article('Drucker', { system: 'till' as never, changedAt: -2 });
		expect(findCases([agreed, own], 'Drucker', { ...nowhere, systems: new Set(['till' as never]) })[0]).toBe(own);
		expect(titles('a " * NEAR OR '.repeat(1000))).toEqual([]);
	});
});

describe('[F67] people by name, organisation, division and topic', () => {
	const party = (name: string, values: Partial<PartyRow>): PartyRow => ({
		...{ id: `${values.kind ?? 'person'}/${name}` as never, kind: 'person', name, addresses: [], phones: [], tags: [] },
		...{ organisation: null, division: '', role: '', lines: [], changedAt: 0 },
		...values,
	});
	const north = party('Autohaus Nord', { kind: 'organisation' });
	const kim = party('Kim Weiß', { organisation: north.id, tags: ['Drucken'], phones: ['+49 30 5550119'] });
	const lee = party('Ann Lee', { division: 'Nutzfahrzeuge', tags: ['Drucken'] });
	const rows = [north, kim, lee];
	const desk = { parties: { current: rows, get: (id: string) => rows.find((row) => row.id === id) } } as never;
	const find = (text: string) => findPeople(desk, text).map(({ name }) => name);

	it.each([
		['Drucken Nord', ['Kim Weiß']],
		['drucken', ['Ann Lee', 'Kim Weiß']],
		['nutzfahrzeuge drucken', ['Ann Lee']],
		['weiss', ['Kim Weiß']],
		['030 555', ['Kim Weiß']],
		['k', []],
		['rucken', []],
	])('"%s" finds %j', (text, names) => {
		expect(find(text)).toEqual(names);
	});
});

describe('periods of the calendar', () => {
	it('hold whole days, weeks from Monday and months', () => {
		const at = new Date(2026, 10, 22, 15, 30).getTime();
		const start = (kind: 'day' | 'week' | 'month') => new Date(periodAt(kind, at).start);
		expect([start('day').getDate(), start('week').getDate(), start('month').getDate()]).toEqual([22, 16, 1]);
		expect(daysOf(periodAt('month', at))).toHaveLength(30);
		expect(daysOf(periodAt('week', at))).toHaveLength(7);
		const before = periodBeside(periodAt('month', at), -1);
		expect(new Date(before.start).getMonth()).toBe(9);
		expect(before.end).toBe(periodAt('month', at).start);
	});
});

describe('a table for spreadsheets', () => {
	it('separates, quotes, and lets no cell be a formula; numbers stay numbers', () => {
		expect(
			toCsv([
				['a;b', 'say "x"', '=HYPERLINK("x")'],
				['+49 30 1', '-5', '@cmd'],
			]),
		).toBe('\uFEFF"a;b";"say ""x""";"\'=HYPERLINK(""x"")"\r\n+49 30 1;-5;\'@cmd\r\n');
	});
});
