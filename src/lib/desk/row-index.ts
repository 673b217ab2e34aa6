import type { Rows } from '../desk.ts';
import type { DocumentId } from '../domain/ids.ts';
import type { RecordStore, Row } from '../store/record-store.ts';
import { createListeners } from '../sync/cell.ts';
import { createChangeLog } from './change-log.ts';

/** All rows of some kinds in memory, kept up by what the store tells. */
export interface RowIndex<R extends Row> extends Rows<R> {
	/** Shows a row before it is stored. */
	put(row: R): void;
	/** Resolves when all rows have been read once. All but the first of them wait for `rest`. */
	load(rest?: Promise<unknown>): Promise<void>;
	close(): void;
}

const batch = 500;

/** Which rows an index holds, and what is asked of them often. */
export interface RowsWanted<R extends Row> {
	kinds: readonly string[];
	isRow(row: Row): row is R;
	groupsOf?(row: R): readonly string[];
	isUnfinished?(row: R): boolean;
}

export function createRowIndex<R extends Row>(
	store: RecordStore,
	{ kinds, isRow, groupsOf = () => [], isUnfinished = () => true }: RowsWanted<R>,
): RowIndex<R> {
	const rows = new Map<DocumentId, R>();
	const unfinished = new Map<DocumentId, R>();
	const changes = createChangeLog<R>();
	/** Made when first asked for. */
	let groups: Map<string, Set<DocumentId>> | undefined;
	const listeners = createListeners<[]>();
	/** Documents that changed while all rows are being read: what is then found of them may be old. */
	const fresher = new Set<DocumentId>();
	const dirty = new Set<DocumentId>();
	let list: readonly R[] | undefined;
	let complete = false;
	let reading = false;
	let loading = true;
	let closed = false;

	const changed = () => {
		list = undefined;
		if (!closed) listeners.call();
		changes.told();
	};
	const isOurs = (document: DocumentId) => kinds.some((kind) => document.startsWith(`${kind}/`));

	function enter(row: R): void {
		if (groups !== undefined) {
			leaveGroups(row.id);
			joinGroups(groups, row);
		}
		changes.note(row.id, rows.get(row.id), row);
		rows.set(row.id, row);
		if (isUnfinished(row)) unfinished.set(row.id, row);
		else unfinished.delete(row.id);
	}
	function remove(document: DocumentId): void {
		leaveGroups(document);
		changes.note(document, rows.get(document), undefined);
		rows.delete(document);
		unfinished.delete(document);
	}
	function joinGroups(all: Map<string, Set<DocumentId>>, row: R): void {
		for (const group of groupsOf(row)) {
			const members = all.get(group);
			if (members === undefined) all.set(group, new Set([row.id]));
			else members.add(row.id);
		}
	}
	function leaveGroups(document: DocumentId): void {
		const before = rows.get(document);
		if (groups === undefined || before === undefined) return;
		for (const group of groupsOf(before)) {
			const members = groups.get(group);
			members?.delete(document);
			if (members?.size === 0) groups.delete(group);
		}
	}
	function grouped(): Map<string, Set<DocumentId>> {
		const all = new Map<string, Set<DocumentId>>();
		for (const row of rows.values()) joinGroups(all, row);
		return all;
	}

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
				if (loading) for (const document of documents) fresher.add(document);
				const found = new Map((await store.rows.many(documents)).map((row) => [row.id, row]));
				for (const document of documents) {
					const row = found.get(document);
					if (row !== undefined && isRow(row)) enter(row);
					else remove(document);
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
		get size() {
			return rows.size;
		},
		get revision() {
			return changes.revision;
		},
		changesSince: changes.since,
		unfinished: () => [...unfinished.values()],
		get: (document) => rows.get(document),
		inGroup(group) {
			groups ??= grouped();
			const members = groups.get(group) ?? [];
			return [...members].map((document) => rows.get(document)).filter((row) => row !== undefined);
		},
		subscribe: listeners.add,
		put(row) {
			if (loading) fresher.add(row.id);
			enter(row);
			changed();
		},
		async load(rest) {
			// Told when there are twice as many as before: each telling makes screens look at all rows.
			let told = 0;
			/** After a repair: rows of documents that did not come back. */
			const unseen = new Set(rows.keys());
			loading = true;
			for (const kind of kinds) {
				await store.rows.each(kind, batch, async (found) => {
					for (const row of found) {
						unseen.delete(row.id);
						if (isRow(row) && !fresher.has(row.id)) enter(row);
					}
					if (!complete && found.length > 0 && rows.size >= 2 * told) {
						told = rows.size;
						changed();
					}
					if (found.length === batch) await rest;
				});
			}
			for (const document of unseen) if (!fresher.has(document)) remove(document);
			loading = false;
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
