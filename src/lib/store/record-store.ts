import type { DocumentId } from '../domain/ids.ts';
import type { TicketNumber } from '../domain/ticket-number.ts';
import type { DocumentNews, EditAnswer, RejectionCode } from '../protocol/replica.ts';
import type { DeviceBlobs } from './device-blobs.ts';
import type { UnsentReading } from './unsent-file.ts';

/**
 * What a device keeps: documents as updates, what it has not sent yet, and the rows that lists show.
 * Memory and Dexie pass the same contract suite (tests/store/contract.ts). Everything here throws StoreFailure (store-failure.ts) and
 * nothing else; what could not be stored is then still the caller's, who keeps it in memory and tries again. Trying again is safe:
 * the same Yjs update twice is the same document.
 *
 * RS1 A commit is one transaction: update, outbox and row. When it resolves, all three are on the device; when it throws, none is.
 * RS2 An outbox number is given once on a device, whatever tabs, crashes and folds do.
 * RS3 An outbox edit leaves only when it was answered ok or duplicate; a rejected one stays, marked.
 * RS4 Received news and the cursor are one transaction; the same news again changes nothing.
 * RS5 Folding a document never loses an update that arrived meanwhile, nor a pending one.
 * RS6 Rows can be thrown away and made again from the documents.
 * RS7 Numbers: `takeNumber` never gives the same twice, over tabs and crashes.
 * RS8 Where the body of a document is not kept, its row says so (`cold`). Trimming takes bodies alone, and only where the relay has all of
 *     it: nothing that the outbox knows, nothing that changed since it was looked at.
 * RS9 Cleaning what is unsent leaves nothing of the edits that were there, in the outbox or in the document.
 */
export interface RecordStore {
	/** Everything stored of a document, in an order in which applying it gives the document; undefined if unknown. */
	load(document: DocumentId): Promise<StoredDocument | undefined>;
	/** The same for many, in one read; those that are unknown are left out. */
	loadMany(documents: readonly DocumentId[]): Promise<Map<DocumentId, StoredDocument>>;
	/** Names of all stored documents in order of name, a page at a time; `after` is the last one of the page before. */
	documents(after: DocumentId | undefined, limit: number): Promise<DocumentId[]>;
	/** The same, each with a mark that is another one whenever something else is stored of it. */
	stamps(after: DocumentId | undefined, limit: number): Promise<DocumentStamp[]>;
	/**
	 * A local edit. `row` is what the list shows after it; undefined leaves the row as it is.
	 * `rejected` is set when the document has another generation by now: then only the outbox has the edit, marked.
	 */
	commit(change: LocalChange): Promise<Committed>;
	/** What the relay sent, with its cursor. Erased and dropped documents go with all they have; unsent edits of them are kept as rejected. */
	receive(news: ReceivedNews): Promise<'stored' | 'superseded'>;
	/** The oldest unsent edits, in order. */
	unsent(limit: { edits: number; bytes: number }): Promise<OutboxEdit[]>;
	/** What is known of these without reading them; those that are not here are left out. */
	heads(documents: readonly DocumentId[]): Promise<Map<DocumentId, DocumentHead>>;
	/**
	 * Takes the bodies of these documents, and copies of their files, and leaves their rows (RS8). `version` is what was looked at. Returns those
	 * that were taken.
	 */
	trim(documents: readonly { document: DocumentId; version: number }[]): Promise<DocumentId[]>;
	/** Takes the rows whose documents are not here: the relay may not have these any more. */
	dropCold(): Promise<void>;
	/** Counts a try whose answer did not come. */
	attempted(numbers: readonly number[]): Promise<void>;
	/** Takes the relay's answers. An edit rejected because its document is gone takes the stored copy of the document with it. */
	settle(answers: readonly EditAnswer[]): Promise<void>;
	/** Drops a rejected edit for good, after the person decided, and takes it out of the document. Does nothing to edits not rejected. */
	discard(n: number): Promise<void>;
	/**
	 * Puts a rejected edit on top of its document once more, to be sent under a new number, which is returned. Undefined, and nothing done,
	 * where it was not rejected, or its document is not here or has another generation.
	 */
	retry(n: number): Promise<number | undefined>;
	/**
	 * Writes what is unsent anew, a document at a time, as `cleaning` says: the edits that are there give way to one of another number. Says
	 * which documents are another.
	 */
	cleanUnsent(cleaning: UnsentCleaning): Promise<DocumentId[]>;
	/** All of the outbox, for the eye. */
	outbox(): Promise<OutboxEdit[]>;
	/** Puts many updates of a document together, through a Y.Doc with gc; does nothing where that is not worth it. */
	fold(document: DocumentId): Promise<void>;
	/** The next ticket number from the device's blocks and how many are left after it; undefined when there is none. */
	takeNumber(): Promise<{ number: TicketNumber; left: number } | undefined>;
	/** Blocks that the relay gave; those that the device had before are left out. Returns how many numbers are left. */
	addBlocks(blocks: readonly number[]): Promise<number>;
	rows: RowTable;
	settings: Settings;
	blobs: DeviceBlobs;
	/** All that the relay does not have yet, rejected edits included, as a file. */
	exportUnsent(): Promise<Uint8Array<ArrayBuffer>>;
	/** Takes such a file back; what is in the outbox already is left out. Only the device that wrote it can push it: client ids are bound. */
	importUnsent(bytes: Uint8Array): Promise<UnsentReading>;
	/** Throws away what the relay can give again. Keeps outbox, unsent files, ticket numbers and the settings named; unsent edits stay readable. */
	repair(keep: { settings: readonly string[] }): Promise<void>;
	/** Erases everything and goes on: from now on the device is somebody else's. Other tabs let go, as after a wipe. */
	empty(): Promise<void>;
	/** Deletes the database, for good. emptied: all is erased, and the empty shell goes when another tab lets go of it. */
	wipe(): Promise<'gone' | 'emptied'>;
	/** Tells what changed, in this tab and in others. Returns the way out. */
	watch(listener: (change: StoreChange) => void): () => void;
	close(): void;
}

