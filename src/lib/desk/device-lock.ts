import * as v from 'valibot';
import {
	afterContact,
	afterLook,
	lockedByPerson,
	lockMemorySchema,
	readLock,
	unlocked,
	withLimit,
	type LockMemory,
	type LockReading,
} from '../domain/offline-lock.ts';
import type { RecordStore } from '../store/record-store.ts';
import { createCell, type Cell } from '../sync/cell.ts';
import { settingKeys } from '../sync/setting-keys.ts';
import type { Time } from '../sync/time.ts';

/** Whether this device shows what it holds, in all its tabs and over restarts. The rules are in domain/offline-lock.ts. */
export interface DeviceLock {
	reading: Pick<Cell<LockReading>, 'current' | 'subscribe'>;
	/** Looks at the clock; reads first what other tabs have written. Never fails: what cannot be read is open as before. */
	look(): Promise<LockReading>;
	/** The relay was heard at that time of this device's clock. */
	heard(at: number): Promise<void>;
	/** What the desk asks for; undefined is never. */
	setLimit(afterMs: number | undefined): Promise<void>;
	lockNow(): Promise<void>;
	/** After the relay said that this device is still the agent's. */
	unlock(): Promise<void>;
	close(): void;
}

/** A contact is written down at most this often, and what the clock said too. */
const writeEveryMs = 60_000;
const lookEveryMs = 15_000;

export function createDeviceLock({ settings, watch }: Pick<RecordStore, 'settings' | 'watch'>, time: Time): DeviceLock {
	const reading = createCell<LockReading>({ kind: 'open', locksAt: undefined });
	let memory: LockMemory | undefined;
	let callOff: (() => void) | undefined;
	let closed = false;

	const stopWatching = watch((change) => {
		if (change.kind === 'settings' && change.keys.includes(settingKeys.lock)) void look();
	});

	function show(): LockReading {
		const next = memory === undefined ? open : readLock(memory, time.now());
		if (JSON.stringify(next) !== JSON.stringify(reading.current)) reading.set(next);
		return next;
	}

	/** On what is stored, so that no tab undoes what another has locked. */
	async function change(next: (before: LockMemory) => LockMemory): Promise<void> {
		const now = time.now();
		const apply = (stored: unknown) => next(readMemory(stored) ?? memory ?? { heardAt: now, latest: now });
		try {
			await settings.change<unknown>(settingKeys.lock, (stored) => (memory = apply(stored)));
		} catch {
			// A store that takes nothing any more must not keep this tab from locking.
			memory = apply(memory);
		}
		show();
	}

	async function look(): Promise<LockReading> {
		memory = readMemory(await settings.get<unknown>(settingKeys.lock).catch(() => undefined)) ?? memory;
		if (memory !== undefined && memory.afterMs !== undefined) {
			const now = time.now();
			const seen = afterLook(memory, now);
			const hasLocked = seen.locked !== memory.locked;
			if (hasLocked || now - memory.latest >= writeEveryMs) await change((before) => afterLook(before, now));
		}
		plan();
		return show();
	}

	function plan(): void {
		callOff?.();
		if (!closed && memory?.afterMs !== undefined) callOff = time.schedule(() => void look(), lookEveryMs);
	}

	return {
		reading,
		look,
		async heard(at) {
			if (memory?.afterMs === undefined || memory.locked === 'person') return;
			const isNews = Math.abs(at - memory.heardAt) >= writeEveryMs || readLock(memory, time.now()).kind === 'locked';
			if (isNews) await change((before) => afterContact(before, at));
		},
		async setLimit(afterMs) {
			if (memory?.afterMs === afterMs) return;
			await change((before) => withLimit(before, afterMs));
			plan();
		},
		lockNow: () => change(lockedByPerson),
		unlock: () => change((before) => unlocked(before, time.now())),
		close() {
			closed = true;
			callOff?.();
			stopWatching();
		},
	};
}

const open: LockReading = { kind: 'open', locksAt: undefined };

function readMemory(stored: unknown): LockMemory | undefined {
	const read = v.safeParse(lockMemorySchema, stored);
	return read.success ? read.output : undefined;
}
