import { copyFileSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import {
	configOf,
	createDeviceKey,
	emptyFolder,
	enrol,
	enrolWith,
	runRelay,
	setUp,
	tokenOf,
} from '../running-relay.ts';
import { openInstallation } from '../../../sync-server/installation.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('set-up', () => {
	test('the set-up link makes the desk, its first line and queues, and an admin on this device', async () => {
		const relay = await runRelay();
		expect((await relay.ask('/auth/state')).body).toMatchObject({ setUp: false });
		const admin = await setUp(relay);
		expect(admin.session).toMatchObject({
			agent: { name: 'Maria', mail: 'maria@desk.example', role: 'admin', lines: ['support'] },
			deskName: 'Test desk',
			era: 1,
			blocks: [100],
		});
		expect(admin.session.scopes).toEqual(['desk', `agent:${admin.session.agent.id}`, 'line:support']);
		expect((await relay.ask('/auth/state')).body).toEqual({ setUp: true, deskName: 'Test desk' });
		const desk = relay.installation.relay.readDesk();
		expect(desk.lines.map((line) => line.name)).toEqual(['Support']);
		expect(desk.queues).toHaveLength(2);
		expect(desk.agents.map(({ id, mail }) => ({ id, mail }))).toEqual([
			{ id: admin.session.agent.id, mail: 'maria@desk.example' },
		]);
	});

	test('the set-up link works once', async () => {
		const relay = await runRelay();
		const url = relay.installation.auth.setupUrl();
		await setUp(relay);
		expect(relay.installation.auth.setupUrl()).toBeUndefined();
		const { device } = await createDeviceKey();
		const again = await relay.ask('/auth/setup', {
			token: tokenOf(url),
			desk: { name: 'Mine', language: 'en' },
			agent: { name: 'Eve', mail: 'eve@x.example' },
			device,
		});
		expect(again).toMatchObject({ status: 403, body: { error: 'no-access', detail: 'already-set-up' } });
	});

	test('two browsers that open the set-up link at once make one desk', async () => {
		const relay = await runRelay();
		const token = tokenOf(relay.installation.auth.setupUrl());
		const answers = await Promise.all(
			['a@x.example', 'b@x.example', 'c@x.example'].map(async (mail) =>
				relay.ask('/auth/setup', {
					token,
					desk: { name: 'Desk', language: 'de' },
					agent: { name: mail, mail },
					device: (await createDeviceKey()).device,
				}),
			),
		);
		expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
		expect(relay.installation.relay.readDesk().agents).toHaveLength(1);
	});

	test('a wrong token sets nothing up', async () => {
		const relay = await runRelay();
		const { device } = await createDeviceKey();
		const refused = await relay.ask('/auth/setup', {
			token: 'wrong',
			desk: { name: 'Mine', language: 'en' },
			agent: { name: 'Eve', mail: 'eve@x.example' },
			device,
		});
		expect(refused).toMatchObject({ status: 403, body: { detail: 'invitation-unknown' } });
		expect(relay.installation.auth.isSetUp()).toBe(false);
	});

	test('as long as there is no desk, each start has a set-up link', async () => {
		const data = emptyFolder();
		const first = await runRelay({ data });
		const link = first.installation.auth.setupUrl();
		await first.close();
		const second = await runRelay({ data });
		expect(second.installation.auth.setupUrl()).toMatch(/\/setup\?token=[\w-]{22}$/);
		expect(second.installation.auth.setupUrl()).not.toBe(link);
		await setUp(second);
		await second.close();
		expect((await runRelay({ data })).installation.auth.setupUrl()).toBeUndefined();
	});
});

