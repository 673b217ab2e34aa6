import { Dexie, type Table } from 'dexie';
import type { BlobId, DocumentId } from '../domain/ids.ts';
import type { OutboxEdit, Row } from './record-store.ts';

/**
 * One database for all that a device keeps, apart from the standing documents.
 *
 *   table      key       indexes           holds
 *   updates    ++i       [document+i], n   Yjs V1 updates that are not folded yet; `n` as long as the outbox has the same edit
 *   snapshots  document                    what was folded, or came as one update
 *   heads      document                    generation, newest number of the relay, version, what a fold would take
 *   outbox     n         document          what the relay has not taken yet, and what it refused
 *   blobs      id        [state+usedAt]    files: local (the relay does not have it yet) or sent (a copy)
 *   blobBytes  id                          their bytes, apart, so that listing does not read them
 *   rows       id        [kind+rank+id], [cold+id]   what lists show, in the order in which they are painted; `cold` where that is all there is
 *   settings   key                         cursor, session, counters
 *
 * Outbox numbers come from a counter in `settings` and not from the key generator: it survives a repair, and because it starts at the
 * time of day a database that the browser threw away does not begin again with numbers that the relay has seen from this device.
 */
export interface UpdateRecord {
	i?: number;
	document: DocumentId;
	update: Uint8Array;
	n?: number;
}

export interface SnapshotRecord {
	document: DocumentId;
	update: Uint8Array;
}

export interface HeadRecord {
	document: DocumentId;
	generation: number;
	head: number;
	version: number;
	whole: boolean;
	/** Rows that a fold may take, and their bytes: those whose edit the outbox does not have any more. */
	foldable: number;
	foldableBytes: number;
	snapshotBytes: number;
	/** How often it was folded or replaced, so that two folds at once notice each other. */
	folds: number;
}

export interface BlobRecord {
	id: BlobId;
	size: number;
	state: 'local' | 'sent';
	usedAt: number;
}

export interface RowRecord {
	id: DocumentId;
	kind: string;
	rank: number;
	row: Row;
	/** Left out where the document is here: then it is not in that index. */
	cold?: 1;
}

/** All changes of the schema, in order; the database's version is their number. Only ever append. */
const migrations: { name: string; stores: Record<string, string> }[] = [
	{
		name: 'records, outbox, files, rows and settings',
		stores: {
			updates: '++i, [document+i], n',
			snapshots: 'document',
			heads: 'document',
			outbox: 'n, document',
			blobs: 'id, [state+usedAt]',
			blobBytes: 'id',
			rows: 'id, [kind+rank+id]',
			settings: 'key',
		},
	},
	{ name: 'rows without documents', stores: { rows: 'id, [kind+rank+id], [cold+id]' } },
];

export const databaseVersion = migrations.length;

export interface StorageAccess {
	indexedDB: IDBFactory;
	IDBKeyRange: typeof IDBKeyRange;
}

export class DeskDatabase extends Dexie {
	declare updates: Table<UpdateRecord, number>;
	declare snapshots: Table<SnapshotRecord, DocumentId>;
	declare heads: Table<HeadRecord, DocumentId>;
	declare outbox: Table<OutboxEdit, number>;
	declare blobs: Table<BlobRecord, BlobId>;
	declare blobBytes: Table<{ id: BlobId; bytes: Uint8Array }, BlobId>;
	declare rows: Table<RowRecord, DocumentId>;
	declare settings: Table<{ key: string; value: unknown }, string>;

	constructor(name: string, access: StorageAccess) {
		super(name, {
			indexedDB: access.indexedDB,
			IDBKeyRange: access.IDBKeyRange,
			autoOpen: false,
			cache: 'disabled',
			chromeTransactionDurability: 'strict',
		});
		for (const [i, migration] of migrations.entries()) this.version(i + 1).stores(migration.stores);
	}

	/** A transaction. Dexie follows many `await`s only where its function is an async one, so all of them go through here. */
	atomically<T>(mode: 'r' | 'rw', tables: Table[], work: () => PromiseLike<T>): Promise<T> {
		return this.transaction(mode, tables, async () => work());
	}
}

/** Dexie counts in tens. */
export function nativeVersion(version: number): number {
	return version * 10;
}

const latestMs = 1e13;

/** Small comes first: open before waiting before closed, the newest before the older. */
export function paintRank(row: Row): number {
	const group = row.status === 'waiting' ? 1 : row.status === 'closed' ? 2 : 0;
	return (group + 1) * latestMs - (row.changedAt ?? 0);
}

/** Bytes of their own: storing a view would store all of the buffer behind it. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
	return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
