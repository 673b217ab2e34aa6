import './seeded-crypto.ts';
import { expect, test } from 'vitest';
import { playSeeds, wanted } from './runs.ts';

test('devices and relay agree after any work, faults and crashes (first half)', { timeout: 3_600_000 }, async () => {
	const { first, count } = wanted(1, 1000);
	const sum = await playSeeds(first, count);
	expect(sum.documents).toBeGreaterThan(count);
	expect(sum.edits).toBeGreaterThan(count);
});
