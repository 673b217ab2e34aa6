import * as v from 'valibot';
import { blobIdSchema, type BlobId } from '../domain/ids.ts';
import { decodeUnsent, encodeUnsent, isSound, type UnsentFile } from './unsent-file.ts';

/** What could still be read of a database that is damaged. */
export interface Salvage {
	/** To be imported again. */
	file: Uint8Array<ArrayBuffer>;
	edits: number;
	blobs: number;
	/** Edits and files that are there and cannot be read; undefined if not even that can be told. */
	lost: number | undefined;
	/** Settings that were asked for. */
	settings: Map<string, unknown>;
}

type Table = 'outbox' | 'blobs' | 'blobBytes' | 'settings';

/**
 * Reads what was not sent, piece by piece and past the store, which takes everything or nothing. Changes nothing, and makes no
 * database where there is none.
 */
export async function salvageUnsent(
	indexedDb: IDBFactory,
	name: string,
	settingKeys: readonly string[],
): Promise<Salvage> {
	const file: UnsentFile = { edits: [], blobs: [] };
	const settings = new Map<string, unknown>();
	let lost: number | undefined = 0;
	let db: IDBDatabase | undefined;

	/** Each piece in a transaction of its own: a bad one takes nothing else along. A browser may close the database on finding one. */
	async function read<T>(table: Table, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
		for (let tries = 0; tries < 2; tries++) {
			try {
				db ??= await openExisting(indexedDb, name);
				if (!db?.objectStoreNames.contains(table)) return undefined;
				return await result(ask(db.transaction(table, 'readonly').objectStore(table)));
			} catch {
				db?.close();
				db = undefined;
			}
		}
		return undefined;
	}

	const numbers = await read('outbox', (store) => store.getAllKeys());
	const blobKeys = await read('blobs', (store) => store.getAllKeys());
	if (numbers === undefined || blobKeys === undefined) lost = undefined;
	for (const n of numbers ?? []) {
		const edit = soundEdit(await read('outbox', (store) => store.get(n) as IDBRequest<unknown>));
		if (edit !== undefined) file.edits.push(edit);
		else if (lost !== undefined) lost++;
	}
	for (const key of blobKeys ?? []) {
		const blob = await read('blobs', (store) => store.get(key) as IDBRequest<{ state?: unknown } | undefined>);
		if (blob !== undefined && blob.state !== 'local') continue;
		const sound = await soundBlob(await read('blobBytes', (store) => store.get(key) as IDBRequest<unknown>));
		if (sound !== undefined) file.blobs.push(sound);
		else if (lost !== undefined) lost++;
	}
	for (const key of settingKeys) {
		const row = await read('settings', (store) => store.get(key) as IDBRequest<{ value?: unknown } | undefined>);
		if (row?.value !== undefined) settings.set(key, row.value);
	}
	db?.close();
	return { file: encodeUnsent(file), edits: file.edits.length, blobs: file.blobs.length, lost, settings };
}

/** What a damaged row says is believed only if the file could be read again. */
function soundEdit(row: unknown): UnsentFile['edits'][number] | undefined {
	try {
		const read = decodeUnsent(encodeUnsent({ edits: [row as UnsentFile['edits'][number]], blobs: [] }));
		return read.kind === 'ok' ? read.file.edits[0] : undefined;
	} catch {
		return undefined;
	}
}

const blobRowSchema = v.object({ id: blobIdSchema, bytes: v.instance(Uint8Array) });

async function soundBlob(row: unknown): Promise<{ id: BlobId; bytes: Uint8Array } | undefined> {
	const read = v.safeParse(blobRowSchema, row);
	if (!read.success) return undefined;
	return (await isSound({ edits: [], blobs: [read.output] })) ? read.output : undefined;
}

function openExisting(indexedDb: IDBFactory, name: string): Promise<IDBDatabase | undefined> {
	return new Promise((resolve, reject) => {
		const request = indexedDb.open(name);
		let isMissing = false;
		request.onupgradeneeded = () => {
			isMissing = true;
			request.transaction?.abort();
		};
		request.onsuccess = () => {
			const db = request.result;
			db.onversionchange = () => db.close();
			resolve(db);
		};
		request.onerror = () => (isMissing ? resolve(undefined) : reject(request.error ?? new Error('unreadable')));
	});
}

function result<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new Error('unreadable'));
		const { transaction } = request;
		if (transaction !== null) transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
	});
}
