import * as Y from 'yjs';
import { Awareness } from 'y-protocols/awareness';
import type {
	Desk,
	OpenRecord,
	OutboxItem,
	RecordState,
	Rows,
	Source,
	StorageState,
	SyncState,
} from '../../src/lib/desk.ts';
import { createChangeLog } from '../../src/lib/desk/change-log.ts';
import { draftKey } from '../../src/lib/document/draft-files.ts';
import {
	appendEntries,
	draftFragment,
	readRecord,
	writeMeta,
	type Author,
} from '../../src/lib/document/record-document.ts';
import type { DeskConfig } from '../../src/lib/domain/desk-config.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { foldRecord } from '../../src/lib/domain/fold-record.ts';
import { foldTicket, type Ticket } from '../../src/lib/domain/fold-ticket.ts';
import { createClock } from '../../src/lib/domain/hlc.ts';
import { recordId, type AgentId, type DocumentId, type EntryId } from '../../src/lib/domain/ids.ts';
import { guarded, openTicket, type CommandResult } from '../../src/lib/domain/ticket-command.ts';
import { isUnfinished } from '../../src/lib/domain/ticket-row.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import { phoneKey } from '../../src/lib/domain/phone-key.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import { documentToRow } from '../../src/lib/projection/document-row.ts';
import type { ArticleRow, InteractionRow, PartyRow, TicketRow } from '../../src/lib/projection/rows.ts';
import type { Writing } from '../../src/lib/protocol/replica.ts';
import type { Session } from '../../src/lib/protocol/session.ts';
import { nothingSearched, type SearchAnswer, type SearchState } from '../../src/lib/search/device/search-messages.ts';
import type { SearchQuery } from '../../src/lib/search/search-document.ts';
import type { WaitingMail } from '../../src/lib/protocol/waiting-mail.ts';

/** A desk in memory, of real documents and real rules, without store and relay. */
export interface FakeDesk extends Desk {
	/** Writes as another agent would, on another device. */
	actAs(agent: string, document: DocumentId, command: (ticket: Ticket) => CommandResult): void;
	put(row: TicketRow): void;
	putParty(row: PartyRow): void;
	set: {
		writing(writing: readonly Writing[]): void;
		waitingMail(said: WaitingMail): void;
		sync(state: Partial<SyncState>): void;
		outbox(items: OutboxItem[]): void;
		config(config: DeskConfig): void;
		searchState(state: SearchState): void;
	};
	/** What `search` answers; nothing at first. */
	answerSearch: (query: SearchQuery) => SearchAnswer;
	/** What was asked of `act`, in order. */
	acted: string[];
	/** What the next `act` and `createTicket` answer instead of doing it. */
	failNext: 'quota' | undefined;
	/** What the relay answers to who asks why mail waits. */
	waitingAnswer: Awaited<ReturnType<Desk['askWaitingMail']>>;
}

export interface FakeOptions {
	now?: () => number;
	agent?: string;
	role?: Session['agent']['role'];
}

