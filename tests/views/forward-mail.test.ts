import { describe, expect, test } from 'vitest';
import { forwardSubject, quoteOf, readRecipients } from '../../src/lib/views/forward-mail.ts';

describe('[F17] a message that is passed on', () => {
	test.each([
		['lab@third.example', [{ name: '', address: 'lab@third.example' }]],
		[' "Ito, Ken" <ken@x.example>; lab@third.example,LAB@third.example,', undefined],
		[
			'Ken <ken@x.example>; lab@third.example,LAB@third.example,',
			[
				{ name: 'Ken', address: 'ken@x.example' },
				{ name: '', address: 'lab@third.example' },
			],
		],
	])('goes to %s', (text, addresses) => {
		expect(readRecipients(text)).toMatchObject(addresses === undefined ? { kind: 'bad' } : { kind: 'ok', addresses });
	});

	test.each(['lab', 'lab@', '@x.example', 'a b@x.example', 'a@x..example', 'a@x.example\r\nBcc: b@x.example', 'a@b@c'])(
		'names what is no address: %j',
		(text) => {
			const read = readRecipients(text);
			expect(read.kind).toBe('bad');
		},
	);

	test('without any address it says so', () => {
		expect(readRecipients(' , ;')).toEqual({ kind: 'missing' });
	});

	test('has one prefix, and the message below one’s own words', () => {
		expect(forwardSubject('Printer')).toBe('Fwd: Printer');
		expect(forwardSubject('WG: Drucker')).toBe('WG: Drucker');
		expect(quoteOf('One\n\nTwo', 'Kim wrote:')).toBe('\n\nKim wrote:\n> One\n>\n> Two');
	});
});
