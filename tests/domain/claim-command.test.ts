import { describe, expect, test } from 'vitest';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { AgentId, DocumentId } from '../../src/lib/domain/ids.ts';
import {
	answerConsult,
	claim,
	consult,
	decideDelivery,
	declineMerge,
	handOver,
	mergedFrom,
	mergeInto,
	openSuggestions,
	release,
	settleConsult,
	settleHeld,
	takeOver,
	withdrawReply,
} from '../../src/lib/domain/ticket-command.ts';
import { askedOf, consultsOf } from '../../src/lib/domain/consult.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import type { Verdict } from '../../src/lib/domain/verdict.ts';
import { axel, facts, id, maria, message, opened, reply } from '../support/facts.ts';

const granted: Verdict = { kind: 'claim', outcome: 'granted', epoch: { era: 0, n: 1 }, holder: maria, at: 1000 };
type Told = Record<string, Draft & { at: number; by?: AgentId }>;
const ticketWith = (told: Told = {}, verdicts: Record<string, Verdict> = {}) =>
	foldTicket(facts({ open: { ...opened, at: 0 }, hello: { ...message('in'), at: 1 }, ...told }, verdicts))!;
const free = ticketWith();
const take: Told = { take: { kind: 'claimed', at: 2, by: maria } };
const held = ticketWith(take, { take: granted });
const ok = (...drafts: object[]) => ({ kind: 'ok', drafts });
const refused = (reason: string, more = {}) => ({ kind: 'refused', reason, ...more });

describe('[F27] claims', () => {
	test('the holder hands over by the claim it rests on, with a note', () => {
		expect(handOver(held, maria, axel, ' Ruft um zehn an ')).toEqual(
			ok({ kind: 'handed-over', claim: id('take'), to: axel, note: 'Ruft um zehn an' }),
		);
		expect(handOver(held, axel, maria, '')).toEqual(refused('held-by-other', { holder: maria }));
		expect(handOver(held, maria, maria, '')).toEqual(refused('nothing-to-change'));
		expect(handOver(free, maria, axel, '')).toEqual(refused('not-yours'));
	});

	test('whoever got it by a hand-over names that hand-over from then on', () => {
		const given: Told = { ...take, give: { kind: 'handed-over', claim: id('take'), to: axel, note: '', at: 3 } };
		const now = ticketWith(given, { take: granted, give: { ...granted, epoch: { era: 0, n: 2 }, holder: axel } });
		expect(release(now, axel)).toEqual(ok({ kind: 'released', claim: id('give') }));
		expect(release(now, maria)).toEqual(refused('not-yours'));
	});

	test('taking over is a right, needs a reason, and sets free for one who is away', () => {
		const grab = (role: 'admin' | 'agent', reason: string, to?: AgentId | null) =>
			takeOver(held, axel, role, reason, to);
		expect(grab('admin', ' Maria ist krank ')).toEqual(ok({ kind: 'taken-over', to: axel, reason: 'Maria ist krank' }));
		expect(grab('admin', 'Urlaub', null)).toEqual(ok({ kind: 'taken-over', to: null, reason: 'Urlaub' }));
		expect(grab('agent', 'Urlaub')).toEqual(refused('no-permission'));
		expect(grab('admin', '  ')).toEqual(refused('empty'));
		expect(grab('admin', 'Urlaub', maria)).toEqual(refused('nothing-to-change'));
		expect(takeOver(free, axel, 'admin', 'Urlaub', null)).toEqual(refused('nothing-to-change'));
	});

	test('[F29] what a silent colleague holds is asked for once, and no longer when one gives up asking', () => {
		expect(claim(held, axel)).toEqual(refused('held-by-other', { holder: maria }));
		expect(claim(held, axel, { isIdle: true })).toEqual(ok({ kind: 'claimed' }));
		const asked = { ...take, ask: { kind: 'claimed', at: 9, by: axel } } as Told;
		const waiting = ticketWith(asked, { take: granted });
		expect(claim(waiting, axel, { isIdle: true })).toEqual(refused('nothing-to-change'));
		expect(release(waiting, axel)).toEqual(ok({ kind: 'released', claim: id('ask') }));
	});
});

