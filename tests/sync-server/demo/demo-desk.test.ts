import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { belongsTo, entrySchema } from '../../../src/lib/domain/entry.ts';
import { foldParty } from '../../../src/lib/domain/fold-party.ts';
import { foldTicket } from '../../../src/lib/domain/fold-ticket.ts';
import { demoAgents, demoRecords } from '../../../sync-server/demo/demo-desk.ts';

function desk(seed = 1) {
	let block = 100;
	const now = Date.UTC(2026, 10, 20, 12);
	return [...demoRecords({ seed, now, people: 300, tickets: 1000, takeBlock: () => block++ })];
}

describe('[F115] the demo desk', () => {
	const records = desk();
	const tickets = records
		.filter((record) => record.kind === 'ticket')
		.map((record) => foldTicket({ entries: new Map(record.entries), verdicts: new Map(record.verdicts) }));
	const people = records
		.filter((record) => record.kind === 'person')
		.map((record) => foldParty({ entries: new Map(record.entries), verdicts: new Map() }));

	test('has at least 9 agents, 300 people and 1,000 tickets, each with its own number', () => {
		expect(demoAgents.length).toBeGreaterThanOrEqual(9);
		expect(people.filter((person) => person !== undefined)).toHaveLength(300);
		expect(new Set(tickets.map((ticket) => ticket?.number)).size).toBe(1000);
	});

	test('every entry is one that a document may hold', () => {
		for (const record of records) {
			for (const [, entry] of record.entries) {
				expect(v.safeParse(entrySchema, entry).success && belongsTo(record.kind, entry.kind)).toBe(true);
			}
		}
	});

	test('has work in every state, and most of the old is done', () => {
		const count = (status: string) => tickets.filter((ticket) => ticket?.status === status).length;
		for (const status of ['new', 'open', 'waiting', 'closed']) expect(count(status)).toBeGreaterThan(0);
		expect(count('closed')).toBeGreaterThan(700);
	});

	test('the same seed makes the same desk, another seed another one', () => {
		expect(JSON.stringify(desk(7).at(-1))).toBe(JSON.stringify(desk(7).at(-1)));
		expect(JSON.stringify(desk(8).at(-1))).not.toBe(JSON.stringify(desk(7).at(-1)));
	});

	test('nothing lies in the future but reminders', () => {
		const now = Date.UTC(2026, 10, 20, 12);
		expect(tickets.every((ticket) => ticket !== undefined && ticket.changedAt <= now)).toBe(true);
	});
});
