import { rmSync } from 'node:fs';
import path from 'node:path';
import { upgradeFolder, type RelayDatabase } from '../store/database.ts';

/**
 * Deleted rows stay in free pages and in the write-ahead log until something overwrites them. Writing the database anew leaves nothing:
 * VACUUM copies what is there, and the log is emptied into it; the relay stands still meanwhile. The database of before the last upgrade goes.
 */
export function forgetBytes({ db, dataDir }: RelayDatabase): 'forgotten' | 'later' {
	if (dataDir === undefined) return 'forgotten';
	try {
		rmSync(path.join(dataDir, upgradeFolder), { recursive: true, force: true });
		db.exec('VACUUM');
		return emptyLog(db);
	} catch {
		// No room for the copy, or a reader in between.
		return 'later';
	}
}

/** From now on what is deleted is overwritten with zeros. Costs a little at every fold, so it is on only where somebody was erased. */
export function overwriteDeleted({ db }: RelayDatabase): void {
	db.exec('PRAGMA secure_delete = ON');
}

export function emptyLog(db: RelayDatabase['db']): 'forgotten' | 'later' {
	const { busy } = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
	return busy === 0 ? 'forgotten' : 'later';
}
