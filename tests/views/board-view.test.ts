import { describe, expect, it } from 'vitest';
import { boardOf, heldBy } from '../../src/lib/views/board-view.ts';
import { noon, row, ticketId } from './ticket-rows.ts';

const minutes = 60_000;
const held = (n: number, holder: string, changes: object = {}) =>
	row(n, { status: 'open', holder, holding: 'held', heldSince: noon - n * minutes, ...changes });
const board = (rows: ReturnType<typeof row>[], line?: string) =>
	boardOf(rows, { now: noon, isIdle: ({ heldSince = noon }) => heldSince < noon - 60 * minutes, line: line as never });
const numbers = (rows: { id: string }[]) => rows.map(({ id }) => Number(id.slice(-3)));

describe('[F37] the board', () => {
	it('equals the claims: each holder with the tickets held, the longest first, and marks what is idle', () => {
		const { holders } = board([
			held(1, 'ada'),
			held(90, 'ada'),
			held(3, 'ben'),
			row(4),
			held(5, 'ada', { status: 'closed' }),
		]);
		expect(holders.map(({ agent, tickets }) => [agent, numbers(tickets.map(({ row: one }) => one))])).toEqual([
			['ada', [90, 1]],
			['ben', [3]],
		]);
		expect(holders[0]!.tickets.map(({ isIdle }) => isIdle)).toEqual([true, false]);
	});

	it('follows every claim, release and hand-over', () => {
		const before = board([held(1, 'ada')]);
		expect(before.holders.map(({ agent }) => agent)).toEqual(['ada']);
		expect(board([held(1, 'ben')]).holders.map(({ agent }) => agent)).toEqual(['ben']);
		const free = board([row(1, { status: 'open' })]);
		expect(free.holders).toEqual([]);
		expect(numbers(free.orphans)).toEqual([1]);
	});

	it('counts the load of each line, whichever line is shown', () => {
		const rows = [held(1, 'ada'), held(70, 'ben'), row(3), row(4, { line: 'sales' }), row(5, { status: 'closed' })];
		expect(board(rows, 'sales').lines).toEqual([
			{ line: 'main', open: 3, held: 2, idle: 1, unheld: 1 },
			{ line: 'sales', open: 1, held: 0, idle: 0, unheld: 1 },
		]);
		expect(board(rows, 'sales').holders).toEqual([]);
		expect(numbers(board(rows, 'sales').orphans)).toEqual([4]);
	});

	it('lists as orphans what has neither holder nor next date, the one that waits longest first', () => {
		const rows = [
			row(1),
			row(2, { waitingSince: noon - 500 * minutes }),
			held(3, 'ada'),
			row(4, { status: 'waiting', until: noon + 1 }),
			row(5, { status: 'waiting', until: noon - 1, changedAt: noon - 9 * minutes }),
			row(6, { status: 'waiting', changedAt: noon - 8 * minutes }),
			row(7, { status: 'closed' }),
			row(8, { mergedInto: '1040001' }),
		];
		expect(numbers(board(rows).orphans)).toEqual([2, 5, 6, 1]);
	});
});

it('[F31] what somebody holds before an absence is listed, the longest held first', () => {
	const rows = [held(1, 'ada'), held(2, 'ada'), held(3, 'ben'), held(4, 'ada', { status: 'closed' })];
	expect(heldBy(rows, 'ada' as never).map(({ id }) => id)).toEqual([ticketId(2), ticketId(1)]);
	expect(heldBy(rows, undefined)).toEqual([]);
});

it('[F63] [UC2] lists what was closed without documentation to admins, and to whoever closed it', () => {
	const without = (n: number, by: string, changes: object = {}) =>
		row(n, {
			status: 'closed',
			undocumented: { close: `c${n}`, by, at: noon - n, missing: [], why: 'skipped' },
			...changes,
		});
	const rows = [
		without(2, 'ada'),
		without(1, 'ben'),
		without(3, 'ada', { line: 'other' }),
		row(4, { status: 'closed' }),
	];
	const seen = (role: 'admin' | 'agent', line?: string) =>
		numbers(
			boardOf(rows, {
				...{ now: noon, isIdle: () => false, line: line as never },
				reader: { agent: 'ada' as never, role },
			}).undocumented,
		);
	expect(seen('admin')).toEqual([1, 2, 3]);
	expect(seen('admin', 'main')).toEqual([1, 2]);
	expect(seen('agent')).toEqual([2, 3]);
	expect(board(rows).undocumented).toEqual([]);
});
