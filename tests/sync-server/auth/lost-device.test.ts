import { describe, expect, test } from 'vitest';
import { heldPageSchema, type HeldPage } from '../../../src/lib/protocol/held.ts';
import { decodePage } from '../../../src/lib/protocol/replica.ts';
import * as v from 'valibot';
import { sessionProof, wipedProof } from '../../../src/lib/protocol/session.ts';
import { deviceHeldCommand } from '../../../sync-server/commands/device-held.ts';
import { runCommand } from '../commands/run-command.ts';
import { enrol, enrolWith, runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';

async function mail(relay: TestRelay, subject: string): Promise<void> {
	const raw = `From: Kim <kim@customer.example>\r\nTo: help@desk.example\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@c>\r\n\r\nText\r\n`;
	expect(await relay.installation.mails.take(Buffer.from(raw), 'mail', {})).toMatchObject({ outcome: 'created' });
}

async function ask(relay: TestRelay, device: TestDevice, path: string, body: object) {
	const response = await fetch(relay.url + path, {
		method: 'POST',
		headers: { cookie: device.cookie },
		body: JSON.stringify(body),
	});
	return decodePage(new Uint8Array(await response.arrayBuffer()));
}

/** A first sync to its end, and the pull after it. */
async function sync(relay: TestRelay, device: TestDevice, from?: number): Promise<number> {
	let cursor = from;
	for (let after: string | null | undefined; cursor === undefined || after;) {
		const page = await ask(relay, device, '/replica/bootstrap', { after: after ?? null });
		cursor ??= page.cursor;
		after = page.next;
		if (after === null) break;
	}
	const { scopeRevision } = device.session;
	return (await ask(relay, device, '/replica/pull', { cursor, scopeRevision })).cursor;
}

async function held(admin: TestDevice, device: TestDevice): Promise<HeldPage> {
	const answer = await admin.ask('/auth/devices/held', { device: device.session.device.id });
	expect(answer.status).toBe(200);
	return v.parse(heldPageSchema, answer.body);
}
const subjects = (page: HeldPage, certainty: string) =>
	page.items.filter((item) => item.kind === 'ticket' && item.certainty === certainty).map(({ title }) => title);

describe('[F104] what a lost device held', () => {
	test('is what was sent to it, also after it was revoked; later tickets are not in it', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const ben = await enrol(relay, admin, { mail: 'ben@desk.example' });
		await mail(relay, 'first');
		expect(subjects(await held(admin, ben), 'sent')).toEqual([]);
		const cursor = await sync(relay, ben);
		await mail(relay, 'second');
		await sync(relay, ben, cursor);
		relay.pass(60 * 60_000);
		await admin.ask('/auth/devices/revoke', { device: ben.session.device.id });
		await mail(relay, 'third');
		const report = await held(admin, ben);
		expect(subjects(report, 'sent')).toEqual(['first', 'second']);
		expect(report).toMatchObject({ isComplete: true, next: null, counts: { ticket: 2, person: 1, files: 0 } });
		expect(report.items.find(({ title }) => title === 'first')?.number).toMatch(/^\d/);
		expect(report.lastContactAt).toBeGreaterThan(0);
		expect(relay.installation.audit.read(1)[0]).toMatchObject({ act: 'device-held', subject: ben.session.device.id });

		const { data } = relay.installation.config;
		const printed = await runCommand(deviceHeldCommand, data, [ben.session.device.id, '--json']);
		expect(printed.json().filter(({ kind }) => kind === 'ticket')).toHaveLength(2);
		await relay.close();
		const again = await runCommand(deviceHeldCommand, data, [ben.session.device.id]);
		expect(again.printed.join(' ')).toContain('2 tickets');
		await expect(runCommand(deviceHeldCommand, data, ['nobody'])).rejects.toThrow('There is no device');
	});

	test('is only possible while its first sync has not ended, and nothing where it never asked', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		for (let i = 0; i < 60; i++) await mail(relay, `m${i}`);
		const ben = await enrol(relay, admin, { mail: 'ben@desk.example' });
		expect((await held(admin, ben)).counts.ticket).toBe(0);
		await ask(relay, ben, '/replica/bootstrap', { after: null });
		const report = await held(admin, ben);
		expect(report.isComplete).toBe(false);
		expect(subjects(report, 'sent')).toEqual([]);
		expect(report.counts.possible).toBeGreaterThanOrEqual(60);
	});

	test('names the files that it fetched, once in the log where that was a mail as it came', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const ben = await enrol(relay, admin, { mail: 'ben@desk.example' });
		await mail(relay, 'first');
		await sync(relay, ben);
		const { db } = relay.installation.database;
		const raw = db.prepare('SELECT blob FROM blob_refs LIMIT 1').get()?.blob as string;
		for (let i = 0; i < 2; i++) {
			const got = await fetch(`${relay.url}/blobs/${raw}`, { headers: { cookie: ben.cookie } });
			expect(got.status).toBe(200);
			await got.arrayBuffer();
		}
		expect((await held(admin, ben)).counts.files).toBe(1);
		const read = relay.installation.audit.read(50, { acts: ['raw-mail-read'] });
		expect(read).toMatchObject([{ by: { agent: ben.session.agent.id }, subject: expect.stringMatching(/^ticket\//) }]);
	});

	test('only admins may ask', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const ben = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const device = admin.session.device.id;
		expect((await ben.ask('/auth/devices/held', { device })).status).toBe(403);
		expect((await relay.ask('/auth/devices/held', { device })).status).toBe(401);
		expect((await admin.ask('/auth/devices/held', { device: 'x' })).status).toBe(404);
		expect((await ben.ask('/auth/agents/leave', { id: admin.session.agent.id })).status).toBe(403);
	});

	test('when it was revoked and when it said that it is wiped', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const ben = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const device = ben.session.device.id;
		const shown = async () =>
			((await admin.ask('/auth/devices')).body.devices as { id: string; revokedAt: unknown; wipedAt: unknown }[]).find(
				({ id }) => id === device,
			);
		expect(await shown()).toMatchObject({ revokedAt: null, wipedAt: null });
		await admin.ask('/auth/devices/revoke', { device });
		expect(await shown()).toMatchObject({ revokedAt: expect.any(Number), wipedAt: null });
		await ben.ask('/auth/devices/wiped', { device });
		expect(await shown()).toMatchObject({ state: 'wiped', revokedAt: expect.any(Number), wipedAt: expect.any(Number) });
	});

	test('no other device says so in its place, and none that is still let in', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const [lost, other, third] = await Promise.all(
			['lost', 'other', 'third'].map((name) => enrol(relay, admin, { mail: `${name}@desk.example` })),
		);
		const device = lost!.session.device.id;
		const stateOf = async (id = device) =>
			((await admin.ask('/auth/devices')).body.devices as { id: string; state: string }[]).find((it) => it.id === id)
				?.state;
		const says = (by: TestDevice | TestRelay, body: object) => by.ask('/auth/devices/wiped', body);
		const not = { status: 403, body: { error: 'no-access', detail: 'wrong-device' } };
		const proof = await lost!.signs(wipedProof(device));
		// Still let in: it holds everything, so it is not wiped, whoever says so.
		expect(await says(lost!, { device, signature: proof })).toMatchObject(not);

		for (const one of [lost!, other!]) await admin.ask('/auth/devices/revoke', { device: one.session.device.id });
		const forged: [TestDevice | TestRelay, string | undefined][] = [
			[relay, undefined],
			[admin, undefined],
			[third!, undefined],
			[other!, undefined],
			[other!, await other!.signs(wipedProof(device))],
			[other!, await other!.signs(wipedProof(other!.session.device.id))],
			[other!, await lost!.signs(sessionProof(device, 'nonce'))],
			[relay, 'A'.repeat(86)],
			[relay, ''],
		];
		for (const [by, signature] of forged) expect(await says(by, { device, signature })).toMatchObject(not);
		expect(await says(relay, { device: 'nobody', signature: proof })).toMatchObject(not);
		expect(await stateOf()).toBe('revoked');

		// Its cookie is gone with the rest of the browser: the key it still had signed it.
		expect((await says(relay, { device, signature: proof })).status).toBe(200);
		expect(await stateOf()).toBe('wiped');
		// Or its cookie, although revoked: a script has no key.
		expect((await says(other!, { device: other!.session.device.id })).status).toBe(200);
		expect(await stateOf(other!.session.device.id)).toBe('wiped');
		expect(relay.installation.audit.read(50, { acts: ['device-wiped'] })).toHaveLength(2);
	});
});

