import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitQuoted } from '../../src/lib/domain/quoted-text.ts';

const quote = '> Wie heißt der Drucker?\n> Und in welchem Zimmer steht er?';

describe('new text above the quote', () => {
	test.each([
		['Thunderbird, German', 'Am 12.03.2024 um 10:15 schrieb Support:'],
		['Gmail, German', 'Am Di., 12. März 2024 um 10:15 Uhr schrieb Support Nord <hilfe@nord.example>:'],
		['Gmail, wrapped', 'Am Di., 12. März 2024 um 10:15 Uhr schrieb Support Nord <\nhilfe@nord.example>:'],
		['Gmail on a phone', 'Support Nord <hilfe@nord.example> schrieb am Di., 12. März 2024, 10:15:'],
		['Open-Xchange', 'Support Nord <hilfe@nord.example> hat am 12.03.2024 10:15 CET geschrieben:'],
		['K-9', 'Am 12. März 2024 10:15:00 MEZ schrieb Support <hilfe@nord.example>:'],
		['Thunderbird, English', 'On 12/03/2024 10:15, Support wrote:'],
		['Gmail, English', 'On Tue, Mar 12, 2024 at 10:15 AM Support <hilfe@nord.example> wrote:'],
		['Apple Mail', 'On 12. Mar 2024, at 10:15, Support <hilfe@nord.example> wrote:'],
		['French', 'Le mar. 12 mars 2024 à 10:15, Support <hilfe@nord.example> a écrit :'],
		['mutt, no date', 'Support wrote:'],
	])('QT2 %s', (_, attribution) => {
		expect(splitQuoted(`Er heißt Erna.\n\nGruß\nAnna\n\n${attribution}\n\n${quote}\n`)).toEqual({
			reply: 'Er heißt Erna.\n\nGruß\nAnna',
			quoted: `${attribution}\n\n${quote}`,
			signature: '',
		});
	});

	test.each([
		[
			'Outlook, German',
			'Von: Support <hilfe@nord.example>\nGesendet: Dienstag, 12. März 2024 10:15\nAn: Anna\nBetreff: AW: Drucker',
		],
		[
			'Outlook, English',
			'From: Support <hilfe@nord.example>\nSent: Tuesday, March 12, 2024 10:15 AM\nTo: Anna\nSubject: RE: Printer',
		],
		['Outlook, bold', '*Von:* Support\n*Gesendet:* Dienstag\n*An:* Anna\n*Betreff:* x'],
		['WEB.DE', 'Gesendet: Dienstag, 12. März 2024 um 10:15 Uhr\nVon: Support\nAn: Anna\nBetreff: x'],
		['Outlook on a phone', '________________________________\nVon: Support\nGesendet: Dienstag\nAn: Anna\nBetreff: x'],
		['old Outlook', '-----Ursprüngliche Nachricht-----\nVon: Support\nGesendet: Dienstag'],
		['old Outlook, English', '-----Original Message-----\nFrom: Support'],
		['without marks', 'On Tue, Mar 12, 2024 at 10:15 AM Support <hilfe@nord.example> wrote:'],
	])('QT1 %s', (_, block) => {
		const earlier = `${block}\n\nWie heißt der Drucker?\n\n-- \nSupport`;
		expect(splitQuoted(`Er heißt Erna.\n\n${earlier}`)).toEqual({
			reply: 'Er heißt Erna.',
			quoted: earlier,
			signature: '',
		});
	});
});

