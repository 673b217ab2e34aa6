import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { createDeflateRaw } from 'node:zlib';
import { zipArchive, type ArchiveFile } from '../../src/lib/protocol/zip-archive.ts';
import { ownFile, syncPath } from '../backup/durable-files.ts';

export function deflated(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
	const packer = createDeflateRaw({ level: 6 });
	const source = Readable.from(content, { objectMode: false });
	source.on('error', (error) => packer.destroy(error));
	return source.pipe(packer) as AsyncIterable<Uint8Array>;
}

/** An archive that has its name only when it is whole and on the disk; only the owner can read it. Returns its size. */
export async function writeArchive(path: string, files: AsyncIterable<ArchiveFile>, at: number): Promise<number> {
	return writeWhole(path, zipArchive(files, { at, deflate: deflated }));
}

export async function writeWhole(path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
	const partial = `${path}.partial`;
	const file = await open(partial, 'w', ownFile);
	let size = 0;
	try {
		for await (const piece of pieces) {
			for (let at = 0; at < piece.length;) at += (await file.write(piece, at)).bytesWritten;
			size += piece.length;
		}
		await file.sync();
		await file.close();
		await rename(partial, path);
		await syncPath(dirname(path));
		return size;
	} catch (thrown) {
		await file.close().catch(() => {});
		await rm(partial, { force: true });
		throw thrown;
	}
}
