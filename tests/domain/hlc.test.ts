import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockToleranceMs, createClock, encodeHlc, hlcTime, nextHlc } from '../../src/lib/domain/hlc.ts';

const ms = fc.integer({ min: 0, max: 36 ** 9 - 2 });

describe('hybrid logical clock', () => {
	test('readings sort as text the way they sort in time', () => {
		fc.assert(
			fc.property(ms, fc.nat(46_655), ms, fc.nat(46_655), (a, i, b, j) => {
				const earlier = a < b || (a === b && i < j);
				expect(encodeHlc(a, i) < encodeHlc(b, j)).toBe(earlier);
			}),
		);
	});

	test('a reading keeps its milliseconds', () => {
		fc.assert(fc.property(ms, (time) => void expect(hlcTime(encodeHlc(time))).toBe(time)));
	});

	test('ticks rise even when the wall clock stands or goes back', () => {
		fc.assert(
			fc.property(fc.array(ms, { minLength: 2, size: 'max', maxLength: 500 }), (times) => {
				let now = 0;
				const clock = createClock(() => now);
				let last = '';
				for (now of times) {
					const reading = clock.tick();
					expect(reading > last).toBe(true);
					last = reading;
				}
			}),
		);
	});

	test('a full counter goes on in the next millisecond', () => {
		expect(nextHlc(encodeHlc(1000, 36 ** 3 - 1), 1000)).toBe(encodeHlc(1001));
	});

	test('what is written after another reading was seen sorts after it', () => {
		const clock = createClock(() => 1_000_000);
		const seen = encodeHlc(1_000_000 + clockToleranceMs - 1);
		clock.observe(seen);
		expect(clock.tick() > seen).toBe(true);
	});

	test('a reading too far in the future is not followed, so one wrong clock does not spread', () => {
		const clock = createClock(() => 1_000_000);
		clock.observe(encodeHlc(1_000_000 + clockToleranceMs + 1));
		expect(hlcTime(clock.tick())).toBe(1_000_000);
	});
});
