import { Dexie } from 'dexie';
import type { BlobId } from '../domain/ids.ts';
import type { DexieParts } from './dexie-documents.ts';
import { ownBytes, type BlobRecord, type DeskDatabase } from './database.ts';
import { blobIdOf, type DeviceBlobs } from './device-blobs.ts';
import { StoreFailure } from './store-failure.ts';

export function createDexieBlobs({ connection, now }: Pick<DexieParts, 'connection' | 'now'>): DeviceBlobs {
	function put(id: BlobId, bytes: Uint8Array, state: BlobRecord['state']): Promise<void> {
		return connection.run((db) =>
			db.atomically('rw', [db.blobs, db.blobBytes], async () => {
				const known = await db.blobs.get(id);
				await Promise.all([
					db.blobs.put({ id, size: bytes.byteLength, state: known?.state ?? state, usedAt: now() }),
					known === undefined ? db.blobBytes.put({ id, bytes: ownBytes(bytes) }) : undefined,
				]);
			}),
		);
	}

	return {
		async add(bytes) {
			const id = await blobIdOf(bytes);
			await put(id, bytes, 'local');
			return id;
		},
		async keepCopy(id, bytes) {
			if ((await blobIdOf(bytes)) !== id) return false;
			try {
				await put(id, bytes, 'sent');
				return true;
			} catch (error) {
				if (error instanceof StoreFailure && error.kind === 'quota') return false;
				throw error;
			}
		},
		async get(id) {
			return connection.run(async (db) => {
				const found = await db.blobBytes.get(id);
				// On a full disk even this little write fails; reading must not.
				if (found !== undefined) await db.blobs.update(id, { usedAt: now() }).catch(() => 0);
				return found?.bytes as Uint8Array<ArrayBuffer> | undefined;
			});
		},
		states: (ids) =>
			connection.run(async (db) => {
				const found = await db.blobs.bulkGet([...ids]);
				return new Map(found.flatMap((blob) => (blob === undefined ? [] : [[blob.id, blob.state]])));
			}),
		unsent: () =>
			connection.run(async (db) => {
				const found = await inState(db, 'local').toArray();
				return found.map(({ id, size }) => ({ id, size }));
			}),
		async markSent(id) {
			await connection.run((db) => db.blobs.update(id, { state: 'sent' }));
		},
		async remove(id) {
			await connection.run((db) =>
				db.atomically('rw', [db.blobs, db.blobBytes], () =>
					Promise.all([db.blobs.delete(id), db.blobBytes.delete(id)]),
				),
			);
		},
		dropCopies: (bytes) => connection.run((db) => dropCopies(db, bytes)),
		count: () => connection.run((db) => db.blobs.count()),
	};
}

/** The least recently used first; returns how many bytes went. */
export function dropCopies(db: DeskDatabase, bytes: number): Promise<number> {
	return db.atomically('rw', [db.blobs, db.blobBytes], async () => {
		let freed = 0;
		const going: BlobId[] = [];
		for (const blob of await inState(db, 'sent').toArray()) {
			if (freed >= bytes) break;
			freed += blob.size;
			going.push(blob.id);
		}
		await Promise.all([db.blobs.bulkDelete(going), db.blobBytes.bulkDelete(going)]);
		return freed;
	});
}

function inState(db: DeskDatabase, state: BlobRecord['state']) {
	return db.blobs.where('[state+usedAt]').between([state, Dexie.minKey], [state, Dexie.maxKey]);
}
