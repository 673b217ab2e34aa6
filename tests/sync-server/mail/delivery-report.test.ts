import { describe, expect, test } from 'vitest';
import { originalMessageIds, readDeliveryReport, reasonOf } from '../../../sync-server/mail/delivery-report.ts';
import { corpusMail, parsed } from './mail-corpus.ts';

const part = (mime: string, text: string) => ({
	name: 'x',
	mime,
	size: 0,
	sha256: '',
	bytes: Buffer.from(text),
	inline: false,
});
const report = (status: string, ...more: ReturnType<typeof part>[]) =>
	readDeliveryReport({
		attachments: [part('message/delivery-status', status), ...more],
		text: '',
		headers: {},
		subject: '',
	});

describe('[F94] reports of delivery', () => {
	test('a real one names recipient, status and the mail that it is about', async () => {
		expect(readDeliveryReport(await parsed(corpusMail('bounce.eml')))).toEqual({
			outcome: 'failed',
			originalMessageIds: ['answer-1@tresen.example'],
			recipient: 'weg@kunde.example',
			status: '5.1.1',
		});
	});

	test.each([
		['failed', 'failed'],
		['FAILED', 'failed'],
		['delayed', 'delayed'],
		['delivered', 'delivered'],
		['relayed', 'delivered'],
		['expanded', 'delivered'],
		['vanished', 'failed'],
	])('Action: %s is %s', (action, outcome) => {
		expect(report(`Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822;a@b\nAction: ${action}\n`)?.outcome).toBe(outcome);
	});

	test('of several recipients the one that failed speaks', () => {
		const found = report(
			'Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\nFinal-Recipient: rfc822; <C@D>\r\nAction: failed\r\nStatus: 5.2.2 (mailbox full)\r\nDiagnostic-Code: smtp; 552\r\n mailbox full\r\n',
		);
		expect(found).toMatchObject({
			outcome: 'failed',
			recipient: 'c@d',
			status: '5.2.2',
			diagnostic: '552 mailbox full',
		});
		expect(found && reasonOf(found)).toBe('c@d · 5.2.2 · 552 mailbox full');
	});

	test('a mail without such a part is none', () => {
		expect(readDeliveryReport({ attachments: [], text: 'Action: failed', headers: {}, subject: '' })).toBeUndefined();
	});

	test('the id of the mail is found in a copy, in its headers, and in plain text, quoted and folded', () => {
		const ids = originalMessageIds({
			attachments: [
				part('message/rfc822', 'Subject: x\r\nMessage-ID:\r\n <a@x>\r\n'),
				part('text/rfc822-headers', 'message-id: <b@x>'),
			],
			text: 'Sorry.\n> Message-Id: <c@x>\n',
		});
		expect(ids).toEqual(['a@x', 'b@x', 'c@x']);
	});

	test('megabytes of anything take no time', () => {
		const began = performance.now();
		for (const text of ['Message-ID:', '\n', ' ', ':', 'a: b\n', 'Action: failed\n\n', '> ', '<']) {
			report(text.repeat(1_000_000 / text.length));
			originalMessageIds({
				attachments: [part('message/rfc822', text.repeat(1_000_000 / text.length))],
				text: text.repeat(1_000_000 / text.length),
			});
		}
		expect(performance.now() - began).toBeLessThan(5_000);
	});
});
