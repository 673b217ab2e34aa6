import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type * as judge from '../../../sync-server/mail-out/judge-reply.ts';
import { createGateWorld, steps, type GateWorld, type Step } from './gate-world.ts';

/** What a mutant puts in the place of a rule; nothing in the tests of the real gate. */
const mutant = vi.hoisted(() => ({}) as { judge?: (real: typeof judge.judgeReply) => typeof judge.judgeReply });
vi.mock(import('../../../sync-server/mail-out/judge-reply.ts'), async (original) => {
	const real = await original();
	return { ...real, judgeReply: (...args) => (mutant.judge?.(real.judgeReply) ?? real.judgeReply)(...args) };
});

let world: GateWorld | undefined;
afterEach(async () => {
	delete mutant.judge;
	await world?.close();
	world = undefined;
});

const holds = () => fc.asyncProperty(steps(), (program: Step[]) => (world as GateWorld).run(program));

test('[I3][I7][I8][I9][I13] whatever three agents, the customer, the server and crashes do: one answer a slot, nothing twice, every request comes to one true end', async () => {
	world = await createGateWorld();
	await fc.assert(holds(), { numRuns: Number(process.env.RUNS ?? 150), endOnFailure: true });
	expect(world.desk.relay.failures).toEqual([]);
}, 120_000);

describe('a gate without one of its rules is found out', () => {
	type Spoil = NonNullable<Parameters<typeof createGateWorld>[0]>;
	const dies = async (spoil: Spoil = {}) => {
		world = await createGateWorld(spoil);
		const found = await fc.check(holds(), { numRuns: 3000, endOnFailure: true });
		expect(found.failed, 'the mutant lives').toBe(true);
		world.desk.relay.failures.length = 0;
	};
	const slotless: Spoil['outbound'] = (real) => ({ ...real, put: (mail) => real.put({ ...mail, slot: null }) });

	test('[I3] that does not look whether the slot is answered', async () => {
		mutant.judge = (real) => (request, facts) => real(request, facts, () => undefined);
		await dies({ outbound: slotless });
	}, 120_000);

	test('[I3] that leaves it to the table alone: the table refuses, and that is a failure', async () => {
		mutant.judge = (real) => (request, facts) => real(request, facts, () => undefined);
		await dies();
	}, 120_000);

	test('[I3] that does not ask who holds the ticket', async () => {
		mutant.judge = (real) => (request, facts, answered) => {
			const verdicts = new Map([...facts.verdicts].filter(([, verdict]) => verdict.kind !== 'claim'));
			return real(request, { ...facts, verdicts }, answered);
		};
		await dies();
	}, 120_000);

	test('[I3] that lets a mail be taken back after it left', async () => {
		await dies({
			outbound: (real) => ({
				...real,
				ofTicket: (ticket) =>
					real.ofTicket(ticket).map((mail) => (mail.state === 'sent' ? { ...mail, state: 'queued' } : mail)),
			}),
		});
	}, 120_000);

	test('[I13] that sends what was taken back while it connected', async () => {
		await dies({
			outbound: (real) => ({
				...real,
				begin(request, now) {
					real.begin(request, now);
					return true;
				},
			}),
		});
	}, 120_000);

	test('[I3][F96] that sends again what a crash left in the middle', async () => {
		await dies({
			outbound: (real) => ({
				...real,
				inState(state) {
					for (const mail of real.inState(state))
						real.requeue(mail.request, { attempts: 1, firstTriedAt: 0, notBefore: 0, reason: 'again' });
					return [];
				},
			}),
		});
	}, 120_000);

	test('[I3] that takes silence for a passing fault', async () => {
		await dies({ send: (result) => (result.kind === 'unknown' ? { kind: 'later', reason: 'again' } : result) });
	}, 120_000);

	test('[I13] that forgets an answer', async () => {
		await dies({
			gate: (real) => ({
				begin(ticket) {
					const turn = real.begin(ticket);
					let answers = 0;
					return { ...turn, answer: (...args) => void (answers++ % 2 === 0 && turn.answer(...args)) };
				},
			}),
		});
	}, 120_000);

	test('[I7] that answers what is answered', async () => {
		await dies({
			gate: (real) => ({
				begin: (ticket) => {
					const turn = real.begin(ticket);
					return {
						...turn,
						answer(entry, facts, write, now) {
							const verdicts = new Map([...facts.verdicts].filter(([key]) => key !== entry));
							turn.answer(entry, { ...facts, verdicts }, write, now);
							if (world !== undefined && facts.entries.get(entry)?.kind === 'reply-requested')
								turn.answer(entry, { ...facts, verdicts: new Map() }, () => undefined, now + 1);
						},
					};
				},
			}),
		});
	}, 120_000);
});
