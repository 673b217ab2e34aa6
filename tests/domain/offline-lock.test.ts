import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	afterContact,
	afterLook,
	clockSlackMs,
	lockedByPerson,
	readLock,
	unlocked,
	withLimit,
	type LockMemory,
} from '../../src/lib/domain/offline-lock.ts';

const hour = 60 * 60_000;
const heard: LockMemory = { afterMs: 8 * hour, heardAt: 100 * hour, latest: 100 * hour };

describe('[F104] a device locks itself', () => {
	test.each<[string, LockMemory, number, string]>([
		['OL1 without a limit never', { heardAt: 0, latest: 0 }, 1e15, 'open'],
		['OL1 without a limit a person locks', { heardAt: 0, latest: 0, locked: 'person' }, 1, 'locked person'],
		['OL2 just before the limit not yet', heard, 108 * hour - 1, 'open'],
		['OL2 at the limit', heard, 108 * hour, 'locked time'],
		['OL2 long after', heard, 1e6 * hour, 'locked time'],
		[
			'OL3 not when the clock is set back a little',
			{ ...heard, latest: 101 * hour },
			101 * hour - clockSlackMs,
			'open',
		],
		['OL3 when it is set back more', { ...heard, latest: 101 * hour }, 101 * hour - clockSlackMs - 1, 'locked clock'],
		['OL3 the largest time seen counts', { ...heard, latest: 108 * hour }, 101 * hour, 'locked time'],
		['OL3 to 1970', heard, 0, 'locked clock'],
		['OL2 stays locked whatever the clock says', { ...heard, locked: 'time' }, 100 * hour, 'locked time'],
	])('%s', (_title, memory, now, expected) => {
		const reading = readLock(memory, now);
		expect(reading.kind === 'open' ? 'open' : `locked ${reading.why}`).toBe(expected);
	});

	test('OL4 a contact unlocks what the time locked and not what a person locked', () => {
		const late = afterLook(heard, 200 * hour);
		expect(late.locked).toBe('time');
		expect(readLock(afterContact(late, 200 * hour), 200 * hour)).toEqual({ kind: 'open', locksAt: 208 * hour });
		const byHand = lockedByPerson(heard);
		expect(readLock(afterContact(byHand, 101 * hour), 101 * hour)).toMatchObject({ why: 'person' });
		expect(readLock(unlocked(byHand, 101 * hour), 101 * hour).kind).toBe('open');
	});

	test('OL4 a contact takes the clock as it is: one that ran ahead and was put right does not lock for ever', () => {
		const ahead = afterLook(heard, 107 * hour);
		const right = 50 * hour;
		expect(readLock(ahead, right)).toMatchObject({ why: 'clock' });
		expect(readLock(afterContact(ahead, right), right).kind).toBe('open');
	});

	test('a limit that is taken away unlocks, and a new one counts from the last contact', () => {
		const late = afterLook(heard, 200 * hour);
		expect(readLock(withLimit(late, undefined), 200 * hour).kind).toBe('open');
		expect(readLock(withLimit({ heardAt: 0, latest: 0 }, hour), hour).kind).toBe('locked');
	});
});

type Step = { now: number };
const time = fc.integer({ min: 0, max: 1000 * hour });
const steps = fc.array(fc.record({ now: time }), { maxLength: 40, size: 'max' });

describe('[F104] whatever the clock does', () => {
	const look = (memory: LockMemory, { now }: Step) => afterLook(memory, now);

	test('OL2 OL3 once locked, no clock unlocks without the relay', () => {
		fc.assert(
			fc.property(steps, steps, (before, after) => {
				let memory = before.reduce(look, heard);
				if (readLock(memory, memory.latest).kind === 'open') return;
				memory = afterLook(memory, memory.latest);
				for (const step of after) {
					expect(readLock(memory, step.now).kind).toBe('locked');
					memory = look(memory, step);
				}
			}),
		);
	});

	test('OL3 a device that shows its rows has not had them longer than the limit by the largest time it saw', () => {
		fc.assert(
			fc.property(steps, time, (seen, now) => {
				const memory = seen.reduce(look, heard);
				if (readLock(memory, now).kind !== 'open') return;
				expect(Math.max(now, ...seen.map((step) => step.now), heard.latest) - heard.heardAt).toBeLessThan(8 * hour);
			}),
		);
	});

	test('OL5 what was seen only rises, and the same look twice is one', () => {
		fc.assert(
			fc.property(steps, (seen) => {
				let memory = heard;
				for (const step of seen) {
					const next = look(memory, step);
					expect(next.latest).toBeGreaterThanOrEqual(memory.latest);
					expect(look(next, step)).toEqual(next);
					memory = next;
				}
			}),
		);
	});
});
