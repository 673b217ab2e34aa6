import { expect, test } from 'vitest';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { Verdict } from '../../src/lib/domain/verdict.ts';
import { axel, facts, id, maria, opened } from '../support/facts.ts';

const granted = (
	n: number,
	holder: typeof maria,
	why?: 'handed-over' | 'taken-over' | 'idle',
	from?: typeof maria,
): Verdict => ({
	...{ kind: 'claim', outcome: 'granted', epoch: { era: 0, n }, holder, at: n * 1000 },
	...(why === undefined ? {} : { why }),
	...(from === undefined ? {} : { from }),
});
const give = (claim: string, to: typeof maria, note: string, at: number, by: typeof maria) =>
	({ kind: 'handed-over', claim: id(claim), to, note, at, by }) as const;

test('[F38] three hand-overs are counted as three, each with its note; what was refused or waits is not', () => {
	const ticket = foldTicket(
		facts(
			{
				open: { ...opened, at: 0 },
				a: { kind: 'claimed', at: 1, by: maria },
				b: give('a', axel, 'Kunde ruft um zehn an', 2, maria),
				c: give('b', maria, 'Toner bestellt', 3, axel),
				d: give('c', axel, 'Bitte einbauen', 4, maria),
				e: give('c', axel, 'noch einmal', 5, maria),
				f: give('d', maria, 'ohne Netz', 6, axel),
			},
			{
				a: granted(1, maria),
				b: granted(2, axel, 'handed-over', maria),
				c: granted(3, maria, 'handed-over', axel),
				d: granted(4, axel, 'handed-over', maria),
				e: { kind: 'claim', outcome: 'refused', epoch: { era: 0, n: 5 }, holder: axel, at: 5000, why: 'not-current' },
			},
		),
	)!;
	expect(ticket.handOvers).toBe(3);
	expect(ticket.tenures.map(({ agent, note, since, until }) => [agent, note, since, until])).toEqual([
		[maria, undefined, 1000, 2000],
		[axel, 'Kunde ruft um zehn an', 2000, 3000],
		[maria, 'Toner bestellt', 3000, 4000],
		[axel, 'Bitte einbauen', 4000, undefined],
	]);
	expect(ticket.claim).toMatchObject({ kind: 'held', agent: axel, how: 'handed-over', from: maria, releasing: true });
});

test('[F38] taking over and claiming an idle ticket are in the history and are no hand-over', () => {
	const ticket = foldTicket(
		facts(
			{
				open: { ...opened, at: 0 },
				a: { kind: 'claimed', at: 1, by: maria },
				b: { kind: 'claimed', at: 2, by: axel },
				c: { kind: 'taken-over', to: maria, reason: 'Axel ist krank', at: 3, by: maria },
				d: { kind: 'released', claim: id('c'), at: 4, by: maria },
			},
			{
				a: granted(1, maria),
				b: granted(2, axel, 'idle', maria),
				c: granted(3, maria, 'taken-over', axel),
				d: { kind: 'claim', outcome: 'released', epoch: { era: 0, n: 4 }, holder: null, at: 4000 },
			},
		),
	)!;
	expect(ticket.handOvers).toBe(0);
	expect(ticket.tenures.map(({ agent, how, note }) => [agent, how, note])).toEqual([
		[maria, 'claimed', undefined],
		[axel, 'idle', undefined],
		[maria, 'taken-over', 'Axel ist krank'],
	]);
	expect(ticket.claim).toMatchObject({ kind: 'free', last: { agent: maria, until: 4000 } });
});
