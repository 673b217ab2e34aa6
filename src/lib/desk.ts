import type * as Y from 'yjs';
import type { Awareness } from 'y-protocols/awareness';
import { createPen } from './desk/author.ts';
import { createColdBody, type BodyState } from './desk/cold-body.ts';
import { createBegunForms } from './desk/begun-forms.ts';
import { createRestoredNews } from './desk/restored-news.ts';
import { createDraftFiles, type DraftFiles } from './desk/draft-files.ts';
import { createFiles } from './desk/files.ts';
import { createOpenRecord } from './desk/open-record.ts';
import { mayRetry } from './desk/may-retry.ts';
import { createOutboxList } from './desk/outbox-list.ts';
import { createRecordCommands } from './desk/record-commands.ts';
import { createRelayAdminOnDemand } from './desk/relay-admin-on-demand.ts';
import { createRowIndex } from './desk/row-index.ts';
import { createSearchDesk, type SearchParts } from './desk/search-desk.ts';
import { createDerived, createDocumentSource } from './desk/sources.ts';
import { toStorageState } from './desk/storage-state.ts';
import { toSyncState, type SyncState } from './desk/sync-state.ts';
import { createThisDevice } from './desk/this-device.ts';
import { createTierChoice, type TierChoice } from './desk/tier-choice.ts';
import { createWaitingMail } from './desk/waiting-mail.ts';
import { createWritingSource } from './desk/writing-source.ts';
import { parseDeskValue, readDesk, writeDeskValue, type DeskKey } from './document/desk-document.ts';
import { readMe, writeMe, type MeSettings } from './document/me-document.ts';
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
import {
	deskDocument,
	meDocument,
	type AgentId,
	type BlobId,
	type DocumentId,
	type EntryId,
	type LineId,
} from './domain/ids.ts';
import { phoneKey } from './domain/phone-key.ts';
import { mayConfigure } from './domain/role.ts';
import type { CommandRefusal, CommandResult, NewTicket } from './domain/ticket-command.ts';
import { usualTiers, type DeviceTier } from './domain/tier.ts';
import type { FillRandom } from './domain/ulid.ts';
import { documentToRow } from './projection/document-row.ts';
import { rebuildRows } from './projection/rebuild-rows.ts';
import type { ArticleRow, InteractionRow, PartyRow, RecordRow, TicketRow } from './projection/rows.ts';
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
import { wipedProof } from './protocol/session.ts';
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
import type { GoneWords } from './store/gone-words.ts';
import type { OutboxEdit, RecordStore } from './store/record-store.ts';
import type { UnsentReading } from './store/unsent-file.ts';
import { classifyStoreError, type StoreFailureKind } from './store/store-failure.ts';
import type { TabChannel } from './store/store-news.ts';
import { createCell } from './sync/cell.ts';
import type { DeviceKeys } from './sync/device-key.ts';
import type { LeftBehind } from './sync/entrance.ts';
import type { RestoredNews } from './sync/hand-over.ts';
import { createLeadership } from './sync/leader.ts';
import { createOpenDocuments, type HeldDocument } from './sync/open-documents.ts';
import { noteLookedAt, want } from './sync/kept-here.ts';
import { createProjectHere } from './sync/project-here.ts';
import type { Project } from './sync/receive-page.ts';
import type { RelaySide } from './sync/relay-side.ts';
import { createRelaySideLater } from './sync/relay-side-later.ts';
import { createSessions, knownSession, withSession } from './sync/session.ts';
import { settingKeys } from './sync/setting-keys.ts';
import { openStanding } from './sync/standing-document.ts';
import type { Time } from './sync/time.ts';
import type { Transport } from './sync/transport.ts';

export { mayRetry } from './desk/may-retry.ts';
export { refusalsOf } from './desk/refusals.ts';
export { draftKey } from './desk/draft-files.ts';
export type { DeviceLock } from './desk/device-lock.ts';
export type { SyncState } from './desk/sync-state.ts';
export { classifyStoreError, StoreFailure } from './store/store-failure.ts';
export type { LeftBehind } from './sync/entrance.ts';
export type { Repaired, Rescue } from './sync/rescue.ts';

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