describe('invitations', () => {
	test('an invitation enrols a device of the invited agent, with a block of numbers of its own', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const other = await enrol(relay, admin, { mail: 'ben@desk.example' });
		expect(other.session.agent).toMatchObject({ mail: 'ben@desk.example', role: 'agent', lines: ['support'] });
		expect(other.session.blocks).toEqual([101]);
		expect((await other.ask('/auth/me')).body).toMatchObject({ device: { id: other.session.device.id } });
	});

	test('an invitation that was used, has expired or never was is refused by that name', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const invite = async (mail: string) =>
			String(
				(await admin.ask('/auth/invitations', { agent: { name: mail, mail, role: 'agent', lines: ['support'] } })).body
					.url,
			);
		const { device } = await createDeviceKey();
		const enrolling = (url: string) => relay.ask('/auth/enrol', { token: tokenOf(url), device });

		const used = await invite('a@desk.example');
		await enrolWith(relay, used);
		expect(await enrolling(used)).toMatchObject({ status: 403, body: { detail: 'invitation-used' } });

		const expired = await invite('b@desk.example');
		relay.pass(15 * minute + 1);
		expect(await enrolling(expired)).toMatchObject({ status: 403, body: { detail: 'invitation-expired' } });

		const unknown = await enrolling('http://x/enrol?token=nobody-gave-me-this');
		expect(unknown).toMatchObject({ status: 403, body: { error: 'no-access', detail: 'invitation-unknown' } });
	});

	test('a key that is no point on the curve is refused and does not use the invitation up', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const { body } = await admin.ask('/auth/invitations', { agent: { id: admin.session.agent.id } });
		const bad = { name: 'x', publicKey: { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' } };
		expect((await relay.ask('/auth/enrol', { token: tokenOf(String(body.url)), device: bad })).status).toBe(400);
		await enrolWith(relay, String(body.url));
	});

	test('an agent invites own devices and nobody else', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const agent = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const own = await agent.ask('/auth/invitations', { agent: { id: agent.session.agent.id } });
		const second = await enrolWith(relay, String(own.body.url));
		expect(second.session.agent.id).toBe(agent.session.agent.id);
		for (const wanted of [
			{ id: admin.session.agent.id },
			{ name: 'Eve', mail: 'eve@x.example', role: 'admin', lines: [] },
		]) {
			const refused = await agent.ask('/auth/invitations', { agent: wanted });
			expect(refused).toMatchObject({ status: 403, body: { error: 'no-access', detail: 'not-admin' } });
		}
	});

	test('the address of an agent who has a device cannot be taken by a new agent', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const wanted = { name: 'Eve', mail: 'MARIA@desk.example', role: 'agent', lines: [] };
		expect((await admin.ask('/auth/invitations', { agent: wanted })).body).toMatchObject({ detail: 'mail-taken' });
	});

	test('neither tokens nor cookies stand in the database', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const { body } = await admin.ask('/auth/invitations', { agent: { id: admin.session.agent.id } });
		const { db } = relay.installation.database;
		const rows = ['sessions', 'invitations'].flatMap((table) => db.prepare(`SELECT * FROM ${table}`).all());
		const secrets = [tokenOf(String(body.url)), admin.cookie.split('=')[1] ?? ''];
		for (const row of rows) {
			for (const value of Object.values(row)) {
				const text = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
				for (const secret of secrets) expect(text).not.toContain(secret);
			}
		}
	});
});

