import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { blobsOf } from '../../src/lib/domain/entry-blobs.ts';
import type { Entry } from '../../src/lib/domain/entry.ts';
import { relayDevice, type BlobId, type DeviceId, type DocumentId } from '../../src/lib/domain/ids.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import { cannotStore } from '../store/storage-watch.ts';

export interface BlobReader {
	device: DeviceId;
	maySee(document: DocumentId): boolean;
}

export type ReceiveResult =
	| { kind: 'complete'; received: number }
	| { kind: 'more'; received: number }
	/** The offset is not where the relay stands. */
	| { kind: 'elsewhere'; received: number }
	| { kind: 'refused'; reason: 'too-big' | 'malformed' | 'storage-full' };

export type StoreResult = { kind: 'stored'; id: BlobId; size: number } | { kind: 'storage-full' };

/**
 * Files by the SHA-256 of their bytes, in `blobs/ab/<sha256>`. A file appears there only whole, checked and on the disk.
 * What is still coming lies in `blobs/incoming/<sha256>.<device>`.
 */
export interface BlobStore {
	/** Size of a complete file that this reader may read. */
	find(id: BlobId, reader: BlobReader): { size: number; path: string } | undefined;
	/** How much of the file this device has sent so far. */
	received(id: BlobId, device: DeviceId): Promise<number>;
	receive(id: BlobId, device: DeviceId, offset: number, size: number, bytes: Uint8Array): Promise<ReceiveResult>;
	/** The relay's own files. */
	store(bytes: Uint8Array): Promise<StoreResult>;
	/** Size and place of a file, whoever asks: for the relay's own commands. */
	locate(id: BlobId): { size: number; path: string } | undefined;
	/** Notes which files an entry names. Call in the transaction that stores the entry. */
	noteEntry(document: DocumentId, entry: Entry, writer: BlobReader): void;
	/** The same for a file that a standing document names. */
	noteFile(document: DocumentId, file: BlobId, writer: BlobReader): void;
	/** The document names only these files from now on. Returns those that nobody names any more; call in a transaction. */
	keepOnly(document: DocumentId, files: ReadonlySet<BlobId>): BlobId[];
	/** Removes the bytes of files that are not known any more. */
	removeUnknown(files: Iterable<BlobId>): Promise<void>;
	/** Removes whatever lies there and is not known. Only while nobody brings files. */
	clearUnknown(): Promise<void>;
	/** Removes what began to come long ago and never ended. */
	clearAbandoned(): Promise<void>;
}

export interface BlobStoreParts {
	database: DatabaseSync;
	/** The data directory. */
	directory: string;
	quota: number;
	now: () => number;
}

const abandonedMs = 7 * 24 * 60 * 60_000;
const mostIncoming = 20;

