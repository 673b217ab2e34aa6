import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Thrown where the relay's process would have ended. */
export class RelayDied extends Error {
	override name = 'RelayDied';
}

/** A database whose user can be killed at any statement. What was not committed is then gone; nothing after it runs. */
export interface MortalDatabase {
	db: DatabaseSync;
	/** Ends the process at the n-th statement from now: before it runs, or just after it has run. */
	arm(statements: number, moment: 'before' | 'after'): void;
	die(): void;
	readonly isDead: boolean;
}

export interface DatabaseFaults {
	/** Commits reach the disk only when the returned function is called: acknowledging then means nothing. */
	commitLater?: (commit: () => void) => void;
	/** Forgets which pushes were taken. */
	forgetReceipts?: boolean;
}

export function createMortalDatabase(raw: DatabaseSync, died: () => void, faults: DatabaseFaults = {}): MortalDatabase {
	let fuse: { left: number; moment: 'before' | 'after' } | undefined;
	let isDead = false;
	let owesCommit = false;

	function die(): void {
		if (isDead) return;
		isDead = true;
		if (raw.isTransaction) raw.exec('ROLLBACK');
		died();
	}

	function guard<T>(run: () => T): T {
		if (isDead) throw new RelayDied('the relay is dead');
		if (fuse === undefined) return run();
		fuse.left--;
		const blows = fuse.left <= 0;
		const { moment } = fuse;
		if (blows && moment === 'before') {
			die();
			throw new RelayDied('died before a statement');
		}
		const result = run();
		if (blows) {
			die();
			throw new RelayDied('died after a statement');
		}
		return result;
	}

	function exec(sql: string): void {
		const { commitLater } = faults;
		if (commitLater === undefined) return raw.exec(sql);
		if (sql.startsWith('BEGIN')) {
			if (!raw.isTransaction) raw.exec(sql);
		} else if (sql === 'COMMIT') {
			if (owesCommit) return;
			owesCommit = true;
			commitLater(() => {
				owesCommit = false;
				if (!isDead && raw.isTransaction) raw.exec('COMMIT');
			});
		} else raw.exec(sql);
	}

	function prepare(sql: string): StatementSync {
		const forgets = faults.forgetReceipts === true && sql.includes('receipts');
		const statement = raw.prepare(forgets ? sql.replace('INSERT INTO', 'INSERT OR REPLACE INTO') : sql);
		const blind = forgets && sql.startsWith('SELECT seq');
		return {
			run: (...values: never[]) => guard(() => statement.run(...values)),
			get: (...values: never[]) => guard(() => (blind ? undefined : statement.get(...values))),
			all: (...values: never[]) => guard(() => statement.all(...values)),
		} as unknown as StatementSync;
	}

	const db = {
		prepare,
		exec: (sql: string) => guard(() => exec(sql)),
		get isTransaction() {
			return raw.isTransaction;
		},
	} as unknown as DatabaseSync;

	return {
		db,
		arm(left, moment) {
			fuse = { left, moment };
		},
		die,
		get isDead() {
			return isDead;
		},
	};
}