/** All rows of a kind in memory, by id, with a version that rises with each change. */
export interface Rows<R> extends Source<readonly R[]> {
	get(document: DocumentId): R | undefined;
	inGroup(group: string): R[];
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

/** What a desk is made of. The browser's parts are put together in `browser-desk.ts`; tests bring their own. */
export interface DeskParts {
	store: RecordStore;
	transport: Transport;
	/** The session this device had last; sync proves it when the relay asks. */
	session: Session;
	keys: DeviceKeys;
	time: Time;
	fillRandom: FillRandom;
	/** Reads many documents at once; on this thread unless given. */
	project?: Project;
	/** Absent: records on screen are synced by push and pull alone. */
	live?: { url: string; WebSocket?: typeof WebSocket };
	/** Whether there is a second copy of the standing documents, in the browser's databases. */
	copies?: boolean;
	/** What speaks with the relay. Loaded when the first rows stand, unless given. */
	relaySide?: () => Promise<RelaySide>;
	/** Between the tabs of this device. */
	tabs?: { locks: Pick<LockManager, 'request'> | undefined; channel: TabChannel | undefined; name: string };
	page?: PageSignals;
	/** Absent: nothing is found but by the lists. */
	search?: SearchParts;
	browserStorage?: Pick<StorageManager, 'estimate' | 'persisted' | 'persist'>;
	/** What this device holds unless somebody chose; everything where that is left out. */
	usualTier?: DeviceTier;
	/** How often it is looked for what has become cold; once a day unless given. */
	trimEveryMs?: number;
	/** Takes out of what is kept beside the store what was erased. */
	cleanElsewhere?(gone: readonly GoneWords[]): Promise<void>;
	/** Deletes what is not in the store: other databases, caches, workers. */
	wipeTraces?(): Promise<unknown>;
}

export interface PageSignals {
	visible(): boolean;
	/** Resolves when the page has nothing better to do, at the latest after a second. */
	idle(): Promise<void>;
	/** woke: somebody looks again, or the network may be back · leaving: the page may not come back. Returns the way out. */
	listen(heard: { woke(): void; leaving(): void }): () => void;
}

/** So long the first picture is left alone. */
const pictureMs = 250;

/** Builds everything below the screens, once for a tab. What is stored is there at once; rows come in batches after it. */
export async function createDesk(parts: DeskParts): Promise<Desk> {
	const { store, time, keys } = parts;
	const sessions = createSessions({ transport: parts.transport, settings: store.settings, keys, known: parts.session });
	const transport = withSession(parts.transport, sessions);
	const project = parts.project ?? createProjectHere(time);
	let storedOffset = 0;
	const readingOffset = store.settings.get<number>(settingKeys.clockOffset).then((stored) => {
		storedOffset = stored ?? 0;
	});
	const wiped = createCell(false);
	if (parts.usualTier !== undefined && parts.usualTier.kind !== 'everything')
		await store.settings
			.change<DeviceTier>(settingKeys.tier, (chosen) => chosen ?? parts.usualTier ?? usualTiers.other)
			.catch(() => {});

	const tickets = createRowIndex(
		store,
		['ticket'],
		(row): row is TicketRow => row.kind === 'ticket',
		({ persons, fromAddress }) => (fromAddress === '' ? persons : [...persons, fromAddress.toLowerCase()]),
	);
	const parties = createRowIndex(
		store,
		['person', 'organisation'],
		(row): row is PartyRow => row.kind === 'person' || row.kind === 'organisation',
	);
	const articles = createRowIndex(store, ['article'], (row): row is ArticleRow => row.kind === 'article');
	const interactions = createRowIndex(
		store,
		['interaction'],
		(row): row is InteractionRow => row.kind === 'interaction',
		({ persons, phone, ticket }) => [...persons, phoneKey(phone), ...(ticket === undefined ? [] : [ticket])],
	);
	const rowsHere = [tickets, parties, articles, interactions];
	const documents = createOpenDocuments({
		store,
		time,
		rowOf: documentToRow,
		trimmed: (document) =>
			void noteLookedAt(store, document, correctedNow())
				.then(() => want(store, [document]))
				.then(() => leadership.syncNow())
				.catch(() => {}),
		wrote(row) {
			const own = row as RecordRow;
			if (own.kind === 'ticket') tickets.put(own);
			else if (own.kind === 'article') articles.put(own);
			else if (own.kind === 'interaction') interactions.put(own);
			else parties.put(own);
		},
	});
	const titleOf = (document: DocumentId) => {
		const article = articles.get(document)?.titles;
		const words = [tickets.get(document)?.subject, parties.get(document)?.name, article?.de ?? article?.en];
		return words.find((text) => text !== undefined) ?? interactions.get(document)?.request ?? '';
	};
	const outbox = createOutboxList({
		...{ store, time, titleOf },
		discarded: (document) => void documents.reload(document).catch(() => {}),
	});

	const search = createSearchDesk(parts.search, { time, store });
	let rowsAreHere = () => {};
	const firstRows = new Promise<void>((resolve) => (rowsAreHere = resolve));
	tickets.subscribe(rowsAreHere);
	// In every tab, though one leads: another may have to go on when an update of the app has taken the files away.
	async function loadRelaySide(): Promise<RelaySide> {
		await firstRows;
		await opening.catch(() => {});
		if (tickets.current.length > 0) {
			await new Promise<void>((resolve) => void time.schedule(resolve, pictureMs));
			await parts.page?.idle();
		}
		return (await import('./sync/relay-side.ts')).relaySide;
	}
	const relaySide = createRelaySideLater(parts.relaySide ?? loadRelaySide, time);
	const leadership = createLeadership({
		lead: () =>
			relaySide.createReplica({
				...{ store, transport: parts.transport, sessions, time, project },
				visible: () => parts.page?.visible() ?? true,
				wipe,
				isInUse: documents.isInUse,
				...(parts.trimEveryMs === undefined ? {} : { trimEveryMs: parts.trimEveryMs }),
				...(parts.cleanElsewhere === undefined ? {} : { cleanElsewhere: parts.cleanElsewhere }),
			}),
		locks: parts.tabs?.locks,
		channel: parts.tabs?.channel,
		name: parts.tabs?.name ?? 'tresen',
		time,
	});
	const clockOffset = () => {
		const { heardAt, clockOffset: measured } = leadership.state.current;
		return heardAt === undefined ? storedOffset : measured;
	};
	const correctedNow = () => time.now() - clockOffset();
	const pen = createPen({ now: time.now, clockOffset, fillRandom: parts.fillRandom });
	const live =
		parts.live === undefined
			? undefined
			: relaySide.createLive({ ...parts.live, time, sessions, refused: () => leadership.syncNow() });

	const persist = parts.copies === true ? relaySide.createIndexeddbPersist(time) : undefined;
	const standing = { documents, live, persist };
	const restoredNews = createRestoredNews(store);
	const begunForms = createBegunForms(store, () => sessions.current.current?.agent.id);
	const opening = Promise.all([
		openStanding(deskDocument, standing),
		openStanding(meDocument(parts.session.agent.id), standing),
		readingOffset,
		// No form may be shown empty where something was begun.
		begunForms.load(),
	]);
	const storeTrouble = createCell<StoreFailureKind | undefined>(undefined);
	void readAll();
	const [deskStanding, meStanding] = await opening;
	const config = createDocumentSource(deskStanding.held, readDesk);
	const me = createDocumentSource(meStanding.held, readMe);

	const storage = createDerived([documents.unsaved, storeTrouble], () =>
		toStorageState(documents.unsaved.current, storeTrouble.current),
	);
	const sync = createDerived([leadership.state, outbox.items, storage, wiped], () =>
		toSyncState(
			{ ...leadership.state.current, wiped: leadership.state.current.wiped || wiped.current },
			outbox.items.current,
			storage.current,
		),
	);

	const stopWatching = store.watch((change) => {
		if (change.kind === 'closed') {
			// While this tab deletes, it is done only when everything is gone.
			if (change.why === 'wiped') wiped.set(!isWiping || wiped.current);
			else storeTrouble.set(change.why === 'upgrade' ? 'blocked' : change.why);
		} else if (change.kind === 'settings') {
			if (change.keys.includes(settingKeys.session)) void takeSession();
		} else storeTrouble.set(undefined);
	});
	const stopListening = parts.page?.listen({
		woke() {
			live?.wake();
			leadership.syncNow();
		},
		leaving: () => void documents.flush(),
	});

	/** Another tab proved the device anew, or learned of new rights. */
	async function takeSession(): Promise<void> {
		const session = await knownSession(store.settings).catch(() => undefined);
		if (session !== undefined && JSON.stringify(session) !== JSON.stringify(sessions.current.current))
			sessions.current.set(session);
	}

	async function loadAll(): Promise<void> {
		await Promise.all(rowsHere.map((rows) => rows.load()));
	}

	async function readAll(): Promise<void> {
		try {
			// The first screen is read while the desk is being built, the rest when it stands.
			await Promise.all([
				tickets.load(opening),
				opening
					.then(() => Promise.all([parties.load(), outbox.load()]))
					.then(() => Promise.all([articles.load(), interactions.load()])),
			]);
			const rebuilt = await rebuildRows(store);
			if (rebuilt.kind === 'rebuilt' && rebuilt.documents > 0) await loadAll();
			search.start();
		} catch (error) {
			storeTrouble.set(classifyStoreError(error));
			rowsAreHere();
		}
	}

	/** Open documents first: nothing may be written into a database that is being deleted. */
	let isWiping = false;
	async function wipe(): Promise<void> {
		isWiping = true;
		live?.close();
		// The relay may say `revoked` while the desk is still being built.
		const opened = await opening.catch(() => undefined);
		opened?.[0].close();
		opened?.[1].close();
		documents.close();
		await store.wipe();
		const device = sessions.current.current?.device.id;
		const signature = await signWiped(device).catch(() => undefined);
		await keys.remove();
		await search.wipe();
		await parts.wipeTraces?.();
		wiped.set(true);
		if (device !== undefined) await parts.transport.auth('POST', '/auth/devices/wiped', { device, signature });
	}

	async function signWiped(device: string | undefined): Promise<string | undefined> {
		return device === undefined ? undefined : (await keys.load())?.sign(wipedProof(device));
	}

	function writeStanding(held: HeldDocument, what: string, write: (doc: Y.Doc) => void): void {
		held.doc.transact(() => write(held.doc));
		void held.commit(what);
	}

	const draftFiles = createDraftFiles(store);
	const {
		load: loadTiers,
		close: closeTiers,
		...tiers
	} = createTierChoice(store, {
		widened: () => leadership.walkAgain(),
		changed: () => leadership.syncNow(),
	});
	void loadTiers().catch(() => {});

	/** The row of a ticket that is not here, or of which the beginning is not. */
	async function coldRow(document: DocumentId): Promise<TicketRow | undefined> {
		const row = tickets.get(document) ?? ((await store.rows.get(document)) as TicketRow | undefined);
		return row?.cold === undefined ? undefined : row;
	}

	const fetchDocument = (document: DocumentId) => relaySide.fetchDocuments({ store, transport, project }, [document]);

	const { load: loadWaitingMail, ...waitingMail } = createWaitingMail({
		...{ settings: store.settings, transport, now: time.now },
	});
	void draftFiles.load();
	void loadWaitingMail();

	return {
		session: sessions.current,
		config,
		me,
		sync,
		outbox: outbox.items,
		storage,
		tickets,
		parties,
		articles,
		interactions,
		search: search.search,
		searchState: search.state,
		writing: createWritingSource(leadership.state),
		async open(document) {
			const row = await coldRow(document).catch(() => undefined);
			const held = await (
				row === undefined ? documents.acquire(document) : documents.acquireOrCreate(document, row.cold?.generation)
			).catch(() => undefined);
			if (held === undefined) return undefined;
			if (tiers.tier.current.kind === 'recent' && tickets.get(document)?.status === 'closed')
				void noteLookedAt(store, document, correctedNow()).catch(() => {});
			return createOpenRecord({
				...{ held, live, outbox },
				body:
					row === undefined
						? undefined
						: createColdBody({ store, fetch: fetchDocument, replica: leadership.state }, document),
				session: () => sessions.current.current,
				read: (doc) => pen.observe(doc),
			});
		},
		readAhead: (document) =>
			void documents.acquire(document).then(
				(held) => held?.release(),
				() => {},
			),
		...createRecordCommands({
			...{ store, documents, pen, coldRow },
			session: () => sessions.current.current,
			claimNeeded: () => config.current.desk.claimNeeded,
		}),
		...createFiles({ store, transport, added: () => leadership.syncNow() }),
		...waitingMail,
		draftFiles: draftFiles.draftFiles,
		changeDraftFiles: draftFiles.changeDraftFiles,
		restored: restoredNews.restored,
		seenRestored: restoredNews.seenRestored,
		begunForms: begunForms.begunForms,
		keepForm: begunForms.keepForm,
		setMe: (settings) => writeStanding(meStanding.held, 'settings', (doc) => writeMe(doc, settings)),
		configure(
			key: string,
			value: DeskIdentity | Line | Queue | System | Manual | Category | TextModule | MailRule | null,
		) {
			const role = sessions.current.current?.agent.role;
			if (role === undefined || !mayConfigure(role) || parseDeskValue(key, value) === undefined) return;
			writeStanding(deskStanding.held, 'configured', (doc) => writeDeskValue(doc, key as DeskKey, value));
		},
		async discardEdit(n) {
			const edit = outbox.items.current.find((item) => item.n === n);
			await store.discard(n);
			if (edit !== undefined) await documents.reload(edit.document);
		},
		async retryEdit(n) {
			const edit = outbox.items.current.find((item) => item.n === n);
			if (edit === undefined || !mayRetry(edit.rejected)) return false;
			const again = await store.retry(n).catch(() => undefined);
			if (again !== undefined) leadership.syncNow();
			return again !== undefined;
		},
		syncNow: () => leadership.syncNow(),
		flush: () => documents.flush(),
		async gatherPerson(person, withInternal) {
			await documents.flush();
			const { gatherPerson } = await import('./desk/gather-person.ts');
			const about = { deskName: config.current.desk.name, now: time.now() };
			return gatherPerson({ store, transport, tickets, parties, interactions, ...about }, person, withInternal);
		},
		relay: createRelayAdminOnDemand(transport),
		tiers,
		device: createThisDevice({
			store,
			storage: parts.browserStorage,
			flush: () => documents.flush(),
			unsavedEdits: () => documents.unsavedEdits(),
			async repaired() {
				leadership.walkAgain();
				search.lookAgain();
				await loadAll();
			},
			async wipe() {
				await transport.auth('POST', '/auth/sign-out');
				leadership.close();
				await wipe();
			},
		}),
		close() {
			stopWatching();
			stopListening?.();
			draftFiles.close();
			closeTiers();
			begunForms.close();
			restoredNews.close();
			leadership.close();
			search.close();
			live?.close();
			relaySide.close();
			deskStanding.close();
			meStanding.close();
			void documents.flush().finally(() => documents.close());
			for (const rows of rowsHere) rows.close();
			outbox.close();
		},
	};
}