describe('[F36] advice', () => {
	const asked: Told = {
		ask: { kind: 'consulted', agent: axel, question: 'Welcher Toner?', until: 5000, at: 3, by: maria },
	};

	test('a colleague is asked; the claim stays where it is', () => {
		expect(consult(held, maria, { agent: axel, question: ' Welcher Toner? ', until: 5000 })).toEqual(
			ok({ kind: 'consulted', agent: axel, question: 'Welcher Toner?', until: 5000 }),
		);
		expect(consult(held, maria, { agent: maria, question: 'x' })).toEqual(refused('nothing-to-change'));
		expect(consult(held, maria, { agent: axel, question: ' ' })).toEqual(refused('empty'));
		const ticket = ticketWith({ ...take, ...asked }, { take: granted });
		expect(ticket.claim).toMatchObject({ kind: 'held', agent: maria });
		expect(askedOf(consultsOf(ticket.timeline), axel).map((entry) => entry.id)).toEqual([id('ask')]);
	});

	test('only the one who was asked answers, and only once', () => {
		const ticket = ticketWith(asked);
		expect(answerConsult(ticket, axel, id('ask'), 'Schwarz')).toEqual(
			ok({ kind: 'consult-answered', consult: id('ask'), text: 'Schwarz' }),
		);
		expect(answerConsult(ticket, maria, id('ask'), 'Schwarz')).toEqual(refused('not-yours'));
		expect(answerConsult(ticket, axel, id('ask'), '')).toEqual(refused('empty'));
		const answered = ticketWith({
			...asked,
			say: { kind: 'consult-answered', consult: id('ask'), text: 'Schwarz', at: 4, by: axel },
		});
		expect(answerConsult(answered, axel, id('ask'), 'Rot')).toEqual(refused('nothing-to-change'));
		expect(askedOf(consultsOf(answered.timeline), axel)).toEqual([]);
	});

	test('[CO3] “decided alone” is recorded when the time is over, with what was decided', () => {
		const ticket = ticketWith(asked);
		const settle = (text: string, now: number, by = maria) =>
			settleConsult(ticket, by, id('ask'), { how: 'decided-alone', text }, now);
		expect(settle('Schwarz genommen', 4999)).toEqual(refused('too-early'));
		expect(settle('Schwarz genommen', 5000)).toEqual(
			ok({ kind: 'consult-settled', consult: id('ask'), how: 'decided-alone', text: 'Schwarz genommen' }),
		);
		expect(settle(' ', 5000)).toEqual(refused('empty'));
		expect(settle('x', 5000, axel)).toEqual(refused('not-yours'));
		expect(settleConsult(ticket, maria, id('ask'), { how: 'withdrawn', text: '' }, 0)).toMatchObject({ kind: 'ok' });
	});

	test('[CO1] an answer of somebody who was not asked settles nothing', () => {
		const ticket = ticketWith({
			...asked,
			say: { kind: 'consult-answered', consult: id('ask'), text: 'Rot', at: 4, by: maria },
		});
		expect(consultsOf(ticket.timeline)).toMatchObject([{ state: { kind: 'open' } }]);
	});
});

