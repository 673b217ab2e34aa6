import { describe, expect, test } from 'vitest';
import { unfoldFlowed } from '../../../sync-server/mail/flowed-text.ts';
import { parsed } from './mail-corpus.ts';

describe('format=flowed', () => {
	test.each([
		[
			'a paragraph is one line again',
			'Guten Tag, \nder Drucker \ndruckt nicht.\n\nAnna',
			'Guten Tag, der Drucker druckt nicht.\n\nAnna',
		],
		[
			'quotes flow within their depth',
			'> eins \n> zwei\n>> drei \n> vier \nfünf',
			'> eins zwei\n>> drei \n> vier \nfünf',
		],
		['quotes of several depths are written alike', '>>> x', '>>> x'],
		['space stuffing is taken off', ' From hier\n  eingerückt\n >kein Zitat', 'From hier\n eingerückt\n>kein Zitat'],
		['the signature never flows', 'Text \n-- \nAnna \nMeier', 'Text \n-- \nAnna Meier'],
		['a signature in a quote', '> Text\n> -- \n> Anna', '> Text\n> -- \n> Anna'],
		['an end without a line end', 'eins \nzwei ', 'eins zwei '],
	])('%s', (_, flowed, expected) => {
		expect(unfoldFlowed(flowed, false)).toBe(expected);
	});

	test('DelSp takes the space at the end away, for texts without spaces', () => {
		expect(unfoldFlowed('プリンタ \nが \n動かない\n> 引 \n> 用', true)).toBe('プリンタが動かない\n> 引用');
	});

	test.each([
		['text/plain; charset=utf-8; format=flowed', 'Der Drucker druckt nicht.'],
		['text/plain; charset=utf-8; FORMAT="Flowed"; DelSp=Yes', 'Der Druckerdruckt nicht.'],
		['text/plain; charset=utf-8', 'Der Drucker \ndruckt nicht.'],
	])('in a mail: %s', async (type, text) => {
		const mail = await parsed(`From: a@b.example\r\nContent-Type: ${type}\r\n\r\nDer Drucker \r\ndruckt nicht.\r\n`);
		expect(mail.text).toBe(text);
	});

	test('in quoted-printable, where the space is written out', async () => {
		const head =
			'From: a@b.example\r\nContent-Type: text/plain; format=flowed\r\nContent-Transfer-Encoding: quoted-printable';
		expect((await parsed(`${head}\r\n\r\nDer Drucker=20\r\ndruckt.\r\n`)).text).toBe('Der Drucker druckt.');
	});

	test('a megabyte in one line, or in a million lines, takes no time', () => {
		const began = performance.now();
		for (const part of ['>', ' ', 'a \n', '> a \n', '\n', '>>>>>>>>>> \n', '-- \n'])
			unfoldFlowed(part.repeat(1_000_000 / part.length), true);
		expect(performance.now() - began).toBeLessThan(5_000);
	});
});
