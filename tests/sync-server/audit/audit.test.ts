import { describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { deskDocument } from '../../../src/lib/domain/ids.ts';
import { writeDeskValue, type DeskKey } from '../../../src/lib/document/desk-document.ts';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import { auditCommand } from '../../../sync-server/commands/audit.ts';
import { runCommand } from '../commands/run-command.ts';
import { enrol, runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';

/** The newest records, oldest first, without ids and times. */
function records(relay: TestRelay, since = 0) {
	return relay.installation.audit
		.read(1000)
		.filter(({ id }) => id > since)
		.reverse()
		.map(({ id: _id, at: _at, ...rest }) => rest);
}
const newest = (relay: TestRelay) => relay.installation.audit.read(1)[0]?.id ?? 0;
const byOf = ({ session }: TestDevice) => ({ agent: session.agent.id, device: session.device.id });

describe('[F105] who administered what', () => {
	test('agents and devices: who, when, before and after', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const by = byOf(admin);
		expect(records(relay).map(({ act }) => act)).toEqual(expect.arrayContaining(['device-enrolled', 'desk-set-up']));
		const since = newest(relay);
		const ben = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const { id } = ben.session.agent;
		const change = { id, role: 'observer', lines: ['support'], active: true };
		expect((await admin.ask('/auth/agents', change)).status).toBe(200);
		expect((await admin.ask('/auth/agents', change)).status).toBe(200);
		await ben.signIn();
		const device = ben.session.device.id;
		expect((await ben.ask('/auth/agents', change)).status).toBe(403);
		await admin.ask('/auth/devices/revoke', { device });
		await admin.ask('/auth/devices/revoke', { device });
		await ben.ask('/auth/devices/wiped', { device });
		expect(records(relay, since)).toEqual([
			{ by, act: 'agent-invited', subject: id, after: { role: 'agent', lines: ['support'], active: true } },
			{ by: byOf(ben), act: 'device-enrolled', subject: device, after: { name: 'Laptop' } },
			{
				...{ by, act: 'agent-changed', subject: id },
				before: { role: 'agent', lines: ['support'], active: true },
				after: { role: 'observer', lines: ['support'], active: true },
			},
			{ by: byOf(ben), act: 'signed-in' },
			{ by, act: 'device-revoked', subject: device, after: { name: 'Laptop' } },
			{ by: byOf(ben), act: 'device-wiped', subject: device },
		]);
	});

	test('the configuration, key by key, by the hand that wrote it, also on the next start', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const since = newest(relay);
		const doc = new Y.Doc();
		Y.applyUpdate(doc, Y.encodeStateAsUpdate(relay.installation.relay.read(deskDocument) as Y.Doc));
		const known = Y.encodeStateVector(doc);
		const sales = { ...relay.installation.relay.readDesk().lines[0], id: 'sales', name: 'Sales' };
		writeDeskValue(doc, 'line:sales' as DeskKey, sales);
		writeDeskValue(doc, 'desk', { name: 'Other desk', language: 'en' });
		const update = Y.encodeStateAsUpdate(doc, known);
		const pushed = await fetch(`${relay.url}/replica/push`, {
			method: 'POST',
			headers: { cookie: admin.cookie },
			body: Uint8Array.from(encodePush([{ n: 1, document: deskDocument, generation: 0, update }])),
		});
		expect(await pushed.json()).toMatchObject({ answers: [{ kind: 'ok' }] });
		const by = byOf(admin);
		await vi.waitFor(() => expect(records(relay, since)).toHaveLength(2));
		expect(records(relay, since)).toEqual(
			expect.arrayContaining([
				{
					by,
					act: 'configuration-changed',
					subject: 'line:sales',
					after: sales,
				},
				{
					...{ by, act: 'configuration-changed', subject: 'desk' },
					before: { name: 'Test desk', language: 'en' },
					after: { name: 'Other desk', language: 'en' },
				},
			]),
		);
		const { data } = relay.installation.config;
		await relay.close();
		const again = await runRelay({ data });
		expect(records(again, newest(again))).toEqual([]);
	});

	test('mailboxes without their passwords; what a command on the machine takes with it', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const since = newest(relay);
		const mailbox = {
			...{ name: 'Support', line: 'support', address: 'support@desk.example', active: false },
			smtp: { host: '127.0.0.1', port: 1, security: 'none', user: 'desk', password: 'words-of-ours' },
		};
		const stored = await admin.ask('/auth/mailboxes', mailbox);
		expect(stored.status).toBe(200);
		const id = stored.body.id as string;
		await admin.ask('/auth/mailboxes', { ...mailbox, id, name: 'Desk' });
		await admin.ask('/auth/mailboxes/remove', { id });
		const { data } = relay.installation.config;
		const { exportTicketsCommand } = await import('../../../sync-server/commands/export-tickets.ts');
		await runCommand(exportTicketsCommand, data, ['--json']);
		const found = records(relay, since);
		expect(found.map(({ by, act, subject }) => [by, act, subject])).toEqual([
			[byOf(admin), 'mailbox-changed', id],
			[byOf(admin), 'mailbox-changed', id],
			[byOf(admin), 'mailbox-removed', id],
			['command', 'data-exported', 'tickets'],
		]);
		expect(found[1]).toMatchObject({ before: { name: 'Support' }, after: { name: 'Desk' } });
		expect(JSON.stringify(found)).not.toContain('words-of-ours');

		const printed = await runCommand(auditCommand, data, ['--most', '2', '--json']);
		expect(printed.json().map(({ act }) => act)).toEqual(['data-exported', 'mailbox-removed']);
		expect((await runCommand(auditCommand, data, ['--most', 'x'])).code).toBe(2);
	});

	test('is kept for two years', async () => {
		const relay = await runRelay();
		await setUp(relay);
		const { data } = relay.installation.config;
		const { db } = relay.installation.database;
		db.prepare("INSERT INTO audit_log (at, act) VALUES (?, 'signed-in')").run(Date.now() - 3 * 365 * 24 * 3_600_000);
		const before = records(relay).length;
		await relay.close();
		expect(records(await runRelay({ data }))).toHaveLength(before - 1);
	});
});
