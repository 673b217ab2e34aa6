import { describe, expect, test } from 'vitest';
import type { Installation } from '../../../sync-server/installation.ts';
import { openDesk } from './taken-desk.ts';
import { mailText, take, ticketsOf, type MailShape } from './taken-in.ts';

interface Desk {
	installation: Installation;
	address: string;
}

async function deskAt(host: string): Promise<Desk> {
	return { installation: await openDesk(host), address: `support@${host}` };
}

/** The acknowledgements that have left since, as the other side gets them. */
function acknowledgements({ installation, address }: Desk, seen: Set<string>): MailShape[] {
	const rows = installation.database.db
		.prepare("SELECT request, message_id, recipient FROM outbound_mail WHERE kind = 'acknowledgement'")
		.all() as { request: string; message_id: string; recipient: string }[];
	const mails: MailShape[] = [];
	for (const { request, message_id: id, recipient } of rows) {
		if (seen.has(request)) continue;
		seen.add(request);
		for (const { ticket } of ticketsOf(installation)) {
			const entry = ticket.timeline.find((candidate) => candidate.id === request);
			if (entry?.kind !== 'acknowledged') continue;
			const answered = ticket.timeline.find((candidate) => candidate.id === entry.message);
			mails.push({
				...{ from: address, to: recipient, subject: entry.subject, body: entry.text, id },
				...(answered?.kind === 'message' && answered.messageId !== undefined ? { answers: answered.messageId } : {}),
				headers: ['Auto-Submitted: auto-replied', 'X-Auto-Response-Suppress: All'],
			});
		}
	}
	return mails;
}

describe('[F94] two desks that acknowledge everything', () => {
	test.each<[string, (mail: MailShape) => MailShape]>([
		['all arrives as it was sent', (mail) => mail],
		['a gateway drops the marks of machines', ({ headers: _, ...mail }) => mail],
		['and what the mail answers', ({ headers: _, answers: __, ...mail }) => mail],
		['and the number in the subject', ({ headers: _, answers: __, ...mail }) => ({ ...mail, subject: 'Nachricht' })],
		[
			'and writes ids of its own',
			({ headers: _, answers: __, id: ___, ...mail }) => ({ ...mail, subject: 'Nachricht' }),
		],
	])('stop after at most three mails, though %s', async (_, gateway) => {
		const a = await deskAt('a.example');
		const b = await deskAt('b.example');
		const sent = { a: new Set<string>(), b: new Set<string>() };
		let mails: MailShape[] = [{ from: a.address, to: b.address, subject: 'Eine Frage' }];
		let passed = 0;
		for (let turn = 0; mails.length > 0 && turn < 20; turn++) {
			const [from, to] = turn % 2 === 0 ? [a, b] : [b, a];
			for (const mail of mails) {
				passed++;
				const line = await take(to.installation, mailText(gateway({ ...mail, from: from.address })), { live: true });
				expect(['created', 'followed-up']).toContain(line.outcome);
			}
			mails = acknowledgements(to, to === a ? sent.a : sent.b);
		}
		expect(mails).toEqual([]);
		expect(passed).toBeGreaterThanOrEqual(2);
		expect(passed).toBeLessThanOrEqual(3);
	});

	test('one sender of many mails gets one acknowledgement, and every mail is kept', async () => {
		const { installation } = await deskAt('a.example');
		for (let i = 0; i < 20; i++)
			await take(installation, { to: 'support@a.example', subject: `Bombe ${i}` }, { live: true });
		const { n } = installation.database.db
			.prepare("SELECT count(*) AS n FROM outbound_mail WHERE kind = 'acknowledgement'")
			.get() as { n: number };
		expect([n, ticketsOf(installation).length]).toEqual([1, 20]);
	});

	test('what comes from an archive is never acknowledged', async () => {
		const { installation } = await deskAt('a.example');
		await take(installation, { to: 'support@a.example' });
		expect(acknowledgements({ installation, address: '' }, new Set())).toEqual([]);
	});
});
