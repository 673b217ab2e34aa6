import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerClaim, claimState } from '../../src/lib/domain/claim.ts';
import { inOrder, type Facts, type Placed } from '../../src/lib/domain/facts.ts';
import type { EntryId } from '../../src/lib/domain/ids.ts';
import { compareEpochs, type ClaimVerdict, type Verdict } from '../../src/lib/domain/verdict.ts';
import { axel, facts, id, maria, opened, shuffled } from '../support/facts.ts';

const state = (told: Facts) => claimState(inOrder(told), told.verdicts);
const verdict = (outcome: ClaimVerdict['outcome'], n: number, holder: typeof maria | null, era = 0): Verdict => ({
	kind: 'claim',
	outcome,
	epoch: { era, n },
	holder,
	at: n * 1000,
});
const open = { ...opened, at: 0 };

describe('claims', () => {
	test('[CL1] the highest epoch decides, and an era stands above every number', () => {
		const told = facts(
			{ open, first: { kind: 'claimed', at: 1, by: maria }, second: { kind: 'claimed', at: 2, by: axel } },
			{ first: verdict('granted', 90, maria, 0), second: verdict('granted', 1, axel, 1) },
		);
		expect(state(told)).toMatchObject({ kind: 'held', agent: axel, epoch: { era: 1, n: 1 } });
	});

	test('[CL1] after a confirmed release nobody holds it', () => {
		const told = facts(
			{ open, take: { kind: 'claimed', at: 1 }, give: { kind: 'released', claim: id('take'), at: 2 } },
			{ take: verdict('granted', 1, maria), give: verdict('released', 2, null) },
		);
		expect(state(told)).toMatchObject({
			kind: 'free',
			epoch: { era: 0, n: 2 },
			last: { agent: maria, since: 1000, until: 2000 },
		});
	});

	test('[CL2][F28] of two claims without a verdict the smallest time, device and id is shown as provisional', () => {
		const told = facts({
			open,
			late: { kind: 'claimed', at: 2, by: maria },
			early: { kind: 'claimed', at: 1, by: axel },
		});
		expect(state(told)).toMatchObject({ kind: 'provisional', agent: axel });
		const tied = facts({ open, x: { kind: 'claimed', at: 1, by: maria }, y: { kind: 'claimed', at: 1, by: axel } });
		expect(state(tied)).toMatchObject({ kind: 'provisional', agent: axel, device: 'axel-laptop' });
	});

	test('[CL3][I5] confirmed beats provisional, however early the other clock was', () => {
		const told = facts(
			{ open, early: { kind: 'claimed', at: 1, by: axel }, sure: { kind: 'claimed', at: 9, by: maria } },
			{ sure: verdict('granted', 1, maria) },
		);
		expect(state(told)).toMatchObject({ kind: 'held', agent: maria });
	});

	test('[CL4] a claim given back before any verdict is not shown', () => {
		const told = facts({
			open,
			take: { kind: 'claimed', at: 1 },
			give: { kind: 'released', claim: id('take'), at: 2 },
		});
		expect(state(told)).toEqual({ kind: 'free', epoch: undefined });
	});

	test('[CL5] a refused claim changes nothing', () => {
		const told = facts(
			{ open, sure: { kind: 'claimed', at: 5, by: maria }, lost: { kind: 'claimed', at: 1, by: axel } },
			{ sure: verdict('granted', 1, maria), lost: verdict('refused', 2, maria) },
		);
		expect(state(told)).toMatchObject({ kind: 'held', agent: maria, epoch: { era: 0, n: 1 } });
	});

	test('a release that the relay has not confirmed is shown as on its way', () => {
		const told = facts(
			{ open, take: { kind: 'claimed', at: 1 }, give: { kind: 'released', claim: id('take'), at: 2 } },
			{ take: verdict('granted', 1, maria) },
		);
		expect(state(told)).toMatchObject({ kind: 'held', releasing: true });
	});
});

type Fact = Placed<'claimed'> | Placed<'released'>;
const nobodyKnown = { role: undefined, mayHold: () => false, isIdle: false };

/** The relay as the rules see it: facts in order of arrival, one verdict each, epochs that rise. */
function witness(arrivals: readonly Fact[], answer = answerClaim): Map<EntryId, ClaimVerdict> {
	const verdicts = new Map<EntryId, ClaimVerdict>();
	let holder: { agent: Fact['by']; claim: EntryId } | undefined;
	let n = 0;
	for (const fact of arrivals) {
		if (verdicts.has(fact.id)) continue;
		const said = answer(holder, fact, nobodyKnown);
		verdicts.set(fact.id, { kind: 'claim', ...said, epoch: { era: 0, n: ++n }, at: n });
		if (said.outcome === 'granted') holder = { agent: fact.by, claim: fact.id };
		if (said.outcome === 'released') holder = undefined;
	}
	return verdicts;
}

