import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Only the owner reads what is the desk's. */
export const ownFile = 0o600;
export const ownFolder = 0o700;

export async function hashOfFile(path: string): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
	return hash.digest('hex');
}

export async function syncPath(path: string): Promise<void> {
	const handle = await open(path, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Stored for good when it resolves: all of it, or what was there before. */
export async function writeDurably(path: string, content: string): Promise<void> {
	const beside = `${path}.new`;
	const handle = await open(beside, 'w', ownFile);
	try {
		await handle.writeFile(content);
		await handle.sync();
	} finally {
		await handle.close();
	}
	await rename(beside, path);
	await syncPath(dirname(path));
}

/** A copy of its own, readable by the owner alone, on the disk when it resolves. */
export async function copyDurably(from: string, to: string): Promise<void> {
	await mkdir(dirname(to), { recursive: true, mode: ownFolder });
	await copyFile(from, to, constants.COPYFILE_EXCL);
	const handle = await open(to, 'r+');
	try {
		await handle.chmod(ownFile);
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** The same bytes under a second name. False where the file system cannot do that. */
export async function linkFile(from: string, to: string): Promise<boolean> {
	try {
		await mkdir(dirname(to), { recursive: true, mode: ownFolder });
		await link(from, to);
		return true;
	} catch {
		return false;
	}
}

export async function sizeOf(path: string): Promise<number | undefined> {
	const found = await stat(path).catch(() => undefined);
	return found?.isFile() === true ? found.size : undefined;
}

export async function isEmptyOrMissing(folder: string): Promise<boolean> {
	try {
		return (await readdir(folder)).length === 0;
	} catch (thrown) {
		return (thrown as NodeJS.ErrnoException).code === 'ENOENT';
	}
}

export async function removeFolder(folder: string): Promise<void> {
	await rm(folder, { recursive: true, force: true });
}

export function blobPath(folder: string, id: string): string {
	return join(folder, 'blobs', id.slice(0, 2), id);
}
