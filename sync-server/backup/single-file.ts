import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ArchiveFile } from '../../src/lib/protocol/zip-archive.ts';
import { openArchive, type OpenArchive } from '../archive/open-archive.ts';
import { writeArchive } from '../archive/write-archive.ts';
import { databaseFile } from '../store/database.ts';
import { blobPath, ownFile, ownFolder, removeFolder } from './durable-files.ts';
import { looseFiles, mailKeyFile, makeBackup, type BackupResult } from './make-backup.ts';
import { manifestFile, type Manifest } from './manifest.ts';

export interface SingleFileOrder {
	data: string;
	/** The ZIP archive to write. */
	file: string;
	withMailKey: boolean;
	now: number;
}

/**
 * A backup as one file: the same folder as a ZIP archive.
 *
 * SF1 Files of the desk go straight into it; only the database is copied beside it for that time, as of one moment.
 * SF2 It has its name only when it is whole and on the disk, and only its owner can read it.
 * SF3 To verify it or put it back it is unpacked beside it, or beside the new directory, and that is cleared afterwards.
 */
export async function makeSingleFile({ data, file, withMailKey, now }: SingleFileOrder): Promise<BackupResult> {
	const path = resolve(file);
	if (existsSync(path)) return { kind: 'refused', message: `${path} is there already.` };
	const into = `${path}.parts`;
	try {
		const made = await makeBackup({ data, into, withMailKey, now, leaveBlobs: true });
		if (made.kind === 'refused') return made;
		await writeArchive(path, partsOf(made.folder, data, made.manifest, made.blobs), now);
		return { ...made, folder: path };
	} catch (thrown) {
		const { code, message } = thrown as NodeJS.ErrnoException;
		const isFull = code === 'ENOSPC' || code === 'EDQUOT';
		return { kind: 'refused', message: isFull ? `There is no room for ${path}.` : `No backup was made: ${message}` };
	} finally {
		await removeFolder(into).catch(() => {});
	}
}

async function* partsOf(
	folder: string,
	data: string,
	manifest: Manifest,
	blobs: readonly string[],
): AsyncGenerator<ArchiveFile> {
	// In front, so that it is seen at once what the archive is.
	yield { name: manifestFile, content: await readFile(join(folder, manifestFile)) };
	for (const { path } of manifest.files) yield { name: path, content: createReadStream(join(folder, path)) };
	for (const id of blobs) yield { name: blobPath('', id), content: createReadStream(blobPath(data, id)) };
}

const known: readonly string[] = [manifestFile, databaseFile, ...looseFiles, mailKeyFile];

/** Runs with the folder of a backup: that one, or the file unpacked into a folder beside `near`. */
export async function withFolder<T>(backup: string, near: string, run: (folder: string) => Promise<T>): Promise<T> {
	const isFile = await stat(backup).then(
		(found) => found.isFile(),
		() => false,
	);
	if (!isFile) return run(backup);
	await mkdir(dirname(near), { recursive: true });
	const { bavail, bsize } = await statfs(dirname(near));
	const archive = await openArchive(backup, {
		...{ files: 10_000_000, totalBytes: bavail * bsize, bytesOf: () => Number.MAX_SAFE_INTEGER },
		isKnown: (name) => known.includes(name) || /^blobs\/([0-9a-f]{2})\/\1[0-9a-f]{62}$/.test(name),
	});
	const folder = await mkdtemp(`${near}.unpacked-`);
	try {
		for (const name of archive.sizes.keys()) await unpack(archive, name, join(folder, name));
		return await run(folder);
	} finally {
		archive.close();
		await removeFolder(folder);
	}
}

async function unpack(archive: OpenArchive, name: string, path: string): Promise<void> {
	await mkdir(dirname(path), { recursive: true, mode: ownFolder });
	const file = await open(path, 'wx', ownFile);
	try {
		for await (const piece of archive.read(name))
			for (let at = 0; at < piece.length;) at += (await file.write(piece, at)).bytesWritten;
	} finally {
		await file.close();
	}
}
