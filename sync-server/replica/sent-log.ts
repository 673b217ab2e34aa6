import type { DeviceId } from '../../src/lib/domain/ids.ts';
import type { Schedule } from '../schedule.ts';
import { transaction, type RelayDatabase } from '../store/database.ts';

/**
 *   device_feed    up to which sequence number a device was sent what it may see, and when it last asked; `complete` is 0 while its
 *                  first walk over all documents has not ended
 *   device_files   which files a device fetched, and when first
 */
export const sentTables = `
	CREATE TABLE device_feed (
		device TEXT PRIMARY KEY,
		head INTEGER NOT NULL,
		complete INTEGER NOT NULL,
		at INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE TABLE device_files (
		device TEXT NOT NULL,
		blob TEXT NOT NULL,
		at INTEGER NOT NULL,
		PRIMARY KEY (device, blob)
	) STRICT, WITHOUT ROWID;
`;

/** device_feed.taken: up to which sequence number the device has stored what it was sent, as it said when it asked for more. */
export const takenColumn = 'ALTER TABLE device_feed ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;';

export interface Sent {
	head: number;
	isComplete: boolean;
	at: number;
	taken: number;
}

export interface SentLog {
	/** The device was sent what it may see up to `head`, and has stored it up to `taken`. */
	pulled(device: string, head: number, taken: number): void;
	/** A page of the walk over all documents that began at `head`. */
	walked(device: string, head: number, isLast: boolean): void;
	/** Undefined where nothing is known of it. */
	of(device: DeviceId): Sent | undefined;
	/** Writes what is only in memory. */
	flush(): void;
}

/** So much of it a crash of the relay may cost; the report counts what came in that time as possible. */
export const unwrittenMs = 5_000;

/** Kept in memory and written together: a device that asks must not cost a commit. */
export function createSentLog(parts: {
	database: RelayDatabase;
	now(): number;
	schedule: Schedule;
	onFailure(error: unknown): void;
}): SentLog {
	const { now, schedule, onFailure } = parts;
	const { db } = parts.database;
	const select = db.prepare('SELECT head, complete, at, taken FROM device_feed WHERE device = ?');
	const put = db.prepare(
		'INSERT OR REPLACE INTO device_feed (device, head, complete, at, taken) VALUES (?, ?, ?, ?, ?)',
	);
	const known = new Map<string, Sent>();
	const unwritten = new Set<string>();
	let callOff: (() => void) | undefined;

	function read(device: string): Sent | undefined {
		const remembered = known.get(device);
		if (remembered !== undefined) return remembered;
		const row = select.get(device);
		if (row === undefined) return undefined;
		const sent = {
			...{ head: row.head as number, isComplete: row.complete === 1 },
			...{ at: row.at as number, taken: row.taken as number },
		};
		known.set(device, sent);
		return sent;
	}

	function note(device: string, sent: Sent): void {
		known.set(device, sent);
		unwritten.add(device);
		callOff ??= schedule.after(unwrittenMs, flush);
	}

	function flush(): void {
		callOff?.();
		callOff = undefined;
		if (unwritten.size === 0) return;
		try {
			transaction(db, () => {
				for (const device of unwritten) {
					const sent = known.get(device);
					if (sent !== undefined) put.run(device, sent.head, Number(sent.isComplete), sent.at, sent.taken);
				}
			});
			unwritten.clear();
		} catch (error) {
			// A full disk: it stays in memory and is tried with what comes next.
			onFailure(error);
		}
	}

	return {
		pulled(device, head, taken) {
			const before = read(device);
			note(device, {
				...{ head: Math.max(head, before?.head ?? 0), isComplete: before?.isComplete ?? false, at: now() },
				taken: Math.max(taken, before?.taken ?? 0),
			});
		},
		walked(device, head, isLast) {
			const before = read(device);
			const at = now();
			note(device, { head: Math.max(head, before?.head ?? 0), isComplete: isLast, at, taken: before?.taken ?? 0 });
		},
		of: read,
		flush,
	};
}
