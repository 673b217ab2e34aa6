import { describe, expect, test } from 'vitest';
import { isAutoReply, isBounce, isList, wouldAutoRespond } from '../../../sync-server/mail/classify-mail.ts';
import { corpusMail, mailOf, parsed } from './mail-corpus.ts';

async function kinds(raw: string | Uint8Array): Promise<string[]> {
	const mail = await parsed(raw);
	const is = { 'auto-reply': isAutoReply(mail), bounce: isBounce(mail), list: isList(mail) };
	return Object.entries(is).flatMap(([kind, yes]) => (yes ? [kind] : []));
}

describe('[F94] mail from machines', () => {
	test.each<[string, string[]]>([
		['plain.eml', []],
		['reply.eml', []],
		['out-of-office.eml', ['auto-reply']],
		['bounce.eml', ['bounce']],
		['list.eml', ['list']],
	])('%s', async (name, expected) => {
		expect(await kinds(corpusMail(name))).toEqual(expected);
	});

	test.each<[string, string[]]>([
		['Auto-Submitted: no', []],
		['Auto-Submitted: No; x=y', []],
		['Auto-Submitted: auto-generated', ['auto-reply']],
		['Precedence: auto_reply', ['auto-reply']],
		['Precedence: bulk', ['list']],
		['X-Autoreply: yes', ['auto-reply']],
		['X-Auto-Response-Suppress: All', []],
		['Return-Path: <>', ['bounce']],
		['Return-Path: <anna@kunde.example>', []],
		['List-Unsubscribe: <https://a.example>', ['list']],
		['X-Failed-Recipients: weg@kunde.example', ['bounce']],
	])('%s', async (header, expected) => {
		expect(await kinds(mailOf([header]))).toEqual(expected);
	});

	test('a report of delivery keeps its evidence as attachments', async () => {
		const mail = await parsed(corpusMail('bounce.eml'));
		expect(mail.text).toBe('The mail could not be delivered.');
		expect(mail.attachments.map((file) => file.mime)).toEqual(['message/delivery-status', 'message/rfc822']);
	});
});

describe('[F94] who may be answered by a machine', () => {
	const own = (address: string) => address === 'hilfe@tresen.example';
	const answered = async (raw: string | Uint8Array) => wouldAutoRespond(await parsed(raw), own);

	test.each<[string, boolean]>([
		['X-Nothing: x', true],
		['Auto-Submitted: no', true],
		['Auto-Submitted: auto-notified', false],
		['Auto-Submitted: x-unknown', false],
		['Precedence: normal', true],
		['Precedence: bulk', false],
		['Precedence: Junk', false],
		['List-Id: <x.y>', false],
		['List-Post: <mailto:x@y>', false],
		['Mailing-List: x@y', false],
		['Feedback-ID: 1:2:3', false],
		['X-Auto-Response-Suppress: DR', false],
		['X-Auto-Response-Suppress: None', true],
		['Return-Path: <>', false],
		['Return-Path: <anna@kunde.example>', true],
		['X-Loop: x', false],
		['Reply-To: anna@privat.example', true],
		['Reply-To: hilfe@tresen.example', false],
		['Reply-To: no-reply@kunde.example', false],
	])('%s: %s', async (header, expected) => {
		expect(await answered(mailOf([header]))).toBe(expected);
	});

	test.each<[string, boolean]>([
		['anna@kunde.example', true],
		['Postmaster@kunde.example', false],
		['MAILER-DAEMON@kunde.example', false],
		['noreply@kunde.example', false],
		['no_reply+x@kunde.example', false],
		['do-not-reply@kunde.example', false],
		['keine-antwort@kunde.example', false],
		['liste-bounces@kunde.example', false],
		['bounce+12=anna=kunde.example@versand.example', false],
		['hilfe@tresen.example', false],
		['norbert.reply@kunde.example', true],
		['listserver.anna@kunde.example', true],
	])('from %s: %s', async (from, expected) => {
		expect(await answered(`From: ${from}\r\nSubject: x\r\n\r\nx`)).toBe(expected);
	});

	test('nobody: a mail without sender', async () => {
		expect(await answered('Subject: x\r\nTo: a@b\r\n\r\nx')).toBe(false);
	});
});

describe('[F94] automatic answers by their subject', () => {
	test.each([
		'Abwesenheitsnotiz: AW: Drucker',
		'Abwesend: Drucker',
		'Automatische Antwort: Drucker',
		'AW: Automatische Antwort: Drucker',
		'Automatische Eingangsbestätigung',
		'Ich bin derzeit nicht im Büro',
		'Out of Office Re: Printer',
		'I am out of the office until Monday',
		'Automatic reply: Printer',
		'Auto-Reply: Printer',
		'Réponse automatique : Imprimante',
		'Risposta automatica: Stampante',
		'Respuesta automática: Impresora',
		'Resposta automática: Impressora',
		'Automatisch antwoord: Printer',
		'Afwezig: Printer',
		'Automatiskt svar: Skrivare',
		'Autosvar: Printer',
		'Automaattinen vastaus: Tulostin',
		'Автоответ: Принтер',
	])('%s', async (subject) => {
		expect(await kinds(`From: a@b.example\r\nSubject: ${subject}\r\n\r\nx`)).toEqual(['auto-reply']);
	});

	test.each([
		'Antwort: Drucker',
		'Abwesenheit von Toner im Schrank melden?',
		'Out of paper',
		'Automatik am Tor defekt',
		'Autoradio',
	])('%s is from a person', async (subject) => {
		expect(await kinds(`From: a@b.example\r\nSubject: ${subject}\r\n\r\nx`)).toEqual([]);
	});
});
