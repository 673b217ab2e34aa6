import { deskDocument, meDocument, type AgentId } from '../domain/ids.ts';
import { standingDatabasePrefix } from './standing-document.ts';

/** What a browser keeps of this desk, beside the record store. */
export interface BrowserTraces {
	indexedDB: IDBFactory;
	caches: CacheStorage | undefined;
	serviceWorker: ServiceWorkerContainer | undefined;
	localStorage: Storage | undefined;
	sessionStorage: Storage | undefined;
}

/**
 * Deletes every database, cache and worker of this origin, and looks afterwards. Returns the names of what is still there: a database
 * that another tab holds goes when that tab lets go of it.
 */
export async function wipeBrowser(traces: BrowserTraces, knownDatabases: readonly string[]): Promise<string[]> {
	const { indexedDB, caches, serviceWorker } = traces;
	const names = new Set([...knownDatabases, ...(await databaseNames(indexedDB))]);
	await Promise.all([...names].map((name) => deleteDatabase(indexedDB, name)));
	if (caches !== undefined) await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
	for (const registration of (await serviceWorker?.getRegistrations()) ?? []) await registration.unregister();
	for (const storage of [traces.localStorage, traces.sessionStorage]) {
		try {
			storage?.clear();
		} catch {
			// Refused storage holds nothing.
		}
	}
	return [...(await databaseNames(indexedDB)), ...((await caches?.keys()) ?? [])];
}

/** Deletes what Yjs keeps of the standing documents: of the agent named, and of all where the browser names its databases. */
export async function forgetStanding(
	indexedDB: IDBFactory,
	agent: AgentId | undefined,
	keep: readonly string[],
): Promise<void> {
	const known = agent === undefined ? [deskDocument] : [deskDocument, meDocument(agent)];
	const found = (await databaseNames(indexedDB)).filter((name) => name.startsWith(standingDatabasePrefix));
	const names = new Set([...known.map((document) => standingDatabasePrefix + document), ...found]);
	await Promise.all([...names].filter((name) => !keep.includes(name)).map((name) => deleteDatabase(indexedDB, name)));
}

async function databaseNames(indexedDB: IDBFactory): Promise<string[]> {
	try {
		return (await indexedDB.databases()).flatMap(({ name }) => name ?? []);
	} catch {
		return [];
	}
}

function deleteDatabase(indexedDB: IDBFactory, name: string): Promise<void> {
	return new Promise((resolve) => {
		const deleting = indexedDB.deleteDatabase(name);
		deleting.onsuccess = () => resolve();
		deleting.onerror = () => resolve();
		// The deletion stays asked for and happens as soon as the last connection closes.
		deleting.onblocked = () => resolve();
	});
}
