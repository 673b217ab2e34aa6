import type { BlobId, DocumentId } from '../domain/ids.ts';
import type { DocumentNews, RejectionCode } from '../protocol/replica.ts';
import { carryOver, nothing } from './carry-over.ts';
import { ownBytes, paintRank } from './database.ts';
import { blobIdOf, type DeviceBlobs } from './device-blobs.ts';
import { documentBlobs } from './document-blobs.ts';
import { foldUpdates } from './fold-updates.ts';
import { numbersLeft, takeFrom, withBlocks, type NumberBlocks } from './number-blocks.ts';
import {
	documentsOf,
	stampsOf,
	type Committed,
	type DocumentHead,
	type LocalChange,
	type OutboxEdit,
	type Project,
	type ReceivedNews,
	type RecordStore,
	type Row,
	type RowTable,
	type Settings,
	type UnsentCleaning,
} from './record-store.ts';
import { isSameSetting } from './same-setting.ts';
import { createStoreNews, type TabChannel } from './store-news.ts';
import { decodeUnsent, encodeUnsent, isSameEdit, isSound } from './unsent-file.ts';

export interface MemoryRecordStoreOptions {
	now(): number;
	project?: Project;
	channel?: TabChannel | null;
}

interface Held {
	generation: number;
	head: number;
	version: number;
	whole: boolean;
	updates: { update: Uint8Array; n: number | undefined }[];
}

