import { describe, expect, test } from 'vitest';
import { createSoftAuthenticator } from '../../support/soft-authenticator.ts';
import {
	createDeviceKey,
	emptyFolder,
	enrol,
	enrolWith,
	runRelay,
	setUp,
	tokenOf,
	type TestRelay,
} from '../running-relay.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The relay looks at its clock all the time. */
function turn(relay: TestRelay, ms: number): void {
	relay.pass(ms);
	relay.installation.now();
}

/** A device that asks for a nonce now and answers whenever it is told to. */
async function proving(relay: TestRelay, device: string, sign: (device: string, nonce: string) => Promise<string>) {
	const nonce = String((await relay.ask('/auth/challenge', { device })).body.nonce);
	const signature = await sign(device, nonce);
	return () => relay.ask('/auth/session', { device, nonce, signature });
}

async function withKey(relay: TestRelay) {
	const admin = await setUp(relay);
	const key = await createDeviceKey();
	const { id } = admin.session.agent;
	const link = async () => String((await admin.ask('/auth/invitations', { agent: { id } })).body.url);
	const enrolled = await relay.ask('/auth/enrol', { token: tokenOf(await link()), device: key.device });
	const device = (enrolled.body as unknown as { device: { id: string } }).device.id;
	return { admin, link, device, sign: key.sign };
}

describe('[F98] a clock that is turned', () => {
	test('makes no question good again that was asked too long ago, and new ones work at once', async () => {
		const relay = await runRelay();
		const { admin, device, sign } = await withKey(relay);
		const passkey = createSoftAuthenticator(relay.url);
		const { options } = (await admin.ask('/auth/passkey/register-options', {})).body;
		const saving = (await passkey.register(options)) as { value: object };
		expect((await admin.ask('/auth/passkey/register', { response: saving.value })).status).toBe(200);
		const { device: phone } = await createDeviceKey('Phone');
		const showing = async () => {
			const asked = (await relay.ask('/auth/passkey/sign-in-options', {})).body.options;
			const { value } = (await passkey.authenticate(asked)) as { value: object };
			return () => relay.ask('/auth/passkey/sign-in', { response: value, device: phone });
		};

		for (const turned of [
			[2 * hour, -day],
			[day, -2 * day],
		]) {
			const [proof, shown] = [await proving(relay, device, sign), await showing()];
			for (const ms of turned) turn(relay, ms);
			expect(await proof()).toMatchObject({ status: 401, body: { detail: 'bad-signature' } });
			expect(await shown()).toMatchObject({ status: 401, body: { detail: 'passkey-unknown' } });
			expect((await (await proving(relay, device, sign))()).status).toBe(200);
			expect((await (await showing())()).status).toBe(200);
		}
		// Set back between question and answer nobody has to ask again, and nobody waits a day.
		const proof = await proving(relay, device, sign);
		turn(relay, -day);
		expect((await proof()).status).toBe(200);
		const late = await proving(relay, device, sign);
		turn(relay, 2 * minute);
		expect((await late()).status).toBe(401);
	});

	test('wakes no session and ends none, and a wait for who guesses ends in its time', async () => {
		const relay = await runRelay();
		const { admin, link, device } = await withKey(relay);
		turn(relay, -day);
		expect((await admin.ask('/auth/me')).status).toBe(200);
		const { device: guessing } = await createDeviceKey();
		const guess = async () => (await relay.ask('/auth/enrol', { token: 'guess', device: guessing })).status;
		for (let i = 0; i < 50; i++) await guess();
		turn(relay, -day);
		expect(await guess()).toBe(429);
		turn(relay, 10 * minute);
		expect(await guess()).toBe(403);
		await enrolWith(relay, await link());

		turn(relay, 13 * hour);
		turn(relay, -day);
		expect((await admin.ask('/auth/me')).status).toBe(401);
		expect((await admin.signIn()).status).toBe(200);
		expect(device).not.toBe(admin.session.device.id);
	});

	test('ahead until the next start: invitations of then do not open for a day, sessions last no longer than others', async () => {
		const data = emptyFolder();
		const first = await runRelay({ data });
		const admin = await setUp(first);
		const ben = await enrol(first, admin, { mail: 'ben@desk.example' });
		const script = first.installation.auth.addDevice(first.installation.auth.agentById(admin.session.agent.id)!, {
			...{ name: 'script', publicKey: undefined },
		});
		if (script.kind === 'refused') throw new Error(script.reason);
		turn(first, day);
		await admin.signIn();
		const { cookie } = await enrolWith(first, await relink(first, ben.session.agent.id));
		const open = await relink(first, ben.session.agent.id);
		await first.close();

		const second = await runRelay({ data });
		await expect(enrolWith(second, open)).rejects.toThrow('invitation-expired');
		const me = async (cookie: string) => (await second.ask('/auth/me', undefined, { cookie })).status;
		expect(await me(cookie)).toBe(200);
		turn(second, 12 * hour + minute);
		expect(await me(cookie)).toBe(401);
		expect(await me(`tresen_session=${script.token}`), 'a script has nothing to begin anew with').toBe(200);
	});
});

async function relink(relay: TestRelay, id: string): Promise<string> {
	const invited = await relay.installation.auth.invite('command', { agent: { id } } as never);
	if (invited.kind === 'refused') throw new Error(invited.reason);
	return invited.value.url;
}
