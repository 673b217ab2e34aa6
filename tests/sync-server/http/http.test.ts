import { writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { limits, versionHeader } from '../../../src/lib/protocol/limits.ts';
import { builtApp } from './built-app.ts';
import { emptyFolder, runRelay, setUp, type TestRelay } from '../running-relay.ts';

/** Sends a path as it is; fetch would tidy it up first. */
function rawGet(relay: TestRelay, path: string): Promise<{ status: number; body: string }> {
	return new Promise((resolve, reject) => {
		const { hostname, port } = new URL(relay.url);
		httpRequest({ hostname, port, path }, (response) => {
			let body = '';
			response.setEncoding('utf8');
			response.on('data', (chunk: string) => (body += chunk));
			response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
		})
			.on('error', reject)
			.end();
	});
}

describe('the app', () => {
	test('hashed files are kept for ever; the page and the worker are asked for again each time', async () => {
		const relay = await runRelay({ app: builtApp() });
		const cacheOf = async (path: string) => (await fetch(relay.url + path)).headers.get('cache-control');
		expect(await cacheOf('/_app/immutable/entry/start.HASH.js')).toBe('public, max-age=31536000, immutable');
		for (const path of ['/', '/index.html', '/service-worker.js', '/manifest.webmanifest', '/ticket/1042173']) {
			expect(await cacheOf(path)).toBe('no-cache');
		}
	});

	test('a page that is no file is answered with the app, a missing file is not', async () => {
		const relay = await runRelay({ app: builtApp() });
		const page = await fetch(`${relay.url}/inbox/unclaimed?x=1`);
		expect(page.status).toBe(200);
		expect(await page.text()).toContain('<p>app</p>');
		expect(await (await fetch(`${relay.url}/sw-reset/`)).text()).toContain('reset');
		for (const path of [
			'/_app/immutable/entry/gone.js',
			'/icons/gone.png',
			'/auth/nothing',
			'/healthz/x',
			'/live/desk',
		]) {
			expect((await fetch(relay.url + path)).status).toBe(404);
		}
	});

	test('what has not changed is not sent again, and large text is compressed', async () => {
		const relay = await runRelay({ app: builtApp() });
		const first = await fetch(relay.url);
		const etag = first.headers.get('etag') ?? '';
		expect((await fetch(relay.url, { headers: { 'if-none-match': etag } })).status).toBe(304);
		const script = `${relay.url}/_app/immutable/entry/start.HASH.js`;
		const compressed = await fetch(script, { headers: { 'accept-encoding': 'br' } });
		expect(compressed.headers.get('content-encoding')).toBe('br');
		expect(Number(compressed.headers.get('content-length'))).toBeLessThan(1_000);
		expect(await compressed.text()).toHaveLength(5_003);
	});

	test('a new build is served without a restart, with the hashes of its own scripts', async () => {
		const app = builtApp();
		const relay = await runRelay({ app });
		expect((await fetch(relay.url)).headers.get('content-security-policy')).toContain("'sha256-abc='");
		const page = `<meta http-equiv="content-security-policy" content="script-src 'self' 'sha256-def='"><p>new build</p>`;
		writeFileSync(join(app, 'index.html'), page);
		const answer = await fetch(relay.url);
		expect(await answer.text()).toContain('new build');
		expect(answer.headers.get('content-security-policy')).toContain("'sha256-def='");
	});

	test('no path leads out of the app folder', async () => {
		const app = builtApp();
		writeFileSync(join(app, '..', 'secret.txt'), 'words of ours');
		const relay = await runRelay({ app });
		for (const path of [
			'/../secret.txt',
			'/%2e%2e/secret.txt',
			'/..%2fsecret.txt',
			'/icons/..%2f..%2fsecret.txt',
			'/icons/%5c..%5c..%5csecret.txt',
			'/%00/secret.txt',
			'//etc/passwd',
			'/etc/passwd%00.svg',
		]) {
			const { status, body } = await rawGet(relay, path);
			expect(body).not.toContain('words of ours');
			expect(body).not.toContain('root:');
			if (status === 200) expect(body).toContain('<p>app</p>');
		}
	});

	test('without a built app the relay still answers', async () => {
		const relay = await runRelay({ app: emptyFolder() });
		expect((await fetch(relay.url)).status).toBe(404);
		expect((await relay.ask('/healthz')).body).toEqual({ status: 'ok' });
	});
});

describe('every answer', () => {
	test('names the reason of a refusal', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const put = await fetch(`${relay.url}/auth/me`, { method: 'PUT' });
		expect([put.status, await put.json()]).toEqual([404, { error: 'not-found' }]);
		const old = await admin.ask('/auth/me', undefined, { [versionHeader]: '99' });
		expect(old).toMatchObject({ status: 426, body: { error: 'update-app' } });
		expect((await admin.ask('/auth/me', undefined, { [versionHeader]: '1' })).status).toBe(200);
		for (const [body, detail] of [
			['{', 'not JSON'],
			['{"device": 1}', 'device'],
			['\xff', 'not JSON'],
			['', 'not JSON'],
		]) {
			const answer = await fetch(`${relay.url}/auth/challenge`, { method: 'POST', body: body as string });
			expect([answer.status, await answer.json()]).toEqual([400, { error: 'malformed', detail }]);
		}
	});
});

