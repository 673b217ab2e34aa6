import './seeded-crypto.ts';
import { expect, test } from 'vitest';
import { playSeeds, usualRuns } from './runs.ts';

test('devices and relay agree after any work, faults and crashes (first half)', { timeout: 3_600_000 }, async () => {
	const { first, count } = usualRuns(1);
	const sum = await playSeeds(first, count);
	// A simulation that does nothing agrees with itself.
	expect(sum.documents).toBeGreaterThan(count);
	expect(sum.edits).toBeGreaterThan(count);
	expect(sum.articles).toBeGreaterThan(count / 2 - 1);
	expect(sum.contacts).toBeGreaterThan(count / 4 - 1);
	expect(sum.opened + sum.written).toBeGreaterThan(count / 25 - 4);
});
