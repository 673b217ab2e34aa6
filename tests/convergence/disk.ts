import {
	IDBFactory,
	IDBKeyRange,
	IDBDatabase as FakeDatabase,
	IDBTransaction as FakeTransaction,
} from 'fake-indexeddb';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { createDexieRecordStore } from '../../src/lib/store/dexie-record-store.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import { StoreFailure } from '../../src/lib/store/store-failure.ts';
import type { TabChannel } from '../../src/lib/store/store-news.ts';

/** What stays of a device when its browser dies. */
export interface Disk {
	/** The store of one tab. */
	open(channel: TabChannel): RecordStore;
	/** Cuts all connections; transactions that are not over are undone. */
	cut(): void;
	/** Ends everything at the n-th request to the database from now, in the middle of a transaction. False where there is no middle. */
	armRequests(requests: number, blow: () => void): boolean;
}

/** A store that outlives its tabs. Its transactions are one step of the program, so there is no middle in which to die. */
export function createMemoryDisk(now: () => number): Disk {
	let wiped = false;
	const store = createMemoryRecordStore({ now, project: updatesToRow });
	const kept: RecordStore = {
		...store,
		commit: (change) => (wiped ? Promise.reject(new StoreFailure('connection-lost')) : store.commit(change)),
		receive: (news) => (wiped ? Promise.reject(new StoreFailure('connection-lost')) : store.receive(news)),
		async wipe() {
			wiped = true;
			return store.wipe();
		},
	};
	return { open: () => kept, cut: () => {}, armRequests: () => false };
}

interface Connections {
	databases: Set<IDBDatabase>;
	transactions: Set<IDBTransaction>;
	fuse: { left: number; blow: () => void } | undefined;
}
const connectionsByName = new Map<string, Connections>();
let disks = 0;
watchConnections();

/** The real store on an IndexedDB of its own. A tab that dies leaves its transactions undone, as a browser does. */
export function createDexieDisk(now: () => number): Disk {
	const name = `sim-${++disks}`;
	const indexedDB = new IDBFactory();
	const connections: Connections = { databases: new Set(), transactions: new Set(), fuse: undefined };
	connectionsByName.set(name, connections);
	return {
		open: (channel) => createDexieRecordStore({ name, now, project: updatesToRow, indexedDB, IDBKeyRange, channel }),
		cut() {
			connections.fuse = undefined;
			for (const transaction of connections.transactions) {
				try {
					transaction.abort();
				} catch {
					// It is over already.
				}
			}
			for (const database of connections.databases) database.close();
			connections.transactions.clear();
			connections.databases.clear();
		},
		armRequests(left, blow) {
			connections.fuse = { left, blow };
			return true;
		},
	};
}

function watchConnections(): void {
	const { transaction } = FakeDatabase.prototype as IDBDatabase;
	(FakeDatabase.prototype as IDBDatabase).transaction = function (this: IDBDatabase, ...values) {
		const made = transaction.apply(this, values);
		const connections = connectionsByName.get(this.name);
		connections?.databases.add(this);
		connections?.transactions.add(made);
		const over = () => connections?.transactions.delete(made);
		made.addEventListener('complete', over);
		made.addEventListener('abort', over);
		return made;
	};
	const prototype = FakeTransaction.prototype as unknown as {
		_execRequestAsync(this: IDBTransaction, request: unknown): unknown;
	};
	const execute = prototype._execRequestAsync;
	prototype._execRequestAsync = function (request) {
		const fuse = connectionsByName.get(this.db.name)?.fuse;
		if (fuse !== undefined && --fuse.left <= 0) fuse.blow();
		return execute.call(this, request);
	};
}
