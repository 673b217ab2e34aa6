import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { erasureFile, mergeErasures, readErasures } from '../erasure/erasure-list.ts';
import { databaseFile, readEra } from '../store/database.ts';
import { backupName, isPartial, partialName, timeOfBackup } from './backup-name.ts';
import {
	blobPath,
	copyDurably,
	hashOfFile,
	linkFile,
	ownFile,
	ownFolder,
	removeFolder,
	sizeOf,
	syncPath,
	writeDurably,
} from './durable-files.ts';
import { formatVersion, manifestFile, type Manifest } from './manifest.ts';

export interface BackupOrder {
	/** The data directory; a relay may be writing there. */
	data: string;
	/** Where backups lie, each in a folder of its own. */
	into: string;
	/** Also the key that opens the passwords of the mailboxes. */
	withMailKey: boolean;
	now: number;
	/** The files are looked at where they are and not copied: who asked for it takes them from there. */
	leaveBlobs?: boolean;
}

export type BackupResult =
	{ kind: 'made'; folder: string; manifest: Manifest; blobs: string[] } | { kind: 'refused'; message: string };

export const looseFiles = ['numbers.json', 'config.json', 'VERSION', 'secrets/mail-tokens.key', erasureFile];
export const mailKeyFile = 'secrets/mail.key';

/**
 * Copies a desk while it works.
 *
 * BK1 The database is copied as of one moment, by a reader of its own: whoever writes does not wait for it.
 * BK2 What lies beside the database is copied after it, so that it is never older: numbers that were given away stay given away.
 * BK3 Files never change under their hash. One that the backup before has is linked, where the disk can do that; others are
 *     copied from the desk and their bytes compared with their name.
 * BK4 It has its name only when it is whole and on the disk. A process that dies leaves a `.partial`, which the next one clears.
 * BK5 Only the owner can read it, and the key to passwords is in it only where that was asked for.
 */
export async function makeBackup(order: BackupOrder): Promise<BackupResult> {
	const { data, into, withMailKey, now } = order;
	const source = join(data, databaseFile);
	if (!existsSync(source)) return refused(`There is no desk in ${data}. Name its data directory with --data.`);
	if (isInside(data, into)) return refused(`${into} lies in the data directory. A backup belongs to another disk.`);
	const name = backupName(now);
	const folder = join(into, partialName(name));
	try {
		await mkdir(into, { recursive: true, mode: ownFolder });
		const names = await readdir(into);
		for (const name of names.filter(isPartial)) await removeFolder(join(into, name));
		if (names.includes(name)) return refused(`${join(into, name)} is there already.`);
		await mkdir(folder, { mode: ownFolder });
		const copy = join(folder, databaseFile);
		await copyDatabase(source, copy);
		const held = readContents(copy);
		const loose = [...looseFiles, ...(withMailKey ? [mailKeyFile] : [])].filter((file) => existsSync(join(data, file)));
		for (const file of loose) await copyDurably(join(data, file), join(folder, file));
		const before = newestOf(names);
		const blobs =
			order.leaveBlobs === true
				? await countBlobs(held.blobs, data)
				: await copyBlobs(held.blobs, data, folder, before === undefined ? undefined : join(into, before));
		const files: Manifest['files'] = [];
		for (const path of [databaseFile, ...loose]) {
			const file = join(folder, path);
			files.push({ path, size: (await sizeOf(file)) ?? 0, sha256: await hashOfFile(file) });
		}
		const manifest: Manifest = {
			format: formatVersion,
			tresen: await ownVersion(),
			madeAt: now,
			era: readEra(data),
			...{ sequence: held.sequence, tables: held.tables, documents: held.documents },
			...{ blobs: blobs.stored, missing: blobs.missing, files },
		};
		await writeDurably(join(folder, manifestFile), `${JSON.stringify(manifest, null, '\t')}\n`);
		const named = join(into, name);
		await rename(folder, named);
		// Beside the backups: an older one that is put back is told what was erased since.
		const erasures = readErasures(data);
		if (erasures !== undefined) mergeErasures(into, erasures);
		await syncPath(into);
		const lost = new Set(manifest.missing);
		const ids = held.blobs.map(({ id }) => id).filter((id) => !lost.has(id));
		return { kind: 'made', folder: named, manifest, blobs: ids };
	} catch (thrown) {
		await removeFolder(folder).catch(() => {});
		return refused(wordsOf(thrown, into));
	}
}