export function createFakeDesk({
	now = () => 1_700_000_000_000,
	agent = 'ada',
	role = 'agent',
}: FakeOptions = {}): FakeDesk {
	const docs = new Map<DocumentId, Y.Doc>();
	const tickets = createRows<TicketRow>((row) => [...row.persons, row.fromAddress.toLowerCase()], isUnfinished);
	const parties = createRows<PartyRow>();
	const articles = createRows<ArticleRow>();
	const interactions = createRows<InteractionRow>((row) => [
		...row.persons,
		phoneKey(row.phone),
		...(row.ticket === undefined ? [] : [row.ticket]),
	]);
	const clock = createClock(now);
	let made = 0;
	const newId = () =>
		createUlid(now(), (bytes) => {
			made++;
			for (let i = 0; i < bytes.length; i++) bytes[i] = (made >> (i * 2)) & 31;
		});
	const author = (by: string): Author => ({
		agent: by as AgentId,
		device: `${by}-device` as Author['device'],
		tick: () => clock.tick(),
		newId: () => newId() as EntryId,
	});
	const session = createCell<Session | undefined>({
		agent: { id: agent as AgentId, name: 'Ada', mail: 'ada@example.org', role, lines: ['main' as never] },
		device: { id: `${agent}-device` as never, name: 'Laptop' },
		deskName: 'Test desk',
		scopes: [],
		scopeRevision: 1,
		relayTime: now(),
		era: 1,
		blocks: [104],
	});
	const config = createCell<DeskConfig>({
		desk: { name: 'Test desk', language: 'en' },
		lines: [{ id: 'main' as never, name: 'Main', addresses: ['help@example.org'], colour: 200 }],
		queues: [
			{ id: 'first' as never, name: 'First level', line: 'main' as never },
			{ id: 'second' as never, name: 'Second level', line: 'main' as never },
		],
		systems: [],
		manuals: [],
		categories: [],
		textModules: [],
		mailRules: [],
		agents: [
			{ id: agent as AgentId, name: 'Ada', mail: 'ada@example.org', role, lines: ['main' as never], active: true },
			{
				id: 'ben' as AgentId,
				name: 'Ben',
				mail: 'ben@example.org',
				role: 'agent',
				lines: ['main' as never],
				active: true,
			},
		],
	});
	const sync = createCell<SyncState>({
		...{ kind: 'current', unsent: 0, rejected: 0, heardAt: now(), problem: undefined },
		...{ progress: undefined, clockOffset: 0, wiped: false },
	});
	const outbox = createCell<readonly OutboxItem[]>([]);
	const writing = createCell<Desk['writing']['current']>(new Map());
	const waitingMail = createCell<Desk['waitingMail']['current']>(undefined);
	const storage = createCell<StorageState>({ kind: 'ok', unsaved: 0 });
	const me = createCell<Desk['me']['current']>({ signature: '' });
	const draftFiles = createCell<Desk['draftFiles']['current']>({});
	const begunForms = createCell<Desk['begunForms']['current']>({});
	const restored = createCell<Desk['restored']['current']>(undefined);
	const files = new Map<string, Blob>();
	const searchState = createCell<SearchState>({ kind: 'unavailable', why: 'not in tests' });
	let answering: FakeDesk['answerSearch'] = () => nothingSearched;
	let counter = 0;

	const fold = (document: DocumentId): Ticket | undefined => {
		const reading = readRecord(docs.get(document) ?? new Y.Doc());
		return reading.kind === 'record' ? foldTicket(reading.facts) : undefined;
	};
	const project = (document: DocumentId) => {
		const row = documentToRow(document, docs.get(document) ?? new Y.Doc());
		if (row?.kind === 'ticket') tickets.put(row);
		else if (row?.kind === 'article') articles.put(row);
		else if (row?.kind === 'interaction') interactions.put(row);
		else if (row?.kind === 'person' || row?.kind === 'organisation') parties.put(row);
	};
	const write = (document: DocumentId, by: string, drafts: readonly Draft[]): EntryId[] => {
		const ids = appendEntries(docs.get(document)!, author(by), drafts);
		project(document);
		return ids;
	};

	const begin = (kind: 'article' | 'interaction', drafts: readonly Draft[], writeText?: (doc: Y.Doc) => void) => {
		const failure = takeFailure();
		if (failure !== undefined) return Promise.resolve(failure);
		const document = recordId(kind, newId());
		const doc = new Y.Doc();
		docs.set(document, doc);
		writeMeta(doc, kind);
		writeText?.(doc);
		write(document, agent, drafts);
		return Promise.resolve({ kind: 'ok' as const, document });
	};

	const desk: FakeDesk = {
		acted: [],
		failNext: undefined,
		get answerSearch() {
			return answering;
		},
		set answerSearch(answer) {
			answering = answer;
		},
		waitingAnswer: { kind: 'ok', value: undefined },
		session: session.source,
		config: config.source,
		me: me.source,
		sync: sync.source,
		outbox: outbox.source,
		storage: storage.source,
		tickets,
		parties,
		articles,
		interactions,
		writing: writing.source,
		search: (query) => Promise.resolve(answering(query)),
		searchState: searchState.source,
		readAhead: () => {},
		open: (document) => Promise.resolve(docs.has(document) ? openRecord(document, docs.get(document)!) : undefined),
		act(document, what, command) {
			desk.acted.push(what);
			const ticket = fold(document);
			if (ticket === undefined) return Promise.resolve({ kind: 'refused', reason: 'not-here' });
			const failure = takeFailure();
			if (failure !== undefined) return Promise.resolve(failure);
			const own = command(ticket);
			const result = guarded(ticket, agent as AgentId, config.source.current.desk, own);
			if (own.kind === 'refused') return Promise.resolve(own);
			if (result.kind === 'refused') return Promise.resolve(result);
			return Promise.resolve({
				kind: 'ok',
				entries: write(document, agent, result.drafts).slice(-own.drafts.length),
			});
		},
		amend(document, what, command) {
			desk.acted.push(what);
			const reading = readRecord(docs.get(document) ?? new Y.Doc());
			const record = reading.kind === 'record' ? foldRecord(reading.record, reading.facts) : undefined;
			if (record === undefined || record.kind === 'ticket')
				return Promise.resolve({ kind: 'refused', reason: 'not-here' });
			const failure = takeFailure();
			if (failure !== undefined) return Promise.resolve(failure);
			const result = command(record);
			if (result.kind === 'refused') return Promise.resolve(result);
			return Promise.resolve({ kind: 'ok', entries: write(document, agent, result.drafts) });
		},
		createArticle: ({ name, lines }, drafts = [], writeText) =>
			begin('article', [{ kind: 'created', name, lines }, ...drafts], writeText),
		createInteraction: (contacted, drafts = []) => begin('interaction', [contacted, ...drafts]),
		createTicket(ticket, drafts = []) {
			const failure = takeFailure();
			if (failure !== undefined) return Promise.resolve(failure);
			const document = recordId('ticket', newId());
			const number = ticketNumber(104, counter++);
			docs.set(document, new Y.Doc());
			writeMeta(docs.get(document)!, 'ticket');
			write(document, agent, [...openTicket({ ...ticket, number }), ...drafts]);
			return Promise.resolve({ kind: 'ok', document, number });
		},
		createParty(kind, { name, lines, addresses = [], phones = [] }) {
			const document = recordId(kind, newId());
			docs.set(document, new Y.Doc());
			writeMeta(docs.get(document)!, kind);
			write(document, agent, [
				{ kind: 'created', name, lines: lines as PartyRow['lines'] },
				...addresses.map((address): Draft => ({ kind: 'address-added', address })),
				...phones.map((phone): Draft => ({ kind: 'phone-added', phone })),
			]);
			return Promise.resolve({ kind: 'ok', document });
		},
		async addFile(file) {
			const bytes = await file.arrayBuffer();
			const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
			const blob = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('') as never;
			files.set(blob, file);
			return { kind: 'ok', attachment: { blob, name: file.name, mime: file.type, size: file.size } };
		},
		readFile(blob) {
			const bytes = files.get(blob);
			return Promise.resolve(bytes ? { kind: 'ok', bytes } : { kind: 'missing', why: 'gone' });
		},
		readPicture: () => Promise.resolve({ kind: 'missing', why: 'offline' }),
		fileStates: (blobs) =>
			Promise.resolve(new Map(blobs.filter((blob) => files.has(blob)).map((blob) => [blob, 'here' as const]))),
		draftFiles: draftFiles.source,
		changeDraftFiles(document, kind, change) {
			const { [draftKey(document, kind)]: before = [], ...others } = draftFiles.source.current;
			const next = change(before);
			draftFiles.set(next.length === 0 ? others : { ...others, [draftKey(document, kind)]: next });
			return Promise.resolve();
		},
		restored: restored.source,
		seenRestored: () => Promise.resolve(restored.set(undefined)),
		begunForms: begunForms.source,
		keepForm(kind, form) {
			begunForms.set({ ...begunForms.source.current, [kind]: form });
			return Promise.resolve(true);
		},
		waitingMail: waitingMail.source,
		askWaitingMail: () => Promise.resolve(desk.waitingAnswer),
		setMe: (settings) => me.set({ ...me.source.current, ...settings }),
		configure: () => {},
		retryEdit: () => Promise.resolve(true),
		discardEdit(n) {
			outbox.set(outbox.source.current.filter((item) => item.n !== n));
			return Promise.resolve();
		},
		syncNow: () => {},
		flush: async () => {},
		gatherPerson: () => Promise.resolve({ kind: 'failed', why: 'offline' }),
		relay: {
			invite: () =>
				Promise.resolve({ kind: 'ok', value: { url: 'https://desk.example/enrol?token=t', expiresAt: now() } }),
			devices: () => Promise.resolve({ kind: 'failed', why: 'offline' }),
			revoke: () => Promise.resolve({ kind: 'ok', value: undefined }),
			held: () => Promise.resolve({ kind: 'failed', why: 'offline' }),
			agentLeaves: () => Promise.resolve({ kind: 'failed', why: 'offline' }),
			audit: () => Promise.resolve({ kind: 'failed', why: 'offline' }),
			changeAgent: () => Promise.resolve({ kind: 'failed', why: 'not-admin' }),
			planErasure: () => Promise.resolve({ kind: 'failed', why: 'offline' }),
			erase: () => Promise.resolve({ kind: 'failed', why: 'offline' }),
			redact: () => Promise.resolve({ kind: 'failed', why: 'offline' }),
			openErasures: () => Promise.resolve({ kind: 'failed', why: 'offline' }),
			erasurePlaces: () => Promise.resolve({ kind: 'failed', why: 'offline' }),
			mailboxes: () => Promise.resolve({ kind: 'ok', value: [] }),
			saveMailbox: () => Promise.resolve({ kind: 'failed', why: 'not-admin' }),
			removeMailbox: () => Promise.resolve({ kind: 'failed', why: 'not-admin' }),
			testMailbox: () => Promise.resolve({ kind: 'failed', why: 'offline' }),
			mailboxLog: () => Promise.resolve({ kind: 'ok', value: [] }),
			searchArchive: () => Promise.resolve({ kind: 'failed', why: 'offline' }),
			dryRunRules: () => Promise.resolve({ kind: 'ok', value: { mails: 0, hits: [], counts: {} } }),
		},
		device: {
			storage: () =>
				Promise.resolve({
					...{ persisted: false, usage: 1, quota: 2, tickets: docs.size, cold: 0, parties: 0 },
					blobs: files.size,
				}),
			persist: () => Promise.resolve(false),
			exportUnsent: () => Promise.resolve(new Blob(['{}'])),
			importUnsent: () => Promise.resolve({ kind: 'ok', edits: 1, blobs: 0 }),
			repair: () => Promise.resolve(),
			wipe: () => Promise.resolve(),
		},
		tiers: {
			tier: { current: { kind: 'everything' }, subscribe: () => () => {} },
			chooseTier: () => Promise.resolve(),
			pinned: { current: [], subscribe: () => () => {} },
			pin: () => Promise.resolve(),
		},
		close: () => {},
		actAs(by, document, command) {
			const ticket = fold(document);
			if (ticket === undefined) throw new Error(`no ticket ${document}`);
			const result = command(ticket);
			if (result.kind === 'ok') write(document, by, result.drafts);
		},
		put: (row) => tickets.put(row),
		putParty: (row) => parties.put(row),
		set: {
			searchState: searchState.set,
			sync: (state) => sync.set({ ...sync.source.current, ...state }),
			outbox: (items) => outbox.set(items),
			waitingMail: (said) => waitingMail.set(said),
			writing: (all) => writing.set(Map.groupBy(all, ({ document }) => document)),
			config: (value) => config.set(value),
		},
	};
	return desk;

	function takeFailure() {
		const why = desk.failNext;
		desk.failNext = undefined;
		return why === undefined ? undefined : ({ kind: 'not-saved', why } as const);
	}
}

