import './seeded-crypto.ts';
import { expect, test } from 'vitest';
import { usualShape } from './program.ts';
import { playSeeds, usualRuns } from './runs.ts';

test(
	'devices on Dexie agree as well, although they die in the middle of transactions',
	{ timeout: 3_600_000 },
	async () => {
		const { first, count } = usualRuns(2_000_001, 60);
		const sum = await playSeeds(first, count, { ...usualShape, dexie: 1, relayOnFile: 0.3 });
		expect(sum.documents).toBeGreaterThan(count);
	},
);