/** The store without a disk: the same rules in their plainest form. For tests, and where a browser gives no storage. */
export function createMemoryRecordStore({ now, project, channel }: MemoryRecordStoreOptions): RecordStore {
	const news = createStoreNews(channel ?? undefined);
	const held = new Map<DocumentId, Held>();
	const outbox = new Map<number, OutboxEdit>();
	const rows = new Map<DocumentId, Row>();
	const values = new Map<string, unknown>();
	const files = new Map<BlobId, { bytes: Uint8Array; state: 'local' | 'sent'; usedAt: number }>();
	let lastEdit: number | undefined;
	let numbers: NumberBlocks = { blocks: [], numberCounter: 0, spentBlocks: [] };

	const emptyDocument = (generation: number, whole: boolean): Held => ({
		generation,
		head: 0,
		version: 0,
		whole,
		updates: [],
	});

	function nextEdit(): number {
		lastEdit = lastEdit === undefined ? Math.max(1, Math.floor(now())) : lastEdit + 1;
		return lastEdit;
	}

	function remakeRow(document: DocumentId): void {
		const stored = held.get(document);
		if (project === undefined || stored === undefined) return;
		try {
			const row = project(
				document,
				stored.updates.map(({ update }) => update),
			);
			if (row !== undefined) rows.set(document, row);
		} catch {
			// The row stays as it is.
		}
	}

	function dropBytes(document: DocumentId, code: RejectionCode): number {
		held.delete(document);
		const edits = [...outbox.values()].filter((edit) => edit.document === document);
		for (const edit of edits) edit.rejected ??= code;
		return edits.length;
	}

	function replaceGeneration(stored: Held, news: DocumentNews) {
		const { document } = news;
		const before = stored.updates.map(({ update }) => update);
		const unsent = [...outbox.values()].filter(
			(edit) =>
				edit.document === document &&
				edit.generation === stored.generation &&
				(edit.rejected === undefined || edit.rejected === 'other-generation'),
		);
		const isWhole = news.from === 'snapshot';
		const result =
			isWhole && unsent.length > 0
				? carryOver(
						before,
						news.updates,
						unsent.map(({ update }) => update),
					)
				: undefined;
		const kept = new Set(isWhole ? documentBlobs(news.updates) : []);
		for (const blob of isWhole ? documentBlobs(before) : [])
			if (!kept.has(blob) && files.get(blob)?.state === 'sent') files.delete(blob);
		const what = unsent.at(-1)?.what ?? '';
		if (result?.kind === 'carried') for (const { n } of unsent) outbox.delete(n);
		if (result?.kind === 'dropped')
			for (const edit of unsent) outbox.set(edit.n, { ...edit, update: nothing, rejected: 'gone' });
		const marked = dropBytes(document, 'other-generation');
		const update = result?.kind === 'carried' ? result.update : undefined;
		return { marked: Math.max(marked, unsent.length), carried: update && { update, what } };
	}

	function cleanOne(document: DocumentId, cleaning: UnsentCleaning): boolean {
		const edits = outboxInOrder().filter((edit) => edit.document === document);
		const stained = edits.filter(
			({ update, rejected }) => rejected !== undefined && !cleaning.isClean(document, update),
		);
		for (const edit of stained) outbox.set(edit.n, { ...edit, update: nothing, rejected: 'gone' });
		const stored = held.get(document);
		if (stored === undefined) return stained.length > 0;
		const gone = new Set(stained.map(({ n }) => n));
		stored.updates = stored.updates.filter(({ n }) => n === undefined || !gone.has(n));
		const unsent = edits.filter(({ rejected }) => rejected === undefined);
		const numbers = new Set(unsent.map(({ n }) => n));
		const isPending = ({ n }: Held['updates'][number]) => n !== undefined && numbers.has(n);
		const pending = stored.updates.filter(isPending);
		const settled = stored.updates.filter((update) => !isPending(update));
		const bytes = (updates: Held['updates']) => updates.map(({ update }) => update);
		const cleaned =
			pending.length === 0 ? ({ kind: 'same' } as const) : cleaning.rewrite(document, bytes(settled), bytes(pending));
		if (cleaned.kind === 'same' && stained.length === 0) return false;
		stored.version += 1;
		const last = unsent.at(-1);
		if (cleaned.kind === 'other' && last !== undefined) {
			for (const { n } of unsent) outbox.delete(n);
			stored.updates = settled;
			if (cleaned.update !== undefined) {
				const n = nextEdit();
				const update = ownBytes(cleaned.update);
				outbox.set(n, { ...last, n, generation: stored.generation, update, attempts: 0 });
				stored.updates.push({ update, n });
			}
		}
		remakeRow(document);
		return true;
	}

	function dropCopiesOf(document: DocumentId): void {
		const stored = held.get(document)?.updates.map(({ update }) => update) ?? [];
		for (const blob of documentBlobs(stored)) if (files.get(blob)?.state === 'sent') files.delete(blob);
	}

	function trimOne(document: DocumentId, version: number): boolean {
		const stored = held.get(document);
		const row = rows.get(document);
		if (stored === undefined || row === undefined) return false;
		if ([...outbox.values()].some((edit) => edit.document === document)) return false;
		if (!stored.whole || stored.head === 0 || stored.version !== version) return false;
		dropCopiesOf(document);
		held.delete(document);
		rows.set(document, { ...row, cold: { generation: stored.generation, head: stored.head } });
		return true;
	}

	function receiveHeader(row: Row): number {
		const { generation, head } = row.cold ?? { generation: 0, head: 0 };
		const older = rows.get(row.id)?.cold;
		if (older !== undefined && (older.generation > generation || older.head > head)) return 0;
		const stored = held.get(row.id);
		const isUnsent = [...outbox.values()].some((edit) => edit.document === row.id);
		let marked = 0;
		if (stored !== undefined && stored.generation < generation) {
			if (!isUnsent) marked = dropBytes(row.id, 'other-generation');
		} else if (stored?.whole === true || (stored !== undefined && stored.generation > generation)) return 0;
		rows.set(row.id, row);
		return marked;
	}

	function dropDocument(document: DocumentId, code: RejectionCode): number {
		dropCopiesOf(document);
		rows.delete(document);
		return dropBytes(document, code);
	}

	function commit(change: LocalChange): Committed {
		const { document, generation, at, what, row, basedOn } = change;
		const n = nextEdit();
		const update = ownBytes(change.update);
		const known = held.get(document);
		const cold = rows.get(document)?.cold;
		const stored = known ?? emptyDocument(generation, cold === undefined);
		const rejected = stored.generation === generation ? undefined : 'other-generation';
		outbox.set(n, { n, document, generation, update, at, what, attempts: 0, rejected });
		if (rejected !== undefined) return { n, version: stored.version, rejected };
		const before = stored.version;
		stored.updates.push({ update, n });
		stored.version += 1;
		held.set(document, stored);
		if (basedOn !== undefined && basedOn !== before) remakeRow(document);
		else if (row !== undefined) rows.set(document, stored.whole || cold === undefined ? row : { ...row, cold });
		return { n, version: stored.version };
	}

	function receive(received: ReceivedNews): number {
		let marked = 0;
		for (const { news: item, row, basedOn } of received.documents) {
			const { document, generation, head, from, updates } = item;
			let stored = held.get(document);
			let carried: { update: Uint8Array; what: string } | undefined;
			const before = stored?.version ?? 0;
			if (stored !== undefined && generation < stored.generation) continue;
			if (stored !== undefined && generation > stored.generation) {
				const replaced = replaceGeneration(stored, item);
				marked += replaced.marked;
				carried = replaced.carried;
				if (row === undefined) rows.delete(document);
				stored = { ...emptyDocument(generation, false), version: before };
			} else if (stored !== undefined && head <= stored.head && (stored.whole || from === 'tail')) continue;
			stored ??= emptyDocument(generation, false);
			for (const update of updates) stored.updates.push({ update: ownBytes(update), n: undefined });
			stored.head = Math.max(stored.head, head);
			stored.version += 1;
			stored.whole ||= from === 'snapshot';
			held.set(document, stored);
			if (carried !== undefined) {
				const n = nextEdit();
				const edit = { n, document, generation, ...carried, at: now(), attempts: 0, rejected: undefined };
				outbox.set(n, edit);
				stored.updates.push({ update: carried.update, n });
				stored.version += 1;
			}
			if (carried !== undefined || (basedOn !== undefined && basedOn !== before)) remakeRow(document);
			else if (row !== undefined) rows.set(document, row);
		}
		for (const row of received.headers ?? []) marked += receiveHeader(row);
		for (const [key, value] of Object.entries(received.settings)) values.set(key, value);
		for (const document of received.gone) marked += dropDocument(document, 'gone');
		for (const document of received.dropped) marked += dropDocument(document, 'no-access');
		return marked;
	}

	const rowTable: RowTable = {
		get: async (document) => rows.get(document),
		many: async (documents) => documents.map((document) => rows.get(document)).filter((row) => row !== undefined),
		async each(kind, batch, visit) {
			const wanted = [...rows.values()].filter((row) => row.kind === kind).sort(byPaintOrder);
			for (let start = 0; start < wanted.length; start += batch) await visit(wanted.slice(start, start + batch));
		},
		count: async (kind) => [...rows.values()].filter((row) => row.kind === kind).length,
		countCold: async () => [...rows.values()].filter((row) => row.cold !== undefined).length,
		async put(more, versions) {
			for (const row of more) {
				const stored = held.get(row.id);
				if (versions === undefined || (stored !== undefined && stored.version === versions.get(row.id)))
					rows.set(row.id, row);
			}
		},
		clear: async () => rows.clear(),
	};

	const settings: Settings = {
		get: async <T>(key: string) => values.get(key) as T | undefined,
		async set(key, value) {
			values.set(key, structuredClone(value));
			news.tell({ kind: 'settings', keys: [key] });
		},
		async change<T>(key: string, change: (value: T | undefined) => T) {
			const value = change(structuredClone(values.get(key)) as T | undefined);
			values.set(key, structuredClone(value));
			news.tell({ kind: 'settings', keys: [key] });
			return value;
		},
	};

	const blobs: DeviceBlobs = {
		async add(bytes) {
			const id = await blobIdOf(bytes);
			files.set(id, { bytes: bytes.slice(), state: files.get(id)?.state ?? 'local', usedAt: now() });
			return id;
		},
		async keepCopy(id, bytes) {
			if ((await blobIdOf(bytes)) !== id) return false;
			files.set(id, { bytes: bytes.slice(), state: files.get(id)?.state ?? 'sent', usedAt: now() });
			return true;
		},
		async get(id) {
			const found = files.get(id);
			if (found !== undefined) found.usedAt = now();
			return found?.bytes.slice();
		},
		async states(ids) {
			const found = ids.map((id) => [id, files.get(id)?.state] as const);
			return new Map(found.flatMap(([id, state]) => (state === undefined ? [] : [[id, state]])));
		},
		unsent: async () =>
			[...files].filter(([, file]) => file.state === 'local').map(([id, { bytes }]) => ({ id, size: bytes.length })),
		async markSent(id) {
			const found = files.get(id);
			if (found !== undefined) found.state = 'sent';
		},
		remove: async (id) => void files.delete(id),
		async dropCopies(bytes) {
			let freed = 0;
			const copies = [...files].filter(([, file]) => file.state === 'sent').sort((a, b) => a[1].usedAt - b[1].usedAt);
			for (const [id, file] of copies) {
				if (freed >= bytes) break;
				freed += file.bytes.length;
				files.delete(id);
			}
			return freed;
		},
		count: async () => files.size,
	};

	const clear = () => {
		for (const table of [held, outbox, rows, values, files]) table.clear();
		numbers = { blocks: [], numberCounter: 0, spentBlocks: [] };
		lastEdit = undefined;
	};
	const outboxInOrder = () => [...outbox.values()].sort((a, b) => a.n - b.n);
	const namesAfter = (after: DocumentId | undefined, limit: number) =>
		[...held.keys()]
			.sort()
			.filter((document) => after === undefined || document > after)
			.slice(0, limit);
	const read = (document: DocumentId) => {
		const stored = held.get(document);
		return stored && { ...stored, updates: stored.updates.map(({ update }) => update) };
	};

	return {
		load: async (document) => read(document),
		loadMany: async (documents) =>
			new Map(
				documents.flatMap((document) => {
					const stored = read(document);
					return stored === undefined ? [] : [[document, stored] as const];
				}),
			),
		documents: async (after, limit) => namesAfter(after, limit),
		stamps: async (after, limit) =>
			stampsOf(
				Array.from(held, ([document, stored]) => ({ document, ...stored })),
				[...rows.values()].filter((row) => row.cold !== undefined),
			)
				.filter(({ document }) => after === undefined || document > after)
				.slice(0, limit),
		async heads(documents) {
			const found = new Map<DocumentId, DocumentHead>();
			for (const document of documents) {
				const stored = held.get(document);
				if (stored === undefined) continue;
				const { generation, head, version, whole } = stored;
				found.set(document, { generation, head, version, whole });
			}
			return found;
		},
		async trim(documents) {
			const trimmed = documents.filter(({ document, version }) => trimOne(document, version));
			const taken = trimmed.map(({ document }) => document);
			if (taken.length > 0) news.tell({ kind: 'documents', documents: taken, from: 'relay' });
			return taken;
		},
		async dropCold() {
			const dropped = [...rows.values()]
				.filter((row) => row.cold !== undefined && !held.has(row.id))
				.map(({ id }) => id);
			for (const document of dropped) rows.delete(document);
			if (dropped.length > 0) news.tell({ kind: 'documents', documents: dropped, from: 'relay' });
		},
		async commit(change) {
			const committed = commit(change);
			news.tell({ kind: 'documents', documents: [change.document], from: 'local' });
			news.tell({ kind: 'outbox' });
			return committed;
		},
		async receive(received) {
			const expected = Object.entries(received.expected ?? {});
			if (expected.some(([key, value]) => !isSameSetting(values.get(key), value))) return 'superseded';
			const marked = receive(received);
			const documents = documentsOf(received);
			if (documents.length > 0) news.tell({ kind: 'documents', documents, from: 'relay' });
			if (marked > 0) news.tell({ kind: 'outbox' });
			const keys = Object.keys(received.settings);
			if (keys.length > 0) news.tell({ kind: 'settings', keys });
			return 'stored';
		},
		async unsent(limit) {
			const found: OutboxEdit[] = [];
			let bytes = 0;
			for (const edit of outboxInOrder()) {
				if (edit.rejected !== undefined) continue;
				bytes += edit.update.length;
				if (found.length > 0 && (bytes > limit.bytes || found.length >= limit.edits)) break;
				found.push({ ...edit });
			}
			return found;
		},
		async attempted(tried) {
			for (const n of tried) {
				const edit = outbox.get(n);
				if (edit !== undefined) edit.attempts += 1;
			}
			news.tell({ kind: 'outbox' });
		},
		async settle(answers) {
			if (answers.length === 0) return;
			const gone = new Set<DocumentId>();
			const taken = new Set(answers.filter((answer) => answer.kind !== 'rejected').map((answer) => answer.n));
			for (const n of taken) outbox.delete(n);
			for (const stored of held.values())
				for (const update of stored.updates) if (update.n !== undefined && taken.has(update.n)) update.n = undefined;
			for (const answer of answers) {
				const edit = outbox.get(answer.n);
				if (answer.kind !== 'rejected' || edit === undefined) continue;
				edit.rejected = answer.code;
				edit.attempts += 1;
				if (answer.code === 'gone') gone.add(edit.document);
			}
			for (const document of gone) dropDocument(document, 'gone');
			news.tell({ kind: 'outbox' });
			if (gone.size > 0) news.tell({ kind: 'documents', documents: [...gone], from: 'relay' });
		},
		async discard(n) {
			const edit = outbox.get(n);
			if (edit?.rejected === undefined) return;
			outbox.delete(n);
			const stored = held.get(edit.document);
			if (stored !== undefined) {
				stored.updates = stored.updates.filter((update) => update.n !== n);
				stored.version += 1;
				if (stored.head === 0 && stored.updates.length === 0) {
					held.delete(edit.document);
					if (rows.get(edit.document)?.cold === undefined) rows.delete(edit.document);
				} else remakeRow(edit.document);
			}
			news.tell({ kind: 'outbox' });
			news.tell({ kind: 'documents', documents: [edit.document], from: 'local', removed: true });
		},
		async retry(n) {
			const edit = outbox.get(n);
			const stored = edit && held.get(edit.document);
			if (edit?.rejected === undefined || stored?.generation !== edit.generation) return undefined;
			const { document, generation, update, at, what } = edit;
			const next = nextEdit();
			outbox.delete(n);
			outbox.set(next, { n: next, document, generation, update, at, what, attempts: 0, rejected: undefined });
			stored.updates = [...stored.updates.filter((known) => known.n !== n), { update, n: next }];
			stored.version += 1;
			remakeRow(document);
			news.tell({ kind: 'outbox' });
			news.tell({ kind: 'documents', documents: [document], from: 'local' });
			return next;
		},
		async cleanUnsent(cleaning) {
			const changed = [...new Set([...outbox.values()].map(({ document }) => document))].filter((document) =>
				cleanOne(document, cleaning),
			);
			if (changed.length === 0) return changed;
			news.tell({ kind: 'outbox' });
			news.tell({ kind: 'documents', documents: changed, from: 'local', removed: true });
			return changed;
		},
		outbox: async () => outboxInOrder().map((edit) => ({ ...edit })),
		async fold(document) {
			const stored = held.get(document);
			const settled = stored?.updates.filter((update) => update.n === undefined) ?? [];
			if (stored === undefined || settled.length < 2) return;
			const folded = foldUpdates(
				undefined,
				settled.map(({ update }) => update),
			);
			if (folded === undefined) return;
			const taken = new Set(folded.taken.map((place) => settled[place]));
			const rest = stored.updates.filter((update) => !taken.has(update));
			stored.updates = [{ update: folded.update, n: undefined }, ...rest];
		},
		async takeNumber() {
			const taken = takeFrom(numbers);
			if (taken === undefined) return undefined;
			numbers = taken.state;
			return { number: taken.number, left: taken.left };
		},
		async addBlocks(blocks) {
			numbers = withBlocks(numbers, blocks);
			return numbersLeft(numbers);
		},
		rows: rowTable,
		settings,
		blobs,
		async exportUnsent() {
			const local = [...files].filter(([, file]) => file.state === 'local');
			return encodeUnsent({ edits: outboxInOrder(), blobs: local.map(([id, { bytes }]) => ({ id, bytes })) });
		},
		async importUnsent(bytes) {
			const reading = decodeUnsent(bytes);
			if (reading.kind !== 'ok') return reading;
			if (!(await isSound(reading.file))) return { kind: 'malformed' };
			const known = [...outbox.values()];
			const fresh = reading.file.edits.filter((edit) => !known.some((other) => isSameEdit(edit, other)));
			for (const { document, generation, update, at, what, rejected } of fresh) {
				const stored = held.get(document) ?? emptyDocument(generation, false);
				const code = rejected ?? (stored.generation === generation ? undefined : ('other-generation' as const));
				const n = nextEdit();
				outbox.set(n, { n, document, generation, update, at, what, attempts: 0, rejected: code });
				if (code !== undefined) continue;
				stored.updates.push({ update, n });
				stored.version += 1;
				held.set(document, stored);
				remakeRow(document);
			}
			for (const { id, bytes: content } of reading.file.blobs)
				if (!files.has(id)) files.set(id, { bytes: content, state: 'local', usedAt: now() });
			news.tell({ kind: 'outbox' });
			news.tell({ kind: 'documents', documents: [...new Set(fresh.map((edit) => edit.document))], from: 'local' });
			return { kind: 'ok', edits: fresh.length, blobs: reading.file.blobs.length };
		},
		async repair({ settings: keep }) {
			held.clear();
			rows.clear();
			for (const key of [...values.keys()]) if (!keep.includes(key)) values.delete(key);
			for (const [id, file] of [...files]) if (file.state === 'sent') files.delete(id);
			for (const { document, generation, update, n, rejected } of outboxInOrder()) {
				if (rejected !== undefined) continue;
				const stored = held.get(document) ?? emptyDocument(generation, false);
				if (stored.generation !== generation) continue;
				stored.updates.push({ update, n });
				stored.version += 1;
				held.set(document, stored);
			}
			for (const document of held.keys()) remakeRow(document);
			news.tell({ kind: 'outbox' });
			news.tell({ kind: 'documents', documents: [...held.keys()], from: 'local' });
		},
		async empty() {
			clear();
			news.tellOthers({ kind: 'closed', why: 'wiped' });
		},
		async wipe() {
			clear();
			news.tell({ kind: 'closed', why: 'wiped' });
			news.close();
			return 'gone';
		},
		watch: (listener) => news.watch(listener),
		close: () => news.close(),
	};
}

function byPaintOrder(a: Row, b: Row): number {
	return paintRank(a) - paintRank(b) || (a.id < b.id ? -1 : 1);
}
