import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { backupName, timesUpTo } from './backup-name.ts';
import { removeFolder } from './durable-files.ts';
import { makeBackup, type BackupOrder } from './make-backup.ts';
import { backupsToDelete, usualRetention } from './retention.ts';

/** A backup, and then room for the next. Runs in a thread of its own when a relay asks for it. */
export type NightlyOrder = BackupOrder;
export type NightlyResult = { kind: 'made'; deleted: number; missing: number } | { kind: 'refused'; message: string };

export async function makeNightlyBackup(order: NightlyOrder): Promise<NightlyResult> {
	const result = await makeBackup(order);
	if (result.kind === 'refused') return result;
	// What a clock that ran ahead has dated must not take the places of what is made now.
	const times = timesUpTo(await readdir(order.into), order.now);
	const old = backupsToDelete(times, usualRetention);
	for (const time of old) await removeFolder(join(order.into, backupName(time)));
	return { kind: 'made', deleted: old.length, missing: result.manifest.missing.length };
}

if (!isMainThread && parentPort !== null) parentPort.postMessage(await makeNightlyBackup(workerData as NightlyOrder));
