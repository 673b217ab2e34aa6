import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type * as Y from 'yjs';
import type { DeskConfig } from '../src/lib/domain/desk-config.ts';
import {
	deskDocument,
	isDocumentId,
	isRecordId,
	type AgentId,
	type DeviceId,
	type DocumentId,
} from '../src/lib/domain/ids.ts';
import type { FillRandom } from '../src/lib/domain/ulid.ts';
import { readDesk } from '../src/lib/document/desk-document.ts';
import type { CloseReason } from '../src/lib/protocol/close-reasons.ts';
import { limits } from '../src/lib/protocol/limits.ts';
import { readLiveRoom } from '../src/lib/protocol/live.ts';
import type { CompareAnswer, CompareRequest } from '../src/lib/protocol/compare.ts';
import {
	encodePage,
	type BootstrapRequest,
	type DocumentsRequest,
	type PullRequest,
	type PushAnswer,
} from '../src/lib/protocol/replica.ts';
import { createDocumentCache } from './admission/document-cache.ts';
import { createIntake, type IntakeParts } from './admission/intake.ts';
import type { ChangeOutcome, RelayChange } from './admission/submission.ts';
import type { OpenDocument } from './admission/open-document.ts';
import { isVisibleTo } from './admission/rules.ts';
import { createScreening } from './admission/screening.ts';
import { createTokenBuckets, type Rate } from './admission/token-buckets.ts';
import type { DeviceIdentity, Identify } from './device-identity.ts';
import { createRewriting } from './erasure/rewrite-record.ts';
import { createLiveRooms } from './live/live-rooms.ts';
import { closeSocket, createSocketHub } from './live/socket-hub.ts';
import { createWriters } from './live/writers.ts';
import { createComparing } from './replica/compare.ts';
import { createPokes } from './replica/poke.ts';
import { createFeed } from './replica/pull.ts';
import { handlePush, type Answer } from './replica/push.ts';
import { createSentLog } from './replica/sent-log.ts';
import { createCatchingUp } from './erasure/catching-up.ts';
import { realSchedule, type Schedule } from './schedule.ts';
import { transaction, type RelayDatabase } from './store/database.ts';
import { cannotStore, type StorageWatch } from './store/storage-watch.ts';
import { createUpdateLog } from './store/update-log.ts';
import { awaitsGate, type SendGate } from './mail-out/send-gate.ts';
import { createSignLog } from './witness/signs-of-life.ts';
import { awaitsVerdict, createWitness } from './witness/witness.ts';

export interface RelayOptions {
	/** Opened by `openDatabase`; closed by whoever opened it, after `close`. */
	database: RelayDatabase;
	now(): number;
	random: FillRandom;
	/** Who sends a request. */
	identify: Identify;
	/** The blocks of ticket numbers that a device owns. */
	blocksOf(device: DeviceId): readonly number[];
	/** See AdmissionContext. */
	adoptBlock?(device: DeviceId, block: number): boolean;
	/** After a restore a device brought configuration back. */
	onDeskOffered?(): void;
	/** The configuration was changed, inside the transaction that stores it. */
	noteDesk?: IntakeParts['noteDesk'];
	/** A socket was closed for this reason. */
	onRefused?(reason: CloseReason): void;
	/** Knows whether the disk takes what is written. */
	storage?: StorageWatch;
	/** A bug, or a disk that fails. */
	onFailure(error: unknown): void;
	/** Every new entry, inside the transaction that stores it; `author` is undefined for the relay's own. */
	noteEntry?: IntakeParts['noteEntry'];
	noteFile?: IntakeParts['noteFile'];
	/** How far a device must have come to hold nothing of what was erased. */
	erasedUpTo?(): { seq: number; at: number } | undefined;
	/** Rules on mails to customers; without it, requests to send wait. */
	gate?: SendGate;
	schedule?: Schedule;
	rate?: Rate;
	/** How many documents, and how many bytes of them, stay in memory. */
	cache?: { documents: number; bytes: number };
	/** How many bytes of documents a device is sent at once. */
	pageBytes?: number;
	/** The relay's build, told with every poke. */
	build?: string;
}

export type Relay = ReturnType<typeof createRelay>;