async function copyDatabase(source: string, copy: string): Promise<void> {
	// An empty file of ours, so that nobody else can read what SQLite writes into it.
	await (await open(copy, 'wx', ownFile)).close();
	const db = new DatabaseSync(source, { readOnly: true });
	try {
		db.exec('PRAGMA busy_timeout = 5000');
		db.prepare('VACUUM INTO ?').run(copy);
	} finally {
		db.close();
	}
	await syncPath(copy);
}

interface Contents {
	sequence: number;
	tables: number;
	documents: Record<string, number>;
	blobs: { id: string; size: number }[];
}

export function readContents(file: string): Contents {
	const db = new DatabaseSync(file, { readOnly: true });
	try {
		const kinds = db.prepare('SELECT kind, count(*) AS n FROM docs WHERE gone_at IS NULL GROUP BY kind ORDER BY kind');
		return {
			sequence: db.prepare('SELECT coalesce(max(head), 0) AS head FROM docs').get()?.head as number,
			tables: db.prepare('PRAGMA user_version').get()?.user_version as number,
			documents: Object.fromEntries(kinds.all().map(({ kind, n }) => [kind as string, n as number])),
			blobs: db.prepare('SELECT id, size FROM blobs ORDER BY id').all() as unknown as Contents['blobs'],
		};
	} finally {
		db.close();
	}
}

async function copyBlobs(
	blobs: Contents['blobs'],
	data: string,
	folder: string,
	before: string | undefined,
): Promise<{ stored: Manifest['blobs']; missing: string[] }> {
	const stored = { count: 0, bytes: 0 };
	const missing: string[] = [];
	for (const { id, size } of blobs) {
		const to = blobPath(folder, id);
		const older = before === undefined ? undefined : blobPath(before, id);
		const isLinked = older !== undefined && (await sizeOf(older)) === size && (await linkFile(older, to));
		if (!isLinked && !(await copyBlob(blobPath(data, id), to, id))) {
			missing.push(id);
			continue;
		}
		stored.count++;
		stored.bytes += size;
	}
	return { stored, missing };
}

async function countBlobs(
	blobs: Contents['blobs'],
	data: string,
): Promise<{ stored: Manifest['blobs']; missing: string[] }> {
	const stored = { count: 0, bytes: 0 };
	const missing: string[] = [];
	for (const { id, size } of blobs) {
		const path = blobPath(data, id);
		if ((await sizeOf(path)) !== size || (await hashOfFile(path)) !== id) missing.push(id);
		else {
			stored.count++;
			stored.bytes += size;
		}
	}
	return { stored, missing };
}

async function copyBlob(from: string, to: string, id: string): Promise<boolean> {
	if ((await sizeOf(from)) === undefined) return false;
	await copyDurably(from, to);
	if ((await hashOfFile(to)) === id) return true;
	await removeFolder(to);
	return false;
}

function newestOf(names: readonly string[]): string | undefined {
	return names
		.filter((name) => timeOfBackup(name) !== undefined)
		.sort()
		.at(-1);
}

function isInside(data: string, into: string): boolean {
	const way = relative(resolve(data), resolve(into));
	return way === '' || !way.startsWith('..');
}

export async function ownVersion(): Promise<string> {
	const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8').catch(() => '{}');
	const { version } = JSON.parse(text) as { version?: unknown };
	return typeof version === 'string' ? version : 'unknown';
}

function refused(message: string): BackupResult {
	return { kind: 'refused', message };
}

const cannotWrite = ['EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR', 'ENOENT'];

/** What went wrong, and where to look. */
function wordsOf(thrown: unknown, into: string): string {
	const { code, errcode, message } = thrown as NodeJS.ErrnoException & { errcode?: number };
	if (code === 'ENOSPC' || code === 'EDQUOT' || errcode === 13)
		return `There is no room for the backup in ${into}. Make some, or name another folder.`;
	if (code !== undefined && cannotWrite.includes(code))
		return `${into} cannot be written (${code}). Give it to this user, or name another folder.`;
	if (errcode !== undefined && (errcode & 0xff) === 11)
		return 'The database is damaged, so no backup was made. `tresen verify` says what is wrong; see the README on restoring.';
	return `No backup was made: ${message}`;
}
