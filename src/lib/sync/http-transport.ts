import * as v from 'valibot';
import { receivedHeader, type BlobProgress } from '../protocol/blob.ts';
import { closeReasons, isCloseReason, type CloseReason } from '../protocol/close-reasons.ts';
import { compareAnswerSchema } from '../protocol/compare.ts';
import { protocolVersion, versionHeader } from '../protocol/limits.ts';
import { decodePage, pokeSchema, writingNewsSchema } from '../protocol/replica.ts';
import { blockAnswerSchema, pushAnswerSchema, refusalSchema } from './answer-schemas.ts';
import type { Time } from './time.ts';
import type { Answer, NoAnswer, Transport } from './transport.ts';

/** How long a request may take until the relay counts as away, ms. A page or a chunk of a file may be slow on a bad line. */
const deadlines = { auth: 15_000, replica: 60_000, blob: 120_000 } as const;
/** A question of a few bytes is answered, or at least begun to be, by then: on a line that died unnoticed nothing ever comes. */
const firstWordMs = 15_000;
/** The relay speaks at least every 20 s on the poke channel. */
const silenceMs = 30_000;

export interface HttpTransportOptions {
	/** Where the relay is; empty for the page's own origin. */
	base?: string;
	time: Time;
	fetch?: typeof fetch;
	WebSocket?: typeof WebSocket;
}

