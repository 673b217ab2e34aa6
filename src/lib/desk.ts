import type * as Y from 'yjs';
import type { Awareness } from 'y-protocols/awareness';
import type { BodyState } from './desk/cold-body.ts';
import type { SyncState } from './desk/sync-state.ts';
import type { TierChoice } from './desk/tier-choice.ts';
import type { DraftFiles } from './document/draft-files.ts';
import type { MeSettings } from './document/me-document.ts';
import type { PersonExport } from './document/person-export.ts';
import type { DraftKind } from './document/record-document.ts';
import type { BegunForms, BegunKind } from './domain/begun-form.ts';
import type { Attachment } from './domain/entry-parts.ts';
import type {
	Category,
	DeskConfig,
	Line,
	Manual,
	MailRule,
	Queue,
	System,
	TextModule,
	Desk as DeskIdentity,
} from './domain/desk-config.ts';
import type { Draft, Entry } from './domain/entry.ts';
import type { Facts } from './domain/facts.ts';
import type { Article } from './domain/fold-article.ts';
import type { Interaction } from './domain/fold-interaction.ts';
import type { Folded } from './domain/fold-record.ts';
import type { Ticket } from './domain/fold-ticket.ts';
import type { Party } from './domain/fold-party.ts';
import type { AgentId, BlobId, DocumentId, EntryId, LineId } from './domain/ids.ts';
import type { CommandRefusal, CommandResult, NewTicket } from './domain/ticket-command.ts';
import type { ArticleRow, InteractionRow, PartyRow, TicketRow } from './projection/rows.ts';
import type { ArchiveAnswer, ArchiveQuery } from './protocol/archive-search.ts';
import type { AuditPage, AuditQuery } from './protocol/audit.ts';
import type {
	ErasureAnswer,
	ErasurePlanAnswer,
	ErasurePlanRequest,
	ErasureRequest,
	OpenErasuresAnswer,
	PlacesAnswer,
	RedactionAnswer,
	RedactionRequest,
} from './protocol/erasure.ts';
import type { HeldPage } from './protocol/held.ts';
import type { MailboxChange, MailboxInfo, MailboxLogEntry, MailboxTestStep } from './protocol/mailbox.ts';
import type { RulesDryRun } from './protocol/mail-rules.ts';
import type { Writing } from './protocol/replica.ts';
import type { WaitingMail } from './protocol/waiting-mail.ts';
import type {
	AgentChange,
	AgentLeft,
	DeviceInfo,
	Invitation,
	InvitationRequest,
	Session,
	SetupRequest,
} from './protocol/session.ts';
import type { SearchAnswer, SearchState } from './search/device/search-messages.ts';
import type { SearchQuery } from './search/search-document.ts';
import type { OutboxEdit } from './store/record-store.ts';
import type { UnsentReading } from './store/unsent-file.ts';
import type { LeftBehind } from './sync/entrance.ts';
import type { RestoredNews } from './sync/hand-over.ts';

export { mayRetry } from './desk/may-retry.ts';
export { refusalsOf } from './desk/refusals.ts';
export { draftKey } from './document/draft-files.ts';
export type { DeviceLock } from './desk/device-lock.ts';
export type { SyncState } from './desk/sync-state.ts';
export { classifyStoreError, StoreFailure } from './store/store-failure.ts';
export type { LeftBehind } from './sync/entrance.ts';
export type { Repaired, Rescue } from './sync/rescue.ts';

/**
 * The desk as the screens know it. Built once for a tab by `create-desk.ts`; everything here works with the network off, except what
 * is marked with `relay`. Sources have `current` and `subscribe`, so that views can turn them into runes.
 */
export interface Desk {
	session: Source<Session | undefined>;
	config: Source<DeskConfig>;
	me: Source<MeSettings>;
	sync: Source<SyncState>;
	outbox: Source<readonly OutboxItem[]>;
	storage: Source<StorageState>;
	/** In groups by linked person and by the customer's address in small letters. */
	tickets: Rows<TicketRow>;
	parties: Rows<PartyRow>;
	articles: Rows<ArticleRow>;
	/** In groups by linked person, by phone number in digits, and by ticket. */
	interactions: Rows<InteractionRow>;
	/** Colleagues who write a reply or a note now, of records that are not on screen as well; nobody while the relay is away. */
	writing: Source<ReadonlyMap<DocumentId, readonly Writing[]>>;

	/** Looks through all that lies on this device, with or without a network; the best hit first. */
	search(query: SearchQuery): Promise<SearchAnswer>;
	searchState: Source<SearchState>;