describe('[F28] the witness', () => {
	const names = 'abcdefghjkmnpqrstvwxyz'.split('');
	const told = fc
		.array(
			fc.tuple(fc.boolean(), fc.nat(names.length - 1), fc.constantFrom(maria, axel), fc.integer({ min: 1, max: 9 })),
			{ maxLength: names.length, size: 'max' },
		)
		.map((list) =>
			facts({
				open,
				...Object.fromEntries(
					list.map(([isClaim, of, by, at], i) => [
						names[i],
						{
							...(isClaim ? { kind: 'claimed' as const } : { kind: 'released' as const, claim: id(names[of] ?? 'a') }),
							by,
							at,
						},
					]),
				),
			}),
		);
	const factsOf = (some: Facts) =>
		inOrder(some).filter((entry): entry is Fact => entry.kind === 'claimed' || entry.kind === 'released');
	const arrival = (list: Fact[], order: number[]) => [
		...order.map((place) => list[place % list.length]).filter((fact) => fact !== undefined),
		...list,
	];

	test('[I1] the same facts and verdicts give the same holder in any order and by any path', () => {
		fc.assert(
			fc.property(told, fc.array(fc.nat(), { maxLength: 60, size: 'max' }), (some, order) => {
				const heard: Facts = { entries: some.entries, verdicts: witness(arrival(factsOf(some), order)) };
				expect(state(shuffled(heard, order))).toEqual(state(heard));
			}),
			{ numRuns: 1000 },
		);
	});

	test('[I2][I7] epochs rise, one verdict for each fact, and hearing a fact again changes nothing', () => {
		fc.assert(
			fc.property(told, fc.array(fc.nat(), { maxLength: 60, size: 'max' }), (some, order) => {
				const list = arrival(factsOf(some), order);
				const verdicts = witness(list);
				expect(verdicts).toEqual(witness([...list, ...list]));
				const epochs = [...verdicts.values()].map((said) => said.epoch);
				for (const [i, epoch] of epochs.slice(1).entries()) expect(compareEpochs(epoch, epochs[i]!)).toBeGreaterThan(0);
			}),
			{ numRuns: 500 },
		);
	});

	test('[I9] no skew of any device clock changes a verdict', () => {
		fc.assert(
			fc.property(
				told,
				fc.array(fc.nat(), { maxLength: 60, size: 'max' }),
				fc.array(fc.integer({ min: 0, max: 10 ** 9 }), { minLength: 2, maxLength: 2 }),
				(some, order, skew) => {
					const list = arrival(factsOf(some), order);
					const skewed = list.map((fact): Fact => ({
						...fact,
						at: `${String(skew[fact.by === maria ? 0 : 1])}`.padStart(12, '0') as Fact['at'],
					}));
					expect(witness(skewed)).toEqual(witness(list));
				},
			),
			{ numRuns: 500 },
		);
	});

	/** Whoever was granted holds it until it is given back: never two at once. */
	const neverTwo = (answer: typeof answerClaim) =>
		fc.check(
			fc.property(told, fc.array(fc.nat(), { maxLength: 60, size: 'max' }), (some, order) => {
				const list = arrival(factsOf(some), order);
				const verdicts = witness(list, answer);
				let holder: string | undefined;
				for (const [fact, said] of verdicts) {
					const by = list.find((candidate) => candidate.id === fact)?.by;
					if (said.outcome === 'granted') {
						if (holder !== undefined && holder !== by) return false;
						holder = by;
					}
					if (said.outcome === 'released') {
						if (holder !== by) return false;
						holder = undefined;
					}
				}
				return true;
			}),
			{ numRuns: 1000 },
		);

	test('[F28] never two holders at once, in 1,000 random orders', () => {
		expect(neverTwo(answerClaim)).toMatchObject({ failed: false });
	});

	test('a witness that grants everybody is caught', () => {
		expect(
			neverTwo((holder, fact) =>
				fact.kind === 'claimed' ? { outcome: 'granted', holder: fact.by } : answerClaim(holder, fact, nobodyKnown),
			).failed,
		).toBe(true);
	});

	test('a witness that lets anybody release is caught', () => {
		expect(
			neverTwo((holder, fact) =>
				fact.kind === 'released' ? { outcome: 'released', holder: null } : answerClaim(holder, fact, nobodyKnown),
			).failed,
		).toBe(true);
	});
});