describe('new text elsewhere', () => {
	test('QT2 below the quote', () => {
		expect(splitQuoted(`Am 12.03.2024 schrieb Support:\n${quote}\n\nEr heißt Erna.\n\n-- \nAnna`)).toEqual({
			reply: 'Er heißt Erna.',
			quoted: `Am 12.03.2024 schrieb Support:\n${quote}`,
			signature: '-- \nAnna',
		});
	});

	test('QT3 between the quotes: they stay', () => {
		const text = '> Wie heißt der Drucker?\nErna.\n\n> Welches Zimmer?\nDas zweite.';
		expect(splitQuoted(`Am 12.03.2024 schrieb Support:\n${text}\n\n> Danke!`)).toEqual({
			reply: text,
			quoted: 'Am 12.03.2024 schrieb Support:\n\n> Danke!',
			signature: '',
		});
	});

	test('QT3 a greeting above and answers below', () => {
		const text = 'Hallo,\n\nAm 12.03.2024 schrieb Support:\n> Wie heißt der Drucker?\n\nErna.';
		expect(splitQuoted(text)).toEqual({ reply: text, quoted: '', signature: '' });
	});

	test('QT5 what is forwarded stays whole', () => {
		const outlook = 'Von: Kunde\nGesendet: Dienstag\nAn: Anna\nBetreff: kaputt\n\nDer Drucker ist kaputt.';
		expect(splitQuoted(outlook).reply).toBe(outlook);
		expect(splitQuoted(`Bitte kümmern\n\n${outlook}`, 'WG: kaputt').reply).toContain('ist kaputt.');
		const apple = 'Siehe unten\n\nAnfang der weitergeleiteten Nachricht:\n\n> Von: Kunde\n> \n> Kaputt.';
		expect(splitQuoted(apple).reply).toBe(apple);
		const google =
			'Siehe unten\n\n---------- Forwarded message ---------\nVon: Kunde\nDate: x\nTo: y\nSubject: z\n\nKaputt.';
		expect(splitQuoted(google).reply).toBe(google);
	});

	test('a person who tells what somebody wrote is not cut off', () => {
		const text = 'Am Montag schrieb mir Ihr Kollege:\nbitte neu starten.\nDas half nicht.';
		expect(splitQuoted(text).reply).toBe(text);
		const times = 'Am 3. um 10:15 war es so:\nrot, dann blau.';
		expect(splitQuoted(times).reply).toBe(times);
		const von = 'Von: 8 Uhr\nbis: 9 Uhr';
		expect(splitQuoted(von).reply).toBe(von);
	});

	test('nothing but a quote has no new text', () => {
		expect(splitQuoted(`Am 12.03.2024 schrieb Support:\n${quote}`)).toEqual({
			reply: '',
			quoted: `Am 12.03.2024 schrieb Support:\n${quote}`,
			signature: '',
		});
	});
});

describe('signatures', () => {
	test.each([
		'-- \nAnna Muster\nNord GmbH',
		'--\nAnna Muster',
		'Von meinem iPhone gesendet',
		'Von meinem Samsung Galaxy Smartphone gesendet.',
		'Gesendet mit der WEB.DE Mail App',
		'Sent from my iPad',
		'Get Outlook for iOS<https://aka.example/ios>',
		'Outlook für Android herunterladen',
	])('QT4 %s', (signature) => {
		expect(splitQuoted(`Er heißt Erna.\n\n${signature}\n\nOn 1.1.2024 Support wrote:\n${quote}`)).toEqual({
			reply: 'Er heißt Erna.',
			quoted: `On 1.1.2024 Support wrote:\n${quote}`,
			signature,
		});
	});

	test('QT4 two dashes before a long text are no signature', () => {
		const text = `Oben\n--\n${'Zeile\n'.repeat(20)}Ende`;
		expect(splitQuoted(text).reply).toBe(text);
	});
});

describe('whatever the text is', () => {
	test('every line with words is in exactly one part', () => {
		const line = fc.oneof(
			fc.constantFrom(
				'',
				'-- ',
				'> x',
				'Am 1.1.2024 um 10:15 schrieb A <a@b>:',
				'Von: A',
				'An: B',
				'Betreff: C',
				'Sent from my iPad',
				'____________',
			),
			fc.string({ maxLength: 20 }).map((text) => text.replace(/[\n\r]/g, ' ')),
		);
		fc.assert(
			fc.property(fc.array(line, { maxLength: 40, size: 'max' }), (lines) => {
				const words = (text: string) =>
					text
						.split('\n')
						.map((line) => line.trim())
						.filter((line) => line !== '');
				const { reply, quoted, signature } = splitQuoted(lines.join('\n'));
				expect([reply, quoted, signature].flatMap(words).sort()).toEqual(words(lines.join('\n')).sort());
			}),
		);
	});

	test('lines of a megabyte and a hundred thousand lines take no time', () => {
		const began = performance.now();
		for (const part of ['> ', 'Am 1 ', ' ', '-', '_', 'schrieb ', 'On 1:1 a@b ', '*', 'Von: '])
			splitQuoted(part.repeat(1_000_000 / part.length));
		for (const part of [
			'> x\n',
			'Am 1 um 10:15\n',
			'\n',
			'Von: a\n',
			'a schrieb:\n',
			'--\n',
			'Sent from my x\n',
			'On 1 wrote:\n\n',
		]) {
			splitQuoted(part.repeat(100_000));
		}
		expect(performance.now() - began).toBeLessThan(5_000);
	});
});
