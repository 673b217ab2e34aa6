import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deliveryKey } from '../../../src/lib/domain/verdict.ts';
import { retryDelay } from '../../../sync-server/mail-out/retry.ts';
import { writeEra } from '../../../sync-server/store/database.ts';
import { openSmtpSession } from '../../../sync-server/mail-out/smtp-session.ts';
import { startSmtpSink, type SinkTrick, type SmtpSink } from '../../support/smtp-sink.ts';
import { startMailDesk, type MailDesk, type MailDeskOptions, type TicketOnDevice } from './mail-desk.ts';

let sink: SmtpSink;
let desk: MailDesk;
const endings: (() => unknown)[] = [];
async function start(options: MailDeskOptions = {}): Promise<void> {
	desk = await startMailDesk({ sink, ...options });
	endings.push(() => desk.close());
}
beforeEach(async () => {
	sink = await startSmtpSink();
	endings.push(() => sink.close());
});
afterEach(async () => {
	for (const end of endings.splice(0).reverse()) await end();
	expect(desk?.relay.failures ?? []).toEqual([]);
});

async function replied() {
	const ticket = await desk.ticket(desk.relay.device('maria'));
	await desk.customerWrites(ticket.id);
	await ticket.pull();
	const request = ticket.reply();
	await ticket.push();
	return { ticket, request };
}
const stateOf = ({ ticket, request }: Awaited<ReturnType<typeof replied>>) => desk.stateOf(ticket.id, request);
const decide = async (ticket: TicketOnDevice, decision: 'was-sent' | 'send-again', request: never) => {
	const entry = ticket.write({ kind: 'delivery-decided', request, decision });
	await ticket.push();
	return entry;
};
const minute = 60_000;

