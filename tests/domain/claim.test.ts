import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	answerClaim,
	claimState,
	isClaimFact,
	type Circumstances,
	type ClaimFact,
	type ClaimState,
} from '../../src/lib/domain/claim.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { inOrder, type Facts, type Placed } from '../../src/lib/domain/facts.ts';
import type { AgentId, EntryId } from '../../src/lib/domain/ids.ts';
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

describe('claims that are passed on', () => {
	const give = (claim: string, to: AgentId, at: number, by = maria) =>
		({ kind: 'handed-over', claim: id(claim), to, note: 'Bitte weiter', at, by }) as const;

	test('[F27] a hand-over without an answer yet: the holder lets go, the colleague may begin', () => {
		const told = facts(
			{ open, take: { kind: 'claimed', at: 1 }, give: give('take', axel, 2) },
			{ take: verdict('granted', 1, maria) },
		);
		expect(state(told)).toMatchObject({
			...{ kind: 'held', agent: maria, releasing: true },
			claimants: [{ agent: axel, claim: id('give') }],
		});
	});

	test('[CL2] who was given a provisional claim is shown, and who took it over before all', () => {
		const given = { open, take: { kind: 'claimed', at: 1 }, give: give('take', axel, 2) } as const;
		expect(state(facts(given))).toMatchObject({ kind: 'provisional', agent: axel, by: maria, claim: id('give') });
		const back = { ...given, back: { kind: 'released', claim: id('give'), at: 3, by: axel } } as const;
		expect(state(facts(back))).toMatchObject({ kind: 'free' });
		const taken = { ...given, grab: { kind: 'taken-over', to: maria, reason: 'Urlaub', at: 4, by: axel } } as const;
		expect(state(facts(taken))).toMatchObject({ kind: 'provisional', agent: maria, by: axel });
	});

	test('[CL2] hand-overs that name each other in a circle end', () => {
		const round = {
			open,
			take: give('grab', maria, 1),
			grab: give('take', maria, 2),
			own: { kind: 'claimed', at: 3 },
		} as const;
		expect(state(facts(round))).toMatchObject({ kind: 'provisional', agent: maria, claim: id('own') });
	});

	test('[CL6] one agent on two devices is one holder, since the first claim', () => {
		const told = facts(
			{ open, one: { kind: 'claimed', at: 1 }, two: { kind: 'claimed', at: 2, device: 'maria-phone' } },
			{ one: verdict('granted', 1, maria), two: verdict('granted', 2, maria) },
		);
		expect(state(told)).toMatchObject({ kind: 'held', agent: maria, since: 1000, claim: id('two') });
	});

	test('[F27] the one whose claim was refused stands with the one who won', () => {
		const told = facts(
			{ open, sure: { kind: 'claimed', at: 5 }, lost: { kind: 'claimed', at: 1, by: axel } },
			{ sure: verdict('granted', 1, maria), lost: verdict('refused', 2, maria) },
		);
		expect(state(told)).toMatchObject({ kind: 'held', agent: maria, refused: [axel] });
	});
});

/** Axel may take over; nobody is idle, and everybody is there. */
const known = (fact: ClaimFact): Circumstances => ({
	role: fact.by === axel ? 'admin' : 'agent',
	mayHold: () => true,
	isIdle: false,
});

/** The relay as the rules see it: facts in order of arrival, one verdict each, epochs that rise. */
function witness(arrivals: readonly ClaimFact[], answer = answerClaim): Map<EntryId, ClaimVerdict> {
	const verdicts = new Map<EntryId, ClaimVerdict>();
	let holder: { agent: AgentId; claim: EntryId } | undefined;
	let n = 0;
	for (const fact of arrivals) {
		if (verdicts.has(fact.id)) continue;
		const said = answer(holder, fact, known(fact));
		verdicts.set(fact.id, { kind: 'claim', ...said, epoch: { era: 0, n: ++n }, at: n });
		if (said.outcome === 'granted' && said.holder !== null) holder = { agent: said.holder, claim: fact.id };
		if (said.outcome === 'released') holder = undefined;
	}
	return verdicts;
}

