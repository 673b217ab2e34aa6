import { expect, test } from 'vitest';
import { oldReplyMs, pendingReplies } from '../../src/lib/views/reply-box.svelte.ts';
import { noon, row } from './ticket-rows.ts';

const reply = (request: string, state: string, at: number, by = 'ada') => ({ request, state, at, by });

test('[F91] own replies that are not done with are listed with their age: those that need somebody apart, the oldest first', () => {
	const rows = [
		row(1, { replies: [reply('a', 'waiting', noon - oldReplyMs - 1), reply('b', 'held', noon - 5)] }),
		row(2, { replies: [reply('c', 'accepted', noon - 10), reply('d', 'failed', noon - 50)] }),
		row(3, { replies: [reply('e', 'uncertain', noon - 20, 'ben'), reply('f', 'uncertain', noon - 60)] }),
	];
	const { needYou, underway, old } = pendingReplies(rows, 'ada' as never, noon);
	expect(needYou.map(({ reply: { request } }) => request)).toEqual(['f', 'd', 'b']);
	expect(underway.map(({ reply: { request }, isOld }) => [request, isOld])).toEqual([
		['a', true],
		['c', false],
	]);
	expect(old).toBe(1);
});
