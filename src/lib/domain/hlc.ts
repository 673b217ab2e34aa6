import * as v from 'valibot';

/**
 * A hybrid logical clock reading: nine base-36 digits of milliseconds, three of a counter.
 * Readings sort as text. Source: Kulkarni et al., "Logical Physical Clocks" (2014).
 */
export type Hlc = string & { readonly __brand: 'Hlc' };

const counterLimit = 36 ** 3;
const latestMs = 36 ** 9 - 1;

export const hlcSchema = v.pipe(
	v.string(),
	v.regex(/^[0-9a-z]{12}$/),
	v.transform((text) => text as Hlc),
);

export function encodeHlc(ms: number, counter = 0): Hlc {
	const time = Math.min(Math.max(0, Math.floor(ms)), latestMs);
	return (time.toString(36).padStart(9, '0') + counter.toString(36).padStart(3, '0')) as Hlc;
}

/** Milliseconds since 1970 of a reading. */
export function hlcTime(hlc: Hlc): number {
	return Number.parseInt(hlc.slice(0, 9), 36);
}

function hlcCounter(hlc: Hlc): number {
	return Number.parseInt(hlc.slice(9), 36);
}

/** The next reading after `last`, never behind the wall clock `nowMs`. */
export function nextHlc(last: Hlc | undefined, nowMs: number): Hlc {
	if (last === undefined || nowMs > hlcTime(last)) return encodeHlc(nowMs);
	const counter = hlcCounter(last) + 1;
	return counter < counterLimit ? encodeHlc(hlcTime(last), counter) : encodeHlc(hlcTime(last) + 1);
}

/** How far from the future a reading may come before the relay puts its own time beside it. */
export const clockToleranceMs = 5 * 60_000;

export interface Clock {
	/** A reading later than all before, and than all observed. */
	tick(): Hlc;
	/** Takes note of another device's reading, so that what is written next sorts after it. */
	observe(seen: Hlc): void;
}

/** A clock over `now` (ms since 1970). Readings too far in the future are not followed: one wrong clock must not spread. */
export function createClock(now: () => number): Clock {
	let last: Hlc | undefined;
	return {
		tick() {
			last = nextHlc(last, now());
			return last;
		},
		observe(seen) {
			if (hlcTime(seen) > now() + clockToleranceMs) return;
			if (last === undefined || seen > last) last = seen;
		},
	};
}
