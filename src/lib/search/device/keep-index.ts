import { deskDocument, recordKindOf, type DocumentId } from '../../domain/ids.ts';
import {
	coldStampOf,
	stampOf,
	type DocumentStamp,
	type RecordStore,
	type Row,
	type StoredDocument,
} from '../../store/record-store.ts';
import { StoreFailure } from '../../store/store-failure.ts';
import type { SearchDocument, SearchKind, SearchQuery } from '../search-document.ts';
import { createSearchIndex, type SearchIndex } from '../search-index.ts';
import { createFedTable, type FedTable } from './fed-table.ts';
import type { SearchNames } from './document-to-search.ts';
import type { IndexDatabase } from './index-database.ts';
import { nothingSearched, type SearchAnswer, type SearchScope, type SearchState } from './search-messages.ts';
import { readSearchNames } from './search-names.ts';

export interface KeptIndex {
	readonly state: SearchState;
	search(query: SearchQuery): SearchAnswer;
	/** Compares everything with what is stored. */
	lookAgain(): void;
	/** Somebody works on this device just now. */
	makeRoom(): void;
	close(): void;
}

export interface KeptIndexParts {
	database: IndexDatabase;
	store: Pick<RecordStore, 'stamps' | 'loadMany' | 'watch'> & { rows: Pick<RecordStore['rows'], 'many'> };
	toSearchDocument(
		document: DocumentId,
		updates: readonly Uint8Array[],
		names: SearchNames,
	): SearchDocument | undefined;
	/** What can be found of a record of which only the row is here. */
	rowToSearchDocument(row: Row): SearchDocument | undefined;
	/** Whose index this is. */
	owner: string;
	/** Ms, for measuring only. */
	now(): number;
	/** Lets questions have their turn. */
	pause(ms: number): Promise<void>;
	changed(state: SearchState): void;
}

/** While news keeps coming, as in the first sync, it is left alone for this long and no longer. */
const quietMs = 250;
const longestQuietMs = 5000;
/** How long a question may have to wait for a turn of indexing. */
const turnMs = 30;
/** So long after somebody did something, turns are this far apart. */
const roomMs = 1500;
const apartMs = 3 * turnMs;
const retryMs = 5000;
const tellMs = 150;
const page = 1000;
/** So many are written without waiting for the disk each time. */
const many = 50;
const kindsInOrder: readonly SearchKind[] = ['article', 'person', 'organisation', 'ticket', 'interaction'];

/**
 * Keeps the index in step with the record store.
 *
 * IX1 What is in the index carries the stamp of what was stored when it was read; at the start, and when asked, stamps are compared
 *     and what differs is read again. So nothing is missed, whatever happened while nobody was looking.
 * IX2 While it runs, news of the store says what to read again.
 * IX3 What is gone from the store leaves the index, and then not even its words stay in the file.
 * IX4 An index of another version, of somebody else, or one that is damaged is thrown away and made again.
 * IX5 A document that cannot be read is left out, and does not stop the others.
 * IX6 Of a record whose document is not here, or whose beginning is not, its row is found.
 * IX7 While somebody works it takes a quarter of a processor: others of that device read and draw tickets.
 */
