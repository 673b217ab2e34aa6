import { Resolver } from 'node:dns/promises';
import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import type { PictureRefusal, PictureType } from '../../src/lib/protocol/picture.ts';
import { pictureTypeOf } from './picture-type.ts';
import { isPublicAddress } from './public-address.ts';

/**
 * Fetches a picture whose address a stranger chose.
 *
 * PI1 Only http and https, ports 80 and 443, without a name or password in the address. PI2 The relay resolves the name itself; one
 * address of it that is not public refuses all. PI3 The connection goes to the very address that was looked at, so a name that
 * changes its mind leads nowhere. PI4 At most 3 redirects, each looked at anew. PI5 At most 2 MB and 5 seconds, names, redirects and
 * all. PI6 What the bytes are counts, not what they are called; SVG is never a picture. PI7 Nothing of the desk goes along: no
 * cookie, no referrer, no session.
 */
export type PictureFetching =
	{ kind: 'picture'; type: PictureType; bytes: Uint8Array } | { kind: 'refused'; why: PictureRefusal };

/** Where the fetch may go. Tests bring their own, because their servers are on this machine. */
export interface FetchPolicy {
	/** All addresses of a host name; rejects or is empty if there is none. */
	resolve(host: string, signal: AbortSignal): Promise<readonly string[]>;
	mayConnect(address: string, port: number): boolean;
	deadlineMs: number;
	mostBytes: number;
}

const mostRedirects = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export const publicWeb: FetchPolicy = {
	resolve: resolvePublicly,
	mayConnect: (address, port) => (port === 80 || port === 443) && isPublicAddress(address),
	deadlineMs: 5_000,
	mostBytes: 2 * 1024 * 1024,
};

export async function fetchPicture(address: string, policy: FetchPolicy = publicWeb): Promise<PictureFetching> {
	const signal = AbortSignal.timeout(policy.deadlineMs);
	let next = address;
	try {
		for (let hops = 0; hops <= mostRedirects; hops++) {
			const place = await placeOf(next, policy, signal);
			if (place === undefined) return refused('address-refused');
			const response = await withinTime(ask(place, signal), signal);
			try {
				const { statusCode = 0, headers } = response;
				if (statusCode === 200) return await readPicture(response, policy.mostBytes);
				if (!redirects.has(statusCode) || headers.location === undefined) return refused('no-answer');
				if (!URL.canParse(headers.location, next)) return refused('address-refused');
				next = new URL(headers.location, next).href;
			} finally {
				response.destroy();
			}
		}
		return refused('address-refused');
	} catch {
		return refused('no-answer');
	}
}

interface Place {
	url: URL;
	/** The one IP address to which the connection goes. */
	ip: string;
	port: number;
}

async function placeOf(address: string, policy: FetchPolicy, signal: AbortSignal): Promise<Place | undefined> {
	if (!URL.canParse(address)) return undefined;
	const url = new URL(address);
	const isTls = url.protocol === 'https:';
	if ((!isTls && url.protocol !== 'http:') || url.username !== '' || url.password !== '') return undefined;
	const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
	const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
	const addresses = isIP(host) === 0 ? await withinTime(policy.resolve(host, signal), signal) : [host];
	const [ip] = addresses;
	if (ip === undefined) throw new Error('no such host');
	return addresses.every((each) => policy.mayConnect(each, port)) ? { url, ip, port } : undefined;
}

function ask({ url, ip, port }: Place, signal: AbortSignal): Promise<IncomingMessage> {
	const isTls = url.protocol === 'https:';
	const bareHost = url.hostname.replace(/^\[(.*)\]$/, '$1');
	const options = {
		host: ip,
		port,
		path: url.pathname + url.search,
		agent: false as const,
		signal,
		headers: {
			host: url.host,
			accept: 'image/webp, image/png, image/jpeg, image/gif',
			'accept-encoding': 'identity',
			'user-agent': 'Tresen',
		},
	};
	return new Promise((resolve, reject) => {
		const request = isTls
			? // A certificate is held against the name in the address, not against the IP.
				requestTls({ ...options, ...(isIP(bareHost) === 0 ? { servername: bareHost } : {}) }, resolve)
			: requestPlain(options, resolve);
		request.on('error', reject);
		// A server that wants to speak something else than HTTP.
		request.on('upgrade', (_response, socket) => socket.destroy());
		request.on('close', () => reject(new Error('closed')));
		request.end();
	});
}

async function readPicture(response: IncomingMessage, mostBytes: number): Promise<PictureFetching> {
	if (Number(response.headers['content-length'] ?? 0) > mostBytes) return refused('too-big');
	const chunks: Buffer[] = [];
	let size = 0;
	let looksRight = false;
	for await (const chunk of response as AsyncIterable<Buffer>) {
		chunks.push(chunk);
		size += chunk.length;
		if (size > mostBytes) return refused('too-big');
		// The first bytes say it: the rest of what is no picture need not come.
		if (looksRight || size < 16) continue;
		if (pictureTypeOf(Buffer.concat(chunks)) === undefined) return refused('not-a-picture');
		looksRight = true;
	}
	const bytes = Buffer.concat(chunks);
	const type = pictureTypeOf(bytes);
	return type === undefined ? refused('not-a-picture') : { kind: 'picture', type, bytes };
}

function refused(why: PictureRefusal): PictureFetching {
	return { kind: 'refused', why };
}

/** Over its own sockets and not by the system's resolver: that one blocks a thread of the relay for as long as it likes. */
async function resolvePublicly(host: string, signal: AbortSignal): Promise<string[]> {
	const resolver = new Resolver({ timeout: 1_500, tries: 2 });
	const cancel = () => resolver.cancel();
	signal.addEventListener('abort', cancel);
	try {
		const old = await resolver.resolve4(host).catch(() => []);
		return old.length > 0 ? old : await resolver.resolve6(host);
	} finally {
		signal.removeEventListener('abort', cancel);
	}
}

function withinTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const late = () => reject(new Error('too late'));
		if (signal.aborted) late();
		signal.addEventListener('abort', late, { once: true });
		work.then(resolve, reject).finally(() => signal.removeEventListener('abort', late));
	});
}