describe('bodies', () => {
	test('a JSON body above its limit is refused, declared or not', async () => {
		const relay = await runRelay();
		const large = 'x'.repeat(limits.jsonBytes + 1);
		const declared = await fetch(`${relay.url}/auth/enrol`, { method: 'POST', body: large });
		expect([declared.status, await declared.json()]).toEqual([413, { error: 'too-big' }]);
		const stream = new ReadableStream({
			start(controller) {
				for (let i = 0; i < 3; i++) controller.enqueue(new TextEncoder().encode(large.slice(0, limits.jsonBytes / 2)));
				controller.close();
			},
		});
		const init = { method: 'POST', body: stream, duplex: 'half' } as RequestInit;
		expect((await fetch(`${relay.url}/auth/enrol`, init)).status).toBe(413);
	});

	test('a push above its limit is refused', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const push = (bytes: number) =>
			fetch(`${relay.url}/replica/push`, {
				method: 'POST',
				headers: { cookie: admin.cookie },
				body: new Uint8Array(bytes),
			});
		expect((await push(limits.pushBytes + 1)).status).toBe(413);
		const garbage = await push(1_000);
		expect([garbage.status, await garbage.json()]).toEqual([400, { error: 'malformed' }]);
	});

	test('deeply nested JSON and a connection that sends nonsense do no harm', async () => {
		const relay = await runRelay();
		const nested = await fetch(`${relay.url}/auth/enrol`, { method: 'POST', body: '['.repeat(30_000) });
		expect(nested.status).toBe(400);
		const { hostname, port } = new URL(relay.url);
		for (const bytes of [
			'\0\x01\x02\r\n\r\n',
			'GET / HTTP/9.9\r\n\r\n',
			`GET / HTTP/1.1\r\nX: ${'y'.repeat(100_000)}`,
		]) {
			await new Promise<void>((resolve) => {
				const socket = connect(Number(port), hostname, () => socket.end(bytes));
				socket.on('error', () => undefined).on('close', () => resolve());
				socket.resume();
			});
		}
		expect((await relay.ask('/healthz')).status).toBe(200);
	});
});

describe('origins', () => {
	const enrolling = (relay: TestRelay, headers: Record<string, string>) =>
		relay.ask('/auth/enrol', { token: 'x' }, headers);

	test('a page from elsewhere changes nothing', async () => {
		const relay = await runRelay();
		for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', `${relay.url}.evil.example`]) {
			expect(await enrolling(relay, { origin })).toMatchObject({
				status: 403,
				body: { error: 'no-access', detail: 'foreign-origin' },
			});
		}
		expect((await enrolling(relay, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
		expect((await enrolling(relay, { origin: relay.url })).status).toBe(400);
		expect((await enrolling(relay, {})).status).toBe(400);
	});

	test('with a public address only that one is right, or this machine', async () => {
		const relay = await runRelay({ publicUrl: 'https://desk.example.org' });
		expect((await enrolling(relay, { origin: 'https://desk.example.org' })).status).toBe(400);
		expect((await enrolling(relay, { origin: 'http://desk.example.org' })).status).toBe(403);
		expect((await enrolling(relay, { origin: relay.url })).status).toBe(400);
		// A name of the attacker's that leads to this address: same host, but not ours.
		const { port } = new URL(relay.url);
		const rebound = await new Promise<number>((resolve, reject) => {
			httpRequest(
				{
					port,
					host: '127.0.0.1',
					path: '/auth/enrol',
					method: 'POST',
					headers: { host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
				},
				(response) => resolve(response.resume().statusCode ?? 0),
			)
				.on('error', reject)
				.end('{}');
		});
		expect(rebound).toBe(403);
	});

	test('a page from elsewhere opens no socket, even with the cookie', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const open = (path: string, origin?: string) =>
			new Promise<string>((resolve) => {
				const socket = new WebSocket(relay.url.replace('http', 'ws') + path, {
					headers: { cookie: admin.cookie, ...(origin === undefined ? {} : { origin }) },
				});
				socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)));
				socket.on('message', () => {
					resolve('open');
					socket.terminate();
				});
				socket.on('close', (code) => resolve(`closed ${code}`));
				socket.on('error', () => undefined);
			});
		expect(await open('/live/desk', 'https://evil.example')).toBe('403');
		expect(await open('/replica/poke', 'null')).toBe('403');
		expect(await open('/elsewhere', relay.url)).toBe('404');
		expect(await open('/live/desk', relay.url)).toBe('open');
		expect(await open('/live/desk')).toBe('open');
	});

	test('a socket without a session is closed by name', async () => {
		const relay = await runRelay();
		const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/live/desk`);
		const closed = await new Promise((resolve) => socket.on('close', (code, why) => resolve([code, why.toString()])));
		expect(closed).toEqual([4401, 'sign-in']);
	});
});

describe('health', () => {
	test('ready means that the database can be written', async () => {
		const relay = await runRelay();
		expect(await relay.ask('/readyz')).toMatchObject({ status: 200, body: { status: 'ok', problems: [] } });
		const { db } = relay.installation.database;
		db.exec('PRAGMA query_only = 1');
		const answer = await relay.ask('/readyz');
		db.exec('PRAGMA query_only = 0');
		expect(answer).toMatchObject({ status: 503, body: { status: 'not-ready', problems: ['database-not-writable'] } });
	});
});
