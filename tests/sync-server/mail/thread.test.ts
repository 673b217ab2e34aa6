import { describe, expect, test } from 'vitest';
import { threadOf } from '../../../sync-server/mail/thread.ts';
import { corpusMail, parsed } from './mail-corpus.ts';

function known(ticketsByMessageId: Record<string, string>) {
	return (messageId: string) =>
		Object.hasOwn(ticketsByMessageId, messageId) ? ticketsByMessageId[messageId] : undefined;
}

describe('[F93] threads', () => {
	const mail = { messageId: 'me@a', inReplyTo: ['parent@a'], references: ['first@a', 'second@a', 'third@a'] };

	test('the mail answered decides first', () => {
		const lookup = known({ 'parent@a': 'ticket/1', 'third@a': 'ticket/2' });
		expect(threadOf(mail, lookup)).toEqual({
			kind: 'follow-up',
			ticket: 'ticket/1',
			by: 'in-reply-to',
			messageId: 'parent@a',
		});
	});

	test('then the newest reference that is known', () => {
		const lookup = known({ 'first@a': 'ticket/1', 'second@a': 'ticket/2' });
		expect(threadOf(mail, lookup)).toEqual({
			kind: 'follow-up',
			ticket: 'ticket/2',
			by: 'references',
			messageId: 'second@a',
		});
	});

	test('a mail that answers nothing known is new', () => {
		expect(threadOf(mail, known({}))).toEqual({ kind: 'new' });
		expect(threadOf({ inReplyTo: [], references: [] }, known({ 'me@a': 'ticket/1' }))).toEqual({ kind: 'new' });
	});

	test('a mail that names itself is no answer', () => {
		expect(threadOf({ ...mail, inReplyTo: ['me@a'], references: ['me@a'] }, known({ 'me@a': 'ticket/1' }))).toEqual({
			kind: 'new',
		});
	});

	test('a real answer is found by its headers', async () => {
		const reply = await parsed(corpusMail('reply.eml'));
		expect(threadOf(reply, known({ 'plain@kunde.example': 'ticket/1' }))).toMatchObject({
			ticket: 'ticket/1',
			by: 'references',
		});
		expect(threadOf(reply, known({ 'answer-2@tresen.example': 'ticket/2' }))).toMatchObject({
			ticket: 'ticket/2',
			by: 'in-reply-to',
		});
	});
});
