import { databaseVersion, DeskDatabase, nativeVersion, type StorageAccess } from './database.ts';
import { classifyStoreError, StoreFailure, type StoreFailureKind } from './store-failure.ts';

export type ClosedReason = 'connection-lost' | 'upgrade' | 'wiped' | 'damaged';

/**
 * The one way to the database. Browsers cut connections (WebKit above all): the work is then done once more on a new connection.
 * When the disk is full, room is made and the work done once more. What still fails is thrown as StoreFailure.
 *
 * A database that cannot be opened, twice at the start or many times later, is damaged. Chromium throws a damaged one away by itself
 * and opens an empty one in its place; going on with that would pass for a device that has nothing.
 */
export interface Connection {
	run<T>(work: (db: DeskDatabase) => PromiseLike<T>): Promise<T>;
	/** Lets go for good; every later `run` fails. */
	end(why: ClosedReason | 'closed'): void;
}

export interface ConnectionOptions extends StorageAccess {
	name: string;
	/** Drops what can be fetched again; false if there was nothing. */
	makeRoom(db: DeskDatabase): Promise<boolean>;
	/** The database is out of reach; after `connection-lost` a later try may find it again. */
	lost(why: ClosedReason): void;
}

const mostFailedOpenings = 6;
const endedKinds: Partial<Record<ClosedReason | 'closed', StoreFailureKind>> = {
	upgrade: 'blocked',
	damaged: 'damaged',
};

export function createConnection(options: ConnectionOptions): Connection {
	let opening: Promise<DeskDatabase> | undefined;
	let ended: ClosedReason | 'closed' | undefined;
	let wasOpen = false;
	let failedOpenings = 0;

	function end(why: ClosedReason | 'closed'): void {
		if (ended !== undefined) return;
		ended = why;
		letGo();
		if (why !== 'closed') options.lost(why);
	}

	function letGo(): void {
		void opening?.then(
			(db) => db.close(),
			() => undefined,
		);
		opening = undefined;
	}

	function reach(): Promise<DeskDatabase> {
		opening ??= open().then(
			(db) => {
				wasOpen = true;
				failedOpenings = 0;
				return db;
			},
			(error: unknown) => {
				failedOpenings++;
				throw error;
			},
		);
		return opening;
	}

	async function open(): Promise<DeskDatabase> {
		await refuseNewer(options);
		// Looking waits for a database that is being deleted: it must not be made anew.
		if (ended !== undefined) throw new StoreFailure(endedKinds[ended] ?? 'connection-lost');
		const db = new DeskDatabase(options.name, options);
		db.on('versionchange', (event) => {
			db.close();
			end(event.newVersion === null ? 'wiped' : 'upgrade');
			return false;
		});
		db.on('close', letGo);
		const blocked = new Promise<never>((_, reject) => db.on('blocked', () => reject(new StoreFailure('blocked'))));
		let isNew = false;
		db.on('populate', () => {
			isNew = true;
		});
		const opened = db.open();
		try {
			await Promise.race([opened, blocked]);
		} catch (error) {
			opened.catch(() => undefined);
			db.close();
			throw error;
		}
		if (db.backendDB().version >= nativeVersion(databaseVersion + 1)) {
			db.close();
			throw new StoreFailure('newer');
		}
		if (isNew && wasOpen) {
			db.close();
			end('damaged');
			throw new StoreFailure('damaged');
		}
		return db;
	}

	async function attempt<T>(work: (db: DeskDatabase) => PromiseLike<T>): Promise<T> {
		if (ended !== undefined) throw new StoreFailure(endedKinds[ended] ?? 'connection-lost');
		const mine = reach();
		try {
			return await work(await mine);
		} catch (error) {
			const kind = classifyStoreError(error);
			if (opening === mine && (kind === 'connection-lost' || kind === 'blocked' || kind === 'newer')) letGo();
			throw error;
		}
	}

	async function run<T>(work: (db: DeskDatabase) => PromiseLike<T>): Promise<T> {
		try {
			return await attempt(work);
		} catch (error) {
			const kind = classifyStoreError(error);
			if (kind === 'connection-lost' && ended === undefined) return lastAttempt(work);
			if (kind === 'quota' && (await makeRoom())) return lastAttempt(work);
			throw asFailure(kind, error);
		}
	}

	async function lastAttempt<T>(work: (db: DeskDatabase) => PromiseLike<T>): Promise<T> {
		try {
			return await attempt(work);
		} catch (error) {
			const kind = classifyStoreError(error);
			if (kind === 'connection-lost' && failedOpenings >= (wasOpen ? mostFailedOpenings : 2))
				throw new StoreFailure('damaged', error);
			if (kind === 'connection-lost' && ended === undefined) options.lost('connection-lost');
			throw asFailure(kind, error);
		}
	}

	async function makeRoom(): Promise<boolean> {
		try {
			return await attempt((db) => options.makeRoom(db));
		} catch {
			return false;
		}
	}

	return { run, end };
}

function asFailure(kind: StoreFailureKind, error: unknown): StoreFailure {
	return error instanceof StoreFailure ? error : new StoreFailure(kind, error);
}

/** Dexie would open a newer database and may change it; so the version is asked before. */
async function refuseNewer({ indexedDB, name }: ConnectionOptions): Promise<void> {
	if (typeof indexedDB.databases !== 'function') return;
	const known = await indexedDB.databases();
	const version = known.find((database) => database.name === name)?.version ?? 0;
	if (version >= nativeVersion(databaseVersion + 1)) throw new StoreFailure('newer');
}
