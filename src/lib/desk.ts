import type * as Y from 'yjs';
import type { Awareness } from 'y-protocols/awareness';
import type { DraftKind } from './document/record-document.ts';
import type { Attachment } from './domain/entry.ts';
import type { DeskConfig, Line, Queue, Desk as DeskIdentity } from './domain/desk-config.ts';
import type { Facts } from './domain/facts.ts';
import type { Ticket } from './domain/fold-ticket.ts';
import type { Party } from './domain/fold-party.ts';
import type { AgentId, BlobId, DocumentId, EntryId } from './domain/ids.ts';
import type { CommandRefusal, CommandResult, NewTicket } from './domain/ticket-command.ts';
import type { MeSettings } from './document/me-document.ts';
import type { PartyRow, TicketRow } from './projection/rows.ts';
import type {
	AgentChange,
	DeviceInfo,
	Invitation,
	InvitationRequest,
	Session,
	SetupRequest,
} from './protocol/session.ts';
import type { OutboxEdit } from './store/record-store.ts';

/**
 * The desk as the screens know it. Built once for a tab by `createDesk`; everything here works with the network off, except what
 * is marked with `relay`. Sources have `current` and `subscribe`, so that views can turn them into runes.
 */
export interface Desk {
	session: Source<Session | undefined>;
	config: Source<DeskConfig>;
	me: Source<MeSettings>;
	sync: Source<SyncState>;
	outbox: Source<readonly OutboxItem[]>;
	storage: Source<StorageState>;
	tickets: Rows<TicketRow>;
	parties: Rows<PartyRow>;

	/** Opens a record for the screen; close it when it leaves. Undefined if this device does not have it. */
	open(document: DocumentId): Promise<OpenRecord | undefined>;
	/** One intent, one transaction: folds the ticket, asks the command, stores the entries. */
	act(document: DocumentId, what: string, command: (ticket: Ticket) => CommandResult): Promise<ActResult>;
	createTicket(
		ticket: Omit<NewTicket, 'number'>,
	): Promise<{ kind: 'ok'; document: DocumentId; number: string } | ActFailure>;
	createParty(
		kind: 'person' | 'organisation',
		party: { name: string; lines: string[]; addresses?: string[]; phones?: string[] },
	): Promise<{ kind: 'ok'; document: DocumentId } | ActFailure>;
	/** Stores a file on this device and sends it when it can. */
	addFile(file: File): Promise<{ kind: 'ok'; attachment: Attachment } | { kind: 'failed'; why: 'too-large' | 'quota' }>;
	/** From this device, else from the relay. */
	readFile(blob: BlobId): Promise<{ kind: 'ok'; bytes: Blob } | { kind: 'missing'; why: 'offline' | 'gone' }>;
	setMe(settings: Partial<MeSettings>): void;
	configure(key: 'desk', value: DeskIdentity): void;
	configure(key: `line:${string}`, value: Line): void;
	configure(key: `queue:${string}`, value: Queue): void;
	discardEdit(n: number): Promise<void>;
	syncNow(): void;
	/** relay: devices, invitations and agents. */
	relay: RelayAdmin;
	device: ThisDevice;
	close(): void;
}

export interface Source<T> {
	readonly current: T;
	subscribe(changed: () => void): () => void;
}

/** All rows of a kind in memory, by id, with a version that rises with each change. */
export interface Rows<R> extends Source<readonly R[]> {
	get(document: DocumentId): R | undefined;
	/** False while rows are still being read from the device at start. */
	readonly complete: boolean;
}

export interface OpenRecord {
	document: DocumentId;
	doc: Y.Doc;
	awareness: Awareness;
	/** Folded from what the document holds now; `subscribe` fires when entries, verdicts or who is present change. */
	reading: Source<RecordState>;
	draft(kind: DraftKind): Y.XmlFragment;
	setPresence(doing: 'viewing' | 'replying' | 'noting'): void;
	close(): void;
}

export type RecordState =
	| {
			kind: 'ticket';
			ticket: Ticket;
			facts: Facts;
			writable: boolean;
			present: Present[];
			unsent: ReadonlySet<EntryId>;
	  }
	| { kind: 'party'; party: Party; facts: Facts; writable: boolean; present: Present[] }
	| { kind: 'newer'; schema: number }
	| { kind: 'gone' }
	| { kind: 'empty' };

export interface Present {
	agent: AgentId;
	name: string;
	doing: 'viewing' | 'replying' | 'noting';
}

export type ActResult = { kind: 'ok'; entries: EntryId[] } | ActFailure;
export type ActFailure =
	| { kind: 'refused'; reason: CommandRefusal | 'read-only' | 'no-permission' | 'not-here' | 'no-numbers' }
	| { kind: 'not-saved'; why: 'quota' | 'connection-lost' | 'unknown' };

export interface SyncState {
	/** current: nothing to do · syncing · offline: no word from the relay · problem: an edit needs a person, or the session is over. */
	kind: 'current' | 'syncing' | 'offline' | 'problem';
	unsent: number;
	rejected: number;
	/** When the relay was last heard, ms since 1970. */
	heardAt: number | undefined;
	problem: 'sign-in' | 'revoked' | 'update-app' | 'rejected' | 'storage' | undefined;
	/** During the first sync. */
	progress: { done: number; total: number } | undefined;
	/** Device clock minus relay clock, ms; shown when it is large. */
	clockOffset: number;
	/** Set once when this device was wiped from afar. */
	wiped: boolean;
}

export interface OutboxItem extends Pick<OutboxEdit, 'n' | 'document' | 'at' | 'what' | 'attempts' | 'rejected'> {
	bytes: number;
	/** Subject or name of the record, if there is a row. */
	title: string;
}

export interface StorageState {
	/** ok · connection-lost: not saved, kept in memory · damaged: offered repair · quota · blocked: another tab holds an old version. */
	kind: 'ok' | 'connection-lost' | 'damaged' | 'quota' | 'blocked';
	/** Edits that are only in memory. */
	unsaved: number;
}

export interface RelayAdmin {
	invite(request: InvitationRequest): Promise<RelayResult<Invitation>>;
	devices(): Promise<RelayResult<DeviceInfo[]>>;
	revoke(device: string): Promise<RelayResult<void>>;
	changeAgent(change: AgentChange): Promise<RelayResult<void>>;
}
export type RelayResult<T> = { kind: 'ok'; value: T } | { kind: 'failed'; why: string };

export interface ThisDevice {
	/** Names what the browser says: persistence and room in bytes. */
	storage(): Promise<{
		persisted: boolean;
		usage: number | undefined;
		quota: number | undefined;
		tickets: number;
		parties: number;
		blobs: number;
	}>;
	persist(): Promise<boolean>;
	/** Everything that was not sent, as a file that can be imported again. */
	exportUnsent(): Promise<Blob>;
	/** Throws away all but the unsent edits and fetches everything anew. */
	repair(): Promise<void>;
	/** Signs out and deletes everything on this device. */
	wipe(): Promise<void>;
}

/** Before there is a desk: who is this device? */
export interface Entrance {
	/** The session that this device had last, even offline. */
	known(): Promise<Session | undefined>;
	state(): Promise<RelayResult<{ setUp: boolean; deskName: string }>>;
	setUp(request: Omit<SetupRequest, 'device'> & { deviceName: string }): Promise<RelayResult<Session>>;
	enrol(request: { token: string; deviceName: string }): Promise<RelayResult<Session>>;
	/** With a passkey, where the browser has one. */
	signInWithPasskey(deviceName: string): Promise<RelayResult<Session>>;
	addPasskey(): Promise<RelayResult<void>>;
}
