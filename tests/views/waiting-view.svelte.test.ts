import { describe, expect, it } from 'vitest';
import type { AgentId, DocumentId, EntryId, LineId } from '../../src/lib/domain/ids.ts';
import { WaitingView } from '../../src/lib/views/waiting-view.svelte.ts';
import { createFakeDesk } from '../support/fake-desk.ts';

const request = 'r' as EntryId;
const said = {
	at: 5000,
	replies: [
		{
			...{ ticket: 'ticket/01JQ0000000000000000000001' as DocumentId, request, line: 'main' as LineId },
			...{ agent: 'ada' as AgentId, since: 1000, why: 'no-mailbox' as const, attempts: 0, nextTry: 9000 },
		},
	],
};

function createTimer() {
	let waiting: (() => void)[] = [];
	return {
		now: () => 0,
		after(_ms: number, run: () => void) {
			waiting.push(run);
			return () => void (waiting = waiting.filter((other) => other !== run));
		},
		waits: () => waiting.length,
		fire() {
			for (const run of waiting.splice(0)) run();
		},
	};
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('[F113] why replies wait at the relay', () => {
	it('is asked while somebody looks, and the last answer stays with its time when the relay is away', async () => {
		const desk = createFakeDesk();
		const timer = createTimer();
		const view = new WaitingView(desk, timer);
		const stop = view.watch();
		await settle();
		desk.set.waitingMail(said);
		expect(view.of(request)).toMatchObject({ why: 'no-mailbox' });
		expect(view.isAway).toBe(false);
		desk.waitingAnswer = { kind: 'failed', why: 'offline' };
		timer.fire();
		await settle();
		expect([view.isAway, view.saidAt]).toEqual([true, 5000]);
		expect(view.of(request)).toMatchObject({ why: 'no-mailbox' });
		expect(timer.waits()).toBe(1);
		stop();
		expect(timer.waits()).toBe(0);
	});

	it('nothing is asked again when somebody leaves while the relay still thinks', async () => {
		const timer = createTimer();
		const stop = new WaitingView(createFakeDesk(), timer).watch();
		stop();
		await settle();
		expect(timer.waits()).toBe(0);
	});
});
