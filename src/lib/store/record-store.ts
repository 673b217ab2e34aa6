import type { DocumentId } from '../domain/ids.ts';
import type { DocumentNews, EditAnswer, RejectionCode } from '../protocol/replica.ts';

/**
 * What a device keeps: documents as updates, what it has not sent yet, and the rows that lists show.
 * Memory and Dexie pass the same contract suite (tests/store/contract.ts).
 *
 * RS1 A commit is one transaction: update, outbox and row. When it resolves, all three are on the device; when it throws, none is.
 * RS2 An outbox number is given once on a device, whatever tabs, crashes and folds do.
 * RS3 An outbox edit leaves only when it was answered ok or duplicate; a rejected one stays, marked.
 * RS4 Received news and the cursor are one transaction; the same news again changes nothing.
 * RS5 Folding a document never loses an update that arrived meanwhile, nor a pending one.
 * RS6 Rows can be thrown away and made again from the documents.
 * RS7 Numbers: `takeNumber` never gives the same twice, over tabs and crashes.
 */
export interface RecordStore {
	/** Everything stored of a document, in an order in which applying it gives the document; undefined if unknown. */
	load(document: DocumentId): Promise<StoredDocument | undefined>;
	/** A local edit. `row` is what the list shows after it. */
	commit(change: LocalChange): Promise<{ n: number }>;
	/** What the relay sent, with its cursor. Erased and dropped documents go with all they have; unsent edits of them are kept as rejected. */
	receive(news: ReceivedNews): Promise<void>;
	/** The oldest unsent edits, in order. */
	unsent(limit: { edits: number; bytes: number }): Promise<OutboxEdit[]>;
	/** Takes the relay's answers. */
	settle(answers: readonly EditAnswer[]): Promise<void>;
	/** Drops a rejected edit for good, after the person decided. */
	discard(n: number): Promise<void>;
	/** All of the outbox, for the eye. */
	outbox(): Promise<OutboxEdit[]>;
	/** Puts many updates of a document together, through a Y.Doc with gc; does nothing where that is not worth it. */
	fold(document: DocumentId): Promise<void>;
	rows: RowTable;
	settings: Settings;
	/** Tells what changed, in this tab and in others. Returns the way out. */
	watch(listener: (change: StoreChange) => void): () => void;
	close(): void;
}

export interface StoredDocument {
	generation: number;
	/** Newest sequence number of the relay that is included; 0 if it never saw it. */
	head: number;
	updates: Uint8Array[];
}

export interface LocalChange {
	document: DocumentId;
	generation: number;
	update: Uint8Array;
	row: Row | undefined;
	/** When, ms since 1970. */
	at: number;
	/** For the outbox screen: what was done, as a key of the dictionaries. */
	what: string;
}

export interface ReceivedNews {
	documents: { news: DocumentNews; row: Row | undefined }[];
	gone: DocumentId[];
	dropped: DocumentId[];
	/** Settings that change in the same transaction: the cursor, for one. */
	settings: Record<string, unknown>;
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

/** What a list shows of a record. `kind` chooses the table; the rest belongs to the projection. */
export interface Row {
	id: DocumentId;
	kind: string;
}

export interface RowTable {
	get(document: DocumentId): Promise<Row | undefined>;
	/** All rows of a kind, in batches, for memory. */
	each(kind: string, batch: number, visit: (rows: Row[]) => void | Promise<void>): Promise<void>;
	put(rows: readonly Row[]): Promise<void>;
	clear(): Promise<void>;
}

export interface Settings {
	get<T>(key: string): Promise<T | undefined>;
	set(key: string, value: unknown): Promise<void>;
	/** Reads, changes and writes in one transaction. */
	change<T>(key: string, change: (value: T | undefined) => T): Promise<T>;
}

export type StoreChange =
	| { kind: 'documents'; documents: DocumentId[]; from: 'local' | 'relay' }
	| { kind: 'outbox' }
	| { kind: 'settings'; keys: string[] }
	| { kind: 'closed'; why: 'connection-lost' | 'upgrade' | 'wiped' };
