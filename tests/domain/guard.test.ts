import { describe, expect, test } from 'vitest';
import { guardedActions, type GuardedAction } from '../../src/lib/domain/desk-config.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import { guarded, settleHeld } from '../../src/lib/domain/ticket-command.ts';
import type { Verdict } from '../../src/lib/domain/verdict.ts';
import { axel, facts, id, maria, message, opened, reply } from '../support/facts.ts';
import { acts } from '../support/guarded-acts.ts';

const granted = (n: number, holder: typeof maria): Verdict => ({
	...{ kind: 'claim', outcome: 'granted', epoch: { era: 0, n }, holder, at: n * 1000 },
});
type Told = Record<string, Draft & { at: number; by?: typeof maria }>;
const ticketWith = (told: Told, verdicts: Record<string, Verdict> = {}) =>
	foldTicket(facts({ open: { ...opened, at: 0 }, hello: { ...message('in'), at: 1 }, ...told }, verdicts))!;
const byMaria: Told = { take: { kind: 'claimed', at: 2, by: maria } };
const byAxel: Told = { take: { kind: 'claimed', at: 2, by: axel } };
const give = { kind: 'handed-over', claim: id('take'), note: '', at: 3 } as const;

/** What Maria may do where the claim is needed: act, act and claim by that, or not, because of somebody. */
const states: { name: string; ticket: ReturnType<typeof ticketWith>; may: 'act' | 'claim' | typeof axel }[] = [
	{ name: 'free', ticket: ticketWith({}), may: 'claim' },
	{ name: 'reserved by Maria', ticket: ticketWith(byMaria), may: 'act' },
	{ name: 'reserved by Axel', ticket: ticketWith(byAxel), may: axel },
	{ name: 'held by Maria', ticket: ticketWith(byMaria, { take: granted(1, maria) }), may: 'act' },
	{ name: 'held by Axel', ticket: ticketWith(byAxel, { take: granted(1, axel) }), may: axel },
	{
		name: 'being given back by Maria',
		ticket: ticketWith(
			{ ...byMaria, give: { kind: 'released', claim: id('take'), at: 3, by: maria } },
			{ take: granted(1, maria) },
		),
		may: 'claim',
	},
	{
		name: 'being handed over by Maria to Axel',
		ticket: ticketWith({ ...byMaria, give: { ...give, to: axel, by: maria } }, { take: granted(1, maria) }),
		may: axel,
	},
	{
		name: 'being handed over by Axel to Maria',
		ticket: ticketWith({ ...byAxel, give: { ...give, to: maria, by: axel } }, { take: granted(1, axel) }),
		may: 'act',
	},
	{
		name: 'held by Axel, who is silent, and asked for by Maria',
		ticket: ticketWith({ ...byAxel, ask: { kind: 'claimed', at: 9, by: maria } }, { take: granted(1, axel) }),
		may: 'act',
	},
	{
		name: 'held by Axel, and taken over by Maria without an answer yet',
		ticket: ticketWith(
			{ ...byAxel, grab: { kind: 'taken-over', to: maria, reason: 'Axel ist krank', at: 9, by: maria } },
			{ take: granted(1, axel) },
		),
		may: 'act',
	},
	{
		name: 'given back by Axel',
		ticket: ticketWith(
			{ ...byAxel, give: { kind: 'released', claim: id('take'), at: 3, by: axel } },
			{
				take: granted(1, axel),
				give: { kind: 'claim', outcome: 'released', epoch: { era: 0, n: 2 }, holder: null, at: 2000 },
			},
		),
		may: 'claim',
	},
];

const desks: { name: string; claimNeeded: readonly GuardedAction[] | undefined; needs: readonly string[] }[] = [
	{ name: 'a desk without a word of its own', claimNeeded: undefined, needs: ['reply', 'close'] },
	{ name: 'a desk where everything needs the claim', claimNeeded: guardedActions, needs: guardedActions },
	{ name: 'a desk where nothing does', claimNeeded: [], needs: [] },
];

describe.each(desks)('[F32] on $name', ({ claimNeeded, needs }) => {
	describe.each(states)('a ticket that is $name', ({ ticket, may }) => {
		test.each(acts)('$name', ({ name, needs: action, run }) => {
			const own = run(ticket, maria);
			if (own.kind === 'refused') throw new Error(own.reason);
			const result = guarded(ticket, maria, { claimNeeded }, own);
			const isNeeded = action !== undefined && needs.includes(action);
			if (isNeeded && may === axel) expect(result).toEqual({ kind: 'refused', reason: 'held-by-other', holder: axel });
			else if (isNeeded && may === 'claim' && name !== 'close')
				expect(result).toEqual({ kind: 'ok', drafts: [{ kind: 'claimed' }, ...own.drafts] });
			else expect(result).toBe(own);
		});
	});
});

test('[GU1] a held reply goes as a follow-up, whoever holds the ticket by now', () => {
	const held = ticketWith(
		{ ...byAxel, late: { ...reply(id('hello')), at: 5, by: maria } },
		{ take: granted(1, axel), late: { kind: 'send', outcome: 'held', at: 6000, why: 'slot-answered', agent: axel } },
	);
	const followUp = settleHeld(held, maria, id('late'), { kind: 'follow-up' });
	expect(guarded(held, maria, {}, followUp)).toBe(followUp);
});
