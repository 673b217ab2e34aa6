import './seeded-crypto.ts';
import { expect, test } from 'vitest';
import { calm } from './network.ts';
import type { Program, Step } from './program.ts';
import { play, report } from './runs.ts';

test(
	'[F11] two devices without a network make 500 tickets each, and no two have the same number',
	{
		timeout: 600_000,
	},
	async () => {
		const each = 500;
		const steps: Step[] = [0, 1].map((device) => ({ at: 5000, do: 'cut-line', device, ms: 30_000 }));
		for (let i = 0; i < each; i++)
			for (const device of [0, 1])
				steps.push({
					at: 6000 + i * 20,
					do: 'create',
					device,
					tab: 0,
					line: device === 0 ? 'alpha' : 'beta',
					text: `${i}`,
				});
		const program: Program = {
			seed: 11,
			people: ['ada', 'bob'].map((name) => ({ name, role: 'agent', lines: ['alpha', 'beta'] })),
			devices: [0, 1].map((person) => ({ person, skew: 0, dexie: false, tabs: 1 })),
			...{ relayOnFile: false, slowestDisk: 1, mood: calm, steps },
		};
		const result = await play(program);
		expect(result.violations, report({ ...result, trace: [] }).slice(0, 5000)).toEqual([]);
		// The desk document is one more.
		expect(result.counts.documents).toBe(2 * each + 1);
	},
);
