import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import { deskDocument } from '../../src/lib/domain/ids.ts';
import { createDeviceKeys, keyDatabase } from '../../src/lib/sync/device-key.ts';
import { createIndexeddbPersist } from '../../src/lib/sync/standing-copy.ts';
import { wipeBrowser, type BrowserTraces } from '../../src/lib/sync/wipe.ts';
import { createVirtualTime } from './virtual-time.ts';

const nothing = { caches: undefined, serviceWorker: undefined, localStorage: undefined, sessionStorage: undefined };

function createCaches(names: string[]) {
	const left = new Set(names);
	return {
		left,
		keys: () => Promise.resolve([...left]),
		delete: (name: string) => Promise.resolve(left.delete(name)),
	};
}

describe('the device key', () => {
	it('[F100] is the same after a reload, signs what its public half proves, and cannot be read', async () => {
		const databases = new IDBFactory();
		const made = await createDeviceKeys(databases).create();
		expect(await createDeviceKeys(databases).load()).toBeUndefined();
		await made.keep('d-1' as never);
		const again = await createDeviceKeys(databases).load();
		expect(await createDeviceKeys(databases).device()).toBe('d-1');
		expect(again?.publicKey).toEqual(made.publicKey);
		const signature = Buffer.from((await again?.sign('a text')) ?? '', 'base64url');
		const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
		const key = await crypto.subtle.importKey('jwk', made.publicKey, algorithm, false, ['verify']);
		const text = new TextEncoder().encode('a text');
		expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, text)).toBe(true);
		expect(JSON.stringify(again)).not.toContain('"d"');
	});

	it('is gone when it was removed', async () => {
		const keys = createDeviceKeys(new IDBFactory());
		await (await keys.create()).keep('d-1' as never);
		await keys.remove();
		expect(await keys.load()).toBeUndefined();
		expect(await keys.device()).toBeUndefined();
	});
});

describe('[F100] wiping a browser', () => {
	it('leaves no database, cache, worker or setting, and says so', async () => {
		const databases = new IDBFactory();
		await (await createDeviceKeys(databases).create()).keep('d-1' as never);
		const caches = createCaches(['tresen-app-1', 'tresen-app-2']);
		let unregistered = 0;
		let cleared = 0;
		const left = await wipeBrowser(
			{
				indexedDB: databases,
				caches: caches as unknown as CacheStorage,
				serviceWorker: {
					getRegistrations: () => Promise.resolve([{ unregister: () => Promise.resolve(++unregistered > 0) }]),
				} as unknown as BrowserTraces['serviceWorker'],
				localStorage: { clear: () => void cleared++ } as Storage,
				sessionStorage: {
					clear: () => {
						throw new DOMException('refused', 'SecurityError');
					},
				} as unknown as Storage,
			},
			['never-made'],
		);
		expect(left).toEqual([]);
		expect(await databases.databases()).toEqual([]);
		expect([caches.left.size, unregistered, cleared]).toEqual([0, 1, 1]);
	});

	it('names what another tab still holds', async () => {
		const databases = new IDBFactory();
		await new Promise((resolve) => (databases.open('held').onsuccess = resolve));
		expect(await wipeBrowser({ ...nothing, indexedDB: databases }, [keyDatabase])).toEqual(['held']);
	});
});

describe('a standing document in y-indexeddb', () => {
	const settled = async (doc: Y.Doc, isSo: () => boolean) => {
		while (!isSo()) await new Promise<void>((resolve) => doc.once('update', () => resolve()));
	};

	it('is there again after a reload', async () => {
		const persist = createIndexeddbPersist(createVirtualTime());
		const first = new Y.Doc();
		const kept = persist(deskDocument, first);
		first.getMap('config').set('desk', 'before');
		const second = new Y.Doc();
		const again = persist(deskDocument, second);
		await settled(second, () => second.getMap('config').get('desk') === 'before');
		kept.close();
		again.close();
		again.close();
	});

	it('that loses its database does not stop whoever writes, and is opened anew with what was missed', async () => {
		const time = createVirtualTime();
		const persist = createIndexeddbPersist(time);
		const doc = new Y.Doc();
		const kept = persist('me:maria' as typeof deskDocument, doc);
		doc.getMap('settings').set('a', 1);
		const reader = new Y.Doc();
		const reading = persist('me:maria' as typeof deskDocument, reader);
		await settled(reader, () => reader.getMap('settings').get('a') === 1);
		reading.close();

		const transaction = IDBDatabase.prototype.transaction;
		IDBDatabase.prototype.transaction = () => {
			throw new DOMException('The database connection is closing', 'InvalidStateError');
		};
		try {
			doc.getMap('settings').set('b', 2);
		} finally {
			IDBDatabase.prototype.transaction = transaction;
		}
		expect(time.next()).toBeDefined();
		await time.advance(2000);
		const later = new Y.Doc();
		const again = persist('me:maria' as typeof deskDocument, later);
		await settled(later, () => later.getMap('settings').get('b') === 2);
		again.close();
		kept.close();
	});
});
