import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import * as encoding from 'lib0/encoding';
import { describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import { createHttpApp, type HttpParts } from '../../../sync-server/http.ts';
import { createRequestPolicy } from '../../../sync-server/http/request-policy.ts';
import { newTicketId } from '../../support/start-relay.ts';
import { cookieOf, createDeviceKey, runRelay, setUp, tokenOf, type TestRelay } from '../running-relay.ts';
import { builtApp } from './built-app.ts';
import { rawConnection, readAnswer } from './raw-connection.ts';

const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 8_000, interval: 10 });

/** Every route that changes something, as the app itself lists them. */
function changingRoutes(): { method: string; path: string }[] {
	const policy = createRequestPolicy({ publicUrl: '', trustProxy: false, page: () => '' });
	const { routes } = createHttpApp({ now: () => 0, relay: {} } as HttpParts, policy);
	const changing = routes.filter(({ method }) => !['GET', 'ALL'].includes(method));
	const replica = ['push', 'pull', 'bootstrap', 'compare', 'offer'].map((name) => ({
		...{ method: 'POST', path: `/replica/${name}` },
	}));
	return [...changing, ...replica];
}

describe('a page from elsewhere', () => {
	test('reaches no route that changes something, even with the cookie', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const routes = changingRoutes();
		expect(routes.length).toBeGreaterThan(20);
		for (const { method, path } of routes) {
			const elsewhere: Record<string, string>[] = [
				{ origin: 'https://evil.example' },
				{ origin: 'null' },
				{ 'sec-fetch-site': 'same-site' },
			];
			for (const foreign of elsewhere) {
				const headers = { cookie: admin.cookie, 'content-type': 'text/plain', ...foreign };
				const answer = await fetch(relay.url + path.replace(':id', '0'.repeat(64)), { method, headers, body: '{}' });
				const { error, detail } = (await answer.json()) as { error: string; detail: string };
				expect([method, path, answer.status, error, detail]).toEqual([
					method,
					path,
					403,
					'no-access',
					'foreign-origin',
				]);
			}
		}
		expect((await admin.ask('/auth/me')).status).toBe(200);
	});

	test('cannot plant a session: who signs in gets a new one, and the planted one stays nobody’s', async () => {
		const relay = await runRelay();
		const planted = `tresen_session=${randomBytes(24).toString('base64url')}`;
		const { device } = await createDeviceKey();
		const enrolled = await relay.ask(
			'/auth/setup',
			{
				token: tokenOf(relay.installation.auth.setupUrl()),
				desk: { name: 'Desk', language: 'en' },
				agent: { name: 'Maria', mail: 'maria@desk.example' },
				device,
			},
			{ cookie: planted },
		);
		expect(enrolled.status).toBe(200);
		expect(cookieOf(enrolled.headers)).not.toBe(planted);
		expect((await relay.ask('/auth/me', undefined, { cookie: planted })).status).toBe(401);
	});
});

describe('who guesses invitations', () => {
	const guesses = async (relay: TestRelay, headers: (i: number) => Record<string, string>) => {
		const { device } = await createDeviceKey();
		const statuses: number[] = [];
		for (let i = 0; i < 52; i++) {
			const token = randomBytes(16).toString('base64url');
			statuses.push((await relay.ask('/auth/enrol', { token, device }, headers(i))).status);
		}
		return statuses.slice(49);
	};

	test('has to wait, whatever address it claims to have', async () => {
		const relay = await runRelay();
		expect(await guesses(relay, (i) => ({ 'x-forwarded-for': `198.51.100.${i}` }))).toEqual([403, 429, 429]);
	});

	test('behind a proxy counts by the address that the proxy saw, and holds nobody else up', async () => {
		const relay = await runRelay({ publicUrl: 'https://desk.example.org', trustProxy: 'yes' });
		const seen = (i: number) => ({ 'x-forwarded-for': `203.0.113.${i}, 198.51.100.7` });
		expect(await guesses(relay, seen)).toEqual([403, 429, 429]);
		const { device } = await createDeviceKey();
		const other = { 'x-forwarded-for': '198.51.100.8' };
		expect((await relay.ask('/auth/enrol', { token: 'guess', device }, other)).status).toBe(403);
	});
});

