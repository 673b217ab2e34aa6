import { readdir } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { timesUpTo } from './backup-name.ts';
import type { NightlyOrder, NightlyResult } from './backup-thread.ts';

/**
 * Backups by themselves.
 *
 * NB1 One is due when none was made since the chosen hour struck last, by this machine's clock; so also after a night in which it was off.
 * NB2 It is made in another thread. After it the ones that are not kept are deleted (7 days, 4 weeks, 6 months).
 * NB3 One that failed is tried again an hour later, and `/readyz` and `doctor` say so until one succeeds.
 * NB4 A folder without a new backup for more than 26 hours is named too, whatever the reason.
 * NB5 A backup that is dated later than now was made by a clock that ran ahead. It is kept, stands for no night, and counts again when
 *     its time has come.
 */
export interface NightlyBackups {
	/** For people who look after the desk; empty if all is well. */
	notices(): string[];
	/** Looks whether one is due; resolves when it is made. */
	look(): Promise<void>;
	close(): Promise<void>;
}

export interface NightlyParts {
	data: string;
	/** The folder; empty for none. */
	into: string;
	hour: number;
	now(): number;
	log: Pick<Logger, 'info' | 'error'>;
	/** Instead of the thread, for tests. */
	run?(order: NightlyOrder): Promise<NightlyResult>;
}

const lookEveryMs = 5 * 60_000;
const againAfterMs = 60 * 60_000;
export const overdueMs = 26 * 60 * 60_000;

export function createNightlyBackups(parts: NightlyParts): NightlyBackups {
	const { data, into, hour, now, log, run = runInThread } = parts;
	let failedAt: number | undefined;
	let newest: number | undefined;
	let looking: Promise<void> | undefined;
	let timer: NodeJS.Timeout | undefined;
	const began = now();

	async function lookOnce(): Promise<void> {
		newest = await newestBackup(into, now());
		if (!isBackupDue(newest, now(), hour)) return;
		if (failedAt !== undefined && now() - failedAt < againAfterMs) return;
		const result = await run({ data, into, withMailKey: false, now: now() });
		if (result.kind === 'made') {
			failedAt = undefined;
			newest = await newestBackup(into, now());
			log.info({ deleted: result.deleted, missing: result.missing }, 'a backup was made');
		} else {
			failedAt = now();
			// Its words name folders; `tresen backup` says them to whoever asks.
			log.error('no backup was made: run `tresen backup` to see why');
		}
	}

	const look = () => (looking ??= lookOnce().finally(() => (looking = undefined)));
	if (into !== '') {
		timer = setInterval(() => void look().catch(() => (failedAt = now())), lookEveryMs);
		timer.unref();
		void look().catch(() => (failedAt = now()));
	}
	return {
		notices() {
			if (into === '') return [];
			if (failedAt !== undefined) return ['backup-failed'];
			return now() - Math.max(newest ?? 0, began) > overdueMs ? ['backup-overdue'] : [];
		},
		look,
		async close() {
			clearInterval(timer);
			await looking?.catch(() => {});
		},
	};
}

/** Whether the hour has struck since the newest backup, by this machine's clock. */
export function isBackupDue(newest: number | undefined, now: number, hour: number): boolean {
	const struck = new Date(now);
	struck.setHours(hour, 0, 0, 0);
	if (struck.getTime() > now) struck.setDate(struck.getDate() - 1);
	return newest === undefined || newest < struck.getTime();
}

/** When the newest backup in a folder was made, up to a time; undefined if there is none. */
export async function newestBackup(into: string, until: number): Promise<number | undefined> {
	const times = timesUpTo(await readdir(into).catch(() => []), until);
	return times.length === 0 ? undefined : Math.max(...times);
}

function runInThread(order: NightlyOrder): Promise<NightlyResult> {
	return new Promise((resolve) => {
		const failed = (message: string) => resolve({ kind: 'refused', message });
		const worker = new Worker(new URL('./backup-thread.ts', import.meta.url), { workerData: order });
		worker.once('message', resolve);
		worker.once('error', (error: Error) => failed(error.message));
		worker.once('exit', (code) => failed(`the thread ended with ${code}`));
	});
}