describe('[F34] replies that did not leave', () => {
	const written: Told = { late: { ...reply(id('hello')), at: 5, by: maria } };
	const send = (outcome: 'accepted' | 'held'): Verdict => ({ kind: 'send', outcome, at: 6000 });

	test('one’s own reply is withdrawn while it has not left', () => {
		const draft = ok({ kind: 'reply-withdrawn', request: id('late') });
		expect(withdrawReply(ticketWith(written), maria, id('late'))).toEqual(draft);
		expect(withdrawReply(ticketWith(written, { late: send('accepted') }), maria, id('late'))).toEqual(draft);
		expect(withdrawReply(ticketWith(written), axel, id('late'))).toEqual(refused('not-yours'));
		expect(withdrawReply(ticketWith(written, { late: send('held') }), maria, id('late'))).toEqual(refused('too-late'));
	});

	test('a held reply becomes a follow-up, a note or nothing, each in one act with the word that settles it', () => {
		const ticket = ticketWith(written, { late: send('held') });
		const settled = (choice: string) => ({ kind: 'held-settled', request: id('late'), choice });
		expect(settleHeld(ticket, maria, id('late'), { kind: 'follow-up' })).toMatchObject(
			ok(settled('sent-as-follow-up'), {
				...{ kind: 'reply-requested', slot: null, follows: id('late'), text: 'Bitte neu starten.' },
			}),
		);
		expect(settleHeld(ticket, maria, id('late'), { kind: 'note' })).toMatchObject(
			ok(settled('kept-as-note'), { kind: 'note', text: 'Bitte neu starten.' }),
		);
		expect(settleHeld(ticket, maria, id('late'), { kind: 'discard' })).toEqual(ok(settled('discarded')));
		expect(settleHeld(ticket, axel, id('late'), { kind: 'discard' })).toEqual(refused('not-yours'));
		expect(settleHeld(ticketWith(written), maria, id('late'), { kind: 'discard' })).toEqual(
			refused('nothing-to-change'),
		);
	});

	test('a person decides on a mail of which nobody knows whether it left', () => {
		const delivery = (outcome: 'uncertain' | 'failed' | 'sent'): Record<string, Verdict> => ({
			late: send('accepted'),
			'delivery:late': { kind: 'delivery', outcome, at: 7000 },
		});
		const withKey = (outcome: Parameters<typeof delivery>[0]) => {
			const told = facts({ open: { ...opened, at: 0 }, ...written }, { late: send('accepted') });
			const verdicts = new Map(told.verdicts);
			verdicts.set(`delivery:${id('late')}`, delivery(outcome)['delivery:late']!);
			return foldTicket({ entries: told.entries, verdicts })!;
		};
		const decided = (decision: string) => ok({ kind: 'delivery-decided', request: id('late'), decision });
		expect(decideDelivery(withKey('uncertain'), id('late'), 'was-sent')).toEqual(decided('was-sent'));
		expect(decideDelivery(withKey('failed'), id('late'), 'send-again')).toEqual(decided('send-again'));
		expect(decideDelivery(withKey('failed'), id('late'), 'was-sent')).toEqual(refused('nothing-to-change'));
		expect(decideDelivery(withKey('sent'), id('late'), 'send-again')).toEqual(refused('nothing-to-change'));
	});
});

describe('merging', () => {
	const other = { id: 'ticket/01HZZZZZZZZZZZZZZZZZZZZZZZ' as DocumentId, number: ticketNumber(104, 300) };

	test('a ticket goes on in another one, and never in a circle', () => {
		expect(mergeInto(free, other)).toEqual(
			ok({ kind: 'merged-into', ticket: other.id, number: other.number, replaces: [] }),
		);
		expect(mergeInto(free, { ...other, number: free.number })).toEqual(refused('merge-circle'));
		expect(mergeInto(free, { ...other, mergedInto: { number: free.number } })).toEqual(refused('merge-circle'));
		const merged = ticketWith({
			go: { kind: 'merged-into', ticket: other.id, number: other.number, replaces: [], at: 4 },
		});
		expect(mergeInto(merged, other)).toEqual(refused('nothing-to-change'));
		const third = { id: 'ticket/01HYYYYYYYYYYYYYYYYYYYYYYY' as DocumentId, number: ticketNumber(104, 301) };
		expect(mergeInto(merged, third)).toMatchObject({ drafts: [{ ticket: third.id, replaces: [id('go')] }] });
		expect(mergedFrom(free, other)).toEqual(ok({ kind: 'merged-from', ticket: other.id, number: other.number }));
	});

	test('a doubt of the relay is declined once', () => {
		const doubt: Told = {
			doubt: { kind: 'merge-suggested', ticket: other.id, why: 'number-in-subject', at: 3 },
		};
		const ticket = ticketWith(doubt);
		expect(openSuggestions(ticket)).toHaveLength(1);
		expect(declineMerge(ticket, other.id)).toEqual(ok({ kind: 'merge-declined', ticket: other.id }));
		const declined = ticketWith({ ...doubt, no: { kind: 'merge-declined', ticket: other.id, at: 4 } });
		expect(declineMerge(declined, other.id)).toEqual(refused('nothing-to-change'));
		expect(openSuggestions(declined)).toEqual([]);
	});
});
