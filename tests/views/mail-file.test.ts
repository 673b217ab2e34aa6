import { describe, expect, it } from 'vitest';
import type { EntryOf } from '../../src/lib/domain/entry.ts';
import { mailToTicket, type DroppedMail, type MailHtml } from '../../src/lib/views/mail-file.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import { createFakeDesk, type FakeDesk } from '../support/fake-desk.ts';

const where = { line: 'main' as never, queue: 'first' as never };
/** Marks what went through it. */
const html: MailHtml = {
	sanitise: (text) => `safe:${text.replace(/<script.*?<\/script>/gs, '')}`,
	textOf: (safe) => safe.replace(/<[^>]*>/g, ' ').trim(),
};
const mail = (headers: Record<string, string>, body: string) =>
	[...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n');
const headers = {
	From: '"Weiß, Kim" <kim@example.org>',
	To: 'help@example.org',
	Subject: '=?UTF-8?Q?Drucker_l=C3=A4uft_nicht?=',
	Date: 'Mon, 23 Nov 2026 09:15:00 +0100',
	'Message-ID': '<one@example.org>',
	'MIME-Version': '1.0',
};
const plain = { ...headers, 'Content-Type': 'text/plain; charset=utf-8' };

function drop(desk: FakeDesk, content: string | Uint8Array, name = 'mail.eml'): Promise<DroppedMail> {
	return mailToTicket(desk, new File([content as BlobPart], name), where, html);
}

async function dropped(content: string, name?: string) {
	const desk = createFakeDesk();
	const result = await drop(desk, content, name);
	if (result.kind !== 'ok') throw new Error(result.kind);
	const record = await desk.open(result.document);
	const state = record?.reading.current;
	if (state?.kind !== 'ticket') throw new Error('no ticket');
	const message = state.ticket.timeline.find((entry) => entry.kind === 'message') as unknown as EntryOf<'message'>;
	return { desk, ticket: state.ticket, message };
}

describe('a dropped mail file', () => {
	it('[F1] becomes a ticket with sender, subject, text, date and threading', async () => {
		const threaded = {
			...plain,
			'In-Reply-To': '<zero@example.org>',
			References: '<zero@example.org> <half@example.org>',
		};
		const { ticket, message } = await dropped(mail(threaded, 'Guten Tag,\r\nnichts geht.'));
		expect(ticket).toMatchObject({ subject: 'Drucker läuft nicht', channel: 'mail', status: 'new' });
		expect(message).toMatchObject({
			direction: 'in',
			from: { name: 'Weiß, Kim', address: 'kim@example.org' },
			to: [{ name: '', address: 'help@example.org' }],
			messageId: '<one@example.org>',
			inReplyTo: ['<zero@example.org>'],
			references: ['<zero@example.org>', '<half@example.org>'],
			sentAt: Date.UTC(2026, 10, 23, 8, 15),
		});
		expect(message.text.trim()).toBe('Guten Tag,\nnichts geht.');
	});

	it('[F1] keeps the mail as it was, and its attachments with their bytes', async () => {
		const whole = mail(
			{ ...headers, 'Content-Type': 'multipart/mixed; boundary=x' },
			[
				'--x\r\nContent-Type: text/plain\r\n\r\nsee file\r\n',
				'--x\r\nContent-Type: image/png; name="../../etc/pass\u202ewd.png"\r\nContent-ID: <pic>\r\n',
				'Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--x--\r\n',
			].join(''),
		);
		const { desk, message } = await dropped(whole);
		expect(message.attachments).toMatchObject([{ name: 'passwd.png', mime: 'image/png', size: 5, cid: 'pic' }]);
		const bytesOf = async (blob: string) => {
			const file = await desk.readFile(blob as never);
			return file.kind === 'ok' ? file.bytes.text() : file.kind;
		};
		expect(await bytesOf(message.attachments[0]!.blob)).toBe('hello');
		expect(await bytesOf(message.raw!)).toBe(whole);
	});

	it('[F1] stores HTML only after it was made safe, and reads the text from it where there is no other', async () => {
		const content = mail(
			{ ...headers, 'Content-Type': 'text/html; charset=utf-8' },
			'<p>Hallo</p><script>steal()</script><p>Welt</p>',
		);
		const { message } = await dropped(content);
		expect(message.html).toMatch(/^safe:/);
		expect(JSON.stringify(message)).not.toContain('steal');
		expect(message.text).toContain('Welt');
	});

	it('[F1] is recognised when it is dropped again, and nothing is made', async () => {
		const desk = createFakeDesk();
		const first = await drop(desk, mail(plain, 'Hallo'));
		const again = await drop(desk, mail(plain, 'Hallo'), 'copy.eml');
		expect(first.kind).toBe('ok');
		expect(again).toEqual({ ...first, kind: 'known' });
		expect(desk.tickets.current).toHaveLength(1);
		// Another mail of the same sender, and the same id from somebody else, are not that mail.
		expect(await drop(desk, mail({ ...plain, 'Message-ID': '<two@example.org>' }, 'Hallo'))).toMatchObject({
			kind: 'ok',
		});
		expect(await drop(desk, mail({ ...plain, From: 'eve@example.net' }, 'Hallo'))).toMatchObject({ kind: 'ok' });
	});

	it.each([
		['no mail at all', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2])],
		['nothing', ''],
		['a text without headers', 'Dear diary,\n\nfrom: me'],
		['headers with zeros', 'From: a@example.org\0\r\n\r\nhi'],
	])('refuses %s', async (_, content) => {
		const desk = createFakeDesk();
		expect(await drop(desk, content)).toEqual({ kind: 'not-mail' });
		expect(desk.tickets.current).toHaveLength(0);
	});

	it('refuses a file that is too large, unread', async () => {
		const file = { size: 31 * 1024 * 1024, name: 'big.eml' } as File;
		expect(await mailToTicket(createFakeDesk(), file, where, html)).toEqual({ kind: 'too-large' });
	});

	it('takes a hostile mail without growing past what the relay accepts', async () => {
		const many = (make: (i: number) => string, count: number) => Array.from({ length: count }, (_, i) => make(i));
		const { message, ticket } = await dropped(
			mail(
				{
					From: `"${'Ü'.repeat(5000)}" <kim@example.org>`,
					To: many((i) => `"${'ß'.repeat(300)}" <to${i}@example.org>`, 400).join(', '),
					Subject: `a\u2028b${'😀'.repeat(3000)}`,
					Date: 'never',
					'Message-ID': `<${'x'.repeat(5000)}@example.org>`,
					References: many((i) => `<${'r'.repeat(200)}${i}@example.org>`, 1000).join(' '),
					'Content-Type': 'text/plain; charset=utf-8',
				},
				'ä€😀'.repeat(100_000),
			),
		);
		expect(new TextEncoder().encode(JSON.stringify(message)).length).toBeLessThan(limits.updateBytes - 8 * 1024);
		expect(message.textCut).toBe(true);
		expect(message.messageId).toBeUndefined();
		expect(message.sentAt).toBeUndefined();
		expect(ticket.subject).not.toMatch(/\p{Zl}/u);
		expect([message.text, ticket.subject, message.from.name].every((text) => text.isWellFormed())).toBe(true);
	});

	it('puts long HTML into a file beside the message', async () => {
		const body = `<p>${'lang '.repeat(30_000)}</p>`;
		const { desk, message } = await dropped(mail({ ...headers, 'Content-Type': 'text/html' }, body));
		expect(message.html).toBeUndefined();
		const file = await desk.readFile(message.htmlBlob!);
		expect(file.kind === 'ok' && (await file.bytes.text())).toMatch(/^safe:<p>lang/);
	});

	it('says so when the device is full', async () => {
		const desk = createFakeDesk();
		desk.addFile = () => Promise.resolve({ kind: 'failed', why: 'quota' });
		expect(await drop(desk, mail(plain, 'Hallo'))).toEqual({ kind: 'not-saved', why: 'quota' });
	});
});
