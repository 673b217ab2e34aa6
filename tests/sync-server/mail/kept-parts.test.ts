import { describe, expect, test } from 'vitest';
import { parsed } from './mail-corpus.ts';

const mail = (type: string, ...body: string[]) =>
	['From: anna@kunde.example', 'Subject: x', 'MIME-Version: 1.0', `Content-Type: ${type}`, '', ...body, ''].join(
		'\r\n',
	);
const files = async (raw: string) => {
	const { text, attachments } = await parsed(raw);
	return { text, files: attachments.map(({ name, mime, size }) => `${mime} ${name} ${size}`) };
};

describe('[F1] signed and encrypted mails', () => {
	test('a signed mail (S/MIME) shows its text and keeps the signature', async () => {
		const raw = mail(
			'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="s"',
			'--s',
			'Content-Type: text/plain',
			'',
			'Unterschrieben.',
			'--s',
			'Content-Type: application/pkcs7-signature; name="smime.p7s"',
			'Content-Transfer-Encoding: base64',
			'Content-Disposition: attachment; filename="smime.p7s"',
			'',
			'MIIB',
			'--s--',
		);
		expect(await files(raw)).toEqual({ text: 'Unterschrieben.', files: ['application/pkcs7-signature smime.p7s 3'] });
	});

	test.each(['application/pkcs7-mime', 'application/x-pkcs7-mime'])(
		'an encrypted mail (%s) is kept as a file',
		async (type) => {
			const raw = mail(
				`${type}; smime-type=enveloped-data; name="smime.p7m"\r\nContent-Transfer-Encoding: base64`,
				'MIIB',
			);
			expect(await files(raw)).toEqual({ text: '', files: [`${type} smime.p7m 3`] });
		},
	);

	test('a signed mail (PGP) shows its text and keeps the signature', async () => {
		const raw = mail(
			'multipart/signed; protocol="application/pgp-signature"; boundary="s"',
			'--s',
			'Content-Type: text/plain',
			'',
			'Unterschrieben.',
			'--s',
			'Content-Type: application/pgp-signature; name="signature.asc"',
			'',
			'-----BEGIN PGP SIGNATURE-----',
			'--s--',
		);
		const { text, files: kept } = await files(raw);
		expect([text, kept.length, kept[0]?.startsWith('application/pgp-signature signature.asc')]).toEqual([
			'Unterschrieben.',
			1,
			true,
		]);
	});

	test('an encrypted mail (PGP) keeps both parts', async () => {
		const raw = mail(
			'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="e"',
			'--e',
			'Content-Type: application/pgp-encrypted',
			'',
			'Version: 1',
			'--e',
			'Content-Type: application/octet-stream; name="encrypted.asc"',
			'',
			'-----BEGIN PGP MESSAGE-----',
			'--e--',
		);
		const { files: kept } = await files(raw);
		expect(kept.map((file) => file.split(' ')[0])).toEqual(['application/pgp-encrypted', 'application/octet-stream']);
	});

	test('PGP within the text stays in the text', async () => {
		const body = [
			'-----BEGIN PGP SIGNED MESSAGE-----',
			'Hash: SHA256',
			'',
			'Hallo',
			'-----BEGIN PGP SIGNATURE-----',
			'iQ',
			'-----END PGP SIGNATURE-----',
		];
		expect((await parsed(mail('text/plain', ...body))).text).toBe(body.join('\n'));
	});
});

describe('[F1] charsets', () => {
	test.each<[string, number[], string]>([
		['windows-1250', [0x8a, 0x9e, 0xea], 'Šžę'],
		['windows-1251', [0xcf, 0xf0, 0xe8], 'При'],
		['windows-1252', [0x80, 0x84, 0xfc], '€„ü'],
		['windows-1254', [0xd0, 0xfe], 'Ğş'],
		['windows-1255', [0xf9, 0xec], 'של'],
		['windows-1256', [0xe3, 0xd1], 'مر'],
		['windows-1257', [0xe0, 0xfe], 'ąž'],
		['windows-1258', [0xf0, 0xd0], 'đĐ'],
		['iso-8859-2', [0xb9, 0xea], 'šę'],
		['iso-8859-5', [0xbf, 0xe0], 'Пр'],
		['iso-8859-7', [0xc1, 0xf3], 'Ασ'],
		['iso-8859-9', [0xd0, 0xfe], 'Ğş'],
		['iso-8859-15', [0xa4, 0xbd], '€œ'],
		['GB2312', [0xc4, 0xe3, 0xba, 0xc3], '你好'],
		['gb18030', [0xc4, 0xe3, 0xba, 0xc3], '你好'],
		['ISO-2022-JP', [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42], '日本'],
	])('%s in the text and in the subject', async (charset, bytes, expected) => {
		const base64 = Buffer.from(bytes).toString('base64');
		const head = `From: a@b.example\r\nSubject: =?${charset}?B?${base64}?=\r\nContent-Type: text/plain; charset="${charset}"\r\n\r\n`;
		const { subject, text } = await parsed(Buffer.concat([Buffer.from(head), Buffer.from(bytes)]));
		expect([subject, text]).toEqual([expected, expected]);
	});
});
