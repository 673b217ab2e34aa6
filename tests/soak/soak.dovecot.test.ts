import { expect, it } from 'vitest';
import { checkBounds } from './bounds.ts';
import { runSoak } from './run-soak.ts';

const small = {
	...{ devices: 6, seconds: 4, tickets: 10, history: 0 },
	...{ kills: 0, untilSent: false, tellsOnline: true, onDexie: 1 },
};

it('a week of a small desk on flaky lines ends with everything everywhere, no case lost and nothing grown', async () => {
	const seed = Number(process.env.SEED ?? 1);
	const told: string[] = [];
	const result = await runSoak({ ...small, seed, say: (text) => told.push(text) });
	// How soon things come says more about the machine; `npm run soak` looks at that.
	const sizes = checkBounds(result, small).filter((what) => !/lag|age of|timers/.test(what));
	expect([...result.violations, ...sizes], `seed ${seed}: ${told.join('; ')}`).toEqual([]);
	expect(result.end.comparisons).toBeGreaterThan(20);
	expect(result.end.mailsIn).toBeGreaterThan(0);
	expect(result.end.edits).toBeGreaterThan(0);
}, 120_000);