/** Puts the relay's core together: log, admission, witness, feed and live rooms. The HTTP door is in front of it. */
export function createRelay(options: RelayOptions) {
	const { database, now, identify, onFailure } = options;
	const schedule = options.schedule ?? realSchedule;
	const log = createUpdateLog(database);
	const signs = createSignLog(database.db);
	const cache = createDocumentCache(log, options.cache);
	const screening = createScreening();
	const buckets = createTokenBuckets(now, options.rate);
	const hub = createSocketHub(schedule, { onClosed: (reason) => options.onRefused?.(reason) });
	const writers = createWriters({ schedule, now, tell: (news) => pokes.wrote(news) });
	const pokes = createPokes({
		...{ schedule, now, head: log.head, build: options.build },
		...{ scopesOf: log.scopesOf, writing: writers.all },
	});
	const sent = createSentLog({ database, now, schedule, onFailure });
	const catchingUp = createCatchingUp(database.db, sent.of, options.erasedUpTo ?? (() => undefined));
	const feed = createFeed({
		database,
		log,
		now,
		sent,
		...(options.pageBytes === undefined ? {} : { pageBytes: options.pageBytes }),
	});
	const intake = createIntake({
		database,
		log,
		cache,
		schedule,
		now,
		fillRandom: options.random,
		blocksOf: (device) => options.blocksOf(device as DeviceId),
		...(options.adoptBlock === undefined
			? {}
			: { adoptBlock: (device: string, block: number) => options.adoptBlock?.(device as DeviceId, block) === true }),
		documentWithNumber: log.documentWithNumber,
		publishing: () => desk().desk.publishing,
		awaitsVerdict: (entry, at) => (options.gate !== undefined && awaitsGate(entry.kind)) || awaitsVerdict(entry, at),
		noteEntry(document, entry, author, id, receivedAt) {
			signs.note(document, id, entry, receivedAt);
			options.noteEntry?.(document, entry, author, id, receivedAt);
		},
		...(options.noteFile === undefined ? {} : { noteFile: options.noteFile }),
		...(options.noteDesk === undefined ? {} : { noteDesk: options.noteDesk }),
		onFailure,
		storage: options.storage,
		onCommitted(committed) {
			for (const news of committed) {
				rooms.committed(news);
				if (news.awaitsVerdict) witness.answer(news.id);
			}
			pokes.committed(committed);
		},
	});
	const nameOf = (agent: string) => desk().agents.find(({ id }) => id === agent)?.name;
	const rooms = createLiveRooms({ intake, cache, screening, buckets, nameOf, now, moved: writers.moved });
	const witness = createWitness({
		...{ intake, log, schedule, now, desk, onFailure },
		era: database.era,
		signsOf: signs.of,
		gate: options.gate,
	});
	const webSockets = new WebSocketServer({
		noServer: true,
		perMessageDeflate: false,
		// Above the frame limit, so that a device which sends a little too much hears why.
		maxPayload: limits.frameBytes * 2,
	});
	const comparing = createComparing({
		...{ cache, intake, screening, buckets, now },
		...{ era: database.era, restored: database.restored },
		pause: () => new Promise((resolve) => schedule.soon(resolve)),
		onDeskOffered: () => options.onDeskOffered?.(),
	});
	const pushParts = { intake, screening, buckets, now, era: database.era };
	let known: { open: OpenDocument; head: number; config: DeskConfig } | undefined;
	let isClosing: Promise<void> | undefined;

	function desk(): DeskConfig {
		const open = cache.open(deskDocument);
		if (known?.open !== open || known.head !== open.head) known = { open, head: open.head, config: readDesk(open.doc) };
		return known.config;
	}

	function accept(ws: WebSocket, path: string, headers: Headers): void {
		// Until somebody listens, an error on the socket would end the process.
		ws.on('error', () => ws.terminate());
		const refuse = (reason: CloseReason) => {
			options.onRefused?.(reason);
			closeSocket(ws, reason);
		};
		const identified = identify(headers);
		if (identified.kind === 'refused') return refuse(identified.reason);
		const { identity } = identified;
		const full = hub.refuse(identity);
		if (full !== undefined) return refuse(full);
		if (path === '/replica/poke') {
			hub.add(ws, identity, (socket) => pokes.join(socket));
			return;
		}
		const room = path.startsWith('/live/') ? readRoom(path.slice('/live/'.length)) : undefined;
		if (room === undefined) return refuse('not-found');
		const refused = rooms.refuse(identity, room.document, room.generation);
		if (refused !== undefined) return refuse(refused);
		if (isRecordId(room.document) && catchingUp.mustPullFirst(identity.device)) return refuse('pull-first');
		hub.add(ws, identity, (socket) => rooms.join(socket, room.document, room.generation));
	}

	witness.resume();

	return {
		era: database.era,
		head: log.head,

		async push(identity: DeviceIdentity, body: Uint8Array): Promise<Answer<PushAnswer>> {
			if (catchingUp.mustPullFirst(identity.device)) return { kind: 'refused', reason: 'pull-first' };
			return handlePush(pushParts, identity, body);
		},

		compare: (identity: DeviceIdentity, request: CompareRequest): Promise<Answer<CompareAnswer>> =>
			comparing.compare(identity, request),

		offer: (identity: DeviceIdentity, body: Uint8Array): Promise<Answer<PushAnswer>> => comparing.offer(identity, body),

		async pull(identity: DeviceIdentity, request: PullRequest): Promise<Answer<Uint8Array>> {
			return { kind: 'ok', body: encodePage(feed.pull(identity, request)) };
		},

		async bootstrap(identity: DeviceIdentity, request: BootstrapRequest): Promise<Answer<Uint8Array>> {
			const page = feed.bootstrap(identity, request);
			return page === undefined ? { kind: 'refused', reason: 'malformed' } : { kind: 'ok', body: encodePage(page) };
		},

		async documents(identity: DeviceIdentity, request: DocumentsRequest): Promise<Answer<Uint8Array>> {
			return { kind: 'ok', body: encodePage(feed.documents(identity, request)) };
		},

		/** Takes over the socket of `/live/<room>` or `/replica/poke`; refuses on it by close code. */
		upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
			const path = (request.url ?? '').split('?')[0] ?? '';
			const headers = new Headers();
			for (const [name, value] of Object.entries(request.headers)) {
				if (typeof value === 'string') headers.set(name, value);
			}
			webSockets.handleUpgrade(request, socket, head, (ws) => accept(ws, path, headers));
		},

		maySee(identity: DeviceIdentity, document: string): boolean {
			if (!isDocumentId(document)) return false;
			return isVisibleTo({ id: document, scopes: log.scopesOf(document) }, identity);
		},

		/** The relay's own pen: several documents and rows beside them, all or nothing. Resolves when it is stored. */
		change: (change: RelayChange): Promise<ChangeOutcome> => intake.change(change),

		/** Like `change`, for one document. */
		write: (document: DocumentId, change: (doc: Y.Doc) => void): Promise<ChangeOutcome> =>
			intake.change({ documents: [{ id: document, change }] }),

		/** The committed state, to look at and not to keep; undefined if there is no such document. */
		read(document: DocumentId): Y.Doc | undefined {
			const open = cache.open(document);
			cache.trim();
			return open.key === undefined || open.goneAt !== undefined ? undefined : open.doc;
		},

		/** The same object until the configuration changes. */
		readDesk: desk,
		documentsOfKind: log.documentsOfKind,
		documentWithNumber: log.documentWithNumber,
		/** What a device was sent; undefined where nothing is known of it. */
		sentTo: sent.of,

		/** Erases a document for everybody. False if there is none. */
		erase(document: DocumentId): boolean {
			const seq = transaction(database.db, () => log.erase(document, now()));
			if (seq === undefined) return false;
			cache.evict(document);
			rooms.closeDocument(document, 'gone');
			pokes.committed([{ scopes: log.scopesOf(document), audienceChanged: false }]);
			return true;
		},

		/** Puts another document in the place of one, as its next generation. See erasure/. */
		rewrite: createRewriting({
			...{ database, log, cache, fillRandom: options.random },
			onRewritten(document) {
				rooms.closeDocument(document, 'other-generation');
				pokes.committed([{ scopes: log.scopesOf(document), audienceChanged: false }]);
			},
		}),

		disconnectDevice(device: DeviceId, reason: CloseReason): void {
			hub.closeWhere((identity) => identity.device === device, reason);
		},

		/** What an agent may see or do has changed: the devices come back and are looked at anew. */
		reconnectAgent(agent: AgentId): void {
			hub.closeWhere((identity) => identity.agent === agent, 'try-later');
		},

		/** Resolves when all that has come in is stored and answered. */
		settled: () => intake.settled(),

		counts: () => ({ sockets: hub.size, rooms: rooms.size, documents: cache.size }),

		/** Commits what is there, tells every device that the relay stops, and leaves the database to be closed. */
		close(): Promise<void> {
			isClosing ??= (async () => {
				intake.stop();
				await hub.stop();
				webSockets.close();
				screening.close();
				sent.flush();
				if (database.dataDir === undefined) return;
				try {
					database.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
				} catch (error) {
					// It only tidies: what is stored is in the log, and the next start reads it there.
					if (!cannotStore(error)) throw error;
				}
			})();
			return isClosing;
		},
	};
}

function readRoom(encoded: string): ReturnType<typeof readLiveRoom> {
	try {
		return readLiveRoom(decodeURIComponent(encoded));
	} catch {
		return undefined;
	}
}
