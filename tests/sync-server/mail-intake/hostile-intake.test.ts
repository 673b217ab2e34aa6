import { describe, expect, test } from 'vitest';
import { openDesk } from './taken-desk.ts';
import { mailText, take, ticketsOf, type MailShape } from './taken-in.ts';

const megabyte = (part: string) => part.repeat(Math.floor(1_000_000 / part.length));

describe('[F1] what strangers send to harm', () => {
	test.each<[string, MailShape]>([
		['a subject of a megabyte', { subject: megabyte('Re: ') }],
		['a subject of numbers', { subject: megabyte('#1042173 ') }],
		['a subject of encoded words', { subject: megabyte('=?utf-8?Q?a?= ') }],
		['references without end', { references: megabyte('<a@b> ') }],
		['one reference of a megabyte', { references: `<${megabyte('a')}@b>` }],
		['tokens without end', { to: megabyte(`a+${'0'.repeat(26)}.${'0'.repeat(16)}@b, `).slice(0, -2) }],
		['a sender of a megabyte', { from: `${megabyte('a')} <a@b.example>` }],
		['an address of a megabyte', { headers: [`Delivered-To: ${megabyte('a+')}@b`] }],
		['one line of quotes', { body: megabyte('> ') }],
		['lines of quotes', { body: megabyte('> x\r\n') }],
		['one line of attributions', { body: megabyte('Am 1. um 1:11 schrieb a@b: ') }],
		['lines of attributions', { body: megabyte('Am 1. um 1:11 schrieb a@b:\r\n') }],
		['lines of headers', { body: megabyte('Von: a\r\n') }],
		['lines of signatures', { body: megabyte('-- \r\n') }],
		['flowed lines', { headers: ['Content-Type: text/plain; format=flowed; delsp=yes'], body: megabyte('>a \r\n') }],
		['quotes in HTML', { headers: ['Content-Type: text/html'], body: megabyte('<blockquote type="cite">') }],
		['a bounce of nothing', { from: 'mailer-daemon@x.example', body: megabyte('Message-ID:\r\n') }],
	])('%s is taken in, in no time, and the next mail too', { timeout: 60_000 }, async (_, shape) => {
		const installation = await openDesk();
		const began = performance.now();
		const line = await take(installation, shape, { live: true });
		expect(['created', 'headers-too-large', 'too-many-headers']).toContain(line.reason ?? line.outcome);
		expect(performance.now() - began).toBeLessThan(15_000);
		expect((await take(installation, {}, { live: true })).outcome).toBe('created');
	});

	test('line ends in names and subjects become blanks: no header can be written with them', async () => {
		const installation = await openDesk();
		const subject = '=?utf-8?Q?Hallo=0D=0ABcc:_alle@welt.example?=';
		const from = '=?utf-8?Q?Anna=0D=0ABcc:_alle@welt.example?= <anna@kunde.example>';
		await take(installation, { subject, from, headers: ['Reply-To: =?utf-8?Q?a=0D=0Ab?= <c@kunde.example>'] });
		const [{ ticket } = { ticket: undefined }] = ticketsOf(installation);
		const message = ticket?.timeline.find(({ kind }) => kind === 'message');
		const written = message?.kind === 'message' ? [message.subject, message.from.name, message.replyTo?.name] : [];
		expect(written).toHaveLength(3);
		// eslint-disable-next-line no-control-regex
		for (const text of written) expect(text).toMatch(/^[^\x00-\x1f]+$/);
	});

	test('a mail that names itself, or is answered by itself, ends', async () => {
		const installation = await openDesk();
		expect(await take(installation, { id: 'me@x', answers: 'me@x', references: '<me@x>' })).toMatchObject({
			outcome: 'created',
		});
		expect(mailText({ id: 'me@x' })).toContain('<me@x>');
	});
});
