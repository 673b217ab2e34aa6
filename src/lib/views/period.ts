/** A stretch of time on this device's calendar: from `start` until before `end`, ms since 1970. */
export type PeriodKind = 'day' | 'week' | 'month';
export const periodKinds: readonly PeriodKind[] = ['day', 'week', 'month'];

export interface Period {
	kind: PeriodKind;
	start: number;
	end: number;
}

/** The one that holds the moment. Weeks begin on Monday. */
export function periodAt(kind: PeriodKind, at: number): Period {
	const start = new Date(at);
	start.setHours(0, 0, 0, 0);
	if (kind === 'week') start.setDate(start.getDate() - ((start.getDay() + 6) % 7));
	if (kind === 'month') start.setDate(1);
	const end = new Date(start);
	// By the calendar, not by hours: clocks change, and months differ.
	if (kind === 'day') end.setDate(end.getDate() + 1);
	else if (kind === 'week') end.setDate(end.getDate() + 7);
	else end.setMonth(end.getMonth() + 1);
	return { kind, start: start.getTime(), end: end.getTime() };
}

export function periodBeside({ kind, start, end }: Period, step: 1 | -1): Period {
	return periodAt(kind, step === 1 ? end : start - 1);
}

export function daysOf({ start, end }: Period): Period[] {
	const days: Period[] = [];
	for (let day = periodAt('day', start); day.start < end; day = periodBeside(day, 1)) days.push(day);
	return days;
}
