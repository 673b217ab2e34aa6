import './seeded-crypto.ts';
import { expect, test } from 'vitest';
import { usualShape, type Shape } from './program.ts';
import { playSeed } from './runs.ts';
import type { Faults } from './world.ts';

/** Tests of the test: what is broken on purpose must be found within so many runs. */
const mutants: { name: string; faults: Faults; runs: number; shape?: Shape; says: RegExp }[] = [
	{
		name: 'an outbox that loses one edit when answers come',
		faults: { store: { losesEdit: true } },
		runs: 10,
		says: /is lost|lacks|does not know|missing-base|other writing|differs/,
	},
	{
		name: 'a relay that acknowledges before the commit',
		faults: { database: { commitLate: true } },
		runs: 40,
		shape: { ...usualShape, weights: { 'crash-relay': 3 } },
		says: /is lost, and was acknowledged|was taken twice|another number|never becomes quiet|differs|does not know/,
	},
	{
		name: 'a device that stores the cursor before the documents',
		faults: { store: { cursorFirst: true } },
		runs: 60,
		shape: { ...usualShape, weights: { 'crash-device': 3 } },
		says: /lacks|differs|incomplete|other writing|may not see/,
	},
	{
		name: 'a relay that forgets which edits it took',
		faults: { database: { forgetReceipts: true } },
		runs: 20,
		says: /was taken twice|another number/,
	},
];

for (const { name, faults, runs, shape, says } of mutants) {
	test(`the simulator finds ${name} within ${runs} runs`, { timeout: 600_000 }, async () => {
		const found = await firstFailure(runs, faults, shape ?? usualShape);
		expect(found.join('\n')).toMatch(says);
	});
}

async function firstFailure(runs: number, faults: Faults, shape: Shape): Promise<string[]> {
	for (let seed = 1; seed <= runs; seed++) {
		const { violations } = await playSeed(seed, shape, faults);
		if (process.env.TRACE !== undefined && violations.length > 0) console.log(seed, violations[0]?.slice(0, 200));
		if (violations.length > 0) return violations;
	}
	return ['nothing found'];
}
