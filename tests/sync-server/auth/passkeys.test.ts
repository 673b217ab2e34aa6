import { describe, expect, test } from 'vitest';
import { createDeviceKey, runRelay, setUp } from '../running-relay.ts';

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
});
