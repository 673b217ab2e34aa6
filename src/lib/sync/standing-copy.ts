import { IndexeddbPersistence } from 'y-indexeddb';
import { standingDatabasePrefix, type Persist } from './standing-document.ts';
import type { Time } from './time.ts';

/** Where the browser closes the database under us, it is opened again: at once, then later each time. */
export function createIndexeddbPersist(time: Time): Persist {
	return (document, doc) => {
		let closed = false;
		let failures = 0;
		let callOff = () => {};
		let current = open();

		function open(): IndexeddbPersistence {
			const persistence = new IndexeddbPersistence(standingDatabasePrefix + document, doc);
			// Its handler throws when the database is closed, and that would end the transaction of whoever writes.
			const store = persistence._storeUpdate;
			doc.off('update', store);
			persistence._storeUpdate = (update: Uint8Array, origin: unknown) => {
				try {
					store(update, origin);
				} catch {
					again();
				}
			};
			doc.on('update', persistence._storeUpdate);
			persistence._db.then(
				(database: IDBDatabase) => {
					database.onclose = again;
					failures = 0;
				},
				() => again(),
			);
			return persistence;
		}

		function again(): void {
			if (closed) return;
			callOff();
			failures++;
			callOff = time.schedule(
				() => {
					if (closed) return;
					destroy(current);
					current = open();
				},
				Math.min(60_000, 1000 * 2 ** failures),
			);
		}

		return {
			close() {
				if (closed) return;
				closed = true;
				callOff();
				destroy(current);
			},
		};
	};
}

function destroy(persistence: IndexeddbPersistence): void {
	persistence.destroy().catch(() => {});
}
