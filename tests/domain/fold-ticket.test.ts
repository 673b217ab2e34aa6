import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { foldTicket, headsOf } from '../../src/lib/domain/fold-ticket.ts';
import type { EntryId } from '../../src/lib/domain/ids.ts';
import {
	axel,
	backOffice,
	facts,
	frontOffice,
	id,
	maria,
	message,
	note,
	opened,
	reply,
	sales,
	shuffled,
	status,
} from '../support/facts.ts';

const fold = (...told: Parameters<typeof facts>) => {
	const ticket = foldTicket(facts(...told));
	if (ticket === undefined) throw new Error('nothing opened this ticket');
	return ticket;
};

describe('foldTicket', () => {
	test('[FT1] order is time, then id, and a stamp of the relay stands for a time from the future', () => {
		const ticket = fold(
			{
				open: { ...opened, at: 1 },
				late: { ...message('in'), at: 9_000_000 },
				b: { ...note, at: 5 },
				a: { ...note, at: 5 },
			},
			{ 'stamp:late': { kind: 'stamp', at: 3 } },
		);
		expect(ticket.timeline.map((entry) => entry.id)).toEqual([id('open'), id('late'), id('a'), id('b')]);
	});

	test('[FT2] the first opening opens, a second one changes nothing', () => {
		const ticket = fold({ open: { ...opened, at: 1 }, again: { ...opened, subject: 'Anderes', at: 2 } });
		expect(ticket.subject).toBe('Drucker druckt nicht');
	});

	test('[FT2] without an opening there is no ticket', () => {
		expect(foldTicket(facts({ note: { ...note, at: 1 } }))).toBeUndefined();
	});

	test('[FT3][F98] of two priorities set without knowledge of each other the later wins and the other stays visible', () => {
		const ticket = fold({
			open: { ...opened, at: 1 },
			high: { kind: 'priority-set', priority: 1, replaces: [], at: 2, by: maria },
			low: { kind: 'priority-set', priority: 4, replaces: [], at: 3, by: axel },
		});
		expect(ticket.priority).toBe(4);
		expect(ticket.conflicts).toMatchObject([
			{ field: 'priority', winner: { id: id('low') }, rivals: [{ id: id('high') }] },
		]);
	});

	test('[FT3] a value that names both as replaced ends the conflict', () => {
		const ticket = fold({
			open: { ...opened, at: 1 },
			high: { kind: 'priority-set', priority: 1, replaces: [], at: 2 },
			low: { kind: 'priority-set', priority: 4, replaces: [], at: 3, by: axel },
			agreed: { kind: 'priority-set', priority: 2, replaces: [id('high'), id('low')], at: 4 },
		});
		expect(ticket.priority).toBe(2);
		expect(ticket.conflicts).toEqual([]);
		expect(headsOf(ticket.timeline, 'priority')).toEqual([id('agreed')]);
	});

	test('[FT3] a change from a slow clock still stands above what it replaced', () => {
		const ticket = fold({
			open: { ...opened, at: 1 },
			first: { kind: 'queue-set', queue: backOffice, replaces: [], at: 9 },
			second: { kind: 'queue-set', queue: frontOffice, replaces: [id('first')], at: 5 },
		});
		expect(ticket.queue).toBe(frontOffice);
		expect(ticket.conflicts).toEqual([]);
	});

	test('[FT3] a move to another line sets the queue too', () => {
		const ticket = fold({
			open: { ...opened, at: 1 },
			queue: { kind: 'queue-set', queue: frontOffice, replaces: [], at: 2 },
			move: { kind: 'line-set', line: sales, queue: backOffice, replaces: [id('queue')], at: 3 },
		});
		expect(ticket).toMatchObject({ line: sales, queue: backOffice, conflicts: [] });
	});

	const closingAndWriting: [string, number, number][] = [
		['the customer wrote first', 4, 3],
		['the closing came first', 3, 4],
	];
	test.each(closingAndWriting)(
		'[FT4][F98] closed by one while the customer wrote: open wins, both shown (%s)',
		(_, closeAt, writeAt) => {
			const ticket = fold({
				open: { ...opened, at: 1 },
				hello: { ...message('in'), at: 2 },
				close: { ...status('closed', id('hello')), at: closeAt },
				more: { ...message('in'), at: writeAt },
			});
			expect(ticket.status).toBe('open');
			expect(ticket.reopenedBy).toBe(id('more'));
			expect(ticket.timeline.map((entry) => entry.id)).toContain(id('close'));
		},
	);

	test('[FT4] what the one who closed had seen does not open it again', () => {
		const ticket = fold({
			open: { ...opened, at: 1 },
			hello: { ...message('in'), at: 2 },
			close: { ...status('closed', id('hello')), at: 3 },
		});
		expect(ticket.status).toBe('closed');
		expect(ticket.reopenedBy).toBeUndefined();
	});

	test('[FT4] an answer of the customer wakes a waiting ticket', () => {
		const ticket = fold({
			open: { ...opened, at: 1 },
			wait: { ...status('waiting', null), until: 99, at: 2 },
			answer: { ...message('in'), at: 3 },
		});
		expect(ticket).toMatchObject({ status: 'open', reason: undefined, until: undefined });
	});

	test('[FT4] an internal message never opens a closed ticket', () => {
		const ticket = fold({
			open: { ...opened, at: 1 },
			close: { ...status('closed', null), at: 2 },
			supplier: { ...message('in'), visibility: 'internal', at: 3 },
		});
		expect(ticket.status).toBe('closed');
	});

	const works: [string, Draft][] = [
		['a claim', { kind: 'claimed' }],
		['an assignment', { kind: 'assigned', agent: axel, replaces: [] }],
		['an answer', reply(null)],
		['a note', note],
	];
	test.each(works)('[FT5] %s makes a new ticket open', (_, draft) => {
		expect(fold({ open: { ...opened, at: 1 }, hello: { ...message('in'), at: 2 } }).status).toBe('new');
		expect(
			fold({ open: { ...opened, at: 1 }, hello: { ...message('in'), at: 2 }, work: { ...draft, at: 3 } }).status,
		).toBe('open');
	});

	test('[FT6][F98] tags changed on two devices merge as a set', () => {
		const ticket = fold({
			open: { ...opened, at: 1 },
			one: { kind: 'tagged', add: ['drucker', 'eilig'], remove: [], at: 2, by: maria },
			two: { kind: 'tagged', add: ['filiale'], remove: ['eilig'], at: 3, by: axel },
		});
		expect(ticket.tags).toEqual(['drucker', 'filiale']);
	});

	test('[FT7] what its author took back has no effect and stays in the timeline', () => {
		const ticket = fold({
			open: { ...opened, at: 1 },
			close: { ...status('closed', null), at: 2 },
			back: { kind: 'undone', entry: id('close'), at: 3 },
		});
		expect(ticket.status).toBe('new');
		expect(ticket.timeline.find((entry) => entry.id === id('close'))?.undone).toBe(true);
	});

	test('[FT7] nobody takes back what another did', () => {
		const ticket = fold({
			open: { ...opened, at: 1 },
			close: { ...status('closed', null), at: 2, by: maria },
			back: { kind: 'undone', entry: id('close'), at: 3, by: axel },
		});
		expect(ticket.status).toBe('closed');
	});

	test.each([
		['a claim', { kind: 'claimed' } as Draft],
		['a request to send', reply(null)],
		['a message', message('in')],
	])('[FT7][I14] undo never touches %s', (_, draft) => {
		const ticket = fold({
			open: { ...opened, at: 1 },
			fact: { ...draft, at: 2 },
			back: { kind: 'undone', entry: id('fact'), at: 3 },
		});
		expect(ticket.timeline.every((entry) => !entry.undone)).toBe(true);
	});

	test('[FT8] the slot is the newest message of the customer that nobody answered', () => {
		const asked = { open: { ...opened, at: 1 }, hello: { ...message('in'), at: 2 }, more: { ...message('in'), at: 3 } };
		expect(fold(asked).slot).toBe(id('more'));
		expect(fold({ ...asked, answer: { ...reply(id('more')), at: 4 } }).slot).toBeUndefined();
		expect(fold({ ...asked, answer: { ...message('out'), at: 4 } }).slot).toBeUndefined();
	});

	test('[FT9] entries that this version does not know change nothing', () => {
		const known = facts({ open: { ...opened, at: 1 } });
		expect(foldTicket({ ...known, unknown: new Map([[id('x'), { kind: 'teleported' }]]) })).toEqual(foldTicket(known));
	});

	test('the same facts give the same ticket, in any order and with anything delivered twice', () => {
		const names = 'abcdefghjkmn'.split('');
		const draft: fc.Arbitrary<Draft> = fc.oneof(
			fc.constantFrom<Draft>(message('in'), message('out'), note, { kind: 'claimed' }),
			fc.constantFrom(...names).map((name): Draft => reply(id(name))),
			fc
				.record({
					to: fc.constantFrom('open' as const, 'closed' as const, 'waiting' as const),
					seen: fc.constantFrom(...names, null),
					over: fc.subarray(names),
				})
				.map(({ to, seen, over }) => status(to, seen === null ? null : id(seen), over.map(id))),
			fc
				.record({ priority: fc.constantFrom(1 as const, 2 as const, 3 as const), over: fc.subarray(names) })
				.map(({ priority, over }): Draft => ({ kind: 'priority-set', priority, replaces: over.map(id) })),
			fc
				.record({ add: fc.subarray(['x', 'y', 'z']), remove: fc.subarray(['x', 'y', 'z']) })
				.map(({ add, remove }): Draft => ({ kind: 'tagged', add, remove })),
			fc.constantFrom(...names).map((name): Draft => ({ kind: 'undone', entry: id(name) })),
			fc.constantFrom(...names).map((name): Draft => ({ kind: 'released', claim: id(name) })),
		);
		const told = fc
			.array(fc.tuple(draft, fc.integer({ min: 1, max: 12 }), fc.constantFrom(maria, axel)), {
				maxLength: names.length,
				size: 'max',
			})
			.map((list) =>
				facts({
					...Object.fromEntries(list.map(([d, at, by], i) => [names[i], { ...d, at, by }])),
					open: { ...opened, at: 0 },
				}),
			);
		fc.assert(
			fc.property(told, fc.array(fc.nat(), { maxLength: 40, size: 'max' }), (some, order) => {
				expect(foldTicket(shuffled(some, order))).toEqual(foldTicket(some));
			}),
			{ numRuns: 1000 },
		);
	});

	test('whatever entries say of one another, a value always stands: cycles of replaces do not hide it', () => {
		const around = (name: string, other: string, at: number) => ({
			kind: 'priority-set' as const,
			priority: 1 as const,
			replaces: [id(other)] as EntryId[],
			at,
			name,
		});
		const { name: _a, ...one } = around('one', 'two', 2);
		const { name: _b, ...two } = around('two', 'one', 3);
		expect(fold({ open: { ...opened, at: 1 }, one, two }).priority).toBe(1);
	});
});
