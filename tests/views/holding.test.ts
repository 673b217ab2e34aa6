import { describe, expect, it } from 'vitest';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { Verdict } from '../../src/lib/domain/verdict.ts';
import { claimNews, holdingOf } from '../../src/lib/views/holding.ts';
import { axel, facts, id, maria, message, note, opened } from '../support/facts.ts';

const running = { isIdle: false, minutesLeft: undefined };
const begun = { open: { ...opened, at: 1 }, first: { ...message('in'), at: 2 } };
const claimed = (at: number, by: typeof maria) => ({ kind: 'claimed' as const, at, by });
let n = 0;
const granted = (holder: typeof maria, at: number, more: Partial<Extract<Verdict, { kind: 'claim' }>> = {}) =>
	({ kind: 'claim', outcome: 'granted', epoch: { era: 1, n: ++n }, holder, at, ...more }) as Verdict;
const fold = (told: Parameters<typeof facts>[0], verdicts: Parameters<typeof facts>[1] = {}) =>
	foldTicket(facts({ ...begun, ...told }, verdicts))!;

describe('who holds a ticket, as one agent sees it', () => {
	it('[F27] free, reserved, mine, and a colleague’s since when', () => {
		expect(holdingOf(fold({}).claim, maria, running)).toEqual({ kind: 'free' });
		const wish = fold({ a: claimed(3, maria) });
		expect(holdingOf(wish.claim, maria, running)).toEqual({ kind: 'provisional', agent: undefined });
		expect(holdingOf(wish.claim, axel, running)).toEqual({ kind: 'provisional', agent: maria });
		const mine = fold({ a: claimed(3, maria) }, { a: granted(maria, 9) });
		expect(holdingOf(mine.claim, maria, running)).toMatchObject({ kind: 'yours', isIdle: false });
		expect(holdingOf(mine.claim, axel, running)).toMatchObject({ kind: 'other', agent: maria, since: 9 });
	});

	it('[F29] a lease that is nearly over is told, and then that it is over', () => {
		const { claim } = fold({ a: claimed(3, maria) }, { a: granted(maria, 9) });
		expect(holdingOf(claim, maria, running)).toMatchObject({ minutesLeft: undefined });
		expect(holdingOf(claim, maria, { isIdle: false, minutesLeft: 9 })).toMatchObject({ minutesLeft: 9 });
		expect(holdingOf(claim, maria, { isIdle: true, minutesLeft: 0 })).toMatchObject({ isIdle: true });
		expect(holdingOf(claim, axel, { isIdle: true, minutesLeft: 0 })).toMatchObject({ kind: 'other', isIdle: true });
	});

	it('[F27] a hand-over on its way names who gets it', () => {
		const { claim } = fold(
			{ a: claimed(3, maria), b: { kind: 'handed-over', claim: id('a'), to: axel, note: '', at: 10, by: maria } },
			{ a: granted(maria, 9) },
		);
		expect(holdingOf(claim, maria, running)).toMatchObject({ kind: 'yours', leaving: { to: axel } });
	});
});

describe('what is told of a claim', () => {
	it('[F28] lost to somebody who was first, until one goes on', () => {
		const told = { a: claimed(3, maria), b: claimed(4, axel) };
		const verdicts = {
			b: granted(axel, 9),
			a: { ...granted(axel, 10), outcome: 'refused', why: 'held-by-other' } as Verdict,
		};
		const lost = fold(told, verdicts);
		expect(claimNews(lost, maria)).toEqual({ kind: 'lost', agent: axel, at: 9 });
		expect(claimNews(lost, axel)).toBeUndefined();
		expect(claimNews(fold({ ...told, c: { ...note, at: 20, by: maria } }, verdicts), maria)).toBeUndefined();
	});

	it('[F27] handed over with its note, and taken over with its reason', () => {
		const given = fold(
			{
				a: claimed(3, maria),
				b: { kind: 'handed-over', claim: id('a'), to: axel, note: 'Teil ist da', at: 10, by: maria },
			},
			{ a: granted(maria, 9), b: granted(axel, 11, { from: maria, why: 'handed-over' }) },
		);
		expect(claimNews(given, axel)).toEqual({ kind: 'handed-to-you', agent: maria, at: 11, note: 'Teil ist da' });
		expect(claimNews(given, maria)).toBeUndefined();
		const taken = fold(
			{ a: claimed(3, maria), b: { kind: 'taken-over', to: axel, reason: 'Krank', at: 10, by: axel } },
			{ a: granted(maria, 9), b: granted(axel, 11, { from: maria, why: 'taken-over' }) },
		);
		expect(claimNews(taken, maria)).toEqual({ kind: 'taken-from-you', agent: axel, at: 11, note: 'Krank' });
		expect(claimNews(taken, axel)).toBeUndefined();
	});
});
