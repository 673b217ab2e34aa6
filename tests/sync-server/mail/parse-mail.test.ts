import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { corpusMail, mailOf, parsed, refusal } from './mail-corpus.ts';

describe('the parts of a mail', () => {
	test('[F1] a plain mail is read whole', async () => {
		const mail = await parsed(corpusMail('plain.eml'));
		expect(mail).toEqual({
			messageId: 'plain@kunde.example',
			inReplyTo: [],
			references: [],
			date: Date.UTC(2026, 2, 3, 8, 15),
			from: { name: 'Meier, Anna', address: 'anna.meier@kunde.example' },
			to: [{ name: 'Hilfe', address: 'hilfe@tresen.example' }],
			cc: [],
			subject: 'Drucker druckt nicht',
			text: 'Guten Tag,\n\nder Drucker im Lager druckt nicht.\n\nAnna Meier',
			textCut: false,
			htmlCut: false,
			attachments: [],
			headers: {},
			headerValues: expect.any(Map) as Map<string, string>,
		});
		expect(mail.headerValues.get('date')).toBe('Tue, 3 Mar 2026 09:15:00 +0100');
	});

	test('line ends of LF are read as well as CRLF', async () => {
		expect((await parsed(corpusMail('plain-lf.eml'))).text).toBe('Eins\nZwei');
	});

	test('line ends of CR alone are read too', async () => {
		const mail = await parsed('From: a@b.example\rSubject: x\r\rEins\rZwei\r');
		expect([mail.from?.address, mail.subject, mail.text]).toEqual(['a@b.example', 'x', 'Eins\nZwei']);
	});

	test('a name that looks like an address does not become one', async () => {
		const quoted = await parsed('From: "chef@kunde.example <x>" <b@c.example>\r\n\r\n');
		const encoded = await parsed('From: =?utf-8?q?=3Cchef=40kunde.example=3E=2C?= <b@c.example>\r\n\r\n');
		expect([quoted.from?.address, encoded.from?.address]).toEqual(['b@c.example', 'b@c.example']);
	});

	test('a mail without From is read, and says that it has none', async () => {
		const mail = await parsed(corpusMail('no-from.eml'));
		expect(mail.from).toBeUndefined();
		expect(mail.text).toBe('Wer bin ich?');
	});

	test('a mail without Message-ID is read', async () => {
		expect((await parsed(corpusMail('no-message-id.eml'))).messageId).toBeUndefined();
	});

	test.each(['no-body.eml', 'headers-only.eml'])('a mail of headers only is read: %s', async (name) => {
		const mail = await parsed(corpusMail(name));
		expect(mail.text).toBe('');
		expect(mail.subject).not.toBe('');
	});

	test('a mail of HTML only gets its text from the HTML, and the HTML is sanitised', async () => {
		const mail = await parsed(corpusMail('html-only.eml'));
		expect(mail.text).toBe('Guten Tag,\n\nsiehe Anleitung <https://kunde.example/a?b=1&c=2>.\n\n- Eins\n- Zwei');
		expect(mail.html).toContain('data-remote-src="http://spy.example/pixel.gif"');
		expect(mail.html).not.toMatch(/script|alert|url\(|Geheim| src=/);
	});

	test('a picture that the HTML shows is inline, one that it does not show is an attachment', async () => {
		const mail = await parsed(corpusMail('related.eml'));
		expect(mail.html).toContain('<img alt="Bild" src="cid:bild1@kunde" />');
		expect(mail.attachments.map(({ name, cid, inline }) => ({ name, cid, inline }))).toEqual([
			{ name: 'bild.png', cid: 'bild1@kunde', inline: true },
			{ name: 'attachment-2.png', cid: 'unused@kunde', inline: false },
		]);
	});

	test('[F26] an attachment has its bytes, size and hash', async () => {
		const [file] = (await parsed(corpusMail('winmail.eml'))).attachments;
		expect(file?.name).toBe('winmail.dat');
		expect(file?.mime).toBe('application/ms-tnef');
		expect(Buffer.from(file?.bytes ?? []).toString('latin1')).toBe('\x78\x9f\x3e\x22tnef');
		expect(file?.size).toBe(8);
		expect(file?.sha256).toBe(
			createHash('sha256')
				.update(file?.bytes ?? '')
				.digest('hex'),
		);
	});

	test('an invitation stays a calendar file', async () => {
		const mail = await parsed(corpusMail('calendar.eml'));
		expect(mail.text).toBe('Termin am Montag');
		expect(mail.attachments.map(({ name, mime }) => [name, mime])).toEqual([['calendar-1.ics', 'text/calendar']]);
	});

	test('file names lose paths, controls and bidi overrides, RFC 2231 and 2047 are decoded', async () => {
		const mail = await parsed(corpusMail('rfc2231.eml'));
		expect(mail.attachments.map((file) => file.name)).toEqual([
			'Übersicht März 2026.pdf',
			'Größe.pdf',
			'passwd',
			'rechnungfdp.exe',
		]);
	});

	test('encoded words are decoded after addresses are taken apart', async () => {
		const mail = await parsed(corpusMail('rfc2047.eml'));
		expect(mail.subject).toBe('Störung im Läger 🔨 (dringend)');
		expect(mail.cc).toEqual([
			{ name: 'Müller, Jens', address: 'jens@kunde.example' },
			{ name: '', address: 'a@kunde.example' },
			{ name: '', address: 'b@kunde.example' },
		]);
	});

	test('a forwarded mail is an attachment, its text and ids stay its own', async () => {
		const mail = await parsed(corpusMail('forwarded-message.eml'));
		expect(mail.text).toBe('Bitte ansehen.');
		expect(mail.messageId).toBe('forwarded-message@kunde.example');
		expect(mail.attachments.map(({ name, mime }) => [name, mime])).toEqual([['message-1.eml', 'message/rfc822']]);
		expect(Buffer.from(mail.attachments[0]?.bytes ?? []).toString()).toContain('Innerer Text');
	});

	test.each([
		['7bit', 'a,b\r\nc,d\r\n', 'a,b\r\nc,d\r\n'],
		['7bit', 'no end', 'no end'],
		['quoted-printable', 'M=C3=BCnchen;=\r\n 1\r\n', 'München; 1\r\n'],
		['quoted-printable', 'a=3Db =zz\r\n\r\n', 'a=b =zz\r\n\r\n'],
	])('a text file sent as %s keeps its bytes: %j', async (encoding, sent, file) => {
		for (const lineEnd of ['\r\n', '\n']) {
			const lines = [
				'From: a@b.example',
				'Content-Type: multipart/mixed; boundary=x',
				'',
				'--x',
				'Content-Type: text/csv; charset=utf-8; name=list.csv',
				'Content-Disposition: attachment; filename=list.csv',
				`Content-Transfer-Encoding: ${encoding}`,
				'',
				`${sent}\r\n--x--`,
				'',
			];
			const mail = await parsed(new TextEncoder().encode(lines.join('\r\n').replaceAll('\r\n', lineEnd)));
			const bytes = mail.attachments[0]?.bytes;
			expect(new TextDecoder().decode(bytes)).toBe(file.replaceAll('\r\n', lineEnd));
		}
	});

	test('nested parts are found, and a text with a file name is a file', async () => {
		const mail = await parsed(corpusMail('nested.eml'));
		expect(mail.text).toBe('innen\n\nFuss');
		expect(mail.attachments.map((file) => file.name)).toEqual(['log.txt']);
	});

	test.each(['boundary-missing.eml', 'boundary-never-comes.eml'])(
		'a text without its boundary is shown: %s',
		async (name) => {
			expect((await parsed(corpusMail(name))).text).toBe('Der Text ist trotzdem da.');
		},
	);

	test('a mail that was torn off keeps what came', async () => {
		const mail = await parsed(corpusMail('unfinished.eml'));
		expect(mail.text).toBe('Anfang');
		expect(mail.attachments.map(({ name, size }) => [name, size])).toEqual([['halb.png', 15]]);
	});

	test('what hides or reorders text is taken out', async () => {
		const mail = await parsed(corpusMail('header-tricks.eml'));
		expect(mail.subject).toBe('Rechnung fdp.exe fertig');
		expect(mail.text).toBe('Text mit  Null und  Umkehr');
		expect(mail.replyTo).toEqual({ name: '', address: 'ANDERE@kunde.example' });
	});

	test('text is NFC', async () => {
		expect((await parsed(mailOf(['Content-Type: text/plain; charset=utf-8'], 'Mu\u0308ller'))).text).toBe(
			'M\u00fcller',
		);
	});

	test('a byte order mark, blank lines and an mbox line before the headers do no harm', async () => {
		const mail = await parsed(corpusMail('with-envelope.eml'));
		expect([mail.subject, mail.text]).toEqual(['Mit Umschlag', 'Text']);
	});

	test('references keep their order, and the first when there are too many', async () => {
		const ids = Array.from({ length: 300 }, (_, i) => `<id-${i}@a.example>`);
		const mail = await parsed(mailOf([`References: ${ids.join('\r\n ')}`]));
		expect(mail.references).toHaveLength(100);
		expect(mail.references[0]).toBe('id-0@a.example');
		expect(mail.references.at(-1)).toBe('id-299@a.example');
	});

	test('a date that makes no sense gives way to the one of the newest Received', async () => {
		const received = 'Received: from a by b; Tue, 3 Mar 2026 09:15:00 +0100';
		expect((await parsed(mailOf([received, 'Date: yesterday']))).date).toBe(Date.UTC(2026, 2, 3, 8, 15));
		expect((await parsed(mailOf(['Date: yesterday']))).date).toBeUndefined();
	});
});

describe('charsets', () => {
	test.each([
		['iso-8859-1', 'Grüße aus Köln, 5 § Änderung'],
		['iso-8859-2', 'Příliš žluťoučký kůň'],
		['iso-8859-15', 'Rechnung über 12 € - nein'],
		['windows-1251', 'Здравствуйте, принтер не печатает'],
		['windows-1252', '„Angebot“ – 99 €'],
		['windows-1253', 'Καλημέρα σας'],
		['koi8-r', 'Привет из Москвы'],
		['gb2312', '打印机不能打印'],
		['hz-gb-2312', '打印机'],
		['big5', '印表機無法列印'],
		['iso-2022-jp', 'プリンターが動きません'],
		['shift-jis', '請求書を送ってください'],
		['euc-kr', '프린터가 작동하지 않습니다'],
		['utf-7', 'Grüße und 1+1=2'],
		['cp850', 'Störung an Gerät Größe 3'],
	])('[F1] %s is decoded in text and subject', async (charset, text) => {
		const mail = await parsed(corpusMail(`charset-${charset}.eml`));
		expect([mail.text, mail.subject]).toEqual([text, text]);
	});

	const german = 'Grüße, die Öffnungszeiten ändern sich';
	test.each([
		['wrong-utf8-labelled-latin1.eml', 'Grüße'],
		['wrong-utf8-labelled-ascii.eml', german],
		['wrong-latin1-labelled-utf8.eml', german],
		['wrong-latin1-unlabelled.eml', german],
		['wrong-x-unknown-utf8.eml', 'Grüße'],
		['wrong-x-unknown-latin1.eml', 'Grüße'],
		['wrong-utf16-label.eml', 'x'],
	])('a wrong or unknown label gives way to the bytes: %s', async (name, subject) => {
		const mail = await parsed(corpusMail(name));
		expect([mail.text, mail.subject]).toEqual([german, subject]);
	});

	test('a text cut inside a character keeps the rest', async () => {
		expect((await parsed(corpusMail('wrong-cut-utf8.eml'))).text).toBe(`${german} \ufffd`);
	});
});

describe('limits', () => {
	test('an empty file and a file that is no mail are refused by name', async () => {
		expect(await refusal(corpusMail('empty.eml'))).toBe('empty');
		expect(await refusal('\r\n\r\n')).toBe('empty');
		expect(await refusal(corpusMail('not-a-mail.eml'))).toBe('not-a-mail');
	});

	test('[F26] a mail with 40 attachments keeps all of them, the 201st is refused', async () => {
		const file = (i: number) => `--x\r\nContent-Type: image/png; name=${i}.png\r\n\r\nbytes ${i}\r\n`;
		const mail = (count: number) =>
			mailOf(
				['Content-Type: multipart/mixed; boundary=x'],
				Array.from({ length: count }, (_, i) => file(i)).join('') + '--x--',
			);
		const { attachments } = await parsed(mail(40));
		expect(attachments.map((attachment) => attachment.name)).toEqual(Array.from({ length: 40 }, (_, i) => `${i}.png`));
		expect((await parsed(mail(200))).attachments).toHaveLength(200);
		expect(await refusal(mail(201))).toBe('too-many-attachments');
	});

	test('a mail of 30 MB is read, a larger one is refused', async () => {
		const start = mailOf(['Content-Type: application/zip; name=a.zip', 'Content-Transfer-Encoding: base64'], '');
		const line = `${'QUJD'.repeat(19)}\r\n`;
		const limit = 30 * 1024 * 1024;
		const raw = Buffer.from(start + line.repeat(Math.floor((limit - start.length) / line.length)));
		const [file] = (await parsed(raw)).attachments;
		expect(file?.size).toBe(Math.floor((limit - start.length) / line.length) * 57);
		expect(await refusal(Buffer.concat([raw, Buffer.alloc(100, 'QUJD')]))).toBe('too-large');
	});

	test('a text that is too long is cut and marked', async () => {
		const mail = await parsed(mailOf(['Content-Type: text/plain; charset=utf-8'], 'ä'.repeat(1_200_000)));
		expect(mail.text).toHaveLength(1_000_000);
		expect(mail.textCut).toBe(true);
	});

	test('HTML that is too long is cut and marked, and stays well formed', async () => {
		const mail = await parsed(mailOf(['Content-Type: text/html'], '<p><b>lang</b></p>'.repeat(100_000)));
		expect([mail.htmlCut, mail.textCut]).toEqual([true, true]);
		expect(mail.html?.endsWith('</p>')).toBe(true);
	});

	test('a subject, a name and a file name have their greatest length', async () => {
		const mail = await parsed(
			`Subject: ${'s'.repeat(5_000)}\r\nFrom: ${'n'.repeat(500)} <a@b.example>\r\n` +
				`Content-Type: image/png; name=${'f'.repeat(500)}.jpeg\r\n\r\nx`,
		);
		expect(mail.subject).toHaveLength(998);
		expect(mail.from?.name).toHaveLength(200);
		expect(mail.attachments[0]?.name).toHaveLength(200);
		expect(mail.attachments[0]?.name.endsWith('f.jpeg')).toBe(true);
	});
});