export interface StoredDocument {
	generation: number;
	/** Newest sequence number of the relay that is included; 0 if it never saw it. */
	head: number;
	/** Rises with each change of what is stored of it. */
	version: number;
	/** False while there are only edits on top of something that has not arrived. */
	whole: boolean;
	updates: Uint8Array[];
}

export type DocumentHead = Omit<StoredDocument, 'updates'>;

export interface DocumentStamp {
	document: DocumentId;
	stamp: string;
}

/** The head too: after a repair versions begin anew. */
export function stampOf(stored: Pick<StoredDocument, 'generation' | 'head' | 'version'>): string {
	return `${stored.generation}.${stored.head}.${stored.version}`;
}

/** Of a record of which only the row is here, or of which the beginning is not. */
export function coldStampOf(row: Row, stored?: Pick<StoredDocument, 'generation' | 'head' | 'version'>): string {
	const { generation, head } = row.cold ?? { generation: 0, head: 0 };
	return `cold.${generation}.${head}.${stored === undefined ? '' : stampOf(stored)}`;
}

/** Both in order of name: documents by what is stored of them, and rows that are all there is, or that say more than what is stored. */
export function stampsOf(
	heads: readonly (Pick<StoredDocument, 'generation' | 'head' | 'version'> & { document: DocumentId })[],
	cold: readonly Row[],
): DocumentStamp[] {
	const stamps = new Map(heads.map((head) => [head.document, stampOf(head)]));
	const headsById = new Map(heads.map((head) => [head.document, head]));
	for (const row of cold) stamps.set(row.id, coldStampOf(row, headsById.get(row.id)));
	return Array.from(stamps, ([document, stamp]) => ({ document, stamp })).sort((a, b) =>
		a.document < b.document ? -1 : 1,
	);
}

export interface Committed {
	n: number;
	/** Of the document, after this. */
	version: number;
	rejected?: RejectionCode;
}

