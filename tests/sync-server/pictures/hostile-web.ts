import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FetchPolicy } from '../../../sync-server/pictures/fetch-picture.ts';
import { isPublicAddress } from '../../../sync-server/pictures/public-address.ts';
import { afterTest } from '../running-relay.ts';

export const pixel = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

export interface HostileWeb {
	port: number;
	/** An address on that server. */
	at(path: string, host?: string): string;
	/** What was asked for, oldest first. */
	asked: { path: string; headers: IncomingMessage['headers'] }[];
	/** Resolves when somebody hung up before the answer had ended. */
	hungUp: Promise<void>;
	/**
	 * The real rules, but for this one server: names end here, unless `names` says where else, and its port counts as the web's.
	 * Its own address stays as forbidden as it is when it is written as one.
	 */
	policy: FetchPolicy;
	names: Map<string, string[][]>;
}

type Answering = (response: ServerResponse, request: IncomingMessage) => void;

/** A web server on this machine that behaves as it likes. */
export async function startHostileWeb(paths: Record<string, Answering>): Promise<HostileWeb> {
	const asked: HostileWeb['asked'] = [];
	const names = new Map<string, string[][]>();
	const hanging = Promise.withResolvers<void>();
	const server = createServer((request, response) => {
		const path = request.url ?? '';
		asked.push({ path, headers: request.headers });
		response.on('close', () => {
			if (!response.writableFinished) hanging.resolve();
		});
		const answer = paths[path.split('?')[0] ?? ''];
		if (answer === undefined) response.writeHead(404).end();
		else answer(response, request);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	afterTest(() => {
		server.closeAllConnections();
		return new Promise<void>((resolve) => server.close(() => resolve()));
	});
	const { port } = server.address() as AddressInfo;
	const seen = new Set<string>();
	return {
		port,
		at: (path, host = 'pictures.example') => `http://${host}:${port}${path}`,
		asked,
		hungUp: hanging.promise,
		names,
		policy: {
			resolve(host) {
				const turns = names.get(host);
				const addresses = turns === undefined ? ['127.0.0.1'] : (turns.shift() ?? []);
				for (const address of addresses) if (turns === undefined) seen.add(address);
				return Promise.resolve(addresses);
			},
			// Only what the test's own name server said may lead here.
			mayConnect: (address, to) => to === port && (isPublicAddress(address) || seen.delete(address)),
			deadlineMs: 10_000,
			mostBytes: 2 * 1024 * 1024,
		},
	};
}

export const send =
	(bytes: Uint8Array | string, type = 'image/png', headers: Record<string, string> = {}): Answering =>
	(response) =>
		void response.writeHead(200, { 'content-type': type, ...headers }).end(bytes);

export const redirect =
	(to: string | (() => string)): Answering =>
	(response) =>
		void response.writeHead(302, { location: typeof to === 'string' ? to : to() }).end();