describe('sessions', () => {
	test('the cookie cannot be read by scripts or sent from elsewhere, and is Secure behind https', async () => {
		const plain = await runRelay();
		const key = await createDeviceKey();
		const request = (relay: typeof plain) => ({
			token: tokenOf(relay.installation.auth.setupUrl()),
			desk: { name: 'D', language: 'en' },
			agent: { name: 'A', mail: 'a@x.example' },
			device: key.device,
		});
		const one = await plain.ask('/auth/setup', request(plain));
		expect(one.headers.get('set-cookie')).toMatch(/; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
		const secure = await runRelay({ publicUrl: 'https://desk.example.org' });
		const two = await secure.ask('/auth/setup', request(secure));
		expect(two.headers.get('set-cookie')).toMatch(/; Secure$/);
		expect(two.headers.get('strict-transport-security')).toMatch(/max-age/);
	});

	test('a session rolls on while it is used and ends twelve hours after the last use', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		for (let i = 0; i < 3; i++) {
			relay.pass(11 * hour);
			expect((await admin.ask('/auth/me')).status).toBe(200);
		}
		relay.pass(12 * hour + minute);
		expect(await admin.ask('/auth/me')).toMatchObject({ status: 401, body: { error: 'sign-in' } });
		expect(await admin.signIn()).toMatchObject({ status: 200, body: { device: { id: admin.session.device.id } } });
	});

	test('a session needs the signature of the device itself, over a nonce asked for it, once and soon', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const device = admin.session.device.id;
		const other = await createDeviceKey();
		const nonceFor = async () => String((await relay.ask('/auth/challenge', { device })).body.nonce);

		const foreign = await nonceFor();
		const badSignature = { status: 401, body: { error: 'sign-in', detail: 'bad-signature' } };
		expect(
			await relay.ask('/auth/session', { device, nonce: foreign, signature: await other.sign(device, foreign) }),
		).toMatchObject(badSignature);
		expect(await relay.ask('/auth/session', { device, nonce: 'made-up', signature: 'x' })).toMatchObject(badSignature);
		expect(await relay.ask('/auth/challenge', { device: 'nobody' })).toMatchObject({
			status: 403,
			body: { detail: 'wrong-device' },
		});
		expect((await admin.signIn()).status).toBe(200);
	});

	test('a nonce is good for one try and for a minute', async () => {
		const relay = await runRelay();
		const key = await createDeviceKey();
		const set = await relay.ask('/auth/setup', {
			token: tokenOf(relay.installation.auth.setupUrl()),
			desk: { name: 'D', language: 'en' },
			agent: { name: 'A', mail: 'a@x.example' },
			device: key.device,
		});
		const device = (set.body as unknown as { device: { id: string } }).device.id;
		const proof = async () => {
			const nonce = String((await relay.ask('/auth/challenge', { device })).body.nonce);
			return { device, nonce, signature: await key.sign(device, nonce) };
		};
		const first = await proof();
		expect((await relay.ask('/auth/session', first)).status).toBe(200);
		expect((await relay.ask('/auth/session', first)).body).toMatchObject({ detail: 'bad-signature' });
		const late = await proof();
		relay.pass(minute + 1);
		expect((await relay.ask('/auth/session', late)).body).toMatchObject({ detail: 'bad-signature' });
	});

	test('who signs out has no session any more', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		expect((await admin.ask('/auth/sign-out', {})).headers.get('set-cookie')).toMatch(/Max-Age=0/);
		expect((await admin.ask('/auth/me')).status).toBe(401);
	});

	test('without a cookie, or with one that is made up, there is nothing to see', async () => {
		const relay = await runRelay();
		await setUp(relay);
		for (const path of ['/auth/me', '/auth/devices', `/blobs/${'0'.repeat(64)}`]) {
			expect((await relay.ask(path)).body).toEqual({ error: 'sign-in' });
			expect((await relay.ask(path, undefined, { cookie: 'tresen_session=guess' })).status).toBe(401);
		}
		for (const path of ['/replica/push', '/replica/pull', '/replica/bootstrap', '/replica/blocks']) {
			expect((await relay.ask(path, {})).status).toBe(401);
		}
	});

	test('who guesses too often has to wait', async () => {
		const relay = await runRelay();
		const { device } = await createDeviceKey();
		const guess = () => relay.ask('/auth/enrol', { token: 'guess', device });
		for (let i = 0; i < 50; i++) expect((await guess()).status).toBe(403);
		expect(await guess()).toMatchObject({ status: 429, body: { error: 'too-many' } });
		relay.pass(10 * minute);
		expect((await guess()).status).toBe(403);
	});
});

describe('revoked devices', () => {
	test('revoking closes the sockets, and every later contact is told so', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const lost = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/live/desk`, { headers: { cookie: lost.cookie } });
		await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
		const closed = new Promise<[number, string]>((resolve) => {
			socket.once('close', (code, reason) => resolve([code, reason.toString()]));
		});

		const device = lost.session.device.id;
		expect((await admin.ask('/auth/devices/revoke', { device })).status).toBe(200);
		expect(await closed).toEqual([4403, 'revoked']);
		const revoked = { status: 403, body: { error: 'revoked' } };
		expect(await lost.ask('/auth/me')).toMatchObject(revoked);
		expect(await lost.ask('/replica/pull', { cursor: 0, scopeRevision: 0 })).toMatchObject(revoked);
		expect(await lost.signIn()).toMatchObject(revoked);
		const push = await fetch(`${relay.url}/replica/push`, {
			method: 'POST',
			headers: { cookie: lost.cookie },
			body: Uint8Array.from(encodePush([])),
		});
		expect(push.status).toBe(403);
		relay.pass(100 * 24 * hour);
		expect(await lost.ask('/auth/me')).toMatchObject(revoked);

		expect((await lost.ask('/auth/devices/wiped', { device })).status).toBe(200);
		expect((await admin.signIn()).status).toBe(200);
	});

	test('a revoked device cannot open a socket', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const lost = await enrol(relay, admin, { mail: 'ben@desk.example' });
		await admin.ask('/auth/devices/revoke', { device: lost.session.device.id });
		const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/replica/poke`, {
			headers: { cookie: lost.cookie },
		});
		const closed = await new Promise((resolve) => {
			socket.once('close', (code, reason) => resolve([code, reason.toString()]));
		});
		expect(closed).toEqual([4403, 'revoked']);
	});

	test('an agent revokes own devices only', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const agent = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const foreign = await agent.ask('/auth/devices/revoke', { device: admin.session.device.id });
		expect(foreign.body).toMatchObject({ detail: 'not-admin' });
		expect((await agent.ask('/auth/devices')).body.devices).toHaveLength(1);
		expect((await admin.ask('/auth/devices')).body.devices).toHaveLength(2);
		expect((await agent.ask('/auth/devices/revoke', { device: agent.session.device.id })).status).toBe(200);
		expect((await agent.ask('/auth/me')).body.error).toBe('revoked');
	});
});

