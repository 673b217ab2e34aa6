import { describe, expect, it } from 'vitest';
import { belongsToView, compareRows, countViews, nextReminder, savedViews } from '../../src/lib/views/saved-view.ts';
import { noon, row } from './ticket-rows.ts';

const looking = { me: 'ada' as never, now: noon };
const viewsOf = (ticket: ReturnType<typeof row>) => savedViews.filter((view) => belongsToView(ticket, view, looking));

describe('built-in views', () => {
	it.each([
		['a new ticket of nobody', row(1), ['unclaimed', 'open']],
		['[F27] one that somebody holds', row(1, { status: 'open', holder: 'ben' }), []],
		['[F27] one that somebody holds, waiting', row(1, { status: 'waiting', holder: 'ben' }), []],
		['[F36] one that I was asked about', row(1, { holder: 'ben', consults: [{ agent: 'ada' }] }), ['asked']],
		['[F36] one that somebody else was asked about', row(1, { consults: [{ agent: 'eve' }] }), ['unclaimed', 'open']],
		['one that somebody is assigned', row(1, { status: 'open', assignee: 'ben' }), ['open']],
		['mine by claim', row(1, { status: 'open', holder: 'ada' }), ['mine', 'open']],
		['mine by assignment, waiting', row(1, { status: 'waiting', assignee: 'ada' }), ['mine', 'waiting']],
		['a closed one that was mine', row(1, { status: 'closed', assignee: 'ada' }), ['closed']],
		['[F16] a reminder that is due', row(1, { status: 'waiting', until: noon }), ['unclaimed', 'open', 'waiting']],
		['[F16] a reminder to come', row(1, { status: 'waiting', until: noon + 1 }), ['waiting']],
	])('%s', (_, ticket, views) => {
		expect(viewsOf(ticket)).toEqual(views);
	});

	it('[F27] find what a colleague holds as soon as somebody searches', () => {
		const held = row(1, { status: 'open', holder: 'ben' });
		expect(savedViews.filter((view) => belongsToView(held, view, looking, true))).toEqual(['open']);
	});

	it('count what they show', () => {
		const unfinished = [
			row(1),
			row(3, { holder: 'ada', status: 'open' }),
			row(4, { status: 'closed', mentions: ['ada'] }),
		];
		const counts = countViews({ size: 10, unfinished: () => unfinished }, looking);
		expect(counts).toEqual({ unclaimed: 1, mine: 1, open: 2, waiting: 0, asked: 1, closed: 8 });
	});
});

describe('order', () => {
	const rows = [
		row(1, { priority: 4, waitingSince: noon - 50 }),
		row(2, { priority: 1, waitingSince: noon - 10 }),
		row(3, { status: 'waiting', until: noon - 1 }),
		row(4, { priority: 1, waitingSince: noon - 90 }),
	];
	const sorted = (order: Parameters<typeof compareRows>[0]) =>
		[...rows].sort(compareRows(order, noon)).map((ticket) => Number(ticket.id.slice(-2)));

	it('[F16] lets due reminders float up, whatever else was asked', () => {
		expect(sorted('newest')).toEqual([3, 1, 2, 4]);
		expect(sorted('oldest')).toEqual([3, 4, 1, 2]);
		expect(sorted('priority')).toEqual([3, 4, 2, 1]);
	});
});

describe('[F16] the next reminder', () => {
	it('is the earliest that is still to come', () => {
		const waiting = (n: number, until: number) => row(n, { status: 'waiting', until });
		expect(nextReminder([waiting(1, noon + 20), waiting(2, noon + 10), waiting(3, noon - 5)], noon)).toBe(noon + 10);
		expect(nextReminder([row(1), waiting(2, noon)], noon)).toBeUndefined();
	});
});

describe('the view of questions', () => {
	it('has tickets in which a note mentions the one who looks, until they write in it', () => {
		const looking = { me: 'ada' as never, now: noon };
		expect(belongsToView(row(1, { mentions: ['ada'] }), 'asked', looking)).toBe(true);
		expect(belongsToView(row(1, { mentions: ['ben'] }), 'asked', looking)).toBe(false);
		expect(belongsToView(row(1), 'asked', looking)).toBe(false);
	});
});
