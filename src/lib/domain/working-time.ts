import type { Desk, Opening } from './desk-config.ts';

/**
 * Working time: minutes that count, by a weekly calendar in the desk's time zone. Times are ms since 1970.
 *
 * WT1 Openings are wall-clock times; summer time begins and ends as it does there. An hour that is skipped does not count, one
 *     that comes twice counts twice.
 * WT2 Openings that overlap count once. One that ends before it begins ends on the next day.
 * WT3 A calendar without any opening is open around the clock: what runs out must run out some day.
 */
export interface WorkingTime {
	hours: readonly Opening[];
	timeZone: string;
}

const usualZone = 'Europe/Berlin';
const usualHours: readonly Opening[] = ([1, 2, 3, 4, 5] as const).map((day) => ({ day, from: '08:00', to: '18:00' }));

export function workingTimeOf(desk: Pick<Desk, 'hours' | 'timeZone'>): WorkingTime {
	return { hours: desk.hours ?? usualHours, timeZone: desk.timeZone ?? usualZone };
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Further away than this nothing is planned. */
const longestDays = 3660;

/** How many working minutes lie between two instants. */
export function workingMinutes(time: WorkingTime, from: number, to: number): number {
	let sum = 0;
	for (const span of openSpans(time, from)) {
		if (span.start >= to) break;
		sum += Math.min(span.end, to) - span.start;
	}
	return sum / minuteMs;
}

/** When so many working minutes after `from` are over. */
export function addWorkingMinutes(time: WorkingTime, from: number, minutes: number): number {
	let rest = minutes * minuteMs;
	let end = from;
	if (rest <= 0) return from;
	for (const span of openSpans(time, from)) {
		end = span.start + rest;
		if (end <= span.end) return end;
		rest -= span.end - span.start;
	}
	return end;
}

interface Span {
	start: number;
	end: number;
}

/** The open times from an instant on, in order and apart from each other. */
function* openSpans(time: WorkingTime, from: number): Generator<Span> {
	const openings = time.hours.filter((opening) => opening.from !== opening.to);
	if (openings.length === 0) {
		yield { start: from, end: from + longestDays * dayMs };
		return;
	}
	const zone = zoneOf(time.timeZone);
	const today = floorToDay(from + zone.offsetAt(from));
	let done = from;
	// From the day before: what began then may go past midnight.
	for (let day = -1; day < longestDays; day++) {
		const date = today + day * dayMs;
		const weekday = new Date(date).getUTCDay() || 7;
		const spans = openings
			.filter((opening) => opening.day === weekday)
			.map(({ from, to }): Span => {
				const begins = minuteOfDay(from);
				const ends = minuteOfDay(to);
				return {
					start: zone.instantOf(date + begins * minuteMs),
					end: zone.instantOf(date + (ends > begins ? ends : ends + 24 * 60) * minuteMs),
				};
			})
			.sort((a, b) => a.start - b.start);
		for (const span of spans) {
			if (span.end <= done) continue;
			yield { start: Math.max(span.start, done), end: span.end };
			done = span.end;
		}
	}
}

function minuteOfDay(text: string): number {
	return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

function floorToDay(ms: number): number {
	return Math.floor(ms / dayMs) * dayMs;
}

interface Zone {
	/** What is added to UTC to get the wall clock's reading. */
	offsetAt(instant: number): number;
	/** The instant at which the wall clock reads so; the first of two, and for a reading that is skipped, when that happens. */
	instantOf(wall: number): number;
}

const zones = new Map<string, Zone>();

function zoneOf(name: string): Zone {
	let zone = zones.get(name);
	if (zone === undefined) {
		zone = createZone(readingIn(name) ?? readingIn(usualZone) ?? readingIn('UTC')!);
		zones.set(name, zone);
	}
	return zone;
}

/** Undefined for a zone that this machine does not know. */
function readingIn(timeZone: string): Intl.DateTimeFormat | undefined {
	try {
		return new Intl.DateTimeFormat('en-US', {
			timeZone,
			hourCycle: 'h23',
			year: 'numeric',
			month: 'numeric',
			day: 'numeric',
			hour: 'numeric',
			minute: 'numeric',
			second: 'numeric',
		});
	} catch {
		return undefined;
	}
}

/** Offsets change only at full quarters of an hour, so that few readings serve many questions. */
const quarterMs = 15 * minuteMs;
const rememberedQuarters = 5000;

function createZone(reading: Intl.DateTimeFormat): Zone {
	const known = new Map<number, number>();

	function offsetAt(instant: number): number {
		const quarter = Math.floor(instant / quarterMs);
		let offset = known.get(quarter);
		if (offset === undefined) {
			const parts = new Map(reading.formatToParts(quarter * quarterMs).map(({ type, value }) => [type, Number(value)]));
			const at = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
			const wall = Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'));
			offset = wall - quarter * quarterMs;
			if (known.size >= rememberedQuarters) known.clear();
			known.set(quarter, offset);
		}
		return offset;
	}

	return {
		offsetAt,
		instantOf(wall) {
			const before = offsetAt(wall - dayMs);
			const after = offsetAt(wall + dayMs);
			if (before === after) return wall - before;
			if (offsetAt(wall - before) === before) return wall - before;
			if (offsetAt(wall - after) === after) return wall - after;
			// Inside of the gap, which begins at a full quarter.
			let instant = Math.ceil((wall - after) / quarterMs) * quarterMs;
			while (offsetAt(instant) === before) instant += quarterMs;
			return instant;
		},
	};
}
