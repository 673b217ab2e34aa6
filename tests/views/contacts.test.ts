import { describe, expect, it } from 'vitest';
import type { PartyRow } from '../../src/lib/projection/rows.ts';
import { findPeople } from '../../src/lib/views/caller.ts';
import { toCsv } from '../../src/lib/views/contacts-csv.ts';
import { daysOf, periodAt, periodBeside } from '../../src/lib/views/period.ts';

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
