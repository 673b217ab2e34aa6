import { expect, it } from 'vitest';
import { createWaitingMail } from '../../src/lib/desk/waiting-mail.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { Answer } from '../../src/lib/sync/transport.ts';

const reply = {
	...{ ticket: 'ticket/01JQ0000000000000000000001', request: '01JQ0000000000000000000002', line: 'main' },
	...{ agent: 'ada', since: 900_000, why: 'later', attempts: 2, nextTry: 1_060_000 },
};

it('[F113] why replies wait is told in this device’s time, outlives a restart, and no bad answer replaces it', async () => {
	const { settings } = createMemoryRecordStore({ now: () => 0 });
	let answer: Answer<unknown> = { kind: 'ok', value: { at: 1_000_000, replies: [reply] } };
	const begin = () =>
		createWaitingMail({ settings, transport: { auth: () => Promise.resolve(answer) }, now: () => 1_500_000 });
	const first = begin();
	expect(await first.askWaitingMail()).toMatchObject({ kind: 'ok' });
	const told = { at: 1_500_000, replies: [{ ...reply, since: 1_400_000, nextTry: 1_560_000 }] };
	expect(first.waitingMail.current).toEqual(told);

	for (const bad of [
		{ kind: 'offline' },
		{ kind: 'ok', value: { at: 1, replies: [{ ...reply, why: 'because' }] } },
		{ kind: 'ok', value: '<html>' },
	] as Answer<unknown>[]) {
		answer = bad;
		expect(await first.askWaitingMail()).toMatchObject({ kind: 'failed' });
	}
	const second = begin();
	await second.load();
	expect(second.waitingMail.current).toEqual(told);
	await settings.set('waiting-mail', { at: 'yesterday' });
	const third = begin();
	await third.load();
	expect(third.waitingMail.current).toBeUndefined();
});