describe('[F104] somebody leaves', () => {
	test('all devices, sessions, passkeys and invitations at once; a desk keeps an admin', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const ben = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const { id } = ben.session.agent;
		const more = String((await admin.ask('/auth/invitations', { agent: { id } })).body.url);
		const second = await enrolWith(relay, more);
		const open = String((await admin.ask('/auth/invitations', { agent: { id } })).body.url);
		relay.installation.database.db.prepare("INSERT INTO passkeys VALUES ('key', ?, x'00', 0, '[]', 0, NULL)").run(id);
		expect((await admin.ask('/auth/agents/leave', { id: admin.session.agent.id })).body.detail).toBe('last-admin');
		expect((await admin.ask('/auth/agents/leave', { id })).body).toEqual({ devices: 2, passkeys: 1 });
		for (const device of [ben, second]) expect((await device.ask('/auth/me')).body.error).toBe('revoked');
		await expect(enrolWith(relay, open)).rejects.toThrow('invitation-unknown');
		const { agents } = relay.installation.relay.readDesk();
		expect(agents.find((agent) => agent.id === id)?.active).toBe(false);
		const acts = relay.installation.audit.read(4).map(({ act }) => act);
		expect(acts).toEqual(['agent-left', 'device-revoked', 'device-revoked', 'agent-changed']);
		expect((await admin.ask('/auth/agents/leave', { id })).body).toEqual({ devices: 0, passkeys: 0 });
	});
});
