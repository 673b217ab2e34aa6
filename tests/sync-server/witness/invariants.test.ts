import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type * as circumstances from '../../../src/lib/domain/circumstances.ts';
import type * as claim from '../../../src/lib/domain/claim.ts';
import { hlcTime } from '../../../src/lib/domain/hlc.ts';
import type * as verdict from '../../../src/lib/domain/verdict.ts';
import { createClaimWorld, createHome, differences, modelOf, run, steps, type Home } from './claim-world.ts';

/** What a mutant puts in the place of a rule; nothing in the tests of the real relay. */
const mutant = vi.hoisted(
	() =>
		({}) as {
			answerClaim?: (real: typeof claim.answerClaim) => typeof claim.answerClaim;
			circumstancesOf?: (real: typeof circumstances.circumstancesOf) => typeof circumstances.circumstancesOf;
			compareEpochs?: typeof verdict.compareEpochs;
		},
);
vi.mock(import('../../../src/lib/domain/claim.ts'), async (original) => {
	const real = await original();
	return {
		...real,
		answerClaim: (...args) => (mutant.answerClaim?.(real.answerClaim) ?? real.answerClaim)(...args),
	};
});
vi.mock(import('../../../src/lib/domain/circumstances.ts'), async (original) => {
	const real = await original();
	return {
		...real,
		circumstancesOf: (...args) => (mutant.circumstancesOf?.(real.circumstancesOf) ?? real.circumstancesOf)(...args),
	};
});
vi.mock(import('../../../src/lib/domain/verdict.ts'), async (original) => {
	const real = await original();
	return { ...real, compareEpochs: (a, b) => (mutant.compareEpochs ?? real.compareEpochs)(a, b) };
});
afterEach(() => {
	for (const key of Object.keys(mutant)) delete mutant[key as keyof typeof mutant];
});

let home: Home;
beforeAll(async () => {
	home = await createHome();
});
afterAll(() => home.close());

const day = 86_400_000;
const skews = fc.array(fc.integer({ min: -400 * day, max: 400 * day }), { minLength: 3, maxLength: 3 });

/** What was said of each fact, without the time at which it was said. */
const said = (outcome: Awaited<ReturnType<typeof run>>) =>
	[...outcome.verdicts]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([, { outcome, holder, why, from, epoch }]) => [outcome, holder, why, from, epoch]);

const followsRules = fc.asyncProperty(steps(), skews, async (program, clocks) => {
	expect(differences(await run(home, program, clocks))).toEqual([]);
});
const ignoresClocks = fc.asyncProperty(steps(), skews, skews, async (program, one, other) => {
	expect(said(await run(home, program, one))).toEqual(said(await run(home, program, other)));
});
/** A silent holder: whatever happened before, whoever asks after the unlock time gets it, if it does not wait. */
const neverBlocks = fc.asyncProperty(steps(25), async (program) => {
	const world = await createClaimWorld(home);
	for (const step of program) await world.play(step);
	await world.pushAll();
	world.pass(61);
	const who = modelOf(world.outcome().pushes).holder === 'maria' ? 1 : 0;
	const answered = world.outcome().verdicts.size;
	for (const step of ['pull', 'reopen', 'claim'] as const) await world.play({ who, do: step, n: 1 });
	await world.pushAll();
	const { verdicts } = world.outcome();
	expect(verdicts.size).toBe(answered + 1);
	expect([...verdicts].sort(([a], [b]) => (a < b ? -1 : 1)).at(-1)?.[1]).toMatchObject({
		outcome: 'granted',
		holder: ['maria', 'axel'][who],
	});
});

describe('the relay over SQLite, with any work and any clocks', () => {
	test('[I2][I4][I7][I8][WI1][WI6][WI7][WI8] says what the rules say: one verdict a fact, rising epochs, none ever changes', async () => {
		await fc.assert(followsRules, { numRuns: 250, endOnFailure: true });
	}, 60_000);

	test('[I9][WI3] no skew of any device clock changes a verdict', async () => {
		await fc.assert(ignoresClocks, { numRuns: 150, endOnFailure: true });
	}, 60_000);

	test('[I6][F29] a silent holder cannot block for ever', async () => {
		await fc.assert(neverBlocks, { numRuns: 150, endOnFailure: true });
	}, 60_000);
});

describe('mutants die', () => {
	const mutants: { name: string; mutate: typeof mutant; property: unknown; runs: number }[] = [
		{
			name: '[F28] a witness that grants everybody',
			mutate: {
				answerClaim: (real) => (holder, fact, known) =>
					fact.kind === 'claimed' ? { outcome: 'granted', holder: fact.by } : real(holder, fact, known),
			},
			property: followsRules,
			runs: 60,
		},
		{
			name: '[WI7] a witness that lets anybody hand over and release',
			mutate: {
				answerClaim: (real) => (holder, fact, known) =>
					real(
						holder === undefined || !('claim' in fact) ? holder : { ...holder, agent: fact.by, claim: fact.claim },
						...([fact, known] as const),
					),
			},
			property: followsRules,
			runs: 60,
		},
		{
			name: '[WI8] a witness that lets everybody take over',
			mutate: { answerClaim: (real) => (holder, fact, known) => real(holder, fact, { ...known, role: 'admin' }) },
			property: followsRules,
			runs: 60,
		},
		{
			name: '[CI4] a witness that gives a ticket to somebody who is not there',
			mutate: {
				answerClaim: (real) => (holder, fact, known) => real(holder, fact, { ...known, mayHold: () => true }),
			},
			property: followsRules,
			runs: 100,
		},
		{
			name: '[I2] epochs that do not rise',
			mutate: { compareEpochs: () => -1 },
			property: followsRules,
			runs: 60,
		},
		{
			name: '[I6] a witness that never lets go',
			mutate: { answerClaim: (real) => (holder, fact, known) => real(holder, fact, { ...known, isIdle: false }) },
			property: neverBlocks,
			runs: 60,
		},
		{
			name: '[F30] a witness that does not see the signs of life',
			mutate: {
				circumstancesOf: (real) => (fact, entries, tenure, relay) =>
					real(fact, entries, tenure, {
						...relay,
						signs: () => ({ of: () => undefined, customersWord: undefined, customersReplyAt: undefined }),
					}),
			},
			property: followsRules,
			runs: 300,
		},
		{
			name: '[I9] a witness that believes the time on a claim',
			mutate: {
				circumstancesOf: (real) => (fact, entries, tenure, relay) =>
					real(fact, entries, tenure, { ...relay, receivedAt: hlcTime(fact.at) }),
			},
			property: ignoresClocks,
			runs: 100,
		},
	];
	for (const { name, mutate, property, runs } of mutants)
		test(name, { timeout: 60_000 }, async () => {
			Object.assign(mutant, mutate);
			const result = await fc.check(property as typeof followsRules, { numRuns: runs, endOnFailure: true });
			expect(result.failed).toBe(true);
		});
});
