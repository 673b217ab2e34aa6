import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Opening } from '../../src/lib/domain/desk-config.ts';
import {
	addWorkingMinutes,
	workingMinutes,
	workingTimeOf,
	type WorkingTime,
} from '../../src/lib/domain/working-time.ts';

const at = (text: string) => Date.parse(text);
const weekdays = (from: string, to: string, days = [1, 2, 3, 4, 5]): WorkingTime => ({
	hours: days.map((day): Opening => ({ day, from, to })),
	timeZone: 'Europe/Berlin',
});
const office = weekdays('09:00', '18:00');
const everyDay = [1, 2, 3, 4, 5, 6, 7];

describe('working time', () => {
	test('[F29] half an hour on Friday and half an hour on Monday are sixty minutes', () => {
		// Friday 17:30 and Monday 09:30 in Berlin, in winter.
		expect(addWorkingMinutes(office, at('2026-01-16T16:30:00Z'), 60)).toBe(at('2026-01-19T08:30:00Z'));
		expect(workingMinutes(office, at('2026-01-16T16:30:00Z'), at('2026-01-19T08:30:00Z'))).toBe(60);
	});

	test('[WT1] over the weekend on which summer time begins, wall-clock times stay', () => {
		expect(addWorkingMinutes(office, at('2026-03-27T16:30:00Z'), 60)).toBe(at('2026-03-30T07:30:00Z'));
	});

	test('[WT1] the hour that is skipped does not count, and the one that comes twice counts twice', () => {
		const nights = weekdays('00:00', '06:00', everyDay);
		const day = (date: string) =>
			workingMinutes(nights, at(`${date}T20:00:00Z`), at(`${date}T20:00:00Z`) + 12 * 3_600_000);
		expect(day('2026-03-27')).toBe(6 * 60);
		expect(day('2026-03-28')).toBe(5 * 60);
		expect(day('2026-10-24')).toBe(7 * 60);
	});

	test('[WT1] an opening that begins in the skipped hour begins at its end, and one within it has no minute', () => {
		const early = weekdays('02:30', '04:00', everyDay);
		expect(workingMinutes(early, at('2026-03-29T00:00:00Z'), at('2026-03-29T12:00:00Z'))).toBe(60);
		const skipped = weekdays('02:00', '02:45', everyDay);
		expect(workingMinutes(skipped, at('2026-03-29T00:00:00Z'), at('2026-03-29T12:00:00Z'))).toBe(0);
	});

	test('[WT2] openings that overlap count once', () => {
		const time: WorkingTime = {
			hours: [
				{ day: 1, from: '08:00', to: '12:00' },
				{ day: 1, from: '10:00', to: '14:00' },
				{ day: 1, from: '14:00', to: '15:00' },
			],
			timeZone: 'Europe/Berlin',
		};
		expect(workingMinutes(time, at('2026-01-18T12:00:00Z'), at('2026-01-20T12:00:00Z'))).toBe(7 * 60);
	});

	test('[WT2] a night shift ends on the next day', () => {
		const nights = weekdays('22:00', '06:00', [5]);
		expect(addWorkingMinutes(nights, at('2026-01-17T04:00:00Z'), 120)).toBe(at('2026-01-23T22:00:00Z'));
	});

	test('[WT3] a calendar without openings is open around the clock', () => {
		for (const hours of [[], [{ day: 1, from: '08:00', to: '08:00' }]])
			expect(addWorkingMinutes({ hours, timeZone: 'UTC' }, 0, 90)).toBe(90 * 60_000);
	});

	test('without a word of the desk it is Monday to Friday, 08:00 to 18:00, in Berlin; so with a zone nobody knows', () => {
		const sunday = at('2026-01-18T12:00:00Z');
		for (const timeZone of [undefined, 'Mars/Olympus'])
			expect(addWorkingMinutes(workingTimeOf({ timeZone }), sunday, 1)).toBe(at('2026-01-19T07:01:00Z'));
	});

	test('hours that come once in a long while are not searched for ever', () => {
		const rare: WorkingTime = { hours: [{ day: 1, from: '08:00', to: '08:01' }], timeZone: 'UTC' };
		const began = performance.now();
		expect(addWorkingMinutes(rare, 0, 100_000)).toBeGreaterThan(0);
		expect(performance.now() - began).toBeLessThan(2000);
	});

	test('what is added is what lies between, in any calendar and zone', () => {
		const minute = fc.integer({ min: 0, max: 24 * 60 });
		const clock = (minutes: number) =>
			`${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
		const opening = fc
			.record({ day: fc.integer({ min: 1, max: 7 }), from: fc.integer({ min: 0, max: 24 * 60 - 1 }), to: minute })
			.map(({ day, from, to }): Opening => ({ day, from: clock(from), to: clock(to) }));
		fc.assert(
			fc.property(
				fc.array(opening, { minLength: 1, maxLength: 12, size: 'max' }),
				fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'),
				fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
				fc.integer({ min: 1, max: 400 }),
				(hours, timeZone, from, minutes) => {
					const time = { hours, timeZone };
					const end = addWorkingMinutes(time, from, minutes);
					expect(workingMinutes(time, from, end)).toBeCloseTo(minutes, 6);
					expect(addWorkingMinutes(time, from, minutes + 1)).toBeGreaterThan(end);
				},
			),
			{ numRuns: 150 },
		);
	});
});
