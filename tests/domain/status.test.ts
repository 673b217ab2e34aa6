import { describe, expect, test } from 'vitest';
import { isReminderDue, refuseTransition, statuses, type Status } from '../../src/lib/domain/status.ts';

describe('[F16] status transitions', () => {
	const table: [Status, Parameters<typeof refuseTransition>[1], ReturnType<typeof refuseTransition>][] = [
		['new', { status: 'open' }, undefined],
		['new', { status: 'closed' }, undefined],
		['new', { status: 'waiting', reason: 'customer' }, undefined],
		['open', { status: 'open' }, 'same-status'],
		['open', { status: 'closed' }, undefined],
		['open', { status: 'waiting', reason: 'next-level' }, undefined],
		['open', { status: 'waiting', reason: 'reminder' }, 'reminder-without-date'],
		['open', { status: 'waiting', reason: 'reminder', until: 5 }, undefined],
		['waiting', { status: 'waiting', reason: 'release' }, undefined],
		['waiting', { status: 'open' }, undefined],
		['waiting', { status: 'closed' }, undefined],
		['closed', { status: 'open' }, undefined],
		['closed', { status: 'closed' }, 'same-status'],
		['closed', { status: 'waiting', reason: 'customer' }, undefined],
	];
	test.each(table)('from %s to %j: %s', (from, to, refusal) => {
		expect(refuseTransition(from, to)).toBe(refusal);
	});

	test.each([...statuses])('nobody sets a ticket back to new from %s', (from) => {
		expect(refuseTransition(from, { status: 'new' })).toBe('never-back-to-new');
	});

	test('a reminder is due at its minute and not before, and only while the ticket waits', () => {
		expect(isReminderDue('waiting', 1000, 999)).toBe(false);
		expect(isReminderDue('waiting', 1000, 1000)).toBe(true);
		expect(isReminderDue('open', 1000, 2000)).toBe(false);
		expect(isReminderDue('waiting', undefined, 2000)).toBe(false);
	});
});
