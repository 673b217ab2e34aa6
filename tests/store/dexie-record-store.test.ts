import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { createDexieRecordStore } from '../../src/lib/store/dexie-record-store.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import { recordStoreContract } from './contract.ts';

const devices = new WeakMap<RecordStore, Parameters<typeof createDexieRecordStore>[0]>();

function create(options: Parameters<typeof createDexieRecordStore>[0]): RecordStore {
	const store = createDexieRecordStore(options);
	devices.set(store, options);
	return store;
}

recordStoreContract('Dexie over fake-indexeddb', {
	open: async (options) =>
		create({ ...options, name: 'desk', indexedDB: new IDBFactory(), IDBKeyRange, channel: null }),
	reopen: async (store) => {
		store.close();
		return create(devices.get(store)!);
	},
});
