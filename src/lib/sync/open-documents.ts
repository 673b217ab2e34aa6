import * as Y from 'yjs';
import { unnamedDoc } from '../document/unnamed-doc.ts';
import type { DocumentId } from '../domain/ids.ts';
import type { RecordStore, Row, StoredDocument } from '../store/record-store.ts';
import type { UnsentFile } from '../store/unsent-file.ts';
import { classifyStoreError, type StoreFailureKind } from '../store/store-failure.ts';
import { backoffDelay } from './backoff.ts';
import { createCell, createListeners, type Cell, type Listeners } from './cell.ts';
import type { Time } from './time.ts';

/**
 * The documents that this tab has in its hands: one Y.Doc each, whoever asks.
 *
 * OD1 What is written here (a local transaction) goes to the store: typing within 250 ms, a command at once.
 * OD2 What comes from elsewhere (store, live channel, y-indexeddb: no local transaction) is applied and never committed again. Of it
 *     only the pull is durable.
 * OD3 What the store did not take stays in memory, first in line, and is tried again; the document stays until then.
 * OD4 A Y.Doc that is given up never comes back: the next one has a client id of its own, so no clock is used twice.
 */
export interface OpenDocuments {
	/** The document, if this device has it. */
	acquire(document: DocumentId): Promise<HeldDocument | undefined>;
	/** The same, and an empty one where this device has none. */
	acquireOrCreate(document: DocumentId, generation?: number): Promise<HeldDocument>;
	/** Whether somebody has it in hand. */
	isInUse(document: DocumentId): boolean;
	/** What stored nothing yet because storing failed. */
	unsaved: Cell<{ edits: number; why: StoreFailureKind | undefined }>;
	/** Takes the document from the store anew, without what the store took out of it. */
	reload(document: DocumentId): Promise<void>;
	/** What is only in memory, to be saved as a file where the store takes nothing any more. */
	unsavedEdits(): UnsentFile['edits'];
	/** Everything typed goes to the store now. */
	flush(): Promise<void>;
	close(): void;
}

export interface HeldDocument {
	readonly document: DocumentId;
	readonly doc: Y.Doc;
	readonly generation: number;
	/** The document was erased, or is no longer for this device. */
	readonly gone: boolean;
	/** Edits that have no number yet. */
	readonly pending: readonly Uint8Array[];
	/** Stores what was written. */
	commit(what: string): Promise<Saved>;
	/** Called when it is gone, or another generation took its place. */
	replaced(listener: () => void): () => void;
	release(): void;
}

export type Saved = { kind: 'ok' } | { kind: 'failed'; why: StoreFailureKind };

/** For the outbox screen: typing. */
export const typingWhat = 'draft';
const typingMs = 250;
const keptUnused = 30;
/** After so many edits it may be worth putting a document's updates together. */
const foldEvery = 64;
const fromStore = Symbol('store');

interface Held {
	document: DocumentId;
	doc: Y.Doc;
	generation: number;
	/** The store's version of it that is in `doc`. */
	version: number;
	users: number;
	gone: boolean;
	pending: Uint8Array[];
	writing: Promise<Saved>;
	/** Under way, and done. */
	writes: number;
	stored: number;
	/** What the store told of it while a write was under way; one of that is the write's own. */
	heard: number;
	/** How often reading it anew failed. */
	unread: number;
	failures: number;
	why: StoreFailureKind | undefined;
	callOff: (() => void) | undefined;
	replaced: Listeners<[]>;
}

export interface OpenDocumentsParts {
	store: RecordStore;
	time: Time;
	rowOf(document: DocumentId, doc: Y.Doc): Row | undefined;
	/** Another tab took the body of a document that is in hand here. */
	trimmed?(document: DocumentId): void;
	/** Told before it is stored, so that lists show it in the same frame. */
	wrote(row: Row): void;
}

