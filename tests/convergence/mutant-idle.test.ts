import './seeded-crypto.ts';
import { expect, test, vi } from 'vitest';
import type * as circumstances from '../../src/lib/domain/circumstances.ts';
import { playSeed } from './runs.ts';

vi.mock(import('../../src/lib/domain/circumstances.ts'), async (original) => {
	const real = await original();
	const alwaysSilent: typeof circumstances.circumstancesOf = (fact, entries, tenure, relay) =>
		real.circumstancesOf(fact, entries, tenure, {
			...relay,
			signs: () => ({ of: () => undefined, customersWord: undefined, customersReplyAt: undefined }),
			receivedAt: relay.receivedAt + 60_000,
		});
	return { ...real, circumstancesOf: alwaysSilent };
});

const runs = 60;

test(
	`the simulator finds a witness that calls busy holders idle within ${runs} runs`,
	{ timeout: 600_000 },
	async () => {
		const found: string[] = [];
		for (let seed = 1; seed <= runs && found.length === 0; seed++) found.push(...(await playSeed(seed)).violations);
		expect(found.join('\n')).toMatch(/was granted idle, not refused held-by-other/);
	},
);
