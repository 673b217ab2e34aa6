import * as Y from 'yjs';
import { roots } from '../document/record-document.ts';
import type { DocumentId, EntryId } from '../domain/ids.ts';
import type { OutboxEdit, RecordStore } from '../store/record-store.ts';
import { createCell, type Cell } from '../sync/cell.ts';
import type { Time } from '../sync/time.ts';
import type { OutboxItem } from '../desk.ts';

/** What waits to be sent, for the eye, and which entries are among it. */
export interface OutboxList {
	items: Cell<readonly OutboxItem[]>;
	/** More or less may wait than `items` say: it is being read. */
	isBehind: Cell<boolean>;
	unsentEntries(document: DocumentId): ReadonlySet<EntryId>;
	load(): Promise<void>;
	close(): void;
}

const pauseMs = 50;

export function createOutboxList(parts: {
	store: RecordStore;
	time: Time;
	titleOf(document: DocumentId): string;
	/** Somebody let a rejected edit go, in this tab or another; nothing else takes one out. */
	discarded(document: DocumentId): void;
}): OutboxList {
	const { store, time } = parts;
	const items = createCell<readonly OutboxItem[]>([]);
	const isBehind = createCell(true);
	const entriesByEdit = new Map<number, { document: DocumentId; entries: EntryId[] }>();
	let reading = false;
	let again = false;
	let closed = false;
	let callOff = () => {};

	const stopWatching = store.watch((change) => {
		if (change.kind === 'outbox') void load();
	});

	/** Much typing without a network makes a long outbox: the longer reading it takes, the longer the pause after it. */
	async function load(): Promise<void> {
		again = true;
		isBehind.set(true);
		if (reading) return;
		reading = true;
		const began = time.now();
		try {
			again = false;
			const edits = await store.outbox();
			if (!closed) show(edits);
			isBehind.set(again);
		} catch {
			// The store says by itself that it is closed or broken.
		}
		callOff = time.schedule(
			() => {
				reading = false;
				if (again && !closed) void load();
			},
			Math.max(pauseMs, 5 * (time.now() - began)),
		);
	}

	function show(edits: readonly OutboxEdit[]): void {
		const numbers = new Set(edits.map((edit) => edit.n));
		for (const item of items.current)
			if (item.rejected !== undefined && !numbers.has(item.n)) parts.discarded(item.document);
		for (const n of entriesByEdit.keys()) if (!numbers.has(n)) entriesByEdit.delete(n);
		for (const { n, document, update } of edits)
			if (!entriesByEdit.has(n)) entriesByEdit.set(n, { document, entries: entriesOf([update]) });
		items.set(
			edits.map(({ n, document, at, what, attempts, rejected, update }) => ({
				...{ n, document, at, what, attempts, rejected },
				bytes: update.byteLength,
				title: parts.titleOf(document),
			})),
		);
	}

	return {
		items,
		isBehind,
		unsentEntries(document) {
			const entries = new Set<EntryId>();
			for (const edit of entriesByEdit.values())
				if (edit.document === document) for (const entry of edit.entries) entries.add(entry);
			return entries;
		},
		load,
		close() {
			closed = true;
			callOff();
			stopWatching();
		},
	};
}

/** The entries that updates bring. Entries are written once, so each names its map and its key. */
export function entriesOf(updates: readonly Uint8Array[]): EntryId[] {
	const found: EntryId[] = [];
	for (const update of updates) {
		for (const struct of Y.decodeUpdate(update).structs) {
			if (!(struct instanceof Y.Item) || struct.parentSub === null) continue;
			if ((struct.parent as unknown) === roots.entries) found.push(struct.parentSub as EntryId);
		}
	}
	return found;
}
