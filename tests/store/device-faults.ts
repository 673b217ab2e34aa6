import {
	IDBDatabase as FDBDatabase,
	IDBIndex as FDBIndex,
	IDBObjectStore as FDBObjectStore,
	forceCloseDatabase,
} from 'fake-indexeddb';

/**
 * Breaks fake-indexeddb on purpose. Each request of a store or an index is a step; a fault strikes at one of them.
 *
 * cut     the browser closes the connection, once: the transaction is undone, the next connection works
 * kill    the tab dies: from this step on nothing happens any more, until `revive`
 * full    writes fail as on a full disk, until something was deleted from blobBytes
 */
export type Fault = { kind: 'cut' | 'kill'; at: number } | { kind: 'full' };

const requests = [
	'put',
	'add',
	'delete',
	'clear',
	'get',
	'getKey',
	'getAll',
	'getAllKeys',
	'count',
	'openCursor',
	'openKeyCursor',
];
const writes = ['put', 'add'];

type Database = IDBDatabase;
type Store = IDBObjectStore;
type Index = IDBIndex;
type Method = (this: unknown, ...args: unknown[]) => unknown;

export function breakableDevice() {
	let fault: Fault | undefined;
	let dead = false;
	let steps = 0;
	let newest: Database | undefined;
	const restore: (() => void)[] = [];

	function replace(prototype: object, method: string, make: (original: Method) => Method): void {
		const target = prototype as Record<string, Method | undefined>;
		const original = target[method];
		if (original === undefined) return;
		target[method] = make(original);
		restore.push(() => (target[method] = original));
	}

	for (const method of requests) {
		for (const { prototype } of [FDBObjectStore, FDBIndex]) {
			replace(
				prototype,
				method,
				(original) =>
					function (this: unknown, ...args) {
						step(this as Store | Index, method);
						return original.apply(this, args);
					},
			);
		}
	}
	replace(
		FDBDatabase.prototype,
		'transaction',
		(original) =>
			function (this: unknown, ...args) {
				if (dead) throw new DOMException('the tab is dead', 'InvalidStateError');
				newest = this as Database;
				return original.apply(this, args);
			},
	);

	function step(target: Store | Index, method: string): void {
		const store = 'objectStore' in target ? target.objectStore : target;
		if (store.transaction.mode === 'versionchange') return;
		steps += 1;
		if (fault?.kind === 'full') {
			if (method === 'delete' && store.name === 'blobBytes') fault = undefined;
			else if (writes.includes(method)) throw new DOMException('disk full', 'QuotaExceededError');
			return;
		}
		if (!dead && (fault === undefined || steps !== fault.at)) return;
		if (fault?.kind === 'kill') dead = true;
		else fault = undefined;
		undo(store);
		throw new DOMException('Connection to Indexed Database server lost', 'UnknownError');
	}

	function undo(store: Store): void {
		try {
			store.transaction.abort();
		} catch {
			// It has ended already.
		}
	}

	return {
		strike(next: Fault): void {
			fault = next;
			steps = 0;
			dead = false;
		},
		revive(): void {
			fault = undefined;
			dead = false;
		},
		/** Whether the fault was never reached. */
		get spared(): boolean {
			return fault !== undefined && !dead;
		},
		/** Closes the newest connection as browsers do under memory pressure. */
		closeConnection(): void {
			if (newest !== undefined) forceCloseDatabase(newest as never);
		},
		restore(): void {
			for (const undoPatch of restore) undoPatch();
		},
	};
}
