import { describe, expect, test } from 'vitest';
import { askUnlock } from '../../src/lib/desk/unlock.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import { createHttpTransport } from '../../src/lib/sync/http-transport.ts';
import { settingKeys } from '../../src/lib/sync/setting-keys.ts';
import { browserTime } from '../../src/lib/sync/time.ts';
import { createSoftAuthenticator, type SoftAuthenticator } from '../support/soft-authenticator.ts';
import { enrol, runRelay, setUp, type TestDevice, type TestRelay } from '../sync-server/running-relay.ts';

const day = 24 * 60 * 60_000;

/** A locked device of Ben's; `cookie` may be lost, its key not. */
async function locked() {
	const relay = await runRelay();
	const admin = await setUp(relay);
	const ben = await enrol(relay, admin, { mail: 'ben@desk.example' });
	const passkeys = createSoftAuthenticator(relay.url);
	const store = createMemoryRecordStore({ now: Date.now });
	await store.settings.set(settingKeys.session, ben.session);
	const keys = {
		load: () => Promise.resolve({ publicKey: {} as never, sign: (text: string) => ben.signs(text) }),
		device: () => Promise.resolve(ben.session.device.id),
		create: () => Promise.reject(new Error('not here')),
		remove: () => Promise.resolve(),
	};
	let { cookie } = ben;
	const transport = createHttpTransport({
		...{ base: relay.url, time: browserTime },
		fetch: (async (url: string, init: RequestInit = {}) => {
			const answer = await fetch(url, {
				...init,
				headers: { ...Object.fromEntries(new Headers(init.headers)), cookie },
			});
			cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
			return answer;
		}) as typeof fetch,
	});
	const ask = (byPerson: boolean) => askUnlock({ transport, settings: store.settings, keys, passkeys, byPerson });
	return { relay, admin, ben, passkeys, ask, loseCookie: () => (cookie = 'tresen_session=x') };
}

async function save(relay: TestRelay, device: TestDevice, passkeys: SoftAuthenticator) {
	const { options } = (await device.ask('/auth/passkey/register-options', {})).body;
	const made = await passkeys.register(options);
	if (made.kind !== 'ok') throw new Error(made.why);
	const saved = await device.ask('/auth/passkey/register', { response: made.value as object });
	expect(saved.status, JSON.stringify(saved.body) + relay.url).toBe(200);
}

describe('[F104] who unlocks a device', () => {
	test('what the time locked, the relay opens without anybody; a person has to come where a person locked', async () => {
		const { relay, ben, passkeys, ask } = await locked();
		expect(await ask(false)).toBe('yes');
		// Without a passkey nobody can be asked for one.
		expect(await ask(true)).toBe('yes');
		await save(relay, ben, passkeys);
		expect(await ask(false)).toBe('yes');
		expect(passkeys.asked).toBe(0);
		expect(await ask(true)).toBe('yes');
		expect(passkeys.asked).toBe(1);
		passkeys.isCancelled = true;
		expect(await ask(true)).toBe('passkey');
		passkeys.isCancelled = false;
		passkeys.isVerified = false;
		expect(await ask(true), 'whoever holds the authenticator is not its person').toBe('passkey');
		passkeys.isVerified = true;
		expect(await ask(true)).toBe('yes');
	});

	test('the passkey of somebody else in the desk, or of nobody, does not', async () => {
		const { relay, admin, ben, passkeys, ask } = await locked();
		await save(relay, ben, createSoftAuthenticator(relay.url));
		expect(await ask(true)).toBe('passkey');
		await save(relay, admin, passkeys);
		expect(await ask(true)).toBe('passkey');
	});

	test('a session that ended, or a cookie that is gone, is renewed with the key first', async () => {
		const { relay, ask, loseCookie } = await locked();
		relay.pass(2 * day);
		expect(await ask(false)).toBe('yes');
		loseCookie();
		expect(await ask(true)).toBe('yes');
	});

	test.each([false, true])(
		'one that was revoked meanwhile hears so, whoever comes (by a person: %s)',
		async (byPerson) => {
			const { relay, admin, ben, passkeys, ask, loseCookie } = await locked();
			await save(relay, ben, passkeys);
			expect((await admin.ask('/auth/devices/revoke', { device: ben.session.device.id })).status).toBe(200);
			expect(await ask(byPerson)).toBe('revoked');
			loseCookie();
			expect(await ask(byPerson)).toBe('revoked');
			expect(passkeys.asked).toBe(0);
		},
	);

	test('somebody who was switched off stays outside, and without the relay nobody comes in', async () => {
		const { relay, admin, ben, ask } = await locked();
		const { id } = ben.session.agent;
		const off = { id, role: 'agent', lines: ['support'], active: false };
		expect((await admin.ask('/auth/agents', off)).status).toBe(200);
		expect(await ask(false)).toBe('refused');
		await relay.close();
		expect(await ask(false)).toBe('offline');
	});
});
