import { describe, expect, test } from 'vitest';
import { createSoftAuthenticator, type SoftAuthenticator } from '../../support/soft-authenticator.ts';
import { createDeviceKey, enrol, runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';

async function save(device: TestDevice, passkey: SoftAuthenticator) {
	const { options } = (await device.ask('/auth/passkey/register-options', {})).body;
	const made = (await passkey.register(options)) as { value: object };
	return device.ask('/auth/passkey/register', { response: made.value });
}

/** What the authenticator says to a question that the relay asked just now. */
async function show(relay: TestRelay, passkey: SoftAuthenticator): Promise<object> {
	const { options } = (await relay.ask('/auth/passkey/sign-in-options', {})).body;
	return ((await passkey.authenticate(options)) as { value: object }).value;
}

describe('passkeys', () => {
	test('an agent is asked for a passkey that is found without a name, for this host', async () => {
		const relay = await runRelay({ publicUrl: 'https://desk.example.org' });
		const admin = await setUp(relay);
		const asked = await admin.ask('/auth/passkey/register-options', {}, { origin: 'https://desk.example.org' });
		expect(asked).toMatchObject({
			status: 200,
			body: {
				options: {
					rp: { id: 'desk.example.org', name: 'Test desk' },
					user: { name: 'maria@desk.example', displayName: 'Maria' },
					authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
				},
			},
		});
		expect((await relay.ask('/auth/passkey/register-options', {})).status).toBe(401);
	});

	test('an answer that no passkey gave registers nothing and enrols nobody', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const { device } = await createDeviceKey();
		for (const response of [
			{},
			{ id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: { clientDataJSON: '!', attestationObject: '!' } },
			{ id: { $ne: 1 } },
		]) {
			expect(await admin.ask('/auth/passkey/register', { response })).toMatchObject({
				status: 400,
				body: { error: 'malformed', detail: 'passkey-unknown' },
			});
			expect(await relay.ask('/auth/passkey/sign-in', { response, device })).toMatchObject({
				status: 401,
				body: { error: 'sign-in', detail: 'passkey-unknown' },
			});
		}
		expect((await relay.ask('/auth/passkey/sign-in-options', {})).body).toMatchObject({
			options: { userVerification: 'required' },
		});
	});

	test('a passkey lets its agent in once for a question, and nobody with an answer that was heard before', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const ben = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const passkey = createSoftAuthenticator(relay.url);
		expect((await save(ben, passkey)).status).toBe(200);
		expect((await save(ben, passkey)).body.detail).toBe('passkey-unknown');
		const { device } = await createDeviceKey('Phone');
		const unknown = { status: 401, body: { error: 'sign-in', detail: 'passkey-unknown' } };
		const signIn = (response: object) => relay.ask('/auth/passkey/sign-in', { response, device });

		const response = await show(relay, passkey);
		const { body } = await signIn(response);
		expect((body.agent as { id: string }).id).toBe(ben.session.agent.id);
		expect(await signIn(response)).toMatchObject(unknown);
		// Said on another site, by a stranger's authenticator, or without its person.
		const elsewhere = createSoftAuthenticator('https://evil.example');
		expect((await save(ben, elsewhere)).body.detail).toBe('passkey-unknown');
		expect(await signIn(await show(relay, createSoftAuthenticator(relay.url)))).toMatchObject(unknown);
		passkey.isVerified = false;
		expect(await signIn(await show(relay, passkey))).toMatchObject(unknown);
	});

	test('who confirms is the agent of that session, with an answer of now', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const ben = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const [own, foreign] = [createSoftAuthenticator(relay.url), createSoftAuthenticator(relay.url)];
		expect((await save(ben, own)).status).toBe(200);
		expect((await save(admin, foreign)).status).toBe(200);
		const confirm = (response: object, by: TestDevice | TestRelay = ben) =>
			by.ask('/auth/passkey/confirm', { response });
		const not = { status: 400, body: { detail: 'passkey-unknown' } };
		const response = await show(relay, own);
		expect((await confirm(response)).status).toBe(200);
		expect(await confirm(response)).toMatchObject(not);
		expect(await confirm(await show(relay, foreign))).toMatchObject(not);
		expect(await confirm(await show(relay, own), admin)).toMatchObject(not);
		expect((await confirm(await show(relay, own), relay)).status).toBe(401);
		// What was used up elsewhere, and what nobody asked.
		const used = await show(relay, own);
		const { device } = await createDeviceKey('Phone');
		expect((await relay.ask('/auth/passkey/sign-in', { response: used, device })).status).toBe(200);
		expect(await confirm(used)).toMatchObject(not);
		const unasked = { challenge: Buffer.alloc(16).toString('base64url'), rpId: '127.0.0.1' };
		expect(await confirm(((await own.authenticate(unasked)) as { value: object }).value)).toMatchObject(not);
	});
});
