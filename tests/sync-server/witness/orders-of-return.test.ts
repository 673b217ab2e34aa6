import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { draftFragment, draftText, readRecord } from '../../../src/lib/document/record-document.ts';
import { claimState } from '../../../src/lib/domain/claim.ts';
import { inOrder } from '../../../src/lib/domain/facts.ts';
import * as Y from 'yjs';
import { createClaimWorld, createHome, type Home } from './claim-world.ts';

const names = ['maria', 'axel', 'boss'];
let home: Home;
beforeAll(async () => {
	home = await createHome();
});
afterAll(() => home.close());

function shown(doc: Y.Doc) {
	const reading = readRecord(doc);
	if (reading.kind !== 'record') throw new Error('no ticket');
	return claimState(inOrder(reading.facts), reading.facts.verdicts);
}

const day = 86_400_000;

test('[F28][I1][I12] offline claims in 1,000 random orders of return: one winner on every device, the losers are told and keep their text', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.shuffledSubarray([0, 1, 2], { minLength: 2 }),
			fc.array(fc.record({ who: fc.nat(2), do: fc.constantFrom('pull', 'note', 'again') }), {
				maxLength: 6,
				size: 'max',
			}),
			fc.array(fc.integer({ min: -400 * day, max: 400 * day }), { minLength: 3, maxLength: 3 }),
			async (order, between, clocks) => {
				const world = await createClaimWorld(home, clocks);
				const claimants = [...order].sort();
				for (const who of claimants) {
					await world.play({ who, do: 'claim', n: 0 });
					const text = new Y.XmlElement('paragraph');
					text.insert(0, [new Y.XmlText(`from ${names[who]}`)]);
					draftFragment(world.copies()[who]!, who === 0 ? 'reply' : 'note').push([text]);
				}
				for (const who of order) {
					await world.play({ who, do: 'push', n: 0 });
					for (const step of between) if (claimants.includes(step.who)) await world.play({ ...step, n: 0 });
				}
				await world.pushAll();
				for (const who of [0, 1, 2]) await world.play({ who, do: 'pull', n: 0 });
				const returned = world
					.outcome()
					.pushes.flat()
					.filter(({ entry }) => entry.kind === 'claimed');
				const winner = returned[0]!.entry.by;
				const losers = claimants.map((who) => names[who]).filter((name) => name !== winner);
				expect(world.outcome().broken).toEqual([]);
				const [first, ...others] = world.copies();
				const state = shown(first!);
				expect(state).toMatchObject({ kind: 'held', agent: winner });
				expect(state.kind === 'held' && [...state.refused].sort()).toEqual([...losers].sort());
				for (const copy of others) expect(shown(copy)).toEqual(state);
				for (const copy of world.copies())
					for (const who of claimants)
						expect(draftText(copy, who === 0 ? 'reply' : 'note')).toContain(`from ${names[who]}`);
			},
		),
		{ numRuns: 1000, endOnFailure: true },
	);
}, 120_000);
