import type { DeviceId } from '../domain/ids.ts';
import type { NewDevice } from '../protocol/session.ts';

/** The key that says which device this is. Its private half cannot be read, not even by this app. */
export interface DeviceKeys {
	load(): Promise<DeviceKey | undefined>;
	/** Whose key it is, for the day on which the desk's data cannot be read any more. */
	device(): Promise<DeviceId | undefined>;
	/** Makes a new one; the one before stays until the new one is kept. */
	create(): Promise<NewDeviceKey>;
	remove(): Promise<void>;
}

export interface DeviceKey {
	publicKey: NewDevice['publicKey'];
	/** Signs a text; base64url of the 64 bytes r and s. */
	sign(text: string): Promise<string>;
}

export interface NewDeviceKey extends DeviceKey {
	/** From now on this is the key of that device. */
	keep(device: DeviceId): Promise<void>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
export const keyDatabase = 'tresen-device-key';
const table = 'keys';
const name = 'device';
const idName = 'device-id';

/** In a database of its own, so that repairing the desk's data never loses the key. */
export function createDeviceKeys(indexedDb: IDBFactory): DeviceKeys {
	return {
		async load() {
			const pair = await inTable<CryptoKeyPair | undefined>(indexedDb, 'readonly', (keys) => keys.get(name));
			return pair === undefined ? undefined : keyOf(pair);
		},
		device: () => inTable<DeviceId | undefined>(indexedDb, 'readonly', (keys) => keys.get(idName)),
		async create() {
			const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
			const keep = async (device: DeviceId) => {
				await inTable(indexedDb, 'readwrite', (keys) => {
					keys.put(device, idName);
					return keys.put(pair, name);
				});
			};
			return { ...(await keyOf(pair)), keep };
		},
		async remove() {
			await inTable(indexedDb, 'readwrite', (keys) => keys.clear());
		},
	};
}

/** Keys that live as long as the page: for tests, and for scripts that enrol anew each time. */
export function createMemoryKeys(): DeviceKeys {
	let key: DeviceKey | undefined;
	let id: DeviceId | undefined;
	return {
		load: () => Promise.resolve(key),
		device: () => Promise.resolve(id),
		async create() {
			const made = await keyOf(await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']));
			return {
				...made,
				keep(device) {
					key = made;
					id = device;
					return Promise.resolve();
				},
			};
		},
		remove() {
			key = undefined;
			id = undefined;
			return Promise.resolve();
		},
	};
}

async function keyOf(pair: CryptoKeyPair): Promise<DeviceKey> {
	const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey);
	return {
		publicKey: { kty: 'EC', crv: 'P-256', x, y },
		async sign(text) {
			const signature = await crypto.subtle.sign(
				{ name: 'ECDSA', hash: 'SHA-256' },
				pair.privateKey,
				new TextEncoder().encode(text),
			);
			return toBase64Url(new Uint8Array(signature));
		},
	};
}

function toBase64Url(bytes: Uint8Array): string {
	return btoa(String.fromCharCode(...bytes))
		.replaceAll('+', '-')
		.replaceAll('/', '_')
		.replace(/=+$/, '');
}

function inTable<T>(
	indexedDb: IDBFactory,
	mode: IDBTransactionMode,
	work: (keys: IDBObjectStore) => IDBRequest,
): Promise<T> {
	return new Promise((resolve, reject) => {
		const opening = indexedDb.open(keyDatabase, 1);
		opening.onupgradeneeded = () => opening.result.createObjectStore(table);
		opening.onerror = () => reject(opening.error ?? new Error('no key database'));
		opening.onsuccess = () => {
			const database = opening.result;
			database.onversionchange = () => database.close();
			const transaction = database.transaction(table, mode);
			const request = work(transaction.objectStore(table));
			transaction.oncomplete = () => {
				database.close();
				resolve(request.result as T);
			};
			transaction.onabort = () => {
				database.close();
				reject(transaction.error ?? new Error('the key was not stored'));
			};
		};
	});
}
