import type * as Y from 'yjs';
import type { Desk } from './desk.ts';
import { createPen } from './desk/author.ts';
import { createColdBody } from './desk/cold-body.ts';
import { createBegunForms } from './desk/begun-forms.ts';
import { createRestoredNews } from './desk/restored-news.ts';
import { createDraftFiles } from './desk/draft-files.ts';
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
import { toSyncState } from './desk/sync-state.ts';
import { createThisDevice } from './desk/this-device.ts';
import { createTierChoice } from './desk/tier-choice.ts';
import { createWaitingMail } from './desk/waiting-mail.ts';
import { createWritingSource } from './desk/writing-source.ts';
import { parseDeskValue, readDesk, writeDeskValue, type DeskKey } from './document/desk-document.ts';
import { readMe, writeMe } from './document/me-document.ts';
import type {
	Category,
	Line,
	Manual,
	MailRule,
	Queue,
	System,
	TextModule,
	Desk as DeskIdentity,
} from './domain/desk-config.ts';
import { deskDocument, meDocument, type DocumentId } from './domain/ids.ts';
import { phoneKey } from './domain/phone-key.ts';
import { mayConfigure } from './domain/role.ts';
import { isUnfinished } from './domain/ticket-row.ts';
import { usualTiers, type DeviceTier } from './domain/tier.ts';
import type { FillRandom } from './domain/ulid.ts';
import { documentToRow } from './projection/document-row.ts';
import { rebuildRows } from './projection/rebuild-rows.ts';
import type { ArticleRow, InteractionRow, PartyRow, RecordRow, TicketRow } from './projection/rows.ts';
import { wipedProof, type Session } from './protocol/session.ts';
import type { GoneWords } from './store/gone-words.ts';
import type { RecordStore } from './store/record-store.ts';
import { classifyStoreError, type StoreFailureKind } from './store/store-failure.ts';
import type { TabChannel } from './store/store-news.ts';
import { createCell } from './sync/cell.ts';
import type { DeviceKeys } from './sync/device-key.ts';
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

	const tickets = createRowIndex(store, {
		kinds: ['ticket'],
		isRow: (row): row is TicketRow => row.kind === 'ticket',
		groupsOf: ({ persons, fromAddress }) => (fromAddress === '' ? persons : [...persons, fromAddress.toLowerCase()]),
		isUnfinished,
	});
	const parties = createRowIndex(store, {
		kinds: ['person', 'organisation'],
		isRow: (row): row is PartyRow => row.kind === 'person' || row.kind === 'organisation',
	});
	const articles = createRowIndex(store, {
		kinds: ['article'],
		isRow: (row): row is ArticleRow => row.kind === 'article',
	});
	const interactions = createRowIndex(store, {
		kinds: ['interaction'],
		isRow: (row): row is InteractionRow => row.kind === 'interaction',
		groupsOf: ({ persons, phone, ticket }) => [...persons, phoneKey(phone), ...(ticket === undefined ? [] : [ticket])],
	});
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
		if (tickets.size > 0) {
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
	const sync = createDerived([leadership.state, outbox.items, outbox.isBehind, storage, wiped], () =>
		toSyncState(
			{ ...leadership.state.current, wiped: leadership.state.current.wiped || wiped.current },
			outbox,
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
			search.start(tickets.size === 0);
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