describe('bombs', () => {
	test('a compressed body is never unpacked: it is what its bytes are', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
		for (const path of ['/auth/enrol', '/replica/push', '/replica/pull', '/pictures']) {
			const answer = await fetch(relay.url + path, {
				method: 'POST',
				headers: { cookie: admin.cookie, 'content-encoding': 'gzip' },
				body: bomb,
			});
			expect([path, answer.status]).toEqual([path, 400]);
			expect(await answer.json()).toMatchObject({ error: 'malformed' });
		}
	});

	test('sockets agree to no compression, and end where a frame claims it', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const connection = rawConnection(
			relay,
			`GET /live/desk HTTP/1.1\r\nHost: x\r\nCookie: ${admin.cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
				'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
				'Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n',
		);
		const packed = deflateRawSync(Buffer.alloc(1024 * 1024));
		// FIN, RSV1 (compressed), binary; masked with zeros.
		const head = Buffer.from([0xc2, 0xfe, packed.length >> 8, packed.length & 0xff, 0, 0, 0, 0]);
		connection.socket.write(Buffer.concat([head, packed]));
		const { status, headers } = readAnswer(await connection.ended);
		expect([status, headers.get('sec-websocket-extensions')]).toEqual([101, null]);
		await until(() => expect(relay.installation.relay.counts().sockets).toBe(0));
	});

	test('eleven bytes that declare a gigabyte are refused by name, on every channel', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const encoder = encoding.createEncoder();
		for (const number of [1, 2 ** 30, 1, 0]) encoding.writeVarUint(encoder, number);
		const update = encoding.toUint8Array(encoder);
		const document = newTicketId();
		const pushed = await fetch(`${relay.url}/replica/push`, {
			method: 'POST',
			headers: { cookie: admin.cookie },
			body: Uint8Array.from(encodePush([{ n: 1, document, generation: 0, update }])),
		});
		expect(await pushed.json()).toMatchObject({ answers: [{ n: 1, kind: 'rejected', code: 'malformed' }] });
		const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/live/${encodeURIComponent(document)}`, {
			headers: { cookie: admin.cookie },
		});
		const closed = new Promise((resolve) => socket.on('close', (code, why) => resolve([code, why.toString()])));
		await new Promise((resolve) => socket.once('message', resolve));
		socket.send(Buffer.from([0, 2, update.length, ...update]));
		expect(await closed).toEqual([4400, 'malformed']);
		const { edits } = relay.installation.tally;
		expect(edits).toEqual({ ok: 0, duplicate: 0, rejected: 1 });
	});

	test('two lengths for one body are no request', async () => {
		const relay = await runRelay();
		const both = rawConnection(
			relay,
			'POST /auth/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /auth/me HTTP/1.1\r\n\r\n',
		);
		expect(readAnswer(await both.ended)).toMatchObject({ status: 400, body: '{"error":"malformed"}' });
	});
});

describe('who holds a connection and gives nothing', () => {
	const patience = { headersMs: 50, requestMs: 100, idleMs: 150, everyMs: 20 };
	/** A byte now and then, as long as somebody listens. */
	const drip = ({ socket }: { socket: NodeJS.WritableStream & { destroyed: boolean } }) => {
		const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('x')), 5);
		socket.on('error', () => clearInterval(timer)).on('close', () => clearInterval(timer));
	};

	test('is cut: silent, slow with its headers, slow with its body', async () => {
		const relay = await runRelay({}, { patience });
		const silent = rawConnection(relay, '');
		const slowHeaders = rawConnection(relay, 'GET / HTTP/1.1\r\nHost: x\r\nX: ');
		drip(slowHeaders);
		const slowBody = rawConnection(relay, 'POST /auth/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n{');
		drip(slowBody);
		for (const connection of [silent, slowHeaders, slowBody]) {
			expect(readAnswer(await connection.ended)).toMatchObject({ status: 408, body: '{"error":"malformed"}' });
		}
		await until(async () => expect(await relay.connections()).toBe(0));
	});

	test('is cut: asks for much and reads nothing', async () => {
		const app = builtApp();
		writeFileSync(join(app, '_app', 'immutable', 'large.wasm'), randomBytes(24 * 1024 * 1024));
		const relay = await runRelay({ app }, { patience });
		const { socket } = rawConnection(relay, 'GET /_app/immutable/large.wasm HTTP/1.1\r\nHost: x\r\n\r\n');
		socket.pause();
		await until(async () => expect(await relay.connections()).toBe(1));
		await until(async () => expect(await relay.connections()).toBe(0));
	});

	test('is cut: is refused a socket and does not hang up', async () => {
		const relay = await runRelay();
		const refused = rawConnection(
			relay,
			'GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
		);
		expect(readAnswer(await refused.ended).status).toBe(404);
		await until(async () => expect(await relay.connections()).toBe(0));
	});
});
