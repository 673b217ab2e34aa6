import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { lineScope } from '../../../src/lib/domain/audience.ts';
import { foldTicket } from '../../../src/lib/domain/fold-ticket.ts';
import { createClock } from '../../../src/lib/domain/hlc.ts';
import { deskDocument, type DocumentId, type EntryId, type LineId } from '../../../src/lib/domain/ids.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { appendEntries, readRecord, type Author } from '../../../src/lib/document/record-document.ts';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import type { WaitingMail } from '../../../src/lib/protocol/waiting-mail.ts';
import { startSmtpSink } from '../../support/smtp-sink.ts';
import { newUlid } from '../../support/start-relay.ts';
import { afterTest, enrol, runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';

const rawMail = [
	'From: Kim Beispiel <kim@customer.example>',
	'To: Support <support@desk.example>',
	'Subject: Drucker',
	'Message-ID: <hello@customer.example>',
	'Date: Mon, 02 Nov 2026 10:00:00 +0000',
	'',
	'Er druckt nicht.',
	'',
].join('\r\n');

/** Answers the ticket as the app would, from that device. */
async function answer(relay: TestRelay, device: TestDevice, ticket: DocumentId): Promise<EntryId> {
	const { relay: core, now } = relay.installation;
	const { session } = device;
	const doc = new Y.Doc();
	Y.applyUpdate(doc, Y.encodeStateAsUpdate(core.read(ticket) as Y.Doc));
	const clock = createClock(now);
	const author: Author = {
		...{ agent: session.agent.id, device: session.device.id },
		tick: () => clock.tick(),
		newId: () => newUlid(now()) as EntryId,
	};
	const reading = readRecord(doc);
	const folded = reading.kind === 'record' ? foldTicket(reading.facts) : undefined;
	const [request] = appendEntries(doc, author, [
		{
			...{ kind: 'reply-requested', slot: folded?.slot ?? null, claim: null, seen: folded?.slot ?? null },
			to: [{ name: 'Kim', address: 'kim@customer.example' }],
			...{ cc: [], subject: 'Re: Drucker', text: 'Bitte neu starten.', attachments: [] },
		},
	]);
	const scopes = ['desk' as const, lineScope('support' as LineId)];
	const identity = { device: author.device, agent: author.agent, role: 'admin' as const, scopes, scopeRevision: 1 };
	const edit = { n: 1, document: ticket, generation: 0, update: Y.encodeStateAsUpdate(doc) };
	const pushed = await core.push(identity, encodePush([edit]));
	expect(pushed).toMatchObject({ kind: 'ok', body: { answers: [{ kind: 'ok' }] } });
	return request as EntryId;
}

test('[F1][F91] a mail comes in, an agent answers, and with a mailbox the answer leaves and the customer’s next mail finds its ticket', async () => {
	const sink = await startSmtpSink();
	afterTest(() => sink.close());
	const relay = await runRelay();
	const device = await setUp(relay);
	const { installation } = relay;
	const { mails, mailOut, mailboxes } = installation;
	expect(await mails.take(Buffer.from(rawMail), 'one')).toMatchObject({ outcome: 'created' });
	const [ticket] = installation.relay.documentsOfKind('ticket');
	const id = ticket as DocumentId;
	const state = () => {
		const reading = readRecord(installation.relay.read(id) as Y.Doc);
		return reading.kind === 'record' ? foldTicket(reading.facts)?.replies[0]?.state.kind : undefined;
	};
	const request = await answer(relay, device, id);
	await expect.poll(state).toBe('accepted');
	const waiting = async (of = device) => (await of.ask('/auth/waiting-mail')).body;
	const reply = { ticket: id, request, line: 'support', agent: device.session.agent.id };
	expect(await waiting()).toMatchObject({ replies: [{ ...reply, why: 'no-mailbox', attempts: 0 }] });
	// Nobody hears of it who may not see the ticket.
	const elsewhere = await enrol(relay, device, { mail: 'sue@desk.example', lines: [] });
	expect(await waiting(elsewhere)).toEqual({ at: expect.any(Number) as number, replies: [] });
	expect((await relay.ask('/auth/waiting-mail')).status).toBe(401);
	relay.pass(10_001);
	await mailOut.pass();
	expect(await relay.ask('/readyz')).toMatchObject({
		status: 200,
		body: { status: 'ok', notices: ['no-mailbox-for-line: support'] },
	});

	const box = {
		...{ name: 'Support', line: 'support' as LineId, address: 'support@desk.example', active: true },
	};
	// First at a place where nobody listens.
	const nowhere = await startSmtpSink();
	await nowhere.close();
	const wrong = mailboxes.put({ ...box, smtp: { host: '127.0.0.1', port: nowhere.port, security: 'none' } });
	const mailbox = wrong.kind === 'stored' ? wrong.account.id : '';
	const logged = () =>
		installation.mailboxLog
			.read(mailbox)
			.flatMap(({ event, problem }) => (event === 'changed' ? [] : [problem ?? event]));
	await expect.poll(logged).toEqual(['unreachable']);
	await mailOut.pass();
	const { replies } = (await waiting()) as unknown as WaitingMail;
	expect(replies).toMatchObject([{ ...reply, why: 'mailbox', problem: 'unreachable', attempts: 1 }]);
	expect(replies[0]!.nextTry).toBeGreaterThan(installation.now());

	const stored = mailboxes.put({
		...{ id: mailbox, ...box },
		smtp: { host: '127.0.0.1', port: sink.port, security: 'none' },
	});
	expect(stored.kind).toBe('stored');
	await expect.poll(state).toBe('sent');
	expect(logged()).toEqual(['recovered', 'unreachable']);
	expect(await waiting()).toMatchObject({ replies: [] });
	expect((await relay.ask('/readyz')).body.notices).toBeUndefined();
	const [sent] = sink.mails;
	expect(sent?.raw).toMatch(/^In-Reply-To: <hello@customer\.example>/m);

	const next = rawMail
		.replace('hello@customer', 'next@customer')
		.replace('Subject: Drucker', `Subject: something else\r\nIn-Reply-To: <${sent?.messageId ?? ''}>`);
	expect(await mails.take(Buffer.from(next), 'two')).toMatchObject({ outcome: 'followed-up' });
});

test('[F91] an answer to the signed address finds its ticket by the address alone, whoever writes it and under what subject', async () => {
	const sink = await startSmtpSink();
	afterTest(() => sink.close());
	const relay = await runRelay();
	const device = await setUp(relay);
	const { relay: core, mails, mailOut, mailboxes } = relay.installation;
	const line = core.readDesk().lines[0]!;
	await core.write(deskDocument, (doc) =>
		writeDeskValue(doc, `line:${line.id}`, { ...line, addresses: ['support@desk.example'] }),
	);
	await mails.take(Buffer.from(rawMail), 'one');
	mailboxes.put({
		...{ name: 'Support', line: line.id, address: 'support@desk.example', active: true, plusAddressing: true },
		smtp: { host: '127.0.0.1', port: sink.port, security: 'none' },
	});
	await answer(relay, device, core.documentsOfKind('ticket')[0]!);
	await core.settled();
	relay.pass(10_001);
	await expect.poll(() => mailOut.pass().then(() => sink.mails.length)).toBe(1);

	const raw = (sink.mails[0]?.raw ?? '').replace(/\r\n[ \t]+/g, ' ');
	const replyTo = /^Reply-To: .*<(support\+[^@\s]+@desk\.example)>/m.exec(raw)?.[1] ?? '';
	const next = rawMail
		.replace('hello@customer', 'later@customer')
		.replace('kim@customer', 'private@elsewhere')
		.replace('Subject: Drucker', 'Subject: something else');
	const to = (address: string) => Buffer.from(next.replace('Support <support@desk.example>', address));
	expect(await mails.take(to(replyTo), 'two')).toMatchObject({ outcome: 'followed-up' });
	const forged = replyTo.replace(/.@/, (end) => (end === '0@' ? '1@' : '0@'));
	const stranger = Buffer.from(to(forged).toString().replace('later@', 'forged@'));
	expect(await mails.take(stranger, 'three')).toMatchObject({ outcome: 'created' });
});