describe('the sender', () => {
	test.each<[string, SinkTrick]>([
		['a temporary refusal of the sender', { kind: 'refuse', at: 'mail', code: 451 }],
		['a temporary refusal of the recipient', { kind: 'refuse', at: 'rcpt', code: 450, words: 'greylisted' }],
		['a temporary refusal of the mail', { kind: 'refuse', at: 'data', code: 452 }],
		['a connection that ends before the mail', { kind: 'drop-before-data' }],
	])('[MS3] after %s it is tried again, a minute later and not before', async (_, trick) => {
		await start();
		const sent = await replied();
		sink.trick = () => trick;
		await desk.send();
		expect(stateOf(sent)).toMatchObject({ kind: 'accepted' });
		expect(desk.mailOut.waiting()[0]?.reason).toEqual(expect.any(String));
		sink.trick = () => undefined;
		await desk.mailOut.pass();
		expect(sink.mails).toEqual([]);
		desk.go(1.3 * minute);
		await desk.mailOut.pass();
		expect(stateOf(sent)).toMatchObject({ kind: 'sent' });
		expect(sink.mails).toHaveLength(1);
	});

	test.each(['mail', 'rcpt', 'data'] as const)(
		'[MS3] a permanent refusal at %s is final, with the words of the server',
		async (at) => {
			await start();
			const sent = await replied();
			sink.trick = () => ({ kind: 'refuse', at, code: 550, words: 'no such person here' });
			await desk.send();
			expect(stateOf(sent)).toMatchObject({
				kind: 'failed',
				reason: expect.stringContaining('no such person here') as string,
			});
			desk.go(90 * minute);
			await desk.mailOut.pass();
			expect(sink.mails).toEqual([]);
		},
	);

	test('[MS3][F96] silence after the last dot is uncertain; a person has it sent again, under the same Message-ID', async () => {
		await start();
		const sent = await replied();
		sink.trick = () => ({ kind: 'drop-before-answer' });
		await desk.send();
		expect(stateOf(sent)).toMatchObject({ kind: 'uncertain' });
		sink.trick = () => undefined;
		desk.go(90 * minute);
		await desk.mailOut.pass();
		expect(sink.mails).toHaveLength(1);
		const decision = await decide(sent.ticket, 'send-again', sent.request as never);
		expect(stateOf(sent)).toMatchObject({ kind: 'accepted' });
		await desk.mailOut.pass();
		expect(stateOf(sent)).toMatchObject({ kind: 'sent' });
		expect(desk.verdicts(sent.ticket.id).get(deliveryKey(decision))).toMatchObject({ outcome: 'sent' });
		expect(sink.mails.map((mail) => mail.messageId)).toEqual([sink.mails[0]?.messageId, sink.mails[0]?.messageId]);
	});

	test('[SG8] a person who says that it was sent ends it; a later wish to send it again does nothing', async () => {
		await start();
		const sent = await replied();
		sink.trick = () => ({ kind: 'drop-before-answer' });
		await desk.send();
		await decide(sent.ticket, 'was-sent', sent.request as never);
		expect(stateOf(sent)).toMatchObject({ kind: 'sent' });
		await decide(sent.ticket, 'send-again', sent.request as never);
		await desk.send();
		expect(stateOf(sent)).toMatchObject({ kind: 'sent' });
		expect(sink.mails).toHaveLength(1);
	});

	test('[SG8] two people have it sent again: it goes once, and both learn of it', async () => {
		await start();
		const sent = await replied();
		sink.trick = () => ({ kind: 'refuse', at: 'data', code: 554 });
		await desk.send();
		const other = await desk.on(desk.relay.device('tom'), sent.ticket);
		const first = await decide(sent.ticket, 'send-again', sent.request as never);
		const second = await decide(other, 'send-again', sent.request as never);
		await desk.mailOut.pass();
		for (const decision of [first, second])
			expect(desk.verdicts(sent.ticket.id).get(deliveryKey(decision))).toMatchObject({ outcome: 'failed' });
		expect(stateOf(sent)).toMatchObject({ kind: 'failed' });
	});

	test('[SG8] a mail that is sent again cannot be taken back: nobody knows that it has not left before', async () => {
		await start();
		const sent = await replied();
		sink.trick = () => ({ kind: 'drop-before-answer' });
		await desk.send();
		sink.trick = () => undefined;
		await decide(sent.ticket, 'send-again', sent.request as never);
		sent.ticket.write({ kind: 'reply-withdrawn', request: sent.request });
		await sent.ticket.push();
		await desk.mailOut.pass();
		expect(stateOf(sent)).toMatchObject({ kind: 'sent' });
	});

	test('[MS3] what cannot be sent for three days has failed, and says why', async () => {
		await start();
		const sent = await replied();
		sink.trick = () => ({ kind: 'refuse', at: 'rcpt', code: 450, words: 'mailbox full' });
		let tries = 0;
		for (let i = 0; i < 30; i++) {
			await desk.send();
			tries++;
			if (stateOf(sent)?.kind === 'failed') break;
			desk.go(360 * minute);
		}
		expect(stateOf(sent)).toMatchObject({
			kind: 'failed',
			reason: expect.stringMatching(/^Tried for three days\. .*mailbox full/) as string,
		});
		expect(tries).toBe(13);
	});

	test('[MS3] waiting doubles from a minute to an hour, and no two mails come back at the same moment', () => {
		expect([1, 2, 3, 7, 50].map((attempts) => retryDelay(attempts, 0.5) / minute)).toEqual([1, 2, 4, 60, 60]);
		expect(retryDelay(1, 0)).toBe(48_000);
		expect(retryDelay(1, 0.999)).toBeLessThanOrEqual(72_000);
	});

	test('[MS4] many mails for one mailbox share one connection', async () => {
		await start();
		for (let i = 0; i < 5; i++) await replied();
		await desk.send();
		expect(sink.mails).toHaveLength(5);
		expect(sink.connections).toBe(1);
	});

	test('[MS4] after a refused mail the next one goes over the same connection', async () => {
		await start();
		const bad = await replied();
		const good = await replied();
		let asked = 0;
		sink.trick = () => (++asked === 1 ? { kind: 'refuse', at: 'rcpt', code: 550 } : undefined);
		await desk.send();
		expect([stateOf(bad)?.kind, stateOf(good)?.kind].sort()).toEqual(['failed', 'sent']);
		expect(sink.connections).toBe(1);
	});

	test('[MS1][MS2] a mail marked as being sent is uncertain at the next start, and is never sent again by itself', async () => {
		const dataDir = mkdtempSync(path.join(tmpdir(), 'mail-out-'));
		endings.push(() => rmSync(dataDir, { recursive: true, force: true }));
		await start({ dataDir });
		const sent = await replied();
		desk.outbound.begin(sent.request, desk.now());
		const { id } = sent.ticket;
		await desk.close();
		desk = await startMailDesk({ sink, dataDir, startAt: desk.now() + minute });
		endings.push(() => desk.close());
		await desk.mailOut.start();
		desk.go(90 * minute);
		await desk.mailOut.pass();
		expect(desk.stateOf(id, sent.request)).toMatchObject({ kind: 'uncertain' });
		expect(sink.mails).toEqual([]);
	});

	test('[I10][MS2][SG9] after a backup was restored, what it had queued and what devices bring again is uncertain; what is new leaves', async () => {
		const dataDir = mkdtempSync(path.join(tmpdir(), 'mail-out-'));
		endings.push(() => rmSync(dataDir, { recursive: true, force: true }));
		await start({ dataDir });
		const queued = await replied();
		const { ticket } = await replied();
		const { id } = ticket;
		const lost = ticket.reply({ slot: null });
		await desk.close();
		writeEra(dataDir, 2);
		desk = await startMailDesk({ sink, dataDir, startAt: desk.now() + minute });
		endings.push(() => desk.close());
		await desk.mailOut.start();
		ticket.desk = desk;
		ticket.device = desk.relay.device('maria');
		await ticket.push();
		await desk.send();
		expect(desk.stateOf(queued.ticket.id, queued.request)).toMatchObject({ kind: 'uncertain' });
		expect(desk.stateOf(id, lost)).toMatchObject({ kind: 'uncertain' });
		expect(sink.mails).toEqual([]);
		const fresh = ticket.reply({ slot: null });
		const again = ticket.write({ kind: 'delivery-decided', request: lost, decision: 'send-again' });
		await ticket.push();
		await desk.send();
		expect(desk.stateOf(id, fresh)).toMatchObject({ kind: 'sent' });
		expect(desk.verdicts(id).get(deliveryKey(again))).toMatchObject({ outcome: 'sent' });
		expect(sink.mails).toHaveLength(2);
	});

	test('one of two addresses is refused: it is sent, and says to whom it did not go', async () => {
		await start();
		const ticket = await desk.ticket(desk.relay.device('maria'));
		await desk.customerWrites(ticket.id);
		await ticket.pull();
		const to = [
			{ name: 'Kim', address: 'kim@customer.example' },
			{ name: '', address: 'not an address' },
		];
		const request = ticket.reply({ to });
		await ticket.push();
		await desk.send();
		expect(sink.mails[0]?.to).toEqual(['kim@customer.example']);
		expect(desk.verdicts(ticket.id).get(deliveryKey(request))).toMatchObject({
			...{ outcome: 'sent', reason: 'It did not go to: not an address' },
		});
	});

	test('[F91] a bounce stands under the request, and the state says so', async () => {
		await start();
		const sent = await replied();
		await desk.send();
		const report = await desk.customerWrites(sent.ticket.id, { automatic: 'bounce', text: 'Undelivered' });
		const [mail] = sink.mails;
		expect(await desk.mailOut.noteBounce(mail?.messageId ?? '', report, '550 no such user')).toBe(sent.ticket.id);
		expect(await desk.mailOut.noteBounce(mail?.messageId ?? '', report, 'again')).toBe(sent.ticket.id);
		expect(stateOf(sent)).toMatchObject({ kind: 'bounced', reason: '550 no such user', message: report });
		expect(await desk.mailOut.noteBounce('somebody@else.example', report)).toBeUndefined();
	});

	test('an answer to our mail finds the ticket by its Message-ID', async () => {
		await start();
		const sent = await replied();
		await desk.send();
		const found = desk.relay.database.db
			.prepare('SELECT ticket FROM mail_threads WHERE message_id = ?')
			.get(sink.mails[0]?.messageId ?? '');
		expect(found).toEqual({ ticket: sent.ticket.id });
		expect(desk.mailOut.ticketOfSent(sink.mails[0]?.messageId ?? '')).toBe(sent.ticket.id);
	});
});

