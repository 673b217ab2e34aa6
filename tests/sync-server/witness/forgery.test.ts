import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { roots } from '../../../src/lib/document/record-document.ts';
import type { AgentId, DeviceId } from '../../../src/lib/domain/ids.ts';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import type { DeviceIdentity } from '../../../sync-server/device-identity.ts';
import type * as rules from '../../../sync-server/admission/rules.ts';
import { createClaimWorld, createHome, steps, type Home } from './claim-world.ts';

/** A relay that does not look at verdicts, where a test wants one. */
const mutant = vi.hoisted(() => ({ lets: false }));
vi.mock(import('../../../sync-server/admission/rules.ts'), async (original) => {
	const real = await original();
	const ruleOn: typeof rules.ruleOn = (...args) => {
		const ruling = real.ruleOn(...args);
		const isForgery = ruling.kind === 'refused' && ruling.code === 'touches-verdicts';
		return mutant.lets && isForgery ? { kind: 'admitted', additions: { entries: [], numbers: [] } } : ruling;
	};
	return { ...real, ruleOn };
});

let home: Home;
beforeAll(async () => {
	home = await createHome();
});
afterAll(() => home.close());
afterEach(() => {
	mutant.lets = false;
});

const mallory: DeviceIdentity = {
	...{ device: 'mallory-device' as DeviceId, agent: 'axel' as AgentId, role: 'admin', scopeRevision: 1 },
	scopes: ['desk', 'agent:axel', 'line:support' as never],
};
let n = 0;

const forgery = fc.record({
	what: fc.constantFrom('change', 'delete', 'add', 'clear', 'nested'),
	which: fc.nat(),
	alsoNote: fc.boolean(),
	holder: fc.constantFrom('axel', 'maria', null),
	epoch: fc.record({ era: fc.nat(9), n: fc.nat(99) }),
});

/** Verdicts before and after somebody with every right tried to write them. */
const keepsItsWord = fc.asyncProperty(steps(14), forgery, async (program, { what, which, alsoNote, holder, epoch }) => {
	const world = await createClaimWorld(home);
	for (const step of [...program, { who: 0, do: 'claim', n: 0 } as const]) await world.play(step);
	await world.pushAll();
	const truth = () => world.copies().at(-1)!;
	const before = JSON.stringify(truth().getMap(roots.verdicts).toJSON());

	const copy = new Y.Doc();
	Y.applyUpdate(copy, Y.encodeStateAsUpdate(truth()));
	const base = Y.encodeStateVector(copy);
	const verdicts = copy.getMap(roots.verdicts);
	const keys = [...verdicts.keys()];
	const key = keys[which % keys.length] ?? '';
	const forged = { kind: 'claim', outcome: 'granted', holder, epoch, at: 1 };
	copy.transact(() => {
		if (what === 'change') verdicts.set(key, forged);
		else if (what === 'delete') verdicts.delete(key);
		else if (what === 'add') verdicts.set(`01${String(which).padStart(24, '0')}`, forged);
		else if (what === 'nested') verdicts.set(key, new Y.Map([['kind', 'claim']]));
		else verdicts.clear();
		if (alsoNote) copy.getXmlFragment('draft:note').insert(0, [new Y.XmlElement('paragraph')]);
	});
	const update = Y.encodeStateAsUpdate(copy, base);
	const result = await home.relay.push(
		mallory,
		encodePush([{ n: ++n, document: world.ticket, generation: 0, update }]),
	);
	await home.relay.settled();
	expect(result.kind === 'ok' && result.body.answers[0]?.kind).toBe('rejected');
	expect(JSON.stringify(truth().getMap(roots.verdicts).toJSON())).toBe(before);
	expect(home.failures).toEqual([]);
});

test('[I11][I8] a verdict that is forged, changed or deleted is refused, and what the relay said stands', async () => {
	await fc.assert(keepsItsWord, { numRuns: 150, endOnFailure: true });
}, 60_000);

test('[I11] a relay that lets verdicts be written is caught', async () => {
	mutant.lets = true;
	expect((await fc.check(keepsItsWord, { numRuns: 50, endOnFailure: true })).failed).toBe(true);
}, 60_000);
