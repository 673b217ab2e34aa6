import { describe, expect, test } from 'vitest';
import { isAutoReply, isBounce, isList } from '../../../sync-server/mail/classify-mail.ts';
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