function openRecord(document: DocumentId, doc: Y.Doc): OpenRecord {
	const state = (): RecordState => {
		const reading = readRecord(doc);
		if (reading.kind === 'empty') return { kind: 'empty' };
		if (reading.kind === 'newer') return { kind: 'newer', schema: reading.schema };
		const record = foldRecord(reading.record, reading.facts);
		if (record === undefined) return { kind: 'empty' };
		const common = { facts: reading.facts, writable: true, present: [] };
		if (record.kind === 'ticket') return { ...record, ...common, unsent: new Set() };
		if ('party' in record) return { kind: 'party', party: record.party, ...common };
		return { ...record, ...common };
	};
	return {
		document,
		doc,
		awareness: new Awareness(doc),
		reading: {
			get current() {
				return state();
			},
			subscribe(changed) {
				doc.on('update', changed);
				return () => doc.off('update', changed);
			},
		},
		draft: (kind) => draftFragment(doc, kind),
		setPresence: () => {},
		close: () => {},
	};
}

function createCell<T>(first: T): { source: Source<T>; set(value: T): void } {
	const listeners = new Set<() => void>();
	let value = first;
	return {
		source: {
			get current() {
				return value;
			},
			subscribe(changed) {
				listeners.add(changed);
				return () => listeners.delete(changed);
			},
		},
		set(next) {
			value = next;
			for (const listener of listeners) listener();
		},
	};
}

function createRows<R extends { id: DocumentId }>(
	groupsOf: (row: R) => string[] = () => [],
	isUnfinishedRow: (row: R) => boolean = () => true,
): Rows<R> & { put(row: R): void } {
	const byId = new Map<DocumentId, R>();
	const cell = createCell<readonly R[]>([]);
	const changes = createChangeLog<R>();
	return {
		get size() {
			return byId.size;
		},
		get revision() {
			return changes.revision;
		},
		changesSince: changes.since,
		unfinished: () => [...byId.values()].filter(isUnfinishedRow),
		get current() {
			return cell.source.current;
		},
		subscribe: (changed) => cell.source.subscribe(changed),
		get: (document) => byId.get(document),
		inGroup: (group) => [...byId.values()].filter((row) => groupsOf(row).includes(group)),
		complete: true,
		put(row) {
			changes.note(row.id, byId.get(row.id), row);
			byId.set(row.id, row);
			cell.set([...byId.values()]);
		},
	};
}
