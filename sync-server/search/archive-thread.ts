import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { databaseFile } from '../store/database.ts';
import { openArchiveIndex } from './archive-index.ts';
import { readResting } from './read-resting.ts';

/** Reads what rests into the index, beside the relay, and ends. */
export interface ArchiveErrand {
	directory: string;
	era: number;
	restsSince: number;
}

const { directory, era, restsSince } = workerData as ArchiveErrand;
const db = new DatabaseSync(join(directory, databaseFile), { readOnly: true });
const index = openArchiveIndex(directory, era);
try {
	db.exec('PRAGMA busy_timeout = 5000; PRAGMA cache_size = -1024');
	await readResting({
		...{ db, index, restsSince },
		isOver: () => false,
		behind: () => parentPort?.postMessage('behind'),
		pause: (ms) => sleep(ms),
		measure: () => performance.now(),
	});
} finally {
	index.close();
	db.close();
}
