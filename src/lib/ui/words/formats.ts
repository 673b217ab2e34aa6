/** Dates, times, sizes and numbers for people, by Intl alone. Moments are ms since 1970. */
export interface Formats {
	/** "Mo., 23. Nov." or with the year, if it is another one than `now`'s. */
	date(at: number, now: number): string;
	/** "14:05" */
	time(at: number): string;
	/** "Mo., 23. Nov., 14:05" */
	dateTime(at: number, now: number): string;
	/** "14:05" today, else with the day */
	moment(at: number, now: number): string;
	/** "vor 5 Minuten", "in 2 Tagen" */
	relative(at: number, now: number): string;
	/** The same where there is little room: "vor 5 Min." */
	age(at: number, now: number): string;
	number(value: number): string;
	/** "1,4 MB" */
	bytes(size: number): string;
	/** "Ana, Ben und Cem" */
	list(names: readonly string[]): string;
	/** For sorting names: umlauts in place, numbers by value. */
	compare(one: string, other: string): number;
}

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
	['year', 365 * 86_400_000],
	['month', 30 * 86_400_000],
	['day', 86_400_000],
	['hour', 3_600_000],
	['minute', 60_000],
];

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** `tag` is a language with region, as "de-AT"; `timeZone` is the device's own if left out. */
export function createFormats(tag: string, timeZone?: string): Formats {
	const zone = timeZone === undefined ? {} : { timeZone };
	const day = new Intl.DateTimeFormat(tag, { weekday: 'short', day: 'numeric', month: 'short', ...zone });
	const dayOfYear = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', year: 'numeric', ...zone });
	const year = new Intl.DateTimeFormat('en', { year: 'numeric', ...zone });
	const dayAlone = new Intl.DateTimeFormat('en', { year: 'numeric', month: 'numeric', day: 'numeric', ...zone });
	const clock = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', ...zone });
	const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
	const age = new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'short' });
	const number = new Intl.NumberFormat(tag);
	const list = new Intl.ListFormat(tag, { type: 'conjunction' });
	const collator = new Intl.Collator(tag, { numeric: true });
	const bytes = byteUnits.map(
		(unit, power) =>
			new Intl.NumberFormat(tag, {
				style: 'unit',
				unit,
				unitDisplay: 'short',
				maximumFractionDigits: power > 1 ? 1 : 0,
			}),
	);

	const formats: Formats = {
		date: (at, now) => (year.format(at) === year.format(now) ? day : dayOfYear).format(at),
		time: (at) => clock.format(at),
		dateTime: (at, now) => `${formats.date(at, now)}, ${clock.format(at)}`,
		moment: (at, now) => (dayAlone.format(at) === dayAlone.format(now) ? clock.format(at) : formats.dateTime(at, now)),
		relative: (at, now) => sinceIn(relative, at - now),
		age: (at, now) => sinceIn(age, at - now),
		number: (value) => number.format(value),
		bytes(size) {
			const power = size < 1 ? 0 : Math.min(byteUnits.length - 1, Math.floor(Math.log10(size) / 3));
			return bytes[power]!.format(size / 1000 ** power);
		},
		list: (names) => list.format(names),
		compare: (one, other) => collator.compare(one, other),
	};
	return formats;
}

function sinceIn(format: Intl.RelativeTimeFormat, distance: number): string {
	for (const [unit, length] of steps)
		if (Math.abs(distance) >= length) return format.format(Math.trunc(distance / length), unit);
	return format.format(0, 'second');
}
