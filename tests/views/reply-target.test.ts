import { expect, test } from 'vitest';
import type { Ticket } from '../../src/lib/domain/fold-ticket.ts';
import { replyTargetOf } from '../../src/lib/views/reply-target.ts';

const at = (address: string, name = '') => ({ name, address });
const message = (more: object = {}) => ({
	kind: 'message',
	direction: 'in',
	visibility: 'public',
	from: at('kim@customer.example', 'Kim'),
	to: [at('Help@desk.example')],
	cc: [],
	subject: 'AW: Re: Printer',
	...more,
});
const ticket = (timeline: object[], from?: object) => ({ subject: 'Printer', from, timeline }) as unknown as Ticket;
const own = new Set(['help@desk.example', 'sales@desk.example']);

test('an answer goes to who wrote last, under one prefix', () => {
	expect(replyTargetOf(ticket([message({ from: at('old@customer.example') }), message()]), own)).toEqual({
		to: [at('kim@customer.example', 'Kim')],
		cc: [],
		subject: 'Re: Printer',
	});
});

test('[F94] to all means everybody once, and never ourselves', () => {
	const to = [at('Help@desk.example'), at('boss@customer.example')];
	const cc = [
		at('SALES@desk.example'),
		at('Help+01hzzz.signature@desk.example'),
		at('Boss@customer.example', 'Boss'),
		at('KIM@customer.example'),
		at(''),
	];
	expect(replyTargetOf(ticket([message({ to, cc })]), own).cc).toEqual([at('Boss@customer.example', 'Boss')]);
});

test('it goes where the customer wants answers', () => {
	const target = replyTargetOf(ticket([message({ replyTo: at('answers@customer.example') })]), own);
	expect(target.to).toEqual([at('answers@customer.example')]);
});

test('[F94] machines and what stays inside are not answered; without a mail it goes to who called', () => {
	const caller = { name: 'Kim', address: 'kim@customer.example', phone: '1' };
	const machine = message({ automatic: 'bounce', from: at('mailer-daemon@customer.example') });
	const inside = message({ visibility: 'internal', from: at('lab@third.example') });
	expect(replyTargetOf(ticket([machine, inside], caller), own).to).toEqual([at('kim@customer.example', 'Kim')]);
	expect(replyTargetOf(ticket([machine, inside]), own).to).toEqual([]);
});
