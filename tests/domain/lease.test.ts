import { describe, expect, test } from 'vitest';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { QueueId } from '../../src/lib/domain/ids.ts';
import { claimsOf, isLeaseOver, leaseFrom, leaseOfTicket, leaseStart } from '../../src/lib/domain/lease.ts';
import type { Verdict } from '../../src/lib/domain/verdict.ts';
import {
	axel,
	facts,
	frontOffice,
	id,
	maria,
	message,
	note,
	opened,
	reply,
	status,
	support,
} from '../support/facts.ts';

const minute = 60_000;
const friday = Date.parse('2026-01-16T08:00:00Z');
const config = {
	desk: {
		hours: [1, 2, 3, 4, 5].map((day) => ({ day, from: '09:00', to: '18:00' })),
		timeZone: 'Europe/Berlin',
	},
	queues: [{ id: frontOffice, name: 'Front', line: support, unlockAfter: 60 }],
};
const granted = (minutes: number, holder = maria): Verdict => ({
	kind: 'claim',
	outcome: 'granted',
	epoch: { era: 0, n: minutes + 1 },
	holder,
	at: friday + minutes * minute,
});

/** Maria claims at minute 0; what else happens stands at its minute. The customer had written before. */
function ticket(told: Record<string, Draft & { minute: number; by?: typeof maria }>, grantedAt = 0) {
	const entries = Object.entries(told).map(([name, { minute: at, ...draft }]) => [
		name,
		{ ...draft, at: friday + at * minute },
	]);
	return foldTicket(
		facts(
			{
				open: { ...opened, at: friday - 20 * minute },
				hello: { ...message('in'), at: friday - 20 * minute },
				take: { kind: 'claimed', at: friday },
				...(Object.fromEntries(entries) as Parameters<typeof facts>[0]),
			},
			{ take: granted(grantedAt) },
		),
	)!;
}

describe('[F30] what extends a lease', () => {
	const customer = (at: number) => ({ ...message('in'), minute: at, by: 'relay' as typeof maria });
	const sequences: { name: string; told: Parameters<typeof ticket>[0]; minutes: number | undefined }[] = [
		{ name: 'a claim and nothing more', told: {}, minutes: 60 },
		{ name: 'a note of the holder', told: { note: { ...note, minute: 30 } }, minutes: 90 },
		{ name: 'a note of a colleague does not', told: { note: { ...note, minute: 30, by: axel } }, minutes: 60 },
		{ name: 'an answer of the holder', told: { reply: { ...reply(id('hello')), minute: 40 } }, minutes: 100 },
		{
			name: 'the customer’s reply after an answer',
			told: { reply: { ...reply(id('hello')), minute: 10 }, again: customer(50) },
			minutes: 110,
		},
		{
			name: 'the customer’s second mail without an answer in between does not',
			told: { again: customer(50) },
			minutes: 60,
		},
		{
			name: 'of two mails after the answer only the first',
			told: { reply: { ...reply(id('hello')), minute: 10 }, again: customer(30), more: customer(50) },
			minutes: 90,
		},
		{
			name: 'while it waits, nothing runs out',
			told: { wait: { ...status('waiting', id('hello')), minute: 5 } },
			minutes: undefined,
		},
		{
			name: 'when the customer ends the waiting, the lease runs from there',
			told: { wait: { ...status('waiting', id('hello')), minute: 5 }, again: customer(200) },
			minutes: 260,
		},
	];
	for (const { name, told, minutes } of sequences)
		test(`${name}: ${minutes === undefined ? 'no end' : `${minutes} minutes`}`, () => {
			const lease = leaseOfTicket(ticket(told), config);
			expect(lease && (lease.endsAt - friday) / minute).toBe(minutes);
		});

	test('reading leaves nothing behind that could extend it', () => {
		const seen = ticket({});
		expect(leaseStart(seen)).toBe(leaseStart(structuredClone(seen)));
	});
});

describe('[F29] the end of a lease', () => {
	test('sixty minutes from Friday 17:30 end on Monday 09:30, and the warning comes ten minutes before', () => {
		const lease = leaseFrom(Date.parse('2026-01-16T16:30:00Z'), frontOffice, config);
		expect(new Date(lease.endsAt).toISOString()).toBe('2026-01-19T08:30:00.000Z');
		expect(new Date(lease.warnsAt).toISOString()).toBe('2026-01-19T08:20:00.000Z');
		expect([isLeaseOver(lease, lease.endsAt - 1), isLeaseOver(lease, lease.endsAt)]).toEqual([false, true]);
	});

	test('it runs from the relay’s word, so that every device names the same end', () => {
		expect(leaseOfTicket(ticket({}, 7), config)?.from).toBe(friday + 7 * minute);
	});

	test('a queue without a word of its own has sixty minutes; a short lease warns at its half', () => {
		const from = friday;
		expect(leaseFrom(from, 'unknown' as QueueId, config).endsAt).toBe(from + 60 * minute);
		const short = { ...config, queues: [{ id: frontOffice, name: 'Front', line: support, unlockAfter: 8 }] };
		expect(leaseFrom(from, frontOffice, short)).toEqual({
			from,
			warnsAt: from + 4 * minute,
			endsAt: from + 8 * minute,
		});
	});

	test('a provisional claim and a free ticket have none', () => {
		const waiting = foldTicket(facts({ open: { ...opened, at: 1 }, take: { kind: 'claimed', at: 2 } }))!;
		expect(leaseStart(waiting)).toBeUndefined();
		expect(leaseStart(foldTicket(facts({ open: { ...opened, at: 1 } }))!)).toBeUndefined();
	});
});

test('[F31] the claims of somebody who is away are listed, the longest-held first', () => {
	const rows = [
		{ id: 'a', holder: maria, heldSince: 30 },
		{ id: 'b', holder: axel, heldSince: 5 },
		{ id: 'c', holder: null, heldSince: undefined },
		{ id: 'd', holder: maria, heldSince: 10 },
	];
	expect(claimsOf(rows, maria).map((row) => row.id)).toEqual(['d', 'a']);
});
