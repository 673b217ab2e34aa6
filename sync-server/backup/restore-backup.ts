import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { skipBlocks } from '../auth/number-blocks.ts';
import { mergeErasures, readErasures } from '../erasure/erasure-list.ts';
import { databaseFile, transaction, writeEra } from '../store/database.ts';
import { restoringFile, writeRestored } from '../store/restored.ts';
import { blobPath, copyDurably, isEmptyOrMissing, ownFolder, sizeOf, syncPath, writeDurably } from './durable-files.ts';
import { readContents, mailKeyFile } from './make-backup.ts';
import type { Manifest } from './manifest.ts';
import { verifyBackup } from './verify-backup.ts';

export interface RestoreOrder {
	backup: string;
	/** Empty, or not there yet. */
	data: string;
	/** Puts back what is whole although something is missing. */
	acceptLosses: boolean;
	now: number;
}

export type RestoreResult =
	| { kind: 'restored'; era: number; manifest: Manifest; lost: string[]; hasMailKey: boolean }
	| { kind: 'refused'; message: string; problems: string[] };

/**
 * Puts a backup back.
 *
 * RB1 Only into an empty directory: nothing that is there is ever overwritten.
 * RB2 The backup is verified first, every byte of it.
 * RB3 The era is higher than any before, also when the same backup is put back twice: at least the seconds since 1970.
 * RB4 Sequence numbers go on above all that were ever given, so that no device takes old for new or new for old.
 * RB5 Blocks of ticket numbers that may have been given since are left out; the device that has one keeps it.
 * RB6 Half a restore is no desk: while it runs a file says so, and no relay starts on it.
 * RB7 What was erased since the backup is on the list beside the backups, and is erased again before the relay serves anybody.
 */
export async function restoreBackup({ backup, data, acceptLosses, now }: RestoreOrder): Promise<RestoreResult> {
	const refused = (message: string, problems: string[] = []): RestoreResult => ({ kind: 'refused', message, problems });
	if (isInside(backup, data)) return refused(`${data} lies in the backup. Name another directory.`);
	if (!(await isEmptyOrMissing(data)))
		return refused(`${data} is not empty, and nothing is overwritten. Name a new directory, or move that one away.`);
	const { manifest, problems } = await verifyBackup(backup);
	if (manifest === undefined) return refused(`${backup} is no backup that can be read.`, problems);
	const isBroken = problems.length > 0 && !(acceptLosses && existsSync(join(backup, databaseFile)));
	if (isBroken)
		return refused(
			'The backup is damaged. Take another one; --accept-losses puts back what is whole in this one.',
			problems,
		);
	const marker = join(data, restoringFile);
	try {
		await mkdir(join(data, 'secrets'), { recursive: true, mode: ownFolder });
		await writeDurably(marker, `${backup}\n`);
		for (const { path } of manifest.files)
			if (path !== databaseFile && path !== 'numbers.json' && existsSync(join(backup, path)))
				await copyDurably(join(backup, path), join(data, path));
		adoptErasures(dirname(resolve(backup)), data);
		const lost = [...manifest.missing];
		const contents = readContents(join(backup, databaseFile));
		for (const { id, size } of contents.blobs) {
			if ((await sizeOf(blobPath(backup, id))) === size) await copyDurably(blobPath(backup, id), blobPath(data, id));
			else if (!lost.includes(id)) lost.push(id);
		}
		const era = Math.max(manifest.era + 1, Math.floor(now / 1000));
		writeEra(data, era);
		await copyDurably(join(backup, databaseFile), join(data, databaseFile));
		const highestBlock = raiseSequence(join(data, databaseFile), era);
		const numbers = await readFile(join(backup, 'numbers.json'), 'utf8').catch(() => '{}');
		await writeDurably(join(data, 'numbers.json'), skipBlocks(numbers, highestBlock));
		await writeRestored(data, { era, backupAt: manifest.madeAt, at: now });
		await rm(marker);
		await syncPath(data);
		return { kind: 'restored', era, manifest, lost, hasMailKey: existsSync(join(data, mailKeyFile)) };
	} catch (thrown) {
		await emptyFolder(data).catch(() => {});
		return refused(`Nothing was restored: ${(thrown as Error).message}`);
	}
}

/** Room for more edits a second than any relay takes. */
const sequencesASecond = 2 ** 20;

/** RB4: the newest sequence number becomes one that no relay of this desk has ever given. Returns the highest block of numbers. */
export function raiseSequence(file: string, era: number): number {
	const db = new DatabaseSync(file);
	try {
		db.exec('PRAGMA synchronous = FULL');
		const sequence = db.prepare('SELECT coalesce(max(head), 0) AS head FROM docs').get()?.head as number;
		const by = Math.max(era * sequencesASecond - sequence, sequencesASecond);
		const raised = [
			['docs', 'head'],
			['docs', 'snapshot_seq'],
			['snapshots', 'seq'],
			['updates', 'seq'],
			['receipts', 'seq'],
			['doc_scopes', 'since'],
			['doc_scopes_left', 'seq'],
		];
		transaction(db, () => {
			for (const [table, column] of raised)
				db.exec(`UPDATE ${table} SET ${column} = ${column} + ${by} WHERE ${column} > 0`);
		});
		return (db.prepare('SELECT max(block) AS block FROM number_blocks').get()?.block as number | null) ?? 0;
	} finally {
		db.close();
	}
}

function adoptErasures(beside: string, data: string): void {
	const erasures = readErasures(beside);
	if (erasures !== undefined) mergeErasures(data, erasures);
}

async function emptyFolder(folder: string): Promise<void> {
	for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

function isInside(folder: string, inner: string): boolean {
	const way = relative(resolve(folder), resolve(inner));
	return way === '' || !way.startsWith('..');
}
