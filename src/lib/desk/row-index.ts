import type { DocumentId } from '../domain/ids.ts';
import type { RecordStore, Row } from '../store/record-store.ts';
import { createListeners } from '../sync/cell.ts';

/** All rows of some kinds in memory, kept up by what the store tells. */
export interface RowIndex<R extends Row> {
	readonly current: readonly R[];
	readonly complete: boolean;
	get(document: DocumentId): R | undefined;
	subscribe(changed: () => void): () => void;
	/** Shows a row before it is stored. */
	put(row: R): void;
	/** Resolves when all rows have been read once. */
	load(): Promise<void>;
	close(): void;
}

const batch = 500;

export function createRowIndex<R extends Row>(
	store: RecordStore,
	kinds: readonly string[],
	isRow: (row: Row) => row is R,
): RowIndex<R> {
	const rows = new Map<DocumentId, R>();
	const listeners = createListeners<[]>();
	/** Documents that changed while the first reading runs: what it then finds of them may be old. */
	const fresher = new Set<DocumentId>();
	const dirty = new Set<DocumentId>();
	let list: readonly R[] | undefined;
	let complete = false;
	let reading = false;
	let closed = false;

	const changed = () => {
		list = undefined;
		if (!closed) listeners.call();
	};
	const isOurs = (document: DocumentId) => kinds.some((kind) => document.startsWith(`${kind}/`));

	const stopWatching = store.watch((change) => {
		if (change.kind !== 'documents') return;
		for (const document of change.documents) if (isOurs(document)) dirty.add(document);
		if (dirty.size > 0) void readDirty();
	});

	async function readDirty(): Promise<void> {
		if (reading) return;
		reading = true;
		try {
			while (dirty.size > 0 && !closed) {
				const documents = [...dirty];
				dirty.clear();
				if (!complete) for (const document of documents) fresher.add(document);
				const found = new Map((await store.rows.many(documents)).map((row) => [row.id, row]));
				for (const document of documents) {
					const row = found.get(document);
					if (row !== undefined && isRow(row)) rows.set(document, row);
					else rows.delete(document);
				}
				changed();
			}
		} catch {
			// The store says by itself that it is closed or broken; what is in memory stays.
		} finally {
			reading = false;
		}
	}

	return {
		get current() {
			list ??= [...rows.values()];
			return list;
		},
		get complete() {
			return complete;
		},
		get: (document) => rows.get(document),
		subscribe: listeners.add,
		put(row) {
			if (!complete) fresher.add(row.id);
			rows.set(row.id, row);
			changed();
		},
		async load() {
			for (const kind of kinds) {
				await store.rows.each(kind, batch, (found) => {
					for (const row of found) if (isRow(row) && !fresher.has(row.id)) rows.set(row.id, row);
					if (found.length > 0) changed();
				});
			}
			complete = true;
			fresher.clear();
			changed();
		},
		close() {
			closed = true;
			stopWatching();
		},
	};
}