describe('connections', () => {
	const to = { host: '127.0.0.1', security: 'none' as const };
	const quick = { connectMs: 2_000, silenceMs: 2_000 };

	test('a login that is refused says so', async () => {
		const closed = await startSmtpSink({ user: { name: 'desk', password: 'right' } });
		endings.push(() => closed.close());
		const server = { ...to, port: closed.port, user: 'desk' };
		expect(await openSmtpSession({ ...server, password: 'wrong' })).toMatchObject({
			kind: 'failed',
			reason: expect.stringContaining('does not accept user name and password') as string,
		});
		const opening = await openSmtpSession({ ...server, password: 'right' });
		expect(opening.kind).toBe('open');
		if (opening.kind === 'open') opening.session.close();
	});

	test('nobody there, a name that is not known, and a server that says nothing each have their own sentence', async () => {
		const mute = createServer(() => {});
		await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
		endings.push(() => mute.close());
		const { port } = mute.address() as AddressInfo;
		const reasonOf = async (server: { host?: string; port: number }) => {
			const opening = await openSmtpSession({ ...to, ...server }, { connectMs: 300, silenceMs: 300 });
			return opening.kind === 'failed' ? opening.reason : opening.kind;
		};
		expect(await reasonOf({ port })).toMatch(/does not answer/);
		expect(await reasonOf({ host: 'no-such-host.invalid', port: 25 })).toMatch(/is not known|does not answer/);
		const closed = await startSmtpSink();
		await closed.close();
		expect(await reasonOf({ port: closed.port })).toMatch(/refused/);
	});

	test('a certificate that nobody vouches for is refused, over TLS and after STARTTLS; one that is known is taken', async () => {
		const folder = mkdtempSync(path.join(tmpdir(), 'tls-'));
		endings.push(() => rmSync(folder, { recursive: true, force: true }));
		const [keyFile, certFile] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
		execFileSync(
			'openssl',
			[
				...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
				...['-keyout', keyFile, '-out', certFile, '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'],
			],
			{ stdio: 'ignore' },
		);
		const [key, cert] = [readFileSync(keyFile, 'utf8'), readFileSync(certFile, 'utf8')];
		for (const implicit of [true, false]) {
			const safe = await startSmtpSink({ tls: { key, cert, implicit } });
			endings.push(() => safe.close());
			const server = {
				host: '127.0.0.1',
				port: safe.port,
				security: implicit ? ('tls' as const) : ('starttls' as const),
			};
			expect(await openSmtpSession(server, quick)).toMatchObject({
				kind: 'failed',
				reason: expect.stringContaining('no secure connection') as string,
			});
			const opening = await openSmtpSession(server, quick, { ca: cert });
			expect(opening.kind).toBe('open');
			if (opening.kind === 'open') opening.session.close();
		}
	});

	test('a server without TLS is not spoken to where TLS is asked for', async () => {
		const opening = await openSmtpSession({ host: '127.0.0.1', port: sink.port, security: 'starttls' }, quick);
		expect(opening).toMatchObject({ kind: 'failed' });
	});
});
