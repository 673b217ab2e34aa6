import { createConnection } from './connection.ts';
import type { StorageAccess } from './database.ts';
import { createDexieBlobs, dropCopies } from './dexie-blobs.ts';
import { createDexieDocuments, type DexieParts } from './dexie-documents.ts';
import { createDexieOutbox } from './dexie-outbox.ts';
import { createDexieRetry } from './dexie-retry.ts';
import { createDexieRows } from './dexie-rows.ts';
import { createDexieNumbers, createDexieSettings } from './dexie-settings.ts';
import { createDexieTiers } from './dexie-tiers.ts';
import { createDexieUpkeep } from './dexie-upkeep.ts';
import type { Project, RecordStore } from './record-store.ts';
import { createStoreNews, type TabChannel } from './store-news.ts';

export interface DexieRecordStoreOptions {
	name: string;
	/** ms since 1970. */
	now(): number;
	project?: Project;
	/** The browser's own unless given. */
	indexedDB?: IDBFactory;
	IDBKeyRange?: typeof globalThis.IDBKeyRange;
	/** Between the tabs of this device; null for none. A BroadcastChannel unless given. */
	channel?: TabChannel | null;
}

/** How much room is made when the disk is full: twice the largest piece of a file that is fetched at once. */
const roomBytes = 100 * 1024 * 1024;

/** The store on IndexedDB. The database is opened with the first call that needs it. */
export function createDexieRecordStore(options: DexieRecordStoreOptions): RecordStore {
	const { name, now, project } = options;
	const access: StorageAccess = {
		indexedDB: options.indexedDB ?? globalThis.indexedDB,
		IDBKeyRange: options.IDBKeyRange ?? globalThis.IDBKeyRange,
	};
	const news = createStoreNews(channelFor(options), (change) => {
		if (change.kind === 'closed' && change.why === 'wiped') connection.end('closed');
	});
	const connection = createConnection({
		...access,
		name,
		makeRoom: async (db) => (await dropCopies(db, roomBytes)) > 0,
		lost: (why) => news.tellHere({ kind: 'closed', why }),
	});
	const parts: DexieParts = { connection, news, now, project };
	return {
		...createDexieDocuments(parts),
		...createDexieTiers(parts),
		...createDexieOutbox(parts),
		...createDexieRetry(parts),
		...createDexieNumbers(parts),
		...createDexieUpkeep(parts, { ...access, name }),
		rows: createDexieRows(parts),
		settings: createDexieSettings(parts),
		blobs: createDexieBlobs(parts),
		watch: (listener) => news.watch(listener),
		close() {
			connection.end('closed');
			news.close();
		},
	};
}

function channelFor({ channel, name }: DexieRecordStoreOptions): TabChannel | undefined {
	if (channel !== undefined) return channel ?? undefined;
	return typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(`${name}:store`);
}
