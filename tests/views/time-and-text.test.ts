import { describe, expect, it } from 'vitest';
import { fromLocalInput, reminderTimes, toLocalInput } from '../../src/lib/views/reminder-times.ts';
import { relayTrouble, storageTrouble, syncTrouble } from '../../src/lib/views/error-text.ts';
import { de } from '../../src/lib/ui/words/de.ts';
import { Preferences } from '../../src/lib/views/preferences.svelte.ts';

const at = (year: number, month: number, day: number, hour: number) => new Date(year, month - 1, day, hour).getTime();
const local = (ms: number) => toLocalInput(ms);

describe('[F16] reminder times are local', () => {
	it('on a working morning', () => {
		const times = reminderTimes(at(2026, 11, 23, 9));
		expect(times.map(({ preset, at: when }) => [preset, local(when)])).toEqual([
			['laterToday', '2026-11-23T12:00'],
			['tomorrow', '2026-11-24T08:00'],
			['nextWeek', '2026-11-30T08:00'],
		]);
	});

	it('late in the evening offer no "later today"', () => {
		expect(reminderTimes(at(2026, 11, 23, 22)).map(({ preset }) => preset)).toEqual(['tomorrow', 'nextWeek']);
	});

	it('on a Sunday name the very next Monday once', () => {
		const times = reminderTimes(at(2026, 11, 22, 9));
		expect(times.map(({ preset }) => preset)).toEqual(['laterToday', 'tomorrow']);
		expect(local(times[1]!.at)).toBe('2026-11-23T08:00');
	});

	it('keep the hour when clocks change', () => {
		expect(local(reminderTimes(at(2026, 10, 24, 9))[1]!.at)).toBe('2026-10-25T08:00');
	});

	it('read back what a date field gives, and refuse the past', () => {
		const now = at(2026, 11, 23, 9);
		expect(fromLocalInput(toLocalInput(now + 60_000), now)).toBe(now + 60_000);
		expect(fromLocalInput('2020-01-01T00:00', now)).toBeUndefined();
		expect(fromLocalInput('', now)).toBeUndefined();
	});
});

describe('troubles', () => {
	it('have words for every reason, known or not', () => {
		const reasons = ['invitation-expired', 'not-admin', 'stopping', 'offline', 'mail-taken', 'constructor', 'nonsense'];
		for (const why of reasons) expect(de.errors).toHaveProperty(relayTrouble({ kind: 'failed', why }).key);
		expect(relayTrouble({ kind: 'failed', why: 'nonsense' })).toEqual({ key: 'unexpected', code: 'nonsense' });
	});

	it('of the device are named, none where all is well', () => {
		expect(storageTrouble({ kind: 'ok', unsaved: 0 })).toBeUndefined();
		expect(storageTrouble({ kind: 'quota', unsaved: 1 })).toBe('quota-full');
		const calm = { kind: 'current', unsent: 0, rejected: 0, heardAt: 1, problem: undefined } as const;
		const rest = { progress: undefined, wiped: false } as const;
		expect(syncTrouble({ ...calm, ...rest, clockOffset: 1000 })).toBeUndefined();
		expect(syncTrouble({ ...calm, ...rest, clockOffset: -3_600_000 })).toBe('wrong-clock');
		expect(syncTrouble({ ...calm, ...rest, clockOffset: 0, problem: 'sign-in' })).toBe('session-expired');
	});
});

describe('preferences', () => {
	const storageOf = (text: string | null) => {
		const kept = { text };
		return { kept, getItem: () => kept.text, setItem: (_: string, value: string) => void (kept.text = value) };
	};

	it('survive a reload', () => {
		const storage = storageOf(null);
		new Preferences(storage).change({ theme: 'dark', language: 'de', letters: false });
		expect(new Preferences(storage).current).toMatchObject({ theme: 'dark', language: 'de', letters: false });
	});

	it.each(['', 'null', '[]', '{"theme":"neon","listWidth":-5,"language":"xx"}', '{broken'])(
		'stay usable when %j was stored',
		(text) => {
			expect(new Preferences(storageOf(text)).current).toMatchObject({ theme: 'system', listWidth: 420 });
		},
	);

	it('work where nothing may be stored', () => {
		const forbidden = {
			getItem: () => {
				throw new Error('denied');
			},
			setItem: () => {
				throw new Error('denied');
			},
		};
		const preferences = new Preferences(forbidden);
		preferences.change({ density: 'compact' });
		expect(preferences.current.density).toBe('compact');
	});
});