	/** Opens a record for the screen; close it when it leaves. Undefined if this device does not have it. */
	open(document: DocumentId): Promise<OpenRecord | undefined>;
	/** Reads what may be opened next from this device, so that opening it waits for nothing. */
	readAhead(document: DocumentId): void;
	/** One intent, one transaction: folds the ticket, asks the command, stores the entries. */
	act(document: DocumentId, what: string, command: (ticket: Ticket) => CommandResult): Promise<ActResult>;
	/** The same for records that nobody holds: articles, interactions, people and organisations. */
	amend(document: DocumentId, what: string, command: (record: Amendable) => CommandResult): Promise<ActResult>;
	/** `write` puts in the first text, in the same transaction. */
	createArticle(
		article: { name: string; lines: LineId[] },
		drafts?: readonly Draft[],
		write?: (doc: Y.Doc) => void,
	): Promise<{ kind: 'ok'; document: DocumentId } | ActFailure>;
	createInteraction(
		contacted: Extract<Draft, { kind: 'contacted' }>,
		drafts?: readonly Draft[],
	): Promise<{ kind: 'ok'; document: DocumentId } | ActFailure>;
	/** `drafts` are written in the same transaction. */
	createTicket(
		ticket: Omit<NewTicket, 'number'>,
		drafts?: readonly Draft[],
	): Promise<{ kind: 'ok'; document: DocumentId; number: string } | ActFailure>;
	createParty(
		kind: 'person' | 'organisation',
		party: { name: string; lines: string[]; addresses?: string[]; phones?: string[] },
	): Promise<{ kind: 'ok'; document: DocumentId } | ActFailure>;
	/** Stores a file on this device and sends it when it can. */
	addFile(file: File): Promise<{ kind: 'ok'; attachment: Attachment } | { kind: 'failed'; why: 'too-large' | 'quota' }>;
	/** From this device, else from the relay. */
	readFile(blob: BlobId): Promise<{ kind: 'ok'; bytes: Blob } | { kind: 'missing'; why: 'offline' | 'gone' }>;
	/** A foreign picture that stands in a message, fetched by the relay now; it is not kept. */
	readPicture(document: DocumentId, entry: EntryId, url: string): Promise<PictureReading>;
	/** Where files are: only on this device and not sent yet, or here and on the relay. Those left out are on the relay alone. */
	fileStates(blobs: readonly BlobId[]): Promise<ReadonlyMap<BlobId, 'waiting' | 'here'>>;
	/** Files that wait beside drafts on this device, over reloads; `draftKey` names them. */
	draftFiles: Source<DraftFiles>;
	changeDraftFiles(
		document: DocumentId,
		kind: DraftKind,
		change: (files: readonly Attachment[]) => readonly Attachment[],
	): Promise<void>;
	/** After the relay was restored from a backup: what this device handed over, until `seenRestored`. */
	restored: Source<RestoredNews | undefined>;
	seenRestored(): Promise<void>;
	/** What was begun in a form and is nowhere else yet: on this device alone, in all its tabs. */
	begunForms: Source<BegunForms>;
	/** False where this device does not store it: then it lasts as long as the tab. */
	keepForm<K extends BegunKind>(kind: K, form: BegunForms[K]): Promise<boolean>;
	/** Why accepted replies have not left yet, as the relay said last. */
	waitingMail: Source<WaitingMail | undefined>;
	/** relay: asks it. */
	askWaitingMail(): Promise<RelayResult<void>>;
	setMe(settings: Partial<MeSettings>): void;
	configure(key: 'desk', value: DeskIdentity): void;
	configure(key: `line:${string}`, value: Line): void;
	configure(key: `queue:${string}`, value: Queue): void;
	configure(key: `system:${string}`, value: System): void;
	configure(key: `category:${string}`, value: Category): void;
	/** Null removes it. */
	configure(key: `manual:${string}`, value: Manual | null): void;
	configure(key: `module:${string}`, value: TextModule | null): void;
	configure(key: `rule:${string}`, value: MailRule | null): void;
	discardEdit(n: number): Promise<void>;
	/** Sends a refused edit once more, as a new one; false where it cannot go any more. */
	retryEdit(n: number): Promise<boolean>;
	syncNow(): void;
	/** Stores what is being typed now, without waiting for a pause. */
	flush(): Promise<void>;
	/** Everything about a person: from the relay, which answers admins; without it what this device holds. */
	gatherPerson(person: DocumentId, withInternal: boolean): Promise<RelayResult<PersonExport>>;
	/** relay: devices, invitations, agents and mailboxes. */
	relay: RelayAdmin;
	device: ThisDevice;
	tiers: TierChoice;
	close(): void;
}

export interface Source<T> {
	readonly current: T;
	subscribe(changed: () => void): () => void;
}

/** All rows of a kind in memory. What a screen asks of them at each change or opening must not cost a look at every row. */
export interface Rows<R> extends Source<readonly R[]> {
	readonly size: number;
	get(document: DocumentId): R | undefined;
	/** All rows of a group, in no order. */
	inGroup(group: string): R[];
	/** Those with which somebody may still have something to do, in no order. */
	unfinished(): R[];
	/** Rises with each change. */
	readonly revision: number;
	/** What changed since then, by document; undefined where that is too long ago to be known. */
	changesSince(revision: number): ReadonlyMap<DocumentId, RowChange<R>> | undefined;
	/** False while rows are still being read from the device at start. */
	readonly complete: boolean;
}