export interface LocalChange {
	document: DocumentId;
	generation: number;
	update: Uint8Array;
	row: Row | undefined;
	/**
	 * The version of the document that `row` was made from, 0 for a new one. If another tab was faster the store makes the row
	 * itself, from what is stored. Absent: the row is taken as it is.
	 */
	basedOn?: number;
	/** When, ms since 1970. */
	at: number;
	/** For the outbox screen: what was done, as a key of the dictionaries. */
	what: string;
}

export interface ReceivedNews {
	documents: { news: DocumentNews; row: Row | undefined; basedOn?: number }[];
	/** Rows of documents whose bodies stay at the relay, each with `cold`. A document that is here whole keeps the row it has. */
	headers?: Row[];
	gone: DocumentId[];
	dropped: DocumentId[];
	/** Settings that change in the same transaction: the cursor, for one. */
	settings: Record<string, unknown>;
	/** Only if these settings are still what they were when the news was asked for; otherwise nothing is stored: `superseded`. */
	expected?: Record<string, unknown>;
}

/** All that news tell of. */
export function documentsOf({ documents, headers = [], gone, dropped }: ReceivedNews): DocumentId[] {
	return [...documents.map(({ news }) => news.document), ...headers.map(({ id }) => id), ...gone, ...dropped];
}

export interface OutboxEdit {
	n: number;
	document: DocumentId;
	generation: number;
	update: Uint8Array;
	at: number;
	what: string;
	attempts: number;
	rejected: RejectionCode | undefined;
}

/** See clean-unsent.ts. */
export interface UnsentCleaning {
	/** `settled`: what is stored beside the unsent edits. Update undefined: there is nothing left to send. */
	rewrite(
		document: DocumentId,
		settled: readonly Uint8Array[],
		unsent: readonly Uint8Array[],
	): { kind: 'same' } | { kind: 'other'; update: Uint8Array | undefined };
	/** Whether an edit that was refused may stay. */
	isClean(document: DocumentId, refused: Uint8Array): boolean;
}

/** What a list shows of a record. `kind` chooses the table; the rest belongs to the projection. */
export interface Row {
	id: DocumentId;
	kind: string;
	/** These two say what is painted first; see paintRank. */
	status?: string;
	changedAt?: number;
	/** Set where the document is not here, or its beginning is not: what the row was read from. */
	cold?: { generation: number; head: number } | undefined;
}

/** Makes a row from all updates of a document; given to the stores when they are made, so that rows and documents cannot part. */
export type Project = (document: DocumentId, updates: readonly Uint8Array[]) => Row | undefined;

export interface RowTable {
	get(document: DocumentId): Promise<Row | undefined>;
	many(documents: readonly DocumentId[]): Promise<Row[]>;
	/** All rows of a kind, in batches: open ones first, then waiting, then closed, newest first. */
	each(kind: string, batch: number, visit: (rows: Row[]) => void | Promise<void>): Promise<void>;
	count(kind: string): Promise<number>;
	/** How many of all rows are of documents that are not here. */
	countCold(): Promise<number>;
	/** With versions: a row whose document has another version by now, or is gone, is left out. */
	put(rows: readonly Row[], versions?: ReadonlyMap<DocumentId, number>): Promise<void>;
	clear(): Promise<void>;
}

export interface Settings {
	get<T>(key: string): Promise<T | undefined>;
	set(key: string, value: unknown): Promise<void>;
	/** Reads, changes and writes in one transaction. */
	change<T>(key: string, change: (value: T | undefined) => T): Promise<T>;
}

export type StoreChange =
	/** `removed`: something was taken out of them, so that what an open document holds is too much. */
	| { kind: 'documents'; documents: DocumentId[]; from: 'local' | 'relay'; removed?: true }
	| { kind: 'outbox' }
	| { kind: 'settings'; keys: string[] }
	| { kind: 'closed'; why: 'connection-lost' | 'upgrade' | 'wiped' | 'damaged' };