export function createOpenDocuments(parts: OpenDocumentsParts): OpenDocuments {
	const { store, time } = parts;
	const held = new Map<DocumentId, Held>();
	const loading = new Map<DocumentId, Promise<Held | undefined>>();
	/** How many wait for a document; what was read of it may be old by the time it is in hand. */
	const waiting = new Map<DocumentId, number>();
	const changedMeanwhile = new Set<DocumentId>();
	const unsaved = createCell<{ edits: number; why: StoreFailureKind | undefined }>({ edits: 0, why: undefined });
	let closed = false;

	const stopWatching = store.watch((change) => {
		if (change.kind !== 'documents') return;
		for (const document of change.documents) {
			const found = held.get(document);
			if (waiting.has(document)) changedMeanwhile.add(document);
			if (found === undefined) continue;
			if (change.removed === true) void reload(document).catch(() => {});
			else if (found.writes > 0) found.heard++;
			else void refresh(found);
		}
	});

	async function take(document: DocumentId, create: boolean, generation = 0): Promise<Held | undefined> {
		const known = held.get(document);
		if (known !== undefined) return known;
		waiting.set(document, (waiting.get(document) ?? 0) + 1);
		try {
			const under = loading.get(document) ?? load(document).finally(() => loading.delete(document));
			loading.set(document, under);
			let found = (await under) ?? held.get(document);
			if (found === undefined && create && !closed) found = hold(document, unnamedDoc(), generation, 0);
			if (!changedMeanwhile.delete(document)) return found;
			if (found === undefined) return await take(document, create, generation);
			await refresh(found);
			return found;
		} finally {
			const left = (waiting.get(document) ?? 1) - 1;
			if (left > 0) waiting.set(document, left);
			else waiting.delete(document);
		}
	}

	async function load(document: DocumentId): Promise<Held | undefined> {
		const stored = await store.load(document);
		if (stored === undefined || closed) return undefined;
		const doc = docOf(stored.updates);
		return doc === undefined ? undefined : hold(document, doc, stored.generation, stored.version);
	}

	function hold(document: DocumentId, doc: Y.Doc, generation: number, version: number): Held {
		const made: Held = {
			...{ document, doc, generation, version },
			...{ users: 0, gone: false, pending: [], writes: 0, stored: 0, heard: 0, unread: 0, failures: 0 },
			writing: Promise.resolve({ kind: 'ok' }),
			why: undefined,
			callOff: undefined,
			replaced: createListeners(),
		};
		listenTo(made);
		held.set(document, made);
		return made;
	}

	function listenTo(target: Held): void {
		const { doc } = target;
		doc.on('update', (update: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
			if (!transaction.local || target.doc !== doc) return;
			target.pending.push(update);
			target.callOff ??= time.schedule(() => void commit(target, typingWhat), typingMs);
		});
	}

	function commit(target: Held, what: string): Promise<Saved> {
		target.callOff?.();
		target.callOff = undefined;
		target.writing = target.writing.then(() => write(target, what));
		return target.writing;
	}

	async function write(target: Held, what: string): Promise<Saved> {
		if (target.pending.length === 0) return { kind: 'ok' };
		const taken = target.pending;
		target.pending = [];
		const update = taken.length === 1 && taken[0] !== undefined ? taken[0] : Y.mergeUpdates(taken);
		// Another may have taken its place when the store answers.
		const { document, doc, generation, version: basedOn } = target;
		const row = target.gone ? undefined : parts.rowOf(document, target.doc);
		if (row !== undefined) parts.wrote(row);
		target.writes++;
		try {
			const committed = await store.commit({ document, generation, update, row, basedOn, at: time.now(), what });
			target.failures = 0;
			target.why = undefined;
			const onlyOurs = committed.version === basedOn + 1;
			if (onlyOurs) target.version = committed.version;
			target.writes--;
			const heard = target.heard;
			target.heard = 0;
			if (committed.rejected === 'other-generation')
				await carryOn(document, Y.encodeStateAsUpdate(doc), { n: committed.n, update, what });
			if (!onlyOurs || heard > 1 || committed.rejected !== undefined) await refresh(target);
			target.stored++;
			if (target.stored % foldEvery === 0) void store.fold(document).catch(() => {});
			return { kind: 'ok' };
		} catch (error) {
			target.writes--;
			target.pending = [update, ...target.pending];
			if (target.heard > 0) void refresh(target);
			target.heard = 0;
			target.why = classifyStoreError(error);
			target.failures++;
			if (!closed)
				target.callOff ??= time.schedule(() => void commit(target, what), backoffDelay(target.failures, time.random()));
			return { kind: 'failed', why: target.why };
		} finally {
			countUnsaved();
			letGo();
		}
	}

	/** Takes what the store has beyond what is in hand. */
	async function refresh(target: Held): Promise<void> {
		const stored = await store.load(target.document).catch(() => 'failed' as const);
		if (closed || held.get(target.document) !== target) return;
		if (stored === 'failed') {
			target.unread++;
			time.schedule(() => void refresh(target), backoffDelay(target.unread, time.random()));
			return;
		}
		target.unread = 0;
		if (stored === undefined) {
			// A new document whose first commit is still under way is not in the store either.
			if (target.version === 0 || target.writes > 0) return;
			// Trimmed: whoever has it in hand goes on with what is in memory.
			const isTrimmed = (await store.rows.get(target.document).catch(() => undefined))?.cold !== undefined;
			if (held.get(target.document) !== target) return;
			if (!isTrimmed) giveUp(target);
			else if (target.users > 0 || target.pending.length > 0) {
				target.version = 0;
				parts.trimmed?.(target.document);
			} else forget(target);
			return;
		}
		if (stored.generation !== target.generation || stored.version < target.version) {
			replace(target, stored);
			return;
		}
		if (stored.version === target.version) return;
		try {
			Y.transact(
				target.doc,
				() => stored.updates.forEach((update) => Y.applyUpdate(target.doc, update, fromStore)),
				fromStore,
				false,
			);
			target.version = Math.max(target.version, stored.version);
		} catch (error) {
			console.error(error);
		}
	}

	function forget(target: Held): void {
		held.delete(target.document);
		target.doc.destroy();
	}

	async function reload(document: DocumentId): Promise<void> {
		const target = held.get(document);
		if (target === undefined) return;
		await commit(target, typingWhat);
		const stored = await store.load(document);
		if (held.get(document) !== target) return;
		if (stored === undefined) giveUp(target);
		else replace(target, stored);
	}

	function replace(target: Held, stored: StoredDocument): void {
		const doc = docOf(stored.updates);
		if (doc === undefined) return;
		const { doc: before, pending, generation } = target;
		target.doc = doc;
		target.generation = stored.generation;
		target.version = stored.version;
		if (generation === stored.generation) for (const update of pending) Y.applyUpdate(doc, update, fromStore);
		else if (pending.length > 0) {
			// It belongs to a document that is no more: the store keeps it in the outbox, marked, until it lies on top of the new one.
			target.pending = [];
			const { document } = target;
			const update = Y.mergeUpdates(pending);
			const old = Y.encodeStateAsUpdate(before);
			const what = typingWhat;
			store
				.commit({ document, generation, update, row: undefined, at: time.now(), what })
				.then(({ n }) => carryOn(document, old, { n, update, what }))
				.catch(() => {});
		}
		listenTo(target);
		before.destroy();
		target.replaced.call();
	}

	/** Puts what was written a moment too late on top of the generation that the store has by now; see store/carry-over.ts. */
	async function carryOn(
		document: DocumentId,
		old: Uint8Array,
		edit: { n: number; update: Uint8Array; what: string },
	): Promise<void> {
		const [stored, { carryOver }] = await Promise.all([store.load(document), import('../store/carry-over.ts')]);
		const carried = stored && carryOver([old], stored.updates, [edit.update]);
		if (carried?.kind !== 'carried') return;
		const { update } = carried;
		if (update !== undefined) {
			const { generation } = stored!;
			// Based on nothing: the store makes the row.
			const change = { document, generation, update, row: undefined, basedOn: -1, at: time.now(), what: edit.what };
			if ((await store.commit(change)).rejected !== undefined) return;
		}
		await store.discard(edit.n);
	}

	function giveUp(target: Held): void {
		target.gone = true;
		target.callOff?.();
		target.callOff = undefined;
		held.delete(target.document);
		target.replaced.call();
		countUnsaved();
	}

	function countUnsaved(): void {
		const failing = [...held.values()].filter((target) => target.why !== undefined && target.pending.length > 0);
		const edits = failing.reduce((sum, target) => sum + target.pending.length, 0);
		const why = failing[0]?.why;
		if (edits !== unsaved.current.edits || why !== unsaved.current.why) unsaved.set({ edits, why });
	}

	function letGo(): void {
		const idle = [...held.values()].filter(
			(target) => target.users === 0 && target.pending.length === 0 && target.writes === 0,
		);
		for (const target of idle.slice(0, Math.max(0, idle.length - keptUnused))) {
			held.delete(target.document);
			target.doc.destroy();
		}
	}

	function handle(target: Held): HeldDocument {
		target.users++;
		held.delete(target.document);
		held.set(target.document, target);
		let released = false;
		return {
			document: target.document,
			get doc() {
				return target.doc;
			},
			get generation() {
				return target.generation;
			},
			get gone() {
				return target.gone;
			},
			get pending() {
				return target.pending;
			},
			commit: (what) => commit(target, what),
			replaced: target.replaced.add,
			release() {
				if (released) return;
				released = true;
				target.users--;
				letGo();
			},
		};
	}

	return {
		unsaved,
		async acquire(document) {
			const found = await take(document, false);
			return found === undefined ? undefined : handle(found);
		},
		async acquireOrCreate(document, generation = 0) {
			const found = await take(document, true, generation);
			return handle(found ?? hold(document, unnamedDoc(), generation, 0));
		},
		isInUse: (document) => (held.get(document)?.users ?? 0) > 0,
		reload,
		unsavedEdits: () =>
			[...held.values()]
				.filter((target) => target.pending.length > 0)
				.map(({ document, generation, pending }) => {
					const update = Y.mergeUpdates(pending);
					return { document, generation, update, at: time.now(), what: typingWhat, rejected: undefined };
				}),
		async flush() {
			await Promise.all(
				[...held.values()].filter((target) => target.pending.length > 0).map((target) => commit(target, typingWhat)),
			);
		},
		close() {
			if (closed) return;
			closed = true;
			stopWatching();
			for (const target of held.values()) {
				target.callOff?.();
				target.doc.destroy();
			}
			held.clear();
		},
	};
}

/** Undefined if the bytes are not a document. */
function docOf(updates: readonly Uint8Array[]): Y.Doc | undefined {
	const doc = unnamedDoc();
	try {
		for (const update of updates) Y.applyUpdate(doc, update, fromStore);
		return doc;
	} catch (error) {
		console.error(error);
		doc.destroy();
		return undefined;
	}
}
