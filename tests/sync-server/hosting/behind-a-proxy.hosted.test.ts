import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { limits } from '../../../src/lib/protocol/limits.ts';
import { openProxy, type ProxyName, type WebProxy } from '../../support/web-proxy.ts';
import { appDevice } from '../app-device.ts';
import { builtApp } from '../http/built-app.ts';
import { afterTest, createDeviceKey, enrol, runRelay, setUp, type TestRelay } from '../running-relay.ts';

const metricsToken = 'figures-for-the-machines-inside';

/** A relay as it stands behind that proxy, and the proxy. */
async function hosted(name: ProxyName): Promise<{ relay: TestRelay; proxy: WebProxy }> {
	let relay: TestRelay | undefined;
	const proxy = await openProxy(name, async (publicUrl) => {
		relay = await runRelay({ app: builtApp(), publicUrl, trustProxy: 'yes', metricsToken });
		return relay;
	});
	afterTest(() => proxy.close());
	setDefaultCACertificates([...getCACertificates('bundled'), proxy.certificate]);
	afterTest(() => setDefaultCACertificates(getCACertificates('bundled')));
	return { relay: relay!, proxy };
}

/** What a socket at that address is answered. */
function upgrade(url: string, cookie: string, origin: string): Promise<{ status: number; socket?: WebSocket }> {
	return new Promise((resolve, reject) => {
		const socket = new WebSocket(`${url.replace('https', 'wss')}/replica/poke`, { headers: { cookie, origin } });
		afterTest(() => socket.terminate());
		socket.once('open', () => resolve({ status: 101, socket }));
		socket.once('unexpected-response', (asked, { statusCode = 0 }) => {
			asked.destroy();
			resolve({ status: statusCode });
		});
		socket.once('error', reject);
	});
}

describe.each(['nginx', 'caddy'] as const)('behind Debian’s %s with the configuration that is shipped', (name) => {
	test('the app comes with the relay’s own headers, in the clear nobody stays, and the figures are for machines inside', async () => {
		const { relay, proxy } = await hosted(name);
		const page = await fetch(proxy.url);
		expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<p>app</p>')]);
		expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
		expect(page.headers.get('strict-transport-security')).toMatch(/max-age=\d{7,}/);
		const plain = await fetch(proxy.plainUrl, { redirect: 'manual' });
		expect([plain.status, plain.headers.get('location')]).toEqual([
			expect.toBeOneOf([301, 308]),
			expect.stringMatching(/^https:\/\/localhost[:/]/),
		]);
		const headers = { authorization: `Bearer ${metricsToken}` };
		expect((await fetch(`${proxy.url}/metrics`, { headers })).status).toBe(404);
		expect((await fetch(`${relay.url}/metrics`, { headers })).status).toBe(200);
	});

	test('devices give and get tickets through it, and one is poked when the other has written', async () => {
		const { relay, proxy } = await hosted(name);
		const admin = await setUp(relay);
		const known = await enrol(relay, admin, { mail: 'a@desk.example' });
		const [one, other] = [appDevice(known, proxy.url), appDevice(admin, proxy.url)];
		await other.sync();
		const { socket } = await upgrade(proxy.url, admin.cookie, proxy.url);
		const poked = new Promise((resolve) => socket!.once('message', resolve));
		await one.sync();
		const ticket = await one.open('Behind a proxy');
		await one.sync();
		await poked;
		await other.sync();
		expect((await other.store.rows.get(ticket))?.kind).toBe('ticket');
	});

	test('a socket from a foreign page is refused, and so is a request', async () => {
		const { relay, proxy } = await hosted(name);
		const { cookie } = await setUp(relay);
		expect((await upgrade(proxy.url, cookie, proxy.url)).status).toBe(101);
		expect((await upgrade(proxy.url, cookie, 'https://elsewhere.example')).status).toBe(403);
		const foreign = await fetch(`${proxy.url}/auth/sign-out`, {
			...{ method: 'POST', body: '{}', headers: { cookie, origin: 'https://elsewhere.example' } },
		});
		expect(foreign.status).toBe(403);
	});

	test('the largest push reaches the relay, and more than anybody sends is stopped', async () => {
		const { relay, proxy } = await hosted(name);
		const { cookie } = await setUp(relay);
		const push = (bytes: number) =>
			fetch(`${proxy.url}/replica/push`, { method: 'POST', headers: { cookie }, body: new Uint8Array(bytes) });
		const largest = await push(limits.pushBytes);
		expect([largest.status, await largest.json()]).toEqual([400, { error: 'malformed' }]);
		// nginx says so at once; Caddy gives up on the relay in the middle. Either may close the line before all was sent.
		const tooMuch = await push(5 * 1024 * 1024).then(
			({ status }) => status,
			() => 'cut off',
		);
		expect(tooMuch).toBeOneOf([413, 502, 'cut off']);
	});

	test('whoever guesses is known by the address that the proxy saw, whatever the request claims', async () => {
		const { proxy } = await hosted(name);
		const { device } = await createDeviceKey();
		const guess = async (claimed: string) => {
			const answer = await fetch(`${proxy.url}/auth/enrol`, {
				...{
					method: 'POST',
					body: JSON.stringify({ token: 'guess', device }),
					headers: { 'x-forwarded-for': claimed },
				},
			});
			return answer.status;
		};
		for (let i = 0; i < 50; i++) expect(await guess(`203.0.113.${i}`)).toBe(403);
		expect(await guess('203.0.113.50')).toBe(429);
	});
});
