import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanFileName } from '../../../sync-server/mail/file-name.ts';

test.each<[string, string | undefined]>([
	['Rechnung März.pdf', 'Rechnung März.pdf'],
	['/etc/passwd', 'passwd'],
	['C:\\Users\\anna\\a.txt', 'a.txt'],
	['..', undefined],
	['', undefined],
	['.htaccess', 'htaccess'],
	['a:b|c?.txt', 'a_b_c_.txt'],
	['con.txt', '_con.txt'],
	['a.pdf. . ', 'a.pdf'],
	['a\u202egpj.exe', 'agpj.exe'],
	['a\0b\n.txt', 'ab .txt'],
	[`${'x'.repeat(300)}.pdf`, `${'x'.repeat(196)}.pdf`],
])('[F26] the file name %j', (written, expected) => {
	expect(cleanFileName(written)).toBe(expected);
});

test('[F26] any name becomes one that is short and has no path, and cleaning it again changes nothing', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', size: 'max', maxLength: 400 }), (written) => {
			const name = cleanFileName(written);
			if (name === undefined) return;
			expect(name.length).toBeLessThanOrEqual(200);
			expect(name).not.toMatch(/[/\\\n]|^\.|^\s/);
		}),
		{ numRuns: 1_000 },
	);
});
