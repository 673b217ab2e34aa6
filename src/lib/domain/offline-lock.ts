import * as v from 'valibot';

/**
 * When a device locks itself because it has not heard from the relay for too long. All times are this device's own clock, in ms since
 * 1970: what counts is the time between two of its readings, so that a clock which is wrong throughout does no harm.
 *
 * OL1  Without a limit only a person locks.
 * OL2  It locks when the limit has passed since the last contact, and stays locked until the next.
 * OL3  A clock that is set back does not lengthen the time: the largest time that was ever seen counts, and a clock that runs well
 *      behind it locks at once, because how much time has passed can no longer be told.
 * OL4  A contact with the relay settles the time anew, whatever the clock said before, and unlocks; what a person locked stays locked.
 * OL5  What was seen only ever rises between two contacts; looking again at the same time changes nothing.
 */
export const lockMemorySchema = v.object({
	/** The limit that the desk had when it was last known; undefined where there is none. */
	afterMs: v.optional(v.number()),
	/** When the relay was last heard. */
	heardAt: v.number(),
	/** The largest time seen since then. */
	latest: v.number(),
	/** It was locked, by the time or by a person, and nothing has unlocked it. */
	locked: v.optional(v.picklist(['time', 'person'])),
});
export type LockMemory = v.InferOutput<typeof lockMemorySchema>;

export type LockReading =
	/** `locksAt` undefined: never by itself. */
	{ kind: 'open'; locksAt: number | undefined } | { kind: 'locked'; why: 'time' | 'clock' | 'person'; heardAt: number };

/** Clocks are corrected by so much without anybody meaning harm. */
export const clockSlackMs = 10 * 60_000;

export function readLock(memory: LockMemory, now: number): LockReading {
	const { afterMs, heardAt, latest, locked } = memory;
	if (locked === 'person') return { kind: 'locked', why: 'person', heardAt };
	if (afterMs === undefined) return { kind: 'open', locksAt: undefined };
	if (locked === 'time' || Math.max(now, latest) - heardAt >= afterMs) return { kind: 'locked', why: 'time', heardAt };
	if (now < latest - clockSlackMs) return { kind: 'locked', why: 'clock', heardAt };
	return { kind: 'open', locksAt: heardAt + afterMs };
}

/** Time has passed without the relay. */
export function afterLook(memory: LockMemory, now: number): LockMemory {
	const seen = { ...memory, latest: Math.max(memory.latest, now) };
	const reading = readLock(memory, now);
	return reading.kind === 'locked' && memory.locked === undefined ? { ...seen, locked: 'time' } : seen;
}

/** The relay was heard at `now`. */
export function afterContact(memory: LockMemory | undefined, now: number): LockMemory {
	const { afterMs, locked } = memory ?? {};
	return {
		...(afterMs === undefined ? {} : { afterMs }),
		...(locked === 'person' ? { locked } : {}),
		...{ heardAt: now, latest: now },
	};
}

/** The desk's limit is another one; undefined takes it away. */
export function withLimit(memory: LockMemory, afterMs: number | undefined): LockMemory {
	const { afterMs: _before, ...rest } = memory;
	return afterMs === undefined ? rest : { ...rest, afterMs };
}

export function lockedByPerson(memory: LockMemory): LockMemory {
	return { ...memory, locked: 'person' };
}

/** The person who locked it, or whoever has the right, unlocks. */
export function unlocked(memory: LockMemory, now: number): LockMemory {
	const { locked: _before, ...rest } = memory;
	return { ...rest, heardAt: now, latest: now };
}
