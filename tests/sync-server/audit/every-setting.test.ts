import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { writeDeskValue, type DeskKey } from '../../../src/lib/document/desk-document.ts';
import { deskDocument } from '../../../src/lib/domain/ids.ts';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import { enrol, runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';

const file = { blob: 'a'.repeat(64), name: 'manual.pdf', mime: 'application/pdf', size: 3 };
/** Of each kind of configuration a value and another one; null removes it. */
const settings: Record<string, [object, object | null]> = {
	desk: [
		{ name: 'Desk', language: 'de', hours: [{ day: 1, from: '08:00', to: '16:00' }] },
		{ name: 'Desk', language: 'de', hours: [{ day: 1, from: '09:00', to: '16:00' }], lockAfterHours: 8 },
	],
	'line:support': [
		{ id: 'support', name: 'Support', addresses: [], colour: 1 },
		{ id: 'support', name: 'Help', addresses: ['help@desk.example'], colour: 1 },
	],
	'queue:inbox': [
		{ id: 'inbox', name: 'Inbox', line: 'support' },
		{ id: 'inbox', name: 'Inbox', line: 'support', unlockAfter: 30 },
	],
	'system:shop': [
		{ id: 'shop', name: 'Shop', lines: [] },
		{ id: 'shop', name: 'Shop', lines: [], retired: true },
	],
	'manual:shop-1': [
		{ id: 'shop-1', system: 'shop', name: 'Manual', language: 'de', version: '1', day: null, file },
		null,
	],
	'category:access': [
		{ id: 'access', name: 'Access', group: null },
		{ id: 'access', name: 'Access and rights', group: null },
	],
	'module:hello': [
		{ id: 'hello', name: 'Hello', line: null, language: 'en', text: 'Hello' },
		{ id: 'hello', name: 'Hello', line: null, language: 'en', text: 'Good morning' },
	],
	'rule:spam': [
		{
			...{ id: 'spam', name: 'Spam', order: 1, active: true, stop: true },
			...{ when: [{ field: 'subject', contains: 'win' }], put: { tags: ['spam'] } },
		},
		null,
	],
};

/** Pushes configuration as a device does; returns the relay's answer. */
async function push(relay: TestRelay, device: TestDevice, n: number, values: [string, object | null][]) {
	const doc = new Y.Doc();
	Y.applyUpdate(doc, Y.encodeStateAsUpdate(relay.installation.relay.read(deskDocument) as Y.Doc));
	const known = Y.encodeStateVector(doc);
	for (const [key, value] of values) writeDeskValue(doc, key as DeskKey, value);
	const update = Y.encodeStateAsUpdate(doc, known);
	const pushed = await fetch(`${relay.url}/replica/push`, {
		method: 'POST',
		headers: { cookie: device.cookie },
		body: Uint8Array.from(encodePush([{ n, document: deskDocument, generation: 0, update }])),
	});
	return ((await pushed.json()) as { answers?: { kind: string }[] }).answers?.[0]?.kind;
}

describe('[F105] every change of the configuration', () => {
	test('of every kind: who, when, before and after, there when the push is answered', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const by = { agent: admin.session.agent.id, device: admin.session.device.id };
		const first = Object.entries(settings).map(([key, [value]]): [string, object] => [key, value]);
		expect(await push(relay, admin, 1, first)).toBe('ok');
		for (const [at, [key, [before, after]]] of Object.entries(settings).entries()) {
			relay.pass(1000);
			expect(await push(relay, admin, at + 2, [[key, after]])).toBe('ok');
			const [newest] = relay.installation.audit.read(1);
			expect(newest).toMatchObject({ by, act: 'configuration-changed', subject: key, before });
			expect(newest?.after ?? null).toEqual(after);
			expect(Math.abs((newest?.at ?? 0) - relay.installation.now())).toBeLessThan(60_000);
		}
		const count = relay.installation.audit.read(1000).length;
		expect(await push(relay, admin, 50, [['desk', settings['desk']![1] as object]])).toBe('ok');
		expect(relay.installation.audit.read(1000)).toHaveLength(count);
	});

	test('what cannot be written down is not stored either', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const { db } = relay.installation.database;
		const before = relay.installation.relay.readDesk().desk;
		db.exec(`CREATE TRIGGER full BEFORE INSERT ON audit_log BEGIN SELECT raise(ABORT, 'no room'); END`);
		expect(await push(relay, admin, 1, [['desk', { name: 'Unseen', language: 'en' }]])).not.toBe('ok');
		const invited = await admin.ask('/auth/invitations', {
			agent: { name: 'Ben', mail: 'ben@desk.example', role: 'agent', lines: ['support'] },
		});
		expect(invited.status).toBeGreaterThanOrEqual(400);
		const revoked = await admin.ask('/auth/devices/revoke', { device: admin.session.device.id });
		expect(revoked.status).toBeGreaterThanOrEqual(400);
		db.exec('DROP TRIGGER full');
		expect(relay.installation.relay.readDesk().desk).toEqual(before);
		const { agents } = relay.installation.relay.readDesk();
		expect(agents.map(({ mail }) => mail)).toEqual(['maria@desk.example']);
		expect(db.prepare('SELECT count(*) AS n FROM agents').get()).toEqual({ n: 1 });
		expect((await admin.ask('/auth/me')).status).toBe(200);
	});
});

describe('[F105] reading the audit log', () => {
	test('is for admins, by who, kind and time, a page at a time; taking it away is written down', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const ben = await enrol(relay, admin, { mail: 'ben@desk.example' });
		expect((await ben.ask('/auth/audit', {})).status).toBe(403);
		expect((await relay.ask('/auth/audit', {})).status).toBe(401);
		for (const wrong of [{ by: 'x y' }, { acts: ['nonsense'] }, { from: -1 }, { before: 0 }, { more: 1 }])
			expect((await admin.ask('/auth/audit', wrong)).status).toBe(400);
		const acts = async (query: object) => {
			const { body } = await admin.ask('/auth/audit', query);
			return (body.records as { act: string }[]).map(({ act }) => act);
		};
		expect(await acts({ by: ben.session.agent.id })).toEqual(['device-enrolled']);
		expect(await acts({ acts: ['agent-invited'] })).toEqual(['agent-invited']);
		expect(await acts({ by: 'command', subject: 'queue:' })).toEqual([
			'configuration-changed',
			'configuration-changed',
		]);
		expect(await acts({ from: relay.installation.now() + 1000 })).toEqual([]);
		expect(await acts({ to: 1 })).toEqual([]);
		expect(await acts({ isExport: true, acts: ['data-exported'] })).toEqual(['data-exported']);
		for (let i = 0; i < 250; i++) relay.installation.audit.add('command', 'mailbox-changed', `box-${i}`);
		const first = await admin.ask('/auth/audit', { acts: ['mailbox-changed'] });
		const records = first.body.records as { id: number }[];
		expect([records.length, first.body.hasMore]).toEqual([200, true]);
		const rest = await admin.ask('/auth/audit', { acts: ['mailbox-changed'], before: records.at(-1)?.id });
		expect([(rest.body.records as unknown[]).length, rest.body.hasMore]).toEqual([50, false]);
	});
});