export function keepIndex(parts: KeptIndexParts): KeptIndex {
	const { database, store } = parts;
	let index: SearchIndex;
	let fed: FedTable;
	/** Changed while we run: read first. */
	const fresh = new Set<DocumentId>();
	/** Found different in the great comparison. */
	let backlog: DocumentId[] = [];
	let isCompared = false;
	let lastNews = -Infinity;
	let batch = 10;
	let roomUntil = -Infinity;
	let isWorking = false;
	let mustCompare = true;
	let mustReadNames = true;
	let names = readSearchNames([]);
	let renewals = 0;
	let closed = false;
	let failed: string | undefined;
	let isFeeding = false;
	let isForgetting = false;
	let told = '';
	let toldAt = 0;

	openTables();
	const stopWatching = store.watch((change) => {
		if (change.kind === 'closed' && change.why !== 'connection-lost') close();
		if (change.kind !== 'documents') return;
		for (const document of change.documents)
			if (recordKindOf(document) !== undefined) fresh.add(document);
			else if (document === deskDocument) mustReadNames = true;
		lastNews = parts.now();
		tell();
		void work();
	});
	tell();
	void work();

	function openTables(): void {
		for (;;) {
			try {
				index = createSearchIndex(database.sql);
				fed = createFedTable(database.sql, parts.owner);
				if (fed.isOurs && (!fed.isUnsafe || isSound())) return;
				database.renew();
			} catch (error) {
				giveUpAfter(error);
				database.renew();
			}
		}
	}

	function isSound(): boolean {
		return database.sql.all<{ quick_check: string }>('PRAGMA quick_check(1)', [])[0]?.quick_check === 'ok';
	}

	/** What keeps failing on new databases is no damage. */
	function giveUpAfter(error: unknown): void {
		if (++renewals > 3) throw error;
	}

	function beginAnew(error: unknown): void {
		giveUpAfter(error);
		database.renew();
		openTables();
		isForgetting = false;
		isCompared = false;
		mustCompare = true;
		backlog = [];
	}

	async function work(): Promise<void> {
		if (isWorking || closed) return;
		isWorking = true;
		try {
			while (!closed && (hasNews() || fed.owesForgetting)) {
				try {
					if (fresh.size > 0) await untilQuiet();
					if (!hasNews()) {
						forgetSome();
						await parts.pause(0);
						continue;
					}
					isForgetting = false;
					isFeeding = true;
					if (mustReadNames) await readNames();
					else if (mustCompare) await compare();
					else await feedSome();
				} catch (error) {
					if (closed) break;
					if (!(error instanceof StoreFailure)) beginAnew(error);
					else await parts.pause(retryMs);
				} finally {
					isFeeding = false;
				}
				tell();
				await betweenTurns();
			}
		} catch (error) {
			failed = String(error);
		} finally {
			fed.setUnsafe(false);
			isWorking = false;
			tell();
		}
	}

	function hasNews(): boolean {
		return mustReadNames || mustCompare || fresh.size > 0 || backlog.length > 0;
	}

	function forgetSome(): void {
		isForgetting = index.forgetRemoved(isForgetting ? 'go on' : 'begin');
		if (!isForgetting) fed.forgotten();
	}

	function betweenTurns(): Promise<void> {
		return parts.pause(parts.now() < roomUntil ? apartMs : 0);
	}

	async function untilQuiet(): Promise<void> {
		const since = parts.now();
		while (!closed && parts.now() - lastNews < quietMs && parts.now() - since < longestQuietMs)
			await parts.pause(quietMs / 4);
	}

	/** Articles show the names of systems: where those are other ones than when the index was made, articles are read again. */
	async function readNames(): Promise<void> {
		mustReadNames = false;
		try {
			const stored = await store.loadMany([deskDocument]);
			names = readSearchNames(stored.get(deskDocument)?.updates ?? []);
		} catch (error) {
			mustReadNames = true;
			throw error;
		}
		if (fed.takeNames(names.text)) mustCompare = true;
	}

	async function compare(): Promise<void> {
		mustCompare = false;
		try {
			backlog = inReadingOrder(await findDifferent());
			if (backlog.length > many) fed.setUnsafe(true);
			isCompared = true;
		} catch (error) {
			mustCompare = true;
			throw error;
		}
	}

	async function findDifferent(): Promise<DocumentId[]> {
		const found: DocumentId[] = [];
		let after: DocumentId | undefined;
		for (;;) {
			const stamps = await store.stamps(after, page);
			const last = stamps.length < page ? undefined : stamps.at(-1)!.document;
			const known = fed.between(after, last);
			for (const { document, stamp } of stamps) {
				if (recordKindOf(document) !== undefined && known.get(document) !== stamp) found.push(document);
				known.delete(document);
			}
			if (known.size > 0) {
				index.remove([...known.keys()]);
				fed.remove([...known.keys()]);
			}
			if (last === undefined || closed) return found;
			after = last;
			await betweenTurns();
		}
	}

	/** Reads a few documents again, as many as fit into a turn. */
	async function feedSome(): Promise<void> {
		const documents = takeSome();
		try {
			const stored = await store.loadMany(documents);
			const bare = documents.filter((document) => stored.get(document)?.whole !== true);
			const rows = bare.length === 0 ? [] : await store.rows.many(bare);
			if (closed) return;
			const began = parts.now();
			feed(documents, stored, new Map(rows.filter(({ cold }) => cold !== undefined).map((row) => [row.id, row])));
			if (documents.length === batch)
				batch = Math.min(200, Math.max(2, Math.round((batch * turnMs) / Math.max(1, parts.now() - began))));
		} catch (error) {
			for (const document of documents) fresh.add(document);
			throw error;
		}
	}

	function takeSome(): DocumentId[] {
		const documents = fresh.size > 0 ? [...fresh].slice(0, batch) : backlog.splice(-batch);
		for (const document of documents) fresh.delete(document);
		return documents;
	}

	function feed(
		documents: readonly DocumentId[],
		stored: ReadonlyMap<DocumentId, StoredDocument>,
		cold: ReadonlyMap<DocumentId, Row>,
	): void {
		const searchable: SearchDocument[] = [];
		const without: DocumentId[] = [];
		const stamps: DocumentStamp[] = [];
		for (const document of documents) {
			const found = stored.get(document);
			const row = cold.get(document);
			const made = row === undefined ? found && readable(document, found.updates) : parts.rowToSearchDocument(row);
			if (made === undefined) without.push(document);
			else searchable.push(made);
			if (row !== undefined) stamps.push({ document, stamp: coldStampOf(row, found) });
			else if (found !== undefined) stamps.push({ document, stamp: stampOf(found) });
		}
		if (searchable.length > 0) index.put(searchable);
		if (without.length > 0) index.remove(without);
		fed.remove(without.filter((document) => !stored.has(document) && !cold.has(document)));
		fed.set(
			stamps,
			searchable.map(({ id }) => id),
		);
	}

	function readable(document: DocumentId, updates: readonly Uint8Array[]): SearchDocument | undefined {
		try {
			return parts.toSearchDocument(document, updates, names);
		} catch {
			return undefined;
		}
	}

	function stateNow(): SearchState {
		if (failed !== undefined) return { kind: 'unavailable', why: failed };
		return { kind: 'open', ...scope(), byKind: fed.counts(), waiting: fresh.size + backlog.length };
	}

	function scope(): SearchScope {
		const complete = isCompared && backlog.length === 0 && fresh.size === 0 && !isFeeding;
		return { documents: fed.searchable, complete, where: database.where };
	}

	function tell(): void {
		const state = stateNow();
		const text = JSON.stringify(state);
		const isMinor = state.kind === 'open' && !state.complete && told.includes('"complete":false');
		if (closed || text === told || (isMinor && parts.now() - toldAt < tellMs)) return;
		told = text;
		toldAt = parts.now();
		parts.changed(state);
	}

	function close(): void {
		if (closed) return;
		closed = true;
		stopWatching();
		database.close();
	}

	return {
		get state() {
			return stateNow();
		},
		search(query) {
			if (closed || failed !== undefined) return nothingSearched;
			try {
				return { hits: index.search(query), scope: scope() };
			} catch (error) {
				beginAnew(error);
				void work();
				return nothingSearched;
			}
		},
		lookAgain() {
			mustCompare = true;
			void work();
		},
		makeRoom: () => void (roomUntil = parts.now() + roomMs),
		close,
	};
}

/** What is used most first; of each kind the newest first. The last one is read first. */
function inReadingOrder(documents: readonly DocumentId[]): DocumentId[] {
	const rank = (document: DocumentId) => kindsInOrder.indexOf(recordKindOf(document) as SearchKind);
	return [...documents].sort((a, b) => rank(b) - rank(a) || (a < b ? -1 : 1));
}
