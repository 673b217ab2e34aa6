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
	const groups = new Map<string, DocumentId[]>();
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
		const before = rows.get(row.id);
		changes.note(row.id, before, row);
		if (before !== undefined) leaveGroups(before);
		joinGroups(row);
		rows.set(row.id, row);
		if (isUnfinished(row)) unfinished.set(row.id, row);
		else unfinished.delete(row.id);
	}
	function remove(document: DocumentId): void {
		const before = rows.get(document);
		changes.note(document, before, undefined);
		if (before !== undefined) leaveGroups(before);
		rows.delete(document);
		unfinished.delete(document);
	}
	function joinGroups(row: R): void {
		for (const group of groupsOf(row)) {
			const members = groups.get(group);
			if (members === undefined) groups.set(group, [row.id]);
			// A row may name a group twice.
			else if (members.at(-1) !== row.id) members.push(row.id);
		}
	}
	function leaveGroups(row: R): void {
		for (const group of groupsOf(row)) {
			const members = groups.get(group)?.filter((member) => member !== row.id) ?? [];
			if (members.length === 0) groups.delete(group);
			else groups.set(group, members);
		}
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
			const members = groups.get(group) ?? [];
			return members.map((document) => rows.get(document)).filter((row) => row !== undefined);
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
