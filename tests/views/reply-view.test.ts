import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/lib/domain/entry.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { Verdict } from '../../src/lib/domain/verdict.ts';
import { besideHeld, replyChoices, undoWindowMs } from '../../src/lib/views/reply-view.ts';
import { axel, facts, id, maria, message, opened, reply } from '../support/facts.ts';

type Told = Parameters<typeof facts>[0];
const begun: Told = {
	open: { ...opened, at: 1 },
	first: { ...message('in'), at: 2 },
	mine: { ...reply(id('first')), at: 10, by: maria },
};
const accepted: Verdict = { kind: 'send', outcome: 'accepted', at: 1000 };
const held = (more: object): Verdict => ({ kind: 'send', outcome: 'held', at: 1000, ...more }) as Verdict;

function fold(verdicts: Record<string, Verdict>, more: Told = {}, delivery?: Verdict) {
	const told = facts({ ...begun, ...more }, verdicts);
	const all = new Map(told.verdicts);
	if (delivery !== undefined) all.set(`delivery:${id('mine')}`, delivery);
	const ticket = foldTicket({ entries: told.entries as ReadonlyMap<never, Entry>, verdicts: all })!;
	return { ticket, mine: ticket.replies.find(({ request }) => request.id === id('mine'))! };
}
const may = (told: ReturnType<typeof fold>, me = maria, now = 1000) =>
	Object.entries(replyChoices(told.mine, told.ticket, me, now))
		.filter(([, isAllowed]) => isAllowed)
		.map(([choice]) => choice);

describe('what a reply allows', () => {
	it('[F91] taking it back while it waits, and for ten seconds after it was accepted, by its author alone', () => {
		expect(may(fold({}))).toEqual(['withdraw']);
		expect(may(fold({}), axel)).toEqual([]);
		expect(may(fold({ mine: accepted }), maria, 1000 + undoWindowMs - 1)).toEqual(['withdraw']);
		expect(may(fold({ mine: accepted }), maria, 1000 + undoWindowMs)).toEqual([]);
	});

	it('[F91] a decision where nobody knows whether it left, another try where it could not', () => {
		const delivery = (outcome: string) => ({ kind: 'delivery', outcome, at: 2000 }) as Verdict;
		expect(may(fold({ mine: accepted }, {}, delivery('uncertain')))).toEqual(['sendAgain', 'saySent']);
		expect(may(fold({ mine: accepted }, {}, delivery('failed')))).toEqual(['sendAgain', 'putBack']);
		expect(may(fold({ mine: accepted }, {}, delivery('sent')))).toEqual([]);
	});

	it('[F34] settling what was held', () => {
		expect(may(fold({ mine: held({ why: 'customer-wrote' }) }))).toEqual(['settle']);
		expect(may(fold({ mine: held({ why: 'customer-wrote' }) }), axel)).toEqual([]);
	});
});

describe('[F34] beside a held reply', () => {
	it('stands the answer that was first', () => {
		const theirs = { ...reply(id('first')), text: 'Schon erledigt.', at: 5, by: axel };
		const told = fold(
			{ theirs: accepted, mine: held({ why: 'slot-answered', other: id('theirs'), agent: axel }) },
			{ theirs },
		);
		expect(besideHeld(told.mine, told.ticket)).toMatchObject({ text: 'Schon erledigt.', by: axel });
	});

	it('stands the message that its author had not seen', () => {
		const second = { ...message('in', 'Es geht wieder.'), at: 20 };
		const told = fold({ mine: held({ why: 'customer-wrote' }) }, { second });
		expect(besideHeld(told.mine, told.ticket)).toMatchObject({ text: 'Es geht wieder.' });
	});

	it('stands nothing where there is nothing to compare', () => {
		const told = fold({ mine: held({ why: 'no-sender' }) });
		expect(besideHeld(told.mine, told.ticket)).toBeUndefined();
	});
});
