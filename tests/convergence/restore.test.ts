import './seeded-crypto.ts';
import { expect, test } from 'vitest';
import { createRandom } from '../../sync-server/demo/random.ts';
import { calm } from './network.ts';
import { makeProgram, usualShape, type Program, type Step } from './program.ts';
import { play, report, usualRuns } from './runs.ts';

/** Lines, rights and erasures are an admin's to repeat after a restore; so nobody gets or loses any here. */
const shape = { ...usualShape, weights: { lines: 0, revoke: 0, erase: 0 } };

/** In the stories of cold tickets as well; what was blacked out stands on a list beside the database, which is not played here. */
const notHere = new Set<Step['do']>(['lines', 'erase', 'redact']);

/** The work of the seed, with a copy made in it, and put back later: all that came in between is lost at the relay. */
function withRestore(seed: number): Program {
	const made = makeProgram(seed, shape);
	const program = { ...made, steps: made.steps.filter((step) => !notHere.has(step.do)) };
	const random = createRandom(seed ^ 0xbac);
	const end = program.steps.at(-1)?.at ?? 0;
	const copied = random.below(Math.max(1, Math.floor(end * 0.6)));
	const steps: Step[] = [
		...program.steps,
		{ at: copied, do: 'back-up' },
		{ at: copied + random.below(Math.max(1, end - copied)), do: 'restore', ms: random.pick([0, 300, 20_000]) },
	];
	// Sometimes twice from one copy, in the middle of handing over.
	if (random.chance(0.25)) steps.push({ at: end + random.below(3000), do: 'restore', ms: 100 });
	return { ...program, steps: steps.sort((a, b) => a.at - b.at) };
}

test(
	'[F99][I10] a relay that loses what came after its copy gets it back from the devices, and all are equal in the end',
	{ timeout: 3_600_000 },
	async () => {
		const { first, count } = usualRuns(400_001, 30);
		let restored = 0;
		for (let seed = first; seed < first + count; seed++) {
			const result = await play(withRestore(seed));
			if (result.violations.length > 0) throw new Error(report(result));
			if (result.trace.some((line) => line.includes(' offer: ok'))) restored++;
		}
		// A relay that loses nothing gets nothing back.
		if (count > 1) expect(restored).toBeGreaterThan(count / 3);
	},
);

const quiet = { relayOnFile: false, slowestDisk: 1, mood: calm } as const;
const office = {
	people: [
		{ name: 'ada', role: 'admin', lines: ['alpha', 'beta'] },
		{ name: 'bob', role: 'agent', lines: ['beta'] },
	] as Program['people'],
};
const device = (person: number, skew = 0) => ({ person, skew, dexie: false, tabs: 1 });

test('[HO5][F45] a ticket that the copy does not know, moved out of sight before it is handed over, leaves the device', async () => {
	const steps: Step[] = [
		{ at: 400, do: 'back-up' },
		{ at: 500, do: 'create', device: 0, tab: 0, line: 'beta', text: 'hello' },
		{ at: 8900, do: 'cut-line', device: 0, ms: 60_000 },
		{ at: 9000, do: 'restore', ms: 3000 },
		{ at: 9500, do: 'act', device: 1, tab: 0, ticket: 0, act: { kind: 'line', line: 'alpha' } },
		{ at: 50_000, do: 'settings', device: 1, tab: 0, text: 'time goes by' },
	];
	const result = await play({ ...office, ...quiet, seed: 1, devices: [device(0), device(1)], steps });
	expect(result.violations, report(result)).toEqual([]);
	expect(result.trace.join()).toContain('offer: ok');
});

test('[OF2] what a device wrote whose clock is hours ahead is handed over by others, too', async () => {
	const steps: Step[] = [
		{ at: 1, do: 'back-up' },
		// Before it has heard what time it is.
		{ at: 2, do: 'create', device: 1, tab: 0, line: 'beta', text: 'from the future' },
		{ at: 9000, do: 'cut-line', device: 1, ms: 60_000 },
		{ at: 12_000, do: 'restore', ms: 300 },
	];
	const ahead = [device(0), device(1, 12_000_000)];
	const result = await play({ ...office, ...quiet, seed: 2, devices: ahead, steps });
	expect(result.violations, report(result)).toEqual([]);
	const [offered] = result.trace.filter((line) => / device 0 offers ticket/.test(line));
	expect(offered).toMatch(/: ok$/);
});
