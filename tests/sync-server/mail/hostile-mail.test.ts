import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMail } from '../../../sync-server/mail/parse-mail.ts';
import { corpusMail, corpusMailNames, mailOf, parsed, refusal } from './mail-corpus.ts';

const BASE64 = ['Content-Type: application/zip; name=a.zip', 'Content-Transfer-Encoding: base64'];
const HTML = ['Content-Type: text/html; charset=utf-8'];

function nested(levels: number): string {
	const level = (i: number) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`;
	return `From: a@b.example\r\n${Array.from({ length: levels }, (_, i) => level(i)).join('')}\r\ninnen`;
}

describe('mails made to harm', () => {
	test.each<[string, () => string, string]>([
		['1,000 levels of parts', () => nested(1_000), 'nested-too-deep'],
		['51 levels of parts', () => nested(51), 'nested-too-deep'],
		['100,000 headers', () => mailOf(Array.from({ length: 100_000 }, (_, i) => `X-${i}: a`)), 'too-many-headers'],
		['headers of 2 MB', () => mailOf([`X-Long: ${'a'.repeat(2e6)}`]), 'headers-too-large'],
		[
			'headers of 2 MB in 1,000 parts',
			() =>
				mailOf(
					['Content-Type: multipart/mixed; boundary=x'],
					`--x\r\nX-Long: ${'a'.repeat(2_000)}\r\n\r\n`.repeat(1_000),
				),
			'headers-too-large',
		],
		[
			'10,000 empty parts',
			() => mailOf(['Content-Type: multipart/mixed; boundary=x'], '--x\r\n\r\n'.repeat(10_000)),
			'too-many-parts',
		],
		['25 million empty lines', () => mailOf([], '\n'.repeat(25e6)), 'too-many-lines'],
	])('%s are refused by name', async (_, mail, reason) => {
		expect(await refusal(mail())).toBe(reason);
	});

	test('50 levels of parts are still read', async () => {
		expect((await parsed(nested(50))).text).toBe('innen');
	});

	test('a base64 line of 30 MB is decoded within what it weighs', async () => {
		const [file] = (await parsed(mailOf(BASE64, 'QUJD'.repeat(7_000_000)))).attachments;
		expect(file?.size).toBe(21_000_000);
	});

	test('base64 with a pad after every character does not pile up pieces', async () => {
		const [file] = (await parsed(mailOf(BASE64, '=A'.repeat(10_000_000)))).attachments;
		expect(file?.size).toBe(0);
	});

	test('base64 padded on every line is decoded whole', async () => {
		const [file] = (await parsed(mailOf(BASE64, 'QQ==\r\nQg==\r\nQ0Q=\r\n'))).attachments;
		expect(Buffer.from(file?.bytes ?? []).toString()).toBe('ABCD');
	});

	test('a million short lines cost no more than their bytes', async () => {
		const mail = await parsed(mailOf([], 'abcdefg hijk\r\n'.repeat(1_000_000)));
		expect([mail.text.length, mail.textCut]).toEqual([1_000_000, true]);
	});

	test('NUL bytes and wild names in headers do no harm', async () => {
		const mail = await parsed(
			mailOf([
				'\0\0X\0: \0',
				'__proto__: x',
				'constructor: y',
				'toString: z',
				'Content-Type: text/plain; __proto__=1; constructor=2',
			]),
		);
		expect(mail.subject).toBe('x');
		expect(Object.getPrototypeOf(mail.headers)).toBe(Object.prototype);
	});

	test.each<[string, string]>([
		['100,000 addresses', `To: ${'a@b.example, '.repeat(50_000)}`],
		['open quotes and comments', `To: ${'"('.repeat(200_000)}`],
		['open brackets', `To: ${'<'.repeat(500_000)}`],
		['encoded words without end', `Subject: ${'=?'.repeat(200_000)}`],
		['20,000 encoded words', `Subject: ${'=?x-unknown?Q?=FC?= '.repeat(20_000)}`],
		['references without end', `References: ${'<'.repeat(500_000)}`],
		['a file name of 500 KB', `Content-Disposition: attachment; filename="${'=?x-y?Q?=FC?= '.repeat(30_000)}"`],
		['white space', `Subject: a${' '.repeat(800_000)}b`],
	])('a header with %s is read in bounded time', async (_, header) => {
		expect((await parseMail(Buffer.from(mailOf([header])))).kind).toBe('parsed');
	});

	test.each([
		'<div>',
		'<table><tr><td>',
		'<svg><title>',
		'<b',
		'<',
		'<!--',
		'&',
		'<a href=tel:1>',
		'<blockquote>a<br>',
		'<p title="',
		'<pre>\n',
		'</b>',
	])('HTML of nothing but %s is read in bounded time', async (piece) => {
		const mail = await parsed(mailOf(HTML, piece.repeat(Math.floor(2_000_000 / piece.length))));
		expect(mail.html?.length ?? 0).toBeLessThanOrEqual(2_000_000);
	});
});

describe('any bytes at all', () => {
	test('random bytes never throw', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ size: 'max', maxLength: 5_000 }), async (bytes) => {
				expect(['parsed', 'refused']).toContain((await parseMail(bytes)).kind);
			}),
			{ numRuns: 300 },
		);
	});

	test('mails put together from pieces of MIME never throw', async () => {
		const piece = fc.constantFrom(
			'\r\n',
			'\n\n',
			'--a\r\n',
			'--a--\r\n',
			'--b\n',
			'--b--\n',
			'Content-Type: multipart/mixed; boundary=a\r\n',
			'Content-Type: multipart/alternative; boundary="b"\r\n',
			'Content-Type: multipart/related; boundary=\r\n',
			'Content-Type: text/html; charset=utf-16\r\n',
			'Content-Type: text/plain; charset=utf-7; format=flowed\r\n',
			'Content-Type: text/plain; charset=iso-2022-kr\r\n',
			'Content-Type: message/rfc822\r\n',
			'Content-Type: text/calendar; charset="hz-gb-2312"\r\n',
			'Content-Transfer-Encoding: base64\r\n',
			'Content-Transfer-Encoding: quoted-printable\r\n',
			"Content-Disposition: attachment; filename*0*=x-unknown''%FF; filename*1*=%\r\n",
			'Content-ID: <a@b>\r\n',
			'From: =?x?B?????= <\r\n',
			'Date: Tue, 99 Mar\r\n',
			'<p>a<img src=cid:a@b><script>',
			'~{VPND~} +AGE-',
			'=C3=BC=\r\n',
			'w7w=',
			'\x1b$)C\x0e!!\x0f',
			'\0',
		);
		await fc.assert(
			fc.asyncProperty(fc.array(piece, { size: 'max', maxLength: 60 }), async (pieces) => {
				const result = await parseMail(Buffer.from(`From: a@b.example\r\n${pieces.join('')}`, 'latin1'));
				expect(result).not.toMatchObject({ reason: 'unreadable' });
			}),
			{ numRuns: 1_000 },
		);
	});

	test('mutated mails never throw, and what they give is clean', async () => {
		const mails = corpusMailNames().map(corpusMail);
		const mutation = fc.record({
			mail: fc.constantFrom(...mails),
			changes: fc.array(
				fc.tuple(
					fc.double({ min: 0, max: 1, noNaN: true }),
					fc.uint8Array({ maxLength: 8, size: 'max' }),
					fc.nat({ max: 40 }),
				),
				{
					maxLength: 12,
					size: 'max',
				},
			),
		});
		await fc.assert(
			fc.asyncProperty(mutation, async ({ mail, changes }) => {
				const result = await parseMail(changes.reduce(spliced, mail));
				if (result.kind === 'refused') {
					expect(result.reason).not.toBe('unreadable');
					return;
				}
				const { subject, text, html = '', attachments, from } = result.mail;
				// eslint-disable-next-line no-control-regex
				const unwanted = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
				expect(subject + text + html + (from?.name ?? '')).not.toMatch(unwanted);
				for (const { name } of attachments) expect(name).toMatch(/^[^/\\\n]{1,200}$/);
			}),
			{ numRuns: 1_000 },
		);
	});
});

function spliced(mail: Uint8Array, [at, insert, remove]: [number, Uint8Array, number]): Uint8Array {
	const from = Math.floor(at * mail.length);
	return Buffer.concat([mail.subarray(0, from), insert, mail.subarray(Math.min(mail.length, from + remove))]);
}
