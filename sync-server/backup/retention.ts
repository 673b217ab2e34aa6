/** How many backups are kept: the newest of each of the last days, weeks and months that have one. */
export const usualRetention: Retention = { days: 7, weeks: 4, months: 6 };

export interface Retention {
	days: number;
	weeks: number;
	months: number;
}

const dayMs = 24 * 60 * 60_000;
/** 1 January 1970 was a Thursday; weeks begin on Monday. */
const firstMonday = 4 * dayMs;

/**
 * Which of these backups may go, by when they were made (UTC). The newest always stays, and it stays before any limit: a folder in which
 * nothing new arrives is never emptied.
 */
export function backupsToDelete(times: readonly number[], { days, weeks, months }: Retention): number[] {
	const newestFirst = [...new Set(times)].sort((a, b) => b - a);
	const kept = new Set(newestFirst.slice(0, 1));
	const keep = (limit: number, periodOf: (time: number) => number) => {
		const seen = new Set<number>();
		for (const time of newestFirst) {
			const period = periodOf(time);
			if (seen.has(period) || seen.size >= limit) continue;
			seen.add(period);
			kept.add(time);
		}
	};
	keep(days, (time) => Math.floor(time / dayMs));
	keep(weeks, (time) => Math.floor((time - firstMonday) / (7 * dayMs)));
	keep(months, (time) => new Date(time).getUTCFullYear() * 12 + new Date(time).getUTCMonth());
	return newestFirst.filter((time) => !kept.has(time));
}
