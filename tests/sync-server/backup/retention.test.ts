import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backupsToDelete, usualRetention } from '../../../sync-server/backup/retention.ts';

const day = 24 * 60 * 60_000;
const night = (text: string) => Date.parse(`${text}T02:00:00Z`);
const named = (times: readonly number[]) => times.map((time) => new Date(time).toISOString().slice(0, 10)).sort();
const keptOf = (times: readonly number[], retention = usualRetention) => {
	const gone = new Set(backupsToDelete(times, retention));
	return times.filter((time) => !gone.has(time));
};

test.each([
	['nothing of nothing', [], []],
	['the only one, however old', ['2019-01-01'], ['2019-01-01']],
	[
		'seven days of eight, and the Sunday before as the newest of its week',
		['01', '02', '03', '04', '05', '06', '07', '08', '09', '10'].map((d) => `2026-03-${d}`),
		['01', '04', '05', '06', '07', '08', '09', '10'].map((d) => `2026-03-${d}`),
	],
	[
		'four weeks, then only months',
		['2025-12-31', '2026-01-11', '2026-01-31', '2026-02-08', '2026-02-15', '2026-02-22', '2026-03-01'],
		['2025-12-31', '2026-01-11', '2026-01-31', '2026-02-08', '2026-02-15', '2026-02-22', '2026-03-01'],
	],
] as [string, string[], string[]][])('[F99] keeps %s', (_title, made, kept) => {
	expect(named(keptOf(made.map(night)))).toEqual(kept);
});

test('[F99] of one day only the newest stays', () => {
	const morning = night('2026-03-01');
	expect(backupsToDelete([morning, morning + 1, morning + 2], usualRetention)).toEqual([morning + 1, morning]);
});

test('[F99] a year of nights leaves 7 days, 4 weeks and 6 months', () => {
	let kept: number[] = [];
	for (let i = 0; i < 365; i++) {
		kept = keptOf([...kept, night('2025-01-01') + i * day]);
		expect(kept.length).toBeLessThanOrEqual(17);
	}
	expect(named(kept)).toEqual([
		...['2025-07-31', '2025-08-31', '2025-09-30', '2025-10-31', '2025-11-30', '2025-12-14', '2025-12-21'],
		...['2025-12-25', '2025-12-26', '2025-12-27', '2025-12-28', '2025-12-29', '2025-12-30', '2025-12-31'],
	]);
});

const times = fc.array(
	fc.integer({ min: 0, max: 800 * 24 }).map((hours) => hours * 60 * 60_000),
	{
		size: 'max',
		maxLength: 400,
	},
);
const retentions = fc.record({ days: fc.nat(9), weeks: fc.nat(6), months: fc.nat(9) });

test('[F99] never deletes the newest, never more than it has to, and a second look deletes nothing', () => {
	fc.assert(
		fc.property(times, retentions, (made, retention) => {
			const gone = backupsToDelete(made, retention);
			const kept = keptOf(made, retention);
			if (made.length > 0) expect(kept).toContain(Math.max(...made));
			expect(new Set(kept).size).toBeLessThanOrEqual(1 + retention.days + retention.weeks + retention.months);
			expect(gone.every((time) => made.includes(time))).toBe(true);
			expect(backupsToDelete(kept, retention)).toEqual([]);
			// The newest of each of the last days is there.
			const days = [...new Set(made.map((time) => Math.floor(time / day)))].sort((a, b) => b - a);
			for (const of of days.slice(0, retention.days))
				expect(kept).toContain(Math.max(...made.filter((time) => Math.floor(time / day) === of)));
		}),
		{ numRuns: 200 },
	);
});