describe('[F28] the witness', () => {
	const names = 'abcdefghjkmnpqrstvwxyz'.split('');
	const people = [maria, axel, 'sue' as AgentId];
	const kinds = ['claimed', 'claimed', 'released', 'handed-over', 'taken-over'] as const;
	const draftOf = (kind: (typeof kinds)[number], claim: EntryId, to: AgentId): Draft => {
		if (kind === 'claimed') return { kind };
		if (kind === 'released') return { kind, claim };
		return kind === 'handed-over' ? { kind, claim, to, note: '' } : { kind, to, reason: 'ill' };
	};
	const told = fc
		.array(
			fc.tuple(
				fc.constantFrom(...kinds),
				fc.nat(names.length - 1),
				fc.constantFrom(...people),
				fc.constantFrom(...people),
				fc.integer({ min: 1, max: 9 }),
			),
			{ maxLength: names.length, size: 'max' },
		)
		.map((list) =>
			facts({
				open,
				...Object.fromEntries(
					list.map(([kind, of, by, to, at], i) => [
						names[i],
						{ ...draftOf(kind, id(names[Math.min(of, i)] ?? 'a'), to), by, at },
					]),
				),
			}),
		);
	const order = fc.array(fc.nat(), { maxLength: 60, size: 'max' });
	const factsOf = (some: Facts) => inOrder(some).filter(isClaimFact);
	const arrival = (list: ClaimFact[], places: number[]) => [
		...places.map((place) => list[place % list.length]).filter((fact) => fact !== undefined),
		...list,
	];
	/** The relay has answered what arrived first; the rest is still on its way. */
	const partlyHeard = fc.tuple(told, order, fc.nat(30)).map(([some, places, heard]): Facts & { order: number[] } => ({
		...{ entries: some.entries, order: places },
		verdicts: witness(arrival(factsOf(some), places).slice(0, heard)),
	}));
	type Show = (some: Facts) => ClaimState;
	const agrees = (show: Show) =>
		fc.property(partlyHeard, (some) => {
			expect(show(shuffled(some, some.order))).toEqual(show(some));
		});
	const confirmedDecides = (show: Show) =>
		fc.property(partlyHeard, (some) => {
			const said = [...some.verdicts.values()].filter(
				(one): one is ClaimVerdict => one.kind === 'claim' && one.outcome !== 'refused',
			);
			const last = said.sort((a, b) => a.epoch.n - b.epoch.n).at(-1);
			const shown = show(some);
			expect(shown.epoch).toEqual(last?.epoch);
			if (last?.outcome === 'granted') expect(shown).toMatchObject({ kind: 'held', agent: last.holder });
			else expect(shown.kind).not.toBe('held');
		});
	const neverLowers = (show: Show) =>
		fc.property(partlyHeard, fc.nat(), (some, without) => {
			// One fact less, as on a device that hears of it later.
			const entries = new Map(some.entries);
			const verdicts = new Map(some.verdicts);
			const late = [...entries.keys()].filter((entry) => entry !== id('open'))[without % Math.max(1, entries.size - 1)];
			if (late !== undefined) {
				entries.delete(late);
				verdicts.delete(late);
			}
			const before = show({ entries, verdicts }).epoch;
			const after = show(some).epoch;
			if (before !== undefined) expect(after && compareEpochs(after, before)).toBeGreaterThanOrEqual(0);
		});

	test('[I1] the same facts and verdicts give the same holder in any order and by any path', () => {
		fc.assert(agrees(state), { numRuns: 1000 });
	});

	test('[I5][CL1][CL3] what the relay said decides, whatever else is written', () => {
		fc.assert(confirmedDecides(state), { numRuns: 1000 });
	});

	test('[I4] a fact that is heard late never lowers the epoch', () => {
		fc.assert(neverLowers(state), { numRuns: 1000 });
	});

	const mutants: { name: string; show: Show; property: (show: Show) => unknown }[] = [
		{
			name: '[I1] a device that takes facts as they come',
			show: (some) =>
				claimState(
					[...some.entries].map(([entry, fact]) => ({ ...fact, id: entry, time: fact.at }) as Placed),
					some.verdicts,
				),
			property: agrees,
		},
		{
			name: '[I5] a device that shows its own wish before the relay’s word',
			show: (some) => {
				const open = new Map([...some.entries].filter(([entry]) => !some.verdicts.has(entry)));
				const wished = claimState(inOrder({ entries: open, verdicts: new Map() }), new Map());
				return wished.kind === 'provisional' ? { ...wished, epoch: state(some).epoch } : state(some);
			},
			property: confirmedDecides,
		},
		{
			name: '[I4] a device that believes the verdict on the newest fact',
			show: (some) => {
				const newest = inOrder(some).findLast((entry) => some.verdicts.has(entry.id));
				return claimState(inOrder(some), new Map(newest && [[newest.id, some.verdicts.get(newest.id)!]]));
			},
			property: neverLowers,
		},
	];
	for (const { name, show, property } of mutants)
		test(`${name} is caught`, () => {
			expect(fc.check(property(show) as ReturnType<typeof agrees>, { numRuns: 1000 }).failed).toBe(true);
		});

	test('[I2][I7] epochs rise, one verdict for each fact, and hearing a fact again changes nothing', () => {
		fc.assert(
			fc.property(told, order, (some, places) => {
				const list = arrival(factsOf(some), places);
				const verdicts = witness(list);
				expect(verdicts).toEqual(witness([...list, ...list]));
				const epochs = [...verdicts.values()].map((said) => said.epoch);
				for (const [i, epoch] of epochs.slice(1).entries()) expect(compareEpochs(epoch, epochs[i]!)).toBeGreaterThan(0);
			}),
			{ numRuns: 500 },
		);
	});

	/** Whoever was granted holds it until it is given back, handed over by the holder, or taken by one who may. */
	const neverTwo = (answer: typeof answerClaim) =>
		fc.check(
			fc.property(told, order, (some, places) => {
				const list = arrival(factsOf(some), places);
				let holder: string | undefined;
				for (const [entry, said] of witness(list, answer)) {
					const fact = list.find((candidate) => candidate.id === entry)!;
					const isTaken = fact.kind === 'taken-over' && fact.by === axel;
					const isFree = holder === undefined || isTaken;
					if (said.outcome === 'granted') {
						if (fact.kind === 'handed-over' ? holder !== fact.by : !isFree && holder !== said.holder) return false;
						holder = said.holder ?? undefined;
					}
					if (said.outcome === 'released') {
						if (holder !== fact.by && !isTaken) return false;
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
		const grants: typeof answerClaim = (holder, fact, also) =>
			fact.kind === 'claimed' ? { outcome: 'granted', holder: fact.by } : answerClaim(holder, fact, also);
		expect(neverTwo(grants).failed).toBe(true);
	});

	test('a witness that lets anybody release, hand over or take over is caught', () => {
		for (const kind of ['released', 'handed-over', 'taken-over']) {
			const lets: typeof answerClaim = (holder, fact, also) => {
				if (fact.kind !== kind || fact.kind === 'claimed') return answerClaim(holder, fact, also);
				return fact.kind === 'released'
					? { outcome: 'released', holder: null }
					: { outcome: 'granted', holder: fact.to };
			};
			expect(neverTwo(lets).failed, kind).toBe(true);
		}
	});
});
