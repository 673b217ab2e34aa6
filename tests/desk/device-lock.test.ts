import { describe, expect, it } from 'vitest';
import { createDeviceLock } from '../../src/lib/desk/device-lock.ts';
import type { StoreChange } from '../../src/lib/store/record-store.ts';

const hour = 60 * 60_000;

/** One device's settings, with as many tabs as are made of them. */
function device() {
	const values = new Map<string, unknown>();
	const listeners = new Set<(change: StoreChange) => void>();
	const clock = { now: 100 * hour, isBroken: false };
	const tell = (key: string) => listeners.forEach((heard) => heard({ kind: 'settings', keys: [key] }));
	const settings = {
		get: <T>(key: string) => Promise.resolve(values.get(key) as T | undefined),
		set: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
		change<T>(key: string, change: (value: T | undefined) => T): Promise<T> {
			if (clock.isBroken) return Promise.reject(new Error('full'));
			const next = change(structuredClone(values.get(key)) as T | undefined);
			values.set(key, structuredClone(next));
			tell(key);
			return Promise.resolve(next);
		},
	};
	const watch = (heard: (change: StoreChange) => void) => {
		listeners.add(heard);
		return () => listeners.delete(heard);
	};
	const time = { now: () => clock.now, schedule: () => () => {}, random: () => 0.5 };
	return { clock, values, tab: () => createDeviceLock({ settings, watch }, time) };
}

describe('[F104] the lock of a device', () => {
	it('stores nothing and never locks where the desk asks for nothing', async () => {
		const { clock, values, tab } = device();
		const lock = tab();
		await lock.look();
		await lock.heard(clock.now);
		clock.now += 10_000 * hour;
		expect((await lock.look()).kind).toBe('open');
		expect(values.size).toBe(0);
	});

	it('locks every tab, over a new start, until the relay is heard', async () => {
		const { clock, tab } = device();
		const [one, two] = [tab(), tab()];
		await one.setLimit(8 * hour);
		clock.now += 8 * hour;
		await one.look();
		await expect.poll(() => two.reading.current.kind).toBe('locked');
		clock.now -= 8 * hour;
		const anew = tab();
		expect((await anew.look()).kind).toBe('locked');
		await anew.unlock();
		for (const lock of [one, two]) await expect.poll(() => lock.reading.current.kind).toBe('open');
	});

	it('is unlocked by a contact that another tab hears, and a person’s lock is not', async () => {
		const { clock, tab } = device();
		const lock = tab();
		await lock.setLimit(hour);
		clock.now += 2 * hour;
		await lock.look();
		await lock.heard(clock.now);
		expect(lock.reading.current.kind).toBe('open');
		await lock.lockNow();
		clock.now += hour / 2;
		await lock.heard(clock.now);
		expect(lock.reading.current).toMatchObject({ kind: 'locked', why: 'person' });
	});

	it('locks also where the store takes nothing any more', async () => {
		const { clock, tab } = device();
		const lock = tab();
		await lock.setLimit(hour);
		clock.isBroken = true;
		clock.now += 2 * hour;
		expect((await lock.look()).kind).toBe('locked');
	});
});
