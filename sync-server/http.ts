import { createServer, STATUS_CODES, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import type { Logger } from 'pino';
import * as v from 'valibot';
import type * as Y from 'yjs';
import type { DocumentId } from '../src/lib/domain/ids.ts';
import { closeReasons, type CloseReason } from '../src/lib/protocol/close-reasons.ts';
import type { CompareAnswer, CompareRequest } from '../src/lib/protocol/compare.ts';
import type { BootstrapRequest, DocumentsRequest, PullRequest, PushAnswer } from '../src/lib/protocol/replica.ts';
import { adminRoutes, type AdminRouteParts } from './auth/admin-routes.ts';
import { createAttempts } from './auth/attempts.ts';
import { authRoutes } from './auth/auth-routes.ts';
import type { Auth } from './auth/auth.ts';
import type { Passkeys } from './auth/passkeys.ts';
import { blobRoutes } from './blobs/blob-routes.ts';
import type { BlobStore } from './blobs/blob-store.ts';
import type { DeviceIdentity, Identify } from './device-identity.ts';
import { personRoutes, type PersonRouteParts } from './export/person-routes.ts';
import { waitingRoutes, type WaitingRouteParts } from './mail-out/waiting-routes.ts';
import { erasureRoutes, type ErasureRouteParts } from './erasure/erasure-routes.ts';
import { ruleRoutes, type RuleRouteParts } from './mail-intake/rule-routes.ts';
import { pictureRoutes } from './pictures/picture-routes.ts';
import type { FetchPolicy } from './pictures/fetch-picture.ts';
import { mailboxRoutes, type MailboxRouteParts } from './mailboxes/mailbox-routes.ts';
import { answer, refuse } from './http/answers.ts';
import { readJson } from './http/request-body.ts';
import { isOwnOrigin, originHeaders } from './http/request-origin.ts';
import { createReplicaDoor, headerIn } from './http/replica-door.ts';
import { metricsRoute, type MetricsRouteParts } from './metrics/metrics-route.ts';
import type { Tally } from './metrics/tally.ts';
import { createRequestPolicy, type HeaderOf, type RequestPolicy } from './http/request-policy.ts';
import type { StaticApp } from './http/static-app.ts';
import { archiveRoutes, type ArchiveRouteParts } from './search/archive-routes.ts';

export type DoorAnswer<T> = { kind: 'ok'; body: T } | { kind: 'refused'; reason: CloseReason; detail?: string };

/** What the relay's core answers to devices that are known. */
export interface RelayDoors {
	push(identity: DeviceIdentity, body: Uint8Array): Promise<DoorAnswer<PushAnswer>>;
	/** Handing over after a restore. */
	compare(identity: DeviceIdentity, request: CompareRequest): Promise<DoorAnswer<CompareAnswer>>;
	offer(identity: DeviceIdentity, body: Uint8Array): Promise<DoorAnswer<PushAnswer>>;
	pull(identity: DeviceIdentity, request: PullRequest): Promise<DoorAnswer<Uint8Array>>;
	bootstrap(identity: DeviceIdentity, request: BootstrapRequest): Promise<DoorAnswer<Uint8Array>>;
	documents(identity: DeviceIdentity, request: DocumentsRequest): Promise<DoorAnswer<Uint8Array>>;
	/** Takes over the socket of `/live/<room>` or `/replica/poke`; refuses on it by close code. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
	/** Whether a document may be seen; for files that it names. */
	maySee(identity: DeviceIdentity, document: string): boolean;
	/** The committed state, to look at and not to keep. */
	read(document: DocumentId): Y.Doc | undefined;
}

export interface HttpParts {
	auth: Auth;
	passkeys: Passkeys;
	blobs: BlobStore;
	mail: Omit<MailboxRouteParts, 'auth'>;
	admin: Omit<AdminRouteParts, 'auth'>;
	/** A device fetched a file. */
	fetched: Parameters<typeof blobRoutes>[2];
	rulesDryRun: RuleRouteParts['rulesDryRun'];
	personExport: Pick<PersonRouteParts, 'audit' | 'data'>;
	waitingReplies: WaitingRouteParts['waitingReplies'];
	erasing: Omit<ErasureRouteParts, 'auth'>;
	archive: ArchiveRouteParts['archive'];
	relay: RelayDoors;
	identityOf: Identify;
	/** Where foreign pictures may come from, if not from the public web alone. */
	pictures?: FetchPolicy | undefined;
	app: StaticApp;
	/** Why the relay is not ready to work; empty if it is. */
	problems(): Promise<string[]>;
	/** Takes note of a disk that refuses what is written; false if that is not why something failed. */
	noteStorage(error: unknown): boolean;
	/** What somebody should see to, though the relay works. */
	notices(): string[];
	metrics: Omit<MetricsRouteParts, 'peerOf'>;
	/** Counts what comes in, and why some of it is refused. */
	tally: Tally;
	log: Logger;
	now: () => number;
	/** As configured; empty if it is not. */
	publicUrl: string;
	trustProxy: boolean;
}

type Env = { Bindings: HttpBindings; Variables: { refusal?: CloseReason } };
const relayPaths = /^\/(auth|replica|live|blobs|pictures|healthz|readyz|metrics)(\/|$)/;

/** All that is answered on the one port, but for sockets and the replica door. */
export function createHttpApp(parts: HttpParts, policy: RequestPolicy): Hono<Env> {
	const { auth, passkeys, blobs, relay, identityOf, app: staticApp, log } = parts;
	const app = new Hono<Env>();

	app.use('*', async (c, next) => {
		const began = performance.now();
		const header: HeaderOf = (name) => c.req.header(name);
		const refusal = policy.refusalOf(c.req.method, header);
		if (refusal === undefined) await next();
		else c.res = refuse(c, refusal.reason, refusal.detail);
		for (const [name, value] of Object.entries(policy.headersFor(header))) {
			if (!c.res.headers.has(name)) c.res.headers.set(name, value);
		}
		// The route and not the path: ids, rooms and tokens do not belong into a log.
		const { method } = c.req;
		parts.tally.requested();
		const reason = c.get('refusal');
		if (reason !== undefined) parts.tally.refused('http', reason);
		const area = /^\/[a-z]*/.exec(c.req.path)?.[0] ?? '/';
		log.debug({ method, area, status: c.res.status, ms: Math.round(performance.now() - began) }, 'request');
	});
	app.onError((error, c) => {
		if (parts.noteStorage(error)) return refuse(c, 'storage-full');
		log.error({ error: error.stack ?? String(error) }, 'a request failed');
		return refuse(c, 'try-later');
	});

	const isSecure = (c: Context) => originOf(c).startsWith('https:');
	const originOf = (c: Context) => policy.originOf((name) => c.req.header(name));
	const addressOf = (c: Context) => {
		const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
		if (parts.trustProxy && forwarded) return forwarded;
		return (c.env as HttpBindings | undefined)?.incoming?.socket.remoteAddress ?? 'unknown';
	};

	app.get(
		'/metrics',
		metricsRoute({
			...parts.metrics,
			peerOf: (c) => (c.env as HttpBindings | undefined)?.incoming?.socket.remoteAddress,
		}),
	);
	app.get('/healthz', (c) => answer(c, { status: 'ok' }));
	app.get('/readyz', async (c) => {
		const problems = await parts.problems();
		const status = problems.length === 0 ? 'ok' : 'not-ready';
		const notices = parts.notices();
		const seeTo = notices.length === 0 ? {} : { notices };
		return c.json({ status, problems, ...seeTo }, problems.length === 0 ? 200 : 503, { 'cache-control': 'no-store' });
	});

	app.route(
		'/auth',
		authRoutes({ auth, passkeys, attempts: createAttempts(parts.now), addressOf, originOf, isSecure }),
	);

	app.route('/auth', adminRoutes({ auth, ...parts.admin }));
	app.route('/auth/mailboxes', mailboxRoutes({ auth, ...parts.mail }));
	app.route('/auth/erasures', erasureRoutes({ auth, ...parts.erasing }));
	app.route('/auth/person-export', personRoutes({ auth, now: parts.now, ...parts.personExport }));
	app.route('/auth/mail-rules', ruleRoutes({ auth, rulesDryRun: parts.rulesDryRun }));

	app.route(
		'/auth/waiting-mail',
		waitingRoutes({ identityOf, now: parts.now, maySee: relay.maySee, waitingReplies: parts.waitingReplies }),
	);

	app.route('/auth/archive-search', archiveRoutes({ identityOf, archive: parts.archive, now: parts.now }));

	const withIdentity = (run: (c: Context, identity: DeviceIdentity) => Promise<Response>) => async (c: Context) => {
		const identified = identityOf(c.req.raw.headers);
		return identified.kind === 'refused' ? refuse(c, identified.reason) : run(c, identified.identity);
	};
	const blocks = createAttempts(parts.now, mostBlocksAnHour, 60 * 60_000);
	app.post(
		'/replica/blocks',
		withIdentity(async (c, { device, role }) => {
			const body = await readJson(c.req.raw, v.strictObject({}));
			if (body.kind === 'refused') return refuse(c, body.reason, body.detail);
			if (role === 'observer') return refuse(c, 'no-access');
			if (!blocks.mayTry(device)) return refuse(c, 'too-many');
			blocks.failed(device);
			return answer(c, { block: auth.numbers.give(device) });
		}),
	);

	app.route(
		'/blobs',
		blobRoutes(
			blobs,
			(c) => {
				const identified = identityOf(c.req.raw.headers);
				if (identified.kind === 'refused') return identified;
				const { identity } = identified;
				return {
					kind: 'reader',
					reader: { device: identity.device, maySee: (document) => relay.maySee(identity, document) },
				};
			},
			parts.fetched,
		),
	);

	app.route(
		'/pictures',
		pictureRoutes({
			identityOf,
			maySee: (identity, document) => relay.maySee(identity, document),
			readDocument: (document) => relay.read(document),
			blobs,
			policy: parts.pictures,
		}),
	);

	app.get('*', async (c) => {
		if (relayPaths.test(c.req.path)) return refuse(c, 'not-found');
		return (await staticApp.serve(c)) ?? refuse(c, 'not-found');
	});
	app.notFound((c) => refuse(c, 'not-found'));
	return app;
}

const mostBlocksAnHour = 60;

export interface HttpServer {
	/** Where it listens. */
	url: string;
	/** How many connections are open, sockets among them. */
	connections(): Promise<number>;
	/** Takes no more, lets what runs end, and closes what is left after a while. */
	close(): Promise<void>;
}

const lastRequestsMs = 5_000;

/** How long a peer may take; after it its connection is closed. */
export interface Patience {
	/** From the connection to the end of the headers, also for one that says nothing at all. */
	headersMs: number;
	/** From the connection to the end of the body. */
	requestMs: number;
	/** Neither reads nor writes while it is being answered. */
	idleMs: number;
	/** How often that is looked at. */
	everyMs: number;
}
export const usualPatience: Patience = { headersMs: 15_000, requestMs: 120_000, idleMs: 150_000, everyMs: 5_000 };

/** Listens; resolves when it does. Rejects with the system's error if the port is taken. */
export async function listen(
	parts: HttpParts,
	host: string,
	port: number,
	patience: Patience = usualPatience,
): Promise<HttpServer> {
	const { relay, identityOf, log } = parts;
	const policy = createRequestPolicy({ ...parts, page: parts.app.page });
	const door = createReplicaDoor({
		relay,
		policy,
		identityOf,
		tally: parts.tally,
		onFailure(error) {
			if (parts.noteStorage(error)) return 'storage-full';
			log.error({ error: error instanceof Error ? error.stack : String(error) }, 'a request failed');
			return 'try-later';
		},
		onAnswered(request) {
			parts.tally.requested();
			log.debug(request, 'request');
		},
	});
	const listener = getRequestListener(createHttpApp(parts, policy).fetch);
	const server = createServer({ connectionsCheckingInterval: patience.everyMs }, (request, response) => {
		if (!door(request, response)) void listener(request, response);
	});
	// Longer than proxies and devices keep an idle connection: else a request meets the end of its connection.
	server.keepAliveTimeout = 75_000;
	server.requestTimeout = patience.requestMs;
	server.headersTimeout = patience.headersMs;
	server.timeout = patience.idleMs;
	server.on('upgrade', (request, socket, head) => {
		socket.on('error', () => socket.destroy());
		const path = (request.url ?? '').split('?')[0] ?? '';
		const refuseUpgrade = (reason: CloseReason) => {
			parts.tally.refused('socket', reason);
			endWith(socket, closeReasons[reason].status, reason, policy.headersFor(headerIn(request)));
		};
		if (!isOwnOrigin(originHeaders(request.headers), parts.publicUrl)) return refuseUpgrade('no-access');
		if (!path.startsWith('/live/') && path !== '/replica/poke') return refuseUpgrade('not-found');
		parts.relay.upgrade(request, socket, head);
	});
	server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
		// In the middle of an answer nothing can be said any more.
		if (!socket.writable || (socket as Socket).bytesWritten > 0) return void socket.destroy();
		const status = unreadable[error.code ?? ''] ?? 400;
		const reason = status === 431 ? 'too-big' : 'malformed';
		parts.tally.refused('http', reason);
		endWith(
			socket,
			status,
			reason,
			policy.headersFor(() => undefined),
		);
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			server.off('error', reject);
			resolve();
		});
	});
	const { address, port: actualPort } = server.address() as AddressInfo;
	const isAny = address === '::' || address === '0.0.0.0';
	const shownHost = isAny ? 'localhost' : address.includes(':') ? `[${address}]` : address;
	return {
		url: `http://${shownHost}:${actualPort}`,
		connections: () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))),
		close: () =>
			new Promise((resolve) => {
				const late = setTimeout(() => server.closeAllConnections(), lastRequestsMs);
				server.close(() => {
					clearTimeout(late);
					resolve();
				});
				server.closeIdleConnections();
			}),
	};
}

/** What Node says of a request that it could not read, as a status; anything else is 400. */
const unreadable: Readonly<Record<string, number>> = {
	ERR_HTTP_REQUEST_TIMEOUT: 408,
	HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
	HPE_HEADER_OVERFLOW: 431,
};

/** A last answer on a bare connection, which is then cut: a peer that never hangs up keeps nothing open. */
function endWith(socket: Duplex, status: number, reason: CloseReason, headers: Readonly<Record<string, string>>): void {
	const body = JSON.stringify({ error: reason });
	const lines = Object.entries({
		...headers,
		'content-type': 'application/json',
		'content-length': String(body.length),
		'cache-control': 'no-store',
		connection: 'close',
	}).map(([name, value]) => `${name}: ${value}\r\n`);
	socket.once('finish', () => socket.destroy());
	socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