/** The relay over fetch and one WebSocket. The session is a cookie that scripts cannot read. */
export function createHttpTransport(options: HttpTransportOptions): Transport {
	const { base = '', time } = options;
	const ask = options.fetch ?? ((...request: Parameters<typeof fetch>) => fetch(...request));

	async function send<T>(
		path: string,
		init: RequestInit,
		deadline: number,
		read: (response: Response) => Promise<Answer<T>>,
		firstWord = deadline,
	): Promise<Answer<T>> {
		const abort = new AbortController();
		let callOff = time.schedule(() => abort.abort(), firstWord);
		try {
			const headers = new Headers(init.headers);
			headers.set(versionHeader, String(protocolVersion));
			const response = await ask(base + path, {
				...init,
				headers,
				credentials: 'same-origin',
				cache: 'no-store',
				redirect: 'error',
				signal: abort.signal,
			});
			callOff();
			callOff = time.schedule(() => abort.abort(), deadline);
			return await read(response);
		} catch {
			// No network, past the deadline, or an answer that is not what it should be: in all three the relay did not answer.
			return { kind: 'offline' };
		} finally {
			callOff();
		}
	}

	const postJson = (body: unknown): RequestInit => ({
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	const readJson = async (response: Response): Promise<Answer<unknown>> =>
		response.ok ? { kind: 'ok', value: await response.json() } : await readRefusal(response);
	const readPage = async (response: Response) =>
		response.ok ? ok(decodePage(new Uint8Array(await response.arrayBuffer()))) : await readRefusal(response);

	const sendEdits = (path: string) => (edits: Uint8Array) =>
		send(
			path,
			{
				method: 'POST',
				headers: { 'content-type': 'application/octet-stream' },
				body: edits as Uint8Array<ArrayBuffer>,
			},
			deadlines.replica,
			async (response) =>
				response.ok ? ok(v.parse(pushAnswerSchema, await response.json())) : await readRefusal(response),
		);

	return {
		push: sendEdits('/replica/push'),
		offer: sendEdits('/replica/offer'),
		compare: (request) =>
			send('/replica/compare', postJson(request), deadlines.replica, async (response) =>
				response.ok ? ok(v.parse(compareAnswerSchema, await response.json())) : await readRefusal(response),
			),
		pull: (request) => send('/replica/pull', postJson(request), deadlines.replica, readPage, firstWordMs),
		bootstrap: (request) => send('/replica/bootstrap', postJson(request), deadlines.replica, readPage, firstWordMs),
		documents: (request) => send('/replica/documents', postJson(request), deadlines.replica, readPage, firstWordMs),
		block: () =>
			send('/replica/blocks', postJson({}), deadlines.auth, async (response) =>
				response.ok ? ok(v.parse(blockAnswerSchema, await response.json()).block) : await readRefusal(response),
			),
		blobProgress: (blob) =>
			send<BlobProgress>(`/blobs/${blob}`, { method: 'HEAD' }, deadlines.auth, async (response) => {
				if (response.status === 404) return ok({ complete: false, received: 0 });
				if (response.status === 206)
					return ok({ complete: false, received: readCount(response.headers.get(receivedHeader)) });
				if (response.ok) return ok({ complete: true, received: 0 });
				return refusalOfStatus(response.status);
			}),
		sendBlobChunk: (blob, { offset, size, bytes }) =>
			send<BlobProgress>(
				`/blobs/${blob}?offset=${offset}&size=${size}`,
				{
					method: 'PATCH',
					headers: { 'content-type': 'application/octet-stream' },
					body: bytes as Uint8Array<ArrayBuffer>,
				},
				deadlines.blob,
				async (response) => {
					if (response.status !== 409 && !response.ok) return await readRefusal(response);
					const body = (await response.json()) as { complete?: unknown; received?: unknown };
					return ok({ complete: body.complete === true, received: readCount(body.received) });
				},
			),
		readBlob: (blob) =>
			send(`/blobs/${blob}`, { method: 'GET' }, deadlines.blob, async (response) =>
				response.ok ? ok(await response.blob()) : await readRefusal(response),
			),
		readPicture: (request) =>
			send('/pictures', postJson(request), deadlines.auth, async (response) =>
				response.ok ? ok(await response.blob()) : await readRefusal(response),
			),
		auth: (method, path, body) =>
			send(path, method === 'POST' ? postJson(body ?? {}) : { method }, deadlines.auth, readJson),
		openPoke(listener) {
			const Socket = options.WebSocket ?? WebSocket;
			let over = false;
			let callOff = () => {};
			let socket: WebSocket | undefined;
			const end = (reason: CloseReason | undefined) => {
				if (over) return;
				over = true;
				callOff();
				socket?.close();
				listener.closed(reason);
			};
			const heard = () => {
				callOff();
				callOff = time.schedule(() => end(undefined), silenceMs);
			};
			heard();
			try {
				socket = new Socket(socketUrl(base, '/replica/poke'));
			} catch {
				callOff();
				callOff = time.schedule(() => end(undefined), 0);
				return () => void (over = true);
			}
			socket.onopen = () => {
				if (over) return;
				heard();
				listener.opened();
			};
			socket.onmessage = (event) => {
				if (over) return;
				heard();
				const said = parseJson(event.data);
				const poke = v.safeParse(pokeSchema, said);
				if (poke.success) return listener.poked(poke.output);
				const news = v.safeParse(writingNewsSchema, said);
				if (news.success) listener.wrote(news.output.writingNews);
			};
			socket.onclose = (event) => end(isCloseReason(event.reason) ? event.reason : reasonOfCode(event.code));
			socket.onerror = () => {};
			return () => {
				over = true;
				callOff();
				socket?.close();
			};
		},
	};
}

/** The WebSocket address of a path; `base` empty means the page's own origin. */
export function socketUrl(base: string, path: string): string {
	const url = new URL(path, base === '' ? location.href : base);
	url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
	return url.href;
}

export function reasonOfCode(code: number): CloseReason | undefined {
	if (code < 4000) return undefined;
	return (Object.keys(closeReasons) as CloseReason[]).find((reason) => closeReasons[reason].code === code);
}

function ok<T>(value: T): Answer<T> {
	return { kind: 'ok', value };
}

/** A proxy between us and the relay answers in its own words: those count as no answer. */
async function readRefusal(response: Response): Promise<NoAnswer> {
	const body = v.safeParse(refusalSchema, parseJson(await response.text()));
	if (!body.success || !isCloseReason(body.output.error)) return refusalOfStatus(response.status);
	const { error: reason, detail } = body.output;
	return detail === undefined ? { kind: 'refused', reason } : { kind: 'refused', reason, detail };
}

/** Where a body is missing. 403 could be `revoked`, which wipes the device, so a bare 403 is never read as that. */
function refusalOfStatus(status: number): NoAnswer {
	const reasons: Record<number, CloseReason> = {
		401: 'sign-in',
		403: 'no-access',
		404: 'not-found',
		410: 'gone',
		413: 'too-big',
		426: 'update-app',
		429: 'too-many',
		507: 'storage-full',
	};
	const reason = reasons[status];
	return reason === undefined ? { kind: 'offline' } : { kind: 'refused', reason };
}

function parseJson(text: unknown): unknown {
	if (typeof text !== 'string') return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function readCount(value: unknown): number {
	const count = Number(value);
	return Number.isSafeInteger(count) && count >= 0 ? count : 0;
}
