import { createConnection } from './connection.ts';
import type { StorageAccess } from './database.ts';
import { createDexieBlobs, dropCopies } from './dexie-blobs.ts';
import { createDexieDocuments, type DexieParts } from './dexie-documents.ts';
import type { createDexieRelaySide } from './dexie-relay-side.ts';
import { createDexieRows } from './dexie-rows.ts';
import { createDexieNumbers, createDexieSettings } from './dexie-settings.ts';
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
		...relaySideOf(parts),
		...createDexieNumbers(parts),
		...createDexieUpkeep(parts, { ...access, name }),
		outbox: () => connection.run((db) => db.outbox.toArray()),
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

type RelaySide = ReturnType<typeof createDexieRelaySide>;

/** Its code is loaded with the first call. */
function relaySideOf(parts: DexieParts): RelaySide {
	let loading: Promise<RelaySide> | undefined;
	const side = () =>
		(loading ??= import('./dexie-relay-side.ts').then(
			(loaded) => loaded.createDexieRelaySide(parts),
			(error: unknown) => {
				loading = undefined;
				throw error;
			},
		));
	return {
		receive: async (...given) => (await side()).receive(...given),
		unsent: async (...given) => (await side()).unsent(...given),
		attempted: async (...given) => (await side()).attempted(...given),
		settle: async (...given) => (await side()).settle(...given),
		discard: async (...given) => (await side()).discard(...given),
		cleanUnsent: async (...given) => (await side()).cleanUnsent(...given),
		retry: async (...given) => (await side()).retry(...given),
		heads: async (...given) => (await side()).heads(...given),
		trim: async (...given) => (await side()).trim(...given),
		dropCold: async (...given) => (await side()).dropCold(...given),
	};
}