export interface RowChange<R> {
	before: R | undefined;
	after: R | undefined;
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
	| { kind: 'article'; article: Article; facts: Facts; writable: boolean; present: Present[] }
	| { kind: 'interaction'; interaction: Interaction; facts: Facts; writable: boolean; present: Present[] }
	| { kind: 'newer'; schema: number }
	| { kind: 'gone' }
	/** Only its row is here: how it stands with the rest, and what was written into it on this device meanwhile. */
	| { kind: 'cold'; body: Exclude<BodyState, 'here'>; entries: Entry[] }
	| { kind: 'empty' };

export interface Present {
	agent: AgentId;
	name: string;
	doing: 'viewing' | 'replying' | 'noting';
}

/** A record that is changed without being held. */
export type Amendable = Exclude<Folded, { kind: 'ticket' }>;

export type ActResult = { kind: 'ok'; entries: EntryId[] } | ActFailure;
export type ActFailure =
	| {
			kind: 'refused';
			reason: CommandRefusal | 'read-only' | 'no-permission' | 'not-here' | 'no-numbers';
			/** Who holds the ticket, where that is the reason. */
			holder?: AgentId;
			/** What a standard case asks to be written down and is not, where that is the reason. */
			missing?: string[];
	  }
	| { kind: 'not-saved'; why: 'quota' | 'connection-lost' | 'unknown' };

export type PictureReading = { kind: 'ok'; bytes: Blob } | { kind: 'missing'; why: 'offline' | 'refused' };

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
	/** What a device held, a page at a time; that it was asked is written down. */
	held(device: string, after?: number): Promise<RelayResult<HeldPage>>;
	/** Shuts somebody out for good: devices, sessions, passkeys, invitations. */
	agentLeaves(agent: AgentId): Promise<RelayResult<AgentLeft>>;
	/** Who administered what, the newest first. */
	audit(query: AuditQuery): Promise<RelayResult<AuditPage>>;
	/** What erasing a person would touch, and doing it: for good, on the relay and on every device. */
	planErasure(request: ErasurePlanRequest): Promise<RelayResult<ErasurePlanAnswer>>;
	erase(request: ErasureRequest): Promise<RelayResult<ErasureAnswer>>;
	/** Blacks out words of an entry, for good. */
	redact(request: RedactionRequest): Promise<RelayResult<RedactionAnswer>>;
	/** Erasures that have not come to every device. */
	openErasures(): Promise<RelayResult<OpenErasuresAnswer>>;
	/** Where single words of an erased person's name still stand. */
	erasurePlaces(person: DocumentId): Promise<RelayResult<PlacesAnswer>>;
	/** Where the relay fetches and sends mail. Passwords go there and never come back. */
	mailboxes(): Promise<RelayResult<MailboxInfo[]>>;
	/** Without `id` a new one; a password that is left out stays. */
	saveMailbox(change: MailboxChange): Promise<RelayResult<MailboxInfo>>;
	removeMailbox(id: string): Promise<RelayResult<void>>;
	/** Tries what stands in the form, step by step; stores nothing. Takes up to half a minute. */
	testMailbox(change: MailboxChange): Promise<RelayResult<MailboxTestStep[]>>;
	/** What rules for mail would have done with the mails that are here; nothing is stored or moved. */
	dryRunRules(rules: readonly MailRule[]): Promise<RelayResult<RulesDryRun>>;
	/** Finds words in tickets that this device does not hold whole. */
	searchArchive(query: ArchiveQuery): Promise<RelayResult<ArchiveAnswer>>;
	/** What happened lately, newest first. */
	mailboxLog(id: string): Promise<RelayResult<MailboxLogEntry[]>>;
}
export type RelayResult<T> = { kind: 'ok'; value: T } | { kind: 'failed'; why: string };

export interface ThisDevice {
	/** Names what the browser says: persistence and room in bytes. */
	storage(): Promise<{
		persisted: boolean;
		usage: number | undefined;
		quota: number | undefined;
		tickets: number;
		/** Of these, how many are here as a row alone. */
		cold: number;
		parties: number;
		blobs: number;
	}>;
	persist(): Promise<boolean>;
	/** Everything that was not sent, as a file that can be imported again. */
	exportUnsent(): Promise<Blob>;
	/** Takes such a file back. Only what this very device wrote can be sent; the rest is refused and shown as such. */
	importUnsent(file: Blob): Promise<UnsentReading>;
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
	/** What a device that this browser was before has left: it goes with the next enrolment. */
	leftBehind(): Promise<LeftBehind | undefined>;
	exportLeftBehind(): Promise<Uint8Array<ArrayBuffer>>;
	setUp(request: Omit<SetupRequest, 'device'> & Arrival): Promise<RelayResult<Session>>;
	enrol(request: { token: string } & Arrival): Promise<RelayResult<Session>>;
	/** With a passkey, where the browser has one. */
	signInWithPasskey(arrival: Arrival): Promise<RelayResult<Session>>;
	addPasskey(): Promise<RelayResult<void>>;
}

/** `replace`: what was not sent before may be deleted; without it such an enrolment fails with `unsent-left`. */
export interface Arrival {
	deviceName: string;
	replace?: boolean;
}
