import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createUlid, ulidTime } from '../../src/lib/domain/ulid.ts';

const noRandom = (bytes: Uint8Array) => bytes.fill(0);

test('a ULID tells when it was made', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 0, max: 2 ** 48 - 1 }),
			(now) => void expect(ulidTime(createUlid(now, noRandom))).toBe(now),
		),
	);
});

test('ULIDs sort by time and have 26 letters of the Crockford alphabet', () => {
	fc.assert(
		fc.property(fc.nat(), fc.nat(), (a, b) => {
			const [x, y] = [createUlid(a, noRandom), createUlid(b, noRandom)];
			expect(x < y).toBe(a < b);
			expect(x).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
		}),
	);
});
