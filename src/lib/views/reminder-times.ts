/** Moments that people mean by "later", in the device's own time. */
export type ReminderPreset = 'laterToday' | 'tomorrow' | 'nextWeek';

const mornings = 8;
const laterMs = 3 * 3_600_000;

/** ms since 1970. "Later today" is left out where it would be tomorrow. `nowMs` may lie in any time zone's day. */
export function reminderTimes(nowMs: number): { preset: ReminderPreset; at: number }[] {
	const later = new Date(nowMs + laterMs);
	later.setMinutes(0, 0, 0);
	const tomorrow = morningIn(nowMs, 1);
	const monday = morningIn(nowMs, ((8 - new Date(nowMs).getDay()) % 7 || 7) as number);
	const times: { preset: ReminderPreset; at: number }[] = [
		{ preset: 'laterToday', at: later.getTime() },
		{ preset: 'tomorrow', at: tomorrow },
		{ preset: 'nextWeek', at: monday },
	];
	const isToday = later.getDate() === new Date(nowMs).getDate();
	// On a Sunday tomorrow is next Monday: one moment, one choice.
	return times.filter(
		({ preset }) => (preset !== 'laterToday' || isToday) && (preset !== 'nextWeek' || monday !== tomorrow),
	);
}

function morningIn(nowMs: number, days: number): number {
	const day = new Date(nowMs);
	// By the calendar, not by 24 hours: clocks change.
	day.setDate(day.getDate() + days);
	day.setHours(mornings, 0, 0, 0);
	return day.getTime();
}

/** For `<input type="datetime-local">`, in the device's own time. */
export function toLocalInput(at: number): string {
	const date = new Date(at);
	const two = (value: number) => String(value).padStart(2, '0');
	const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
	return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Undefined if it is no moment, or not in the future. */
export function fromLocalInput(text: string, nowMs: number): number | undefined {
	const at = new Date(text).getTime();
	return Number.isNaN(at) || at <= nowMs ? undefined : at;
}