export function createBlobStore({ database, directory, quota, now }: BlobStoreParts): BlobStore {
	const root = join(directory, 'blobs');
	const incoming = join(root, 'incoming');
	const sizeOf = database.prepare('SELECT size FROM blobs WHERE id = ?');
	const add = database.prepare('INSERT OR IGNORE INTO blobs (id, size, stored_at) VALUES (?, ?, ?)');
	const used = database.prepare('SELECT coalesce(sum(size), 0) AS bytes FROM blobs');
	const addUploader = database.prepare('INSERT OR IGNORE INTO blob_uploaders (blob, device) VALUES (?, ?)');
	const isUploader = database.prepare('SELECT 1 FROM blob_uploaders WHERE blob = ? AND device = ?');
	const refs = database.prepare('SELECT DISTINCT document FROM blob_refs WHERE blob = ? AND vouched = 1');
	const addRef = database.prepare(
		`INSERT INTO blob_refs (blob, document, device, vouched) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET vouched = max(vouched, excluded.vouched)`,
	);
	const vouch = database.prepare('UPDATE blob_refs SET vouched = 1 WHERE blob = ? AND device = ?');

	const namedBy = database.prepare('SELECT DISTINCT blob FROM blob_refs WHERE document = ?');
	const dropRef = database.prepare('DELETE FROM blob_refs WHERE blob = ? AND document = ?');
	const isNamed = database.prepare('SELECT 1 FROM blob_refs WHERE blob = ? LIMIT 1');
	const dropUploaders = database.prepare('DELETE FROM blob_uploaders WHERE blob = ?');
	const drop = database.prepare('DELETE FROM blobs WHERE id = ?');

	const pathOf = (id: BlobId) => join(root, id.slice(0, 2), id);
	const partOf = (id: BlobId, device: DeviceId) => join(incoming, `${id}.${device}`);
	const locate = (id: BlobId) => {
		const row = sizeOf.get(id);
		return row === undefined ? undefined : { size: row.size as number, path: pathOf(id) };
	};
	const mayRead = (id: BlobId, { device, maySee }: BlobReader) =>
		device === relayDevice ||
		isUploader.get(id, device) !== undefined ||
		refs.all(id).some((row) => maySee(row.document as DocumentId));
	const hasRoom = (size: number) => (used.get()?.bytes as number) + size <= quota;

	const note = (id: BlobId, size: number, device: DeviceId) => {
		add.run(id, size, now());
		if (device !== relayDevice) addUploader.run(id, device);
		vouch.run(id, device);
	};

	const noteFile: BlobStore['noteFile'] = (document, id, writer) => {
		const isVouched = writer.device === relayDevice || (locate(id) !== undefined && mayRead(id, writer));
		addRef.run(id, document, writer.device, Number(isVouched));
	};

	const moveIn = async (part: string, id: BlobId) => {
		const path = pathOf(id);
		await mkdir(dirname(path), { recursive: true, mode: 0o700 });
		await rename(part, path);
		await syncFolder(dirname(path));
	};

	const takesTurns = createTurns();

	const receive: BlobStore['receive'] = async (id, device, offset, size, bytes) => {
		if (size > limits.blobBytes) return { kind: 'refused', reason: 'too-big' };
		if (offset + bytes.length > size) return { kind: 'refused', reason: 'malformed' };
		const isHere = locate(id) !== undefined && (await sizeOfFile(pathOf(id))) === size;
		if (isHere && isUploader.get(id, device) !== undefined) return { kind: 'complete', received: size };
		const part = partOf(id, device);
		const standing = await sizeOfFile(part);
		if (offset !== standing) return { kind: 'elsewhere', received: standing };
		if (!hasRoom(size)) return { kind: 'refused', reason: 'storage-full' };
		if (offset === 0 && (await startedBy(incoming, device)) >= mostIncoming) {
			return { kind: 'refused', reason: 'storage-full' };
		}
		await mkdir(incoming, { recursive: true, mode: 0o700 });
		await append(part, offset, bytes);
		const received = offset + bytes.length;
		if (received < size) return { kind: 'more', received };
		if ((await hashFile(part)) !== id) {
			await rm(part, { force: true });
			return { kind: 'refused', reason: 'malformed' };
		}
		await moveIn(part, id);
		note(id, size, device);
		return { kind: 'complete', received };
	};

	return {
		locate,
		find(id, reader) {
			const found = locate(id);
			return found !== undefined && mayRead(id, reader) ? found : undefined;
		},
		received: (id, device) => sizeOfFile(partOf(id, device)),

		receive: (id, device, offset, size, bytes) =>
			takesTurns(`${id}.${device}`, async () => {
				try {
					return await receive(id, device, offset, size, bytes);
				} catch (thrown) {
					if (cannotStore(thrown)) return { kind: 'refused', reason: 'storage-full' };
					throw thrown;
				}
			}),

		async store(bytes) {
			const id = createHash('sha256').update(bytes).digest('hex') as BlobId;
			return takesTurns(`${id}.${relayDevice}`, async () => {
				if (locate(id) !== undefined) return { kind: 'stored', id, size: bytes.length };
				if (!hasRoom(bytes.length)) return { kind: 'storage-full' };
				const part = partOf(id, relayDevice);
				try {
					await mkdir(incoming, { recursive: true, mode: 0o700 });
					await rm(part, { force: true });
					await append(part, 0, bytes);
					await moveIn(part, id);
					note(id, bytes.length, relayDevice);
					return { kind: 'stored', id, size: bytes.length };
				} catch (thrown) {
					if (!cannotStore(thrown)) throw thrown;
					await rm(part, { force: true });
					return { kind: 'storage-full' };
				}
			});
		},

		noteEntry(document, entry, writer) {
			for (const id of blobsOf(entry)) noteFile(document, id, writer);
		},
		noteFile,

		keepOnly(document, files) {
			const unnamed: BlobId[] = [];
			for (const { blob } of namedBy.all(document)) {
				const id = blob as BlobId;
				if (files.has(id)) continue;
				dropRef.run(id, document);
				if (isNamed.get(id) !== undefined) continue;
				dropUploaders.run(id);
				drop.run(id);
				unnamed.push(id);
			}
			return unnamed;
		},

		async removeUnknown(files) {
			for (const id of files) {
				if (sizeOf.get(id) !== undefined) continue;
				await rm(pathOf(id), { force: true });
				for (const name of await readdir(incoming).catch(() => []))
					if (name.startsWith(`${id}.`)) await rm(join(incoming, name), { force: true });
			}
		},

		async clearUnknown() {
			for (const folder of await readdir(root).catch(() => [])) {
				if (!/^[0-9a-f]{2}$/.test(folder)) continue;
				for (const id of await readdir(join(root, folder)))
					if (sizeOf.get(id) === undefined) await rm(join(root, folder, id), { force: true });
			}
		},

		async clearAbandoned() {
			for (const name of await readdir(incoming).catch(() => [])) {
				const path = join(incoming, name);
				const found = await stat(path).catch(() => undefined);
				if (found !== undefined && now() - found.mtimeMs > abandonedMs) await rm(path, { force: true });
			}
		},
	};
}

/** Runs what has the same key one after another. */
function createTurns() {
	const last = new Map<string, Promise<unknown>>();
	return <T>(key: string, run: () => Promise<T>): Promise<T> => {
		const turn = (last.get(key) ?? Promise.resolve()).then(run, run);
		last.set(key, turn);
		const leave = () => {
			if (last.get(key) === turn) last.delete(key);
		};
		turn.then(leave, leave);
		return turn;
	};
}

async function append(path: string, offset: number, bytes: Uint8Array): Promise<void> {
	const file = await open(path, offset === 0 ? 'w' : 'r+', 0o600);
	try {
		for (let at = 0; at < bytes.length;) {
			at += (await file.write(bytes, at, bytes.length - at, offset + at)).bytesWritten;
		}
		await file.sync();
	} finally {
		await file.close();
	}
}

async function syncFolder(path: string): Promise<void> {
	const folder = await open(path, 'r');
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}

async function sizeOfFile(path: string): Promise<number> {
	return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function startedBy(incoming: string, device: DeviceId): Promise<number> {
	const names = await readdir(incoming).catch(() => []);
	return names.filter((name) => name.endsWith(`.${device}`)).length;
}

async function hashFile(path: string): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
	return hash.digest('hex');
}
