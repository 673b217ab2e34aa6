import { expect, test, vi } from 'vitest';
import { claimVerdictsOf, setUpDesk, type DeskOfOne } from './desk-of-one.ts';
import { startSmtpSink } from '../support/smtp-sink.ts';
import { afterTest, createDeviceKey, emptyFolder, tokenOf } from '../sync-server/running-relay.ts';
import { prepareRelay } from './process-relay.ts';

vi.setConfig({ testTimeout: 120_000 });
const patience = { timeout: 30_000 };
const minute = 60_000;
const day = 24 * 60 * minute;

const invite = async (desk: DeskOfOne, url: string) => {
	const { id } = desk.admin.session.agent;
	return tokenOf(String((await desk.ask(url, '/auth/invitations', JSON.stringify({ agent: { id } }))).body.url));
};

test('[F98][I8][I9] a clock that is set back a day under a running relay changes no verdict, wakes nothing that has expired, and stops nothing', async () => {
	const data = emptyFolder();
	const sink = await startSmtpSink();
	afterTest(() => sink.close());
	const desk = await setUpDesk(data, sink.port);
	const relay = prepareRelay().begin({ config: { data, logLevel: 'info' }, undoMs: 0 });
	const url = await relay.ready;
	const ticket = desk.opens();
	const claim = desk.adds(ticket.document, { kind: 'claimed' });
	const first = await desk.push(url, [ticket, claim]);
	expect(first.answers.map(({ kind }) => kind)).toEqual(['ok', 'ok']);
	const verdicts = () => claimVerdictsOf(desk, url, ticket.document);
	await expect.poll(verdicts, patience).toMatchObject([{ outcome: 'granted' }]);
	const before = await verdicts();
	const token = await invite(desk, url);
	const unused = await invite(desk, url);
	const key = await createDeviceKey();
	const enrol = (token: string, at = url) => desk.ask(at, '/auth/enrol', JSON.stringify({ token, device: key.device }));

	await relay.turnClock(20 * minute);
	const expired = { status: 403, body: { detail: 'invitation-expired' } };
	expect((await enrol(token)).body.detail).toBe(expired.body.detail);
	const late = await desk.push(url, [desk.opens()]);

	await relay.turnClock(-day);
	expect((await enrol(token)).body.detail).toBe(expired.body.detail);
	// Nobody had tried this one.
	expect((await enrol(unused)).body.detail).toBe(expired.body.detail);
	expect((await desk.ask(url, '/auth/me')).status).toBe(200);
	// More than a bucket holds: it fills on.
	const requests = Array.from({ length: 30 }, () =>
		desk.adds(ticket.document, { kind: 'note', text: 'later', attachments: [] }),
	);
	const pushed = await desk.push(url, requests);
	expect(pushed.answers.every(({ kind }) => kind === 'ok')).toBe(true);
	expect(pushed.relayTime).toBeGreaterThanOrEqual(late.relayTime ?? Infinity);
	await desk.push(url, [desk.adds(ticket.document, { kind: 'claimed' })]);
	await expect.poll(verdicts, patience).toHaveLength(2);
	const [old, next] = await verdicts();
	expect(old).toEqual(before[0]);
	expect(next!.epoch.n).toBeGreaterThan(old!.epoch.n);
	expect(next!.at).toBeGreaterThanOrEqual(old!.at);
	// What is sent now leaves now.
	const asked = desk.opensWithReply();
	await desk.push(url, [asked]);
	await expect.poll(() => sink.mails.length, patience).toBe(1);
	expect(
		relay
			.output()
			.split('\n')
			.filter((line) => line.includes('the clock was set back')),
	).toHaveLength(1);

	// A reply that can still be taken back, and then a start with a clock that is right again.
	expect(await relay.stop()).toBe(0);
	const second = prepareRelay().begin({
		config: { data, logLevel: 'silent' },
		undoMs: 10 * minute,
		aheadMs: 20 * minute,
	});
	const there = await second.ready;
	await desk.push(there, [desk.opensWithReply()]);
	await second.kill();
	const third = prepareRelay().begin({ config: { data, logLevel: 'silent' }, undoMs: 0, aheadMs: -day });
	const at = await third.ready;
	expect((await enrol(token, at)).body.detail).toBe(expired.body.detail);
	expect((await enrol(unused, at)).body.detail).toBe(expired.body.detail);
	await expect.poll(() => sink.mails.length, patience).toBe(2);
	expect(await claimVerdictsOf(desk, at, ticket.document)).toEqual([old, next]);
	expect(await third.stop()).toBe(0);
});
