import type { Opening } from '../domain/desk-config.ts';

export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
export type Weekday = (typeof weekdays)[number];

/** What counts where a desk says nothing of its hours. */
export const usualTimeZone = 'Europe/Berlin';
export const usualHours: readonly Opening[] = [1, 2, 3, 4, 5].map((day) => ({ day, from: '08:00', to: '18:00' }));

export interface HoursTrouble {
	day: Weekday;
	why: 'backwards' | 'overlap';
}

/** The first thing that is wrong with a week. */
export function hoursTrouble(hours: readonly Opening[]): HoursTrouble | undefined {
	for (const day of weekdays) {
		const ofDay = hoursOf(hours, day);
		if (ofDay.some(({ from, to }) => to <= from)) return { day, why: 'backwards' };
		if (ofDay.some(({ from }, i) => i > 0 && from < ofDay[i - 1]!.to)) return { day, why: 'overlap' };
	}
	return undefined;
}

/** In the order in which they come. */
export function hoursOf(hours: readonly Opening[], day: number): Opening[] {
	return hours.filter((opening) => opening.day === day).sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** Midnight at the end of a day: a field for a time cannot say 24:00. */
export function toEnd(time: string): string {
	return time === '00:00' ? '24:00' : time;
}

export function fromEnd(time: string): string {
	return time === '24:00' ? '00:00' : time;
}

export function isTimeZone(name: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: name });
		return name.includes('/') || name === 'UTC';
	} catch {
		return false;
	}
}