describe('agents', () => {
	test('other lines or another role raise the scope revision and reach the desk document', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const agent = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const { id } = agent.session.agent;
		await admin.ask('/auth/agents', { id, role: 'observer', lines: [], active: true });
		const { body } = await agent.ask('/auth/me');
		expect(body).toMatchObject({ agent: { role: 'observer', lines: [] }, scopeRevision: 2 });
		expect(body.scopes).toEqual(['desk', `agent:${id}`]);
		expect(relay.installation.relay.readDesk().agents.find((known) => known.id === id)?.role).toBe('observer');
		await admin.ask('/auth/agents', { id, role: 'observer', lines: [], active: true });
		expect((await agent.ask('/auth/me')).body.scopeRevision).toBe(2);
	});

	test('another role alone closes the sockets, so that the devices come back with what they may do now', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const agent = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const { id, lines } = agent.session.agent;
		const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/live/desk`, { headers: { cookie: agent.cookie } });
		await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
		const closed = new Promise((resolve) => {
			socket.once('close', (code, reason) => resolve([code, reason.toString()]));
		});
		await admin.ask('/auth/agents', { id, role: 'observer', lines, active: true });
		expect(await closed).toEqual([4503, 'try-later']);
		expect((await agent.ask('/auth/me')).body).toMatchObject({ agent: { role: 'observer' } });
	});

	test('an inactive agent has no session and gets none', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const agent = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const { id } = agent.session.agent;
		await admin.ask('/auth/agents', { id, role: 'agent', lines: ['support'], active: false });
		expect((await agent.ask('/auth/me')).status).toBe(401);
		expect((await agent.signIn()).body).toMatchObject({ error: 'no-access', detail: 'agent-inactive' });
		await admin.ask('/auth/agents', { id, role: 'agent', lines: ['support'], active: true });
		expect((await agent.signIn()).status).toBe(200);
	});

	test('the last admin stays one', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const { id } = admin.session.agent;
		for (const change of [
			{ id, role: 'agent', lines: ['support'], active: true },
			{ id, role: 'admin', lines: ['support'], active: false },
		]) {
			expect((await admin.ask('/auth/agents', change)).body).toMatchObject({ detail: 'last-admin' });
		}
	});

	test('only admins change agents, and only into lines that are there', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const agent = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const { id } = agent.session.agent;
		const rise = { id, role: 'admin', lines: ['support'], active: true };
		expect((await agent.ask('/auth/agents', rise)).body).toMatchObject({ detail: 'not-admin' });
		expect((await admin.ask('/auth/agents', { ...rise, lines: ['nowhere'] })).status).toBe(400);
	});
});

describe('ticket numbers', () => {
	test('[F11] a device gets further blocks, and an observer gets none', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		expect((await admin.ask('/replica/blocks', {})).body).toEqual({ block: 101 });
		expect((await admin.ask('/auth/me')).body.blocks).toEqual([100, 101]);
		const observer = await enrol(relay, admin, { mail: 'eye@desk.example', role: 'observer' });
		expect((await observer.ask('/replica/blocks', {})).status).toBe(403);
	});

	test('[F11] a restored backup never gives a block twice', async () => {
		const data = emptyFolder();
		const relay = await runRelay({ data });
		const admin = await setUp(relay);
		const backup = relay.installation.database.db;
		backup.exec(`VACUUM INTO '${data}/backup.sqlite'`);
		expect((await admin.ask('/replica/blocks', {})).body).toEqual({ block: 101 });
		const own = relay.installation.auth.numbers.nextNumber();
		await relay.close();

		for (const name of ['tresen.sqlite-wal', 'tresen.sqlite-shm']) rmSync(`${data}/${name}`, { force: true });
		copyFileSync(`${data}/backup.sqlite`, `${data}/tresen.sqlite`);
		const opened = await openInstallation(configOf({ data }));
		if (opened.kind === 'refused') throw new Error(opened.message);
		const { auth } = opened.installation;
		expect(auth.numbers.of(admin.session.device.id)).toEqual([100]);
		expect(auth.numbers.give(admin.session.device.id)).toBe(103);
		expect(auth.numbers.nextNumber()).not.toBe(own);
		await opened.installation.close();
	});
});
