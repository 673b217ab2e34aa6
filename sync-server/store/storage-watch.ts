import type { DatabaseSync } from 'node:sqlite';
import type { Schedule } from '../schedule.ts';

/**
 * Whether the disk takes what is written.
 *
 * ST1 A write that the disk refuses is never acknowledged. The relay stays up, and what it has can be read.
 * ST2 It says so once, in the log, under `/readyz` and `/metrics`, until a write succeeds again. Nobody has to start it anew.
 * ST3 While it cannot store, it tries a small write every few seconds, so that the news of room does not wait for somebody's edit.
 * ST4 Damage does not pass: from then on nothing is written at all, so that it does not spread; a restart refuses and names the way out.
 */
export const storageTroubles = ['disk-full', 'disk-read-only', 'disk-failing', 'database-damaged'] as const;
export type StorageTrouble = (typeof storageTroubles)[number];

export interface StorageWatch {
	readonly trouble: StorageTrouble | undefined;
	/** Something went wrong while it was stored or read. True if it was the disk's fault, which is then known. */
	failed(error: unknown): boolean;
	/** Something was stored. */
	stored(): void;
	/** Tries a small write, if the last one failed. */
	look(): void;
	close(): void;
}

const lookAgainMs = 5_000;

export function createStorageWatch(parts: {
	db: DatabaseSync;
	schedule: Schedule;
	/** Told when it changes. */
	onChange(trouble: StorageTrouble | undefined): void;
}): StorageWatch {
	const { db, schedule, onChange } = parts;
	let trouble: StorageTrouble | undefined;
	let callOff: (() => void) | undefined;

	function become(next: StorageTrouble | undefined): void {
		if (trouble === next || trouble === 'database-damaged') return;
		trouble = next;
		callOff?.();
		callOff = undefined;
		if (next !== undefined && next !== 'database-damaged') callOff = schedule.after(lookAgainMs, lookAgain);
		onChange(next);
	}

	function lookAgain(): void {
		look();
		if (trouble !== undefined && trouble !== 'database-damaged') callOff = schedule.after(lookAgainMs, lookAgain);
	}

	function look(): void {
		if (trouble === undefined || trouble === 'database-damaged' || db.isTransaction) return;
		try {
			// Writes one page and changes nothing.
			const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
			db.exec(`PRAGMA user_version = ${version}`);
			become(undefined);
		} catch (error) {
			const next = storageTroubleOf(error);
			if (next !== undefined) become(next);
		}
	}

	return {
		get trouble() {
			return trouble;
		},
		failed(error) {
			const next = storageTroubleOf(error);
			if (next !== undefined) become(next);
			return next !== undefined;
		},
		stored: () => become(undefined),
		look,
		close() {
			callOff?.();
			callOff = undefined;
		},
	};
}

const byCode: Readonly<Record<string, StorageTrouble>> = {
	ENOSPC: 'disk-full',
	EDQUOT: 'disk-full',
	EROFS: 'disk-read-only',
	EIO: 'disk-failing',
	EFBIG: 'disk-failing',
};
/** SQLite's own codes, without what it adds to them. */
const bySqlite: Readonly<Record<number, StorageTrouble>> = {
	8: 'disk-read-only',
	10: 'disk-failing',
	11: 'database-damaged',
	13: 'disk-full',
	26: 'database-damaged',
};

/** Whether the disk is why something was not stored: nothing of it is, and it may be tried again. */
export function cannotStore(error: unknown): boolean {
	return storageTroubleOf(error) !== undefined;
}

/** For what is good to know and not worth refusing anybody: reading goes on where nothing can be stored. */
export function storeIfPossible(write: () => void): void {
	try {
		write();
	} catch (error) {
		if (!cannotStore(error)) throw error;
	}
}

/** What an error says of the disk; undefined if it is about something else. */
export function storageTroubleOf(error: unknown): StorageTrouble | undefined {
	const { code, errcode } = error as { code?: string; errcode?: number };
	return errcode === undefined ? byCode[code ?? ''] : bySqlite[errcode & 0xff];
}

/** For whoever looks after the machine: what it is, and what to do. */
export function storageWords(trouble: StorageTrouble, directory: string): string {
	return {
		'disk-full': `The disk under ${directory} is full, so nothing can be stored. Make room; nothing is lost.`,
		'disk-read-only': `The disk under ${directory} cannot be written. Mount it for writing, or name another directory with --data.`,
		'disk-failing': `The disk under ${directory} fails when it is written to. Look at the system's log, and copy the directory to another disk.`,
		'database-damaged': `The database in ${directory} is damaged. Keep the directory as it is, and restart: the relay says what to do.`,
	}[trouble];
}
