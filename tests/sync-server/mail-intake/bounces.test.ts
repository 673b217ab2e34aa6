import { describe, expect, test, vi } from 'vitest';
import type { EntryId } from '../../../src/lib/domain/ids.ts';
import { bounceKey } from '../../../src/lib/domain/verdict.ts';
import { readRecord } from '../../../src/lib/document/record-document.ts';
import { append, idOf, openDesk, reply, tokensOf } from './taken-desk.ts';
import { take, ticketOf } from './taken-in.ts';

async function sentAnswer() {
	const installation = await openDesk();
	const ticket = idOf(installation, await take(installation, {}));
	const slot = ticketOf(installation.relay, ticket).slot as EntryId;
	const messageId = tokensOf(installation).messageId(ticket, slot, 'desk.example');
	const [request] = (await append(installation, ticket, reply('anna@kunde.example', { slot }))) as [EntryId];
	const sent = installation.database.db.prepare("UPDATE outbound_mail SET state = 'sent' WHERE request = ?");
	await vi.waitUntil(() => sent.run(request).changes === 1, { timeout: 5_000 });
	const bounceOf = () => {
		const doc = installation.relay.read(ticket);
		const reading = doc === undefined ? undefined : readRecord(doc);
		return reading?.kind === 'record' ? reading.facts.verdicts.get(bounceKey(request)) : undefined;
	};
	return { installation, ticket, messageId, bounceOf };
}

const report = (messageId: string, action = 'failed', diagnostic = 'smtp; 550 5.1.1 no such user') =>
	[
		'From: MAILER-DAEMON@mx.example',
		'To: support@desk.example',
		'Subject: Undelivered Mail Returned to Sender',
		'Message-ID: <report@mx.example>',
		'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
		'',
		'--b',
		'Content-Type: message/delivery-status',
		'',
		'Final-Recipient: rfc822; Anna@kunde.example',
		`Action: ${action}`,
		'Status: 5.1.1',
		`Diagnostic-Code: ${diagnostic}`,
		'--b',
		'Content-Type: text/rfc822-headers',
		'',
		'Subject: Antwort',
		`Message-ID: <${messageId}>`,
		'--b--',
		'',
	].join('\r\n');

describe('[F94] a bounce finds the reply that it is about', () => {
	test('and says in the server\u2019s words why', async () => {
		const { installation, ticket, messageId, bounceOf } = await sentAnswer();
		const line = await take(installation, report(messageId), { live: true });
		expect(line).toMatchObject({ outcome: 'followed-up', isBounce: true, isAutoReply: false, wouldAutoRespond: false });
		const message = ticketOf(installation.relay, ticket).timeline.findLast(({ kind }) => kind === 'message');
		expect(bounceOf()).toMatchObject({
			kind: 'bounce',
			message: message?.id,
			reason: 'anna@kunde.example · 5.1.1 · 550 5.1.1 no such user',
		});
	});

	test('a delay is no bounce', async () => {
		const { installation, messageId, bounceOf } = await sentAnswer();
		expect(await take(installation, report(messageId, 'delayed'))).toMatchObject({
			isBounce: false,
			isAutoReply: true,
		});
		expect(bounceOf()).toBeUndefined();
	});

	test('a report with a megabyte of diagnosis is read in no time and cut', async () => {
		const { installation, messageId, bounceOf } = await sentAnswer();
		const began = performance.now();
		for (const diagnostic of ['smtp; ' + 'x '.repeat(400_000), ': '.repeat(400_000), '\r\n '.repeat(300_000)]) {
			await take(installation, report(messageId, 'failed', diagnostic));
		}
		expect(performance.now() - began).toBeLessThan(10_000);
		const bounce = bounceOf();
		expect(bounce?.kind === 'bounce' ? bounce.reason?.length : undefined).toBeLessThanOrEqual(500);
	});
});

describe('[F1] where an answer goes', () => {
	test('is kept where the mail says another address than its sender, and left out where it says the same', async () => {
		const { installation, ticket } = await sentAnswer();
		const messages = () => ticketOf(installation.relay, ticket).timeline.filter(({ kind }) => kind === 'message');
		const first = messages()[0];
		const answers = first?.kind === 'message' ? (first.messageId ?? '') : '';
		await take(installation, { answers, headers: ['Reply-To: Team <team@kunde.example>'] });
		await take(installation, { answers, headers: ['Reply-To: ANNA@kunde.example'] });
		expect(messages()[1]).toMatchObject({ replyTo: { name: 'Team', address: 'team@kunde.example' } });
		expect(messages()[2]).not.toHaveProperty('replyTo');
	});
});
