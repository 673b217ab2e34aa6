import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';
import { builtApp } from './built-app.ts';
import { rawConnection, readAnswer } from './raw-connection.ts';

interface Answered {
	status: number;
	headers: Headers;
}
type Asking = (relay: TestRelay, admin: TestDevice) => Promise<Answered>;

const get =
	(path: string, headers: Record<string, string> = {}): Asking =>
	(relay) =>
		fetch(relay.url + path, { headers });
const asAdmin =
	(path: string, init: RequestInit = {}): Asking =>
	(relay, admin) =>
		fetch(relay.url + path, { ...init, headers: { cookie: admin.cookie, ...init.headers } });
const posted = (path: string, body: BodyInit): Asking => asAdmin(path, { method: 'POST', body });
const raw =
	(bytes: string): Asking =>
	async (relay) =>
		readAnswer(await rawConnection(relay, bytes).ended);

const bytes = new TextEncoder().encode('a file');
const blob = createHash('sha256').update(bytes).digest('hex');
const upgrade = (path: string, origin: string) =>
	`GET ${path} HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
	'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/** Every kind of answer that leaves the port. */
const kinds: [string, number, Asking][] = [
	['the page', 200, get('/')],
	['a page deep inside', 200, get('/ticket/1042173')],
	['a script', 200, get('/_app/immutable/entry/start.HASH.js', { 'accept-encoding': 'br' })],
	['the worker', 200, get('/service-worker.js')],
	['a picture of the app', 200, get('/icons/tresen.svg')],
	['a file that is not there', 404, get('/_app/immutable/gone.js')],
	['a path that climbs', 404, raw('GET /%2e%2e/secret.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')],
	[
		'what has not changed',
		304,
		async (relay) => {
			const etag = (await fetch(relay.url)).headers.get('etag') ?? '';
			return fetch(relay.url, { headers: { 'if-none-match': etag } });
		},
	],
	['HEAD of the page', 200, (relay) => fetch(relay.url, { method: 'HEAD' })],
	['health', 200, get('/healthz')],
	['readiness', 200, get('/readyz')],
	['figures', 200, get('/metrics')],
	['figures, through a proxy', 403, get('/metrics', { 'x-forwarded-for': '198.51.100.7' })],
	['the state of the desk', 200, get('/auth/state')],
	['a session', 200, asAdmin('/auth/me')],
	['no session', 401, get('/auth/me')],
	['a sign-in that is refused', 400, posted('/auth/session', '{}')],
	['a route that is not there', 404, posted('/auth/nothing', '{}')],
	[
		'a page from elsewhere',
		403,
		asAdmin('/auth/sign-out', { method: 'POST', headers: { origin: 'https://evil.example' } }),
	],
	['an app that is too old', 426, asAdmin('/auth/me', { headers: { 'x-tresen-version': '99' } })],
	['a push that is nonsense', 400, posted('/replica/push', new Uint8Array(9))],
	['a pull', 200, posted('/replica/pull', '{"cursor":0,"scopeRevision":0}')],
	['the start of a device', 200, posted('/replica/bootstrap', '{"after":null}')],
	['a pull without a session', 401, (relay) => fetch(`${relay.url}/replica/pull`, { method: 'POST', body: '{}' })],
	['a push from elsewhere', 403, asAdmin('/replica/push', { method: 'POST', headers: { origin: 'null' } })],
	['a body that is too big', 413, posted('/replica/pull', 'x'.repeat(70_000))],
	['an upload', 200, asAdmin(`/blobs/${blob}?offset=0&size=${bytes.length}`, { method: 'PATCH', body: bytes })],
	['a file', 200, asAdmin(`/blobs/${blob}`)],
	['the rest of a file', 206, asAdmin(`/blobs/${blob}`, { headers: { range: 'bytes=3-' } })],
	['what lies behind a file', 416, asAdmin(`/blobs/${blob}`, { headers: { range: 'bytes=99-' } })],
	['a file of nobody', 404, asAdmin(`/blobs/${'0'.repeat(64)}`)],
	[
		'a foreign picture that is refused',
		404,
		posted(
			'/pictures',
			JSON.stringify({
				document: `ticket/${'0'.repeat(26)}`,
				entry: '0'.repeat(26),
				url: 'https://pictures.example/a.png',
			}),
		),
	],
	['what is no HTTP', 400, raw('\0\x01\x02\r\n\r\n')],
	['headers without an end', 431, raw(`GET / HTTP/1.1\r\nX: ${'y'.repeat(40_000)}`)],
	['a socket for a page from elsewhere', 403, raw(upgrade('/live/desk', 'https://evil.example'))],
	['a socket to nowhere', 404, raw(upgrade('/elsewhere', 'http://x'))],
	['a method that nobody knows', 404, asAdmin('/auth/me', { method: 'PUT' })],
];

describe('every answer closes the same doors', () => {
	test('whatever was asked, and however it ended', async () => {
		const relay = await runRelay({ app: builtApp() });
		const admin = await setUp(relay);
		for (const [what, status, ask] of kinds) {
			const answer = await ask(relay, admin);
			if (answer instanceof Response) await answer.arrayBuffer();
			expect([what, answer.status]).toEqual([what, status]);
			const { headers } = answer;
			const fixed = Object.fromEntries(Object.keys(fixedHeaders).map((name) => [name, headers.get(name)]));
			expect([what, fixed]).toEqual([what, fixedHeaders]);
			const policy = policyOf(headers);
			if (what === 'a file' || what.endsWith('of a file') || what === 'what lies behind a file') {
				expect([what, policy]).toEqual([
					what,
					new Map([
						['default-src', "'none'"],
						['sandbox', ''],
					]),
				]);
				continue;
			}
			expect([what, Object.fromEntries(policy)]).toEqual([what, pagePolicy]);
		}
	});

	test('behind TLS browsers never come back without it; without TLS nothing is promised', async () => {
		const secure = await runRelay({ app: builtApp(), publicUrl: 'https://desk.example.org', trustProxy: 'yes' });
		const plain = await runRelay({ app: builtApp() });
		for (const path of ['/', '/healthz', '/nothing.js', '/auth/me']) {
			expect((await fetch(secure.url + path)).headers.get('strict-transport-security')).toBe('max-age=31536000');
			expect((await fetch(plain.url + path)).headers.get('strict-transport-security')).toBeNull();
		}
		const pushed = await fetch(`${secure.url}/replica/push`, { method: 'POST' });
		expect(pushed.headers.get('strict-transport-security')).toBe('max-age=31536000');
	});
});

const fixedHeaders = {
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'DENY',
	'referrer-policy': 'no-referrer',
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'permissions-policy':
		'camera=(self), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
};
const pagePolicy = {
	'default-src': "'self'",
	'script-src': "'self' 'wasm-unsafe-eval' 'sha256-abc='",
	'worker-src': "'self'",
	'style-src': "'self' 'unsafe-inline'",
	'img-src': "'self' blob: data:",
	'frame-src': "'self' blob:",
	'connect-src': "'self'",
	'object-src': "'none'",
	'base-uri': "'none'",
	'form-action': "'self'",
	'frame-ancestors': "'none'",
};

function policyOf(headers: Headers): Map<string, string> {
	const parts = (headers.get('content-security-policy') ?? '').split(';').map((part) => part.trim());
	return new Map(parts.map((part) => [part.split(' ')[0] ?? '', part.split(' ').slice(1).join(' ')]));
}

describe('the app comes from one place', () => {
	const build = fileURLToPath(new URL('../../../build', import.meta.url));
	const sources = fileURLToPath(new URL('../../../src', import.meta.url));
	const filesIn = (folder: string) =>
		readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile() && /\.(js|ts|svelte|css|html|webmanifest)$/.test(entry.name))
			.map((entry) => join(entry.parentPath, entry.name));
	/** Ways to have something fetched; an address in a comment, a message or a link fetches nothing. */
	const loading = [
		/\b(?:import|fetch|importScripts|EventSource|WebSocket|Worker|SharedWorker|sendBeacon)\s*\(\s*["'`](?:https?|wss?):\/\/[^"'`]*/g,
		/\bfrom\s*["'](?:https?:)?\/\/[^"']*/g,
		/\b(?:src|srcset|action|poster|data)\s*=\s*["'](?:https?:)?\/\/[^"']*/g,
		/<link\b[^>]*\bhref\s*=\s*["']?(?:https?:)?\/\/[^"'>]*/g,
		/(?:url\(\s*["']?|@import\s*["'])(?:https?:)?\/\/[^"')]*/g,
	];

	test('no part of it is loaded from another origin', () => {
		const scanned = [...filesIn(sources), ...(existsSync(build) ? filesIn(build) : [])];
		const found = scanned.flatMap((file) => {
			const text = readFileSync(file, 'utf8');
			return loading.flatMap((pattern) => [...text.matchAll(pattern)].map(([match]) => `${file}: ${match}`));
		});
		expect(found).toEqual([]);
		for (const bad of [
			'fetch("https://x")',
			'from "//x"',
			'<script src="//x">',
			'<link rel=icon href=https://x>',
			'url(//x)',
		])
			expect(loading.some((pattern) => bad.search(pattern) >= 0)).toBe(true);
		expect(scanned.length).toBeGreaterThan(100);
	});
});
