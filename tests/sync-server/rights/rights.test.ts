import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import {
	agentSchema,
	categorySchema,
	deskSchema,
	lineSchema,
	mailRuleSchema,
	manualSchema,
	queueSchema,
	systemSchema,
	textModuleSchema,
} from '../../../src/lib/domain/desk-config.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { readRecord } from '../../../src/lib/document/record-document.ts';
import type { Draft, EntryKind } from '../../../src/lib/domain/entry.ts';
import { deskDocument, recordKinds, type DocumentId, type RecordKind } from '../../../src/lib/domain/ids.ts';
import { roles, type Role } from '../../../src/lib/domain/role.ts';
import { claimVerdict } from '../../../src/lib/domain/claim.ts';
import { allEntryKinds, beginnings, kindsOfRecord, sampleDraft, sampleOf } from '../../support/sample-entry.ts';
import { doors } from '../audience/doors.ts';
import { handOf, openOffice, type Office } from '../audience/office.ts';
import type { Hand } from '../../support/hand.ts';
import { appDevice } from '../app-device.ts';
import { enrol } from '../running-relay.ts';

/**
 * Who may write what, against the real relay: every kind of entry, for every role, in a record of their own line and in one of a line that
 * they do not see. A kind without a row fails the types and the first test.
 *
 *   workers   admins and agents, where they see the record
 *   relay     nobody: the relay writes it
 *   once      a record begins once; whoever begins it again is refused
 *   verdict   it is stored, and the witness refuses it to those who have no right to it (WI8)
 */
type Right = 'workers' | 'relay' | 'once' | 'verdict';
const rights: Record<EntryKind, Right> = {
	...{ opened: 'once', created: 'once', contacted: 'once' },
	...{ erased: 'relay', acknowledged: 'relay', 'merge-suggested': 'relay' },
	'taken-over': 'verdict',
	...{ message: 'workers', note: 'workers', undone: 'workers', tagged: 'workers' },
	...{ 'reply-requested': 'workers', 'reply-withdrawn': 'workers', 'held-settled': 'workers' },
	...{ 'delivery-decided': 'workers', 'status-set': 'workers', assigned: 'workers', 'queue-set': 'workers' },
	...{ 'line-set': 'workers', 'line-added': 'workers', 'subject-set': 'workers', 'priority-set': 'workers' },
	...{ 'systems-changed': 'workers', 'person-linked': 'workers', 'person-unlinked': 'workers' },
	...{ claimed: 'workers', released: 'workers', 'handed-over': 'workers' },
	...{ consulted: 'workers', 'consult-answered': 'workers', 'consult-settled': 'workers' },
	...{ 'merge-declined': 'workers', 'merged-into': 'workers', 'merged-from': 'workers' },
	...{ 'interaction-linked': 'workers', categorised: 'workers', 'case-applied': 'workers' },
	...{ 'step-ticked': 'workers', documented: 'workers' },
	...{ 'name-set': 'workers', 'address-added': 'workers', 'address-removed': 'workers' },
	...{ 'phone-added': 'workers', 'phone-removed': 'workers' },
	...{ 'organisation-set': 'workers', 'position-set': 'workers' },
	...{ 'article-set': 'workers', 'article-state-set': 'workers', 'version-saved': 'workers' },
	...{ 'version-read': 'workers', 'base-change-settled': 'workers', translated: 'workers' },
	...{ 'request-set': 'workers', 'outcome-set': 'workers' },
};

const allowed: Record<Right, (role: Role) => string> = {
	workers: (role) => (role === 'observer' ? 'no-permission' : 'ok'),
	verdict: (role) => (role === 'observer' ? 'no-permission' : 'ok'),
	relay: () => 'no-permission',
	once: (role) => (role === 'observer' ? 'no-permission' : 'invalid-entry'),
};

const word = () => 'some text';

async function handIn(office: Office, role: Role): Promise<Hand> {
	const { relay, maria } = office;
	const mail = `${role}@desk.example`;
	return handOf(relay, await enrol(relay, maria, { mail, role, lines: ['front'] }));
}

async function openIn(sue: Hand, record: RecordKind, line: string): Promise<DocumentId> {
	const id = (key: string) => ({ line, lines: line, queue: line, number: sue.number() })[key];
	return sue.open(record, sampleDraft(beginnings[record], { word, id }));
}

const textOf = (office: Office, document: DocumentId) =>
	JSON.stringify(office.relay.installation.relay.read(document)?.toJSON());

describe('[F103] rights at the relay', { timeout: 60_000 }, () => {
	test('every kind of entry has a row', () => {
		expect(Object.keys(rights).sort()).toEqual([...allEntryKinds].sort());
	});

	test.each(roles)('%s: every entry in every record, by name', async (role) => {
		const office = await openOffice();
		const { sue } = office;
		const hand = await handIn(office, role);
		for (const record of recordKinds) {
			const [own, foreign] = [await openIn(sue, record, 'front'), await openIn(sue, record, 'legal')];
			const [ownBefore, foreignBefore] = [textOf(office, own), textOf(office, foreign)];
			const kinds = kindsOfRecord(record);
			const drafts = kinds.map((kind) =>
				sampleDraft(kind, { word, id: (key) => ({ line: 'front', lines: 'front', queue: 'front' })[key] }),
			);
			const answers = await hand.write(own, ...drafts);
			const expected = kinds.map((kind) => `${kind}: ${allowed[rights[kind]](role)}`);
			expect(kinds.map((kind, i) => `${kind}: ${answers[i]}`)).toEqual(expected);
			if (role === 'observer') expect(textOf(office, own)).toBe(ownBefore);
			if (role === 'admin') continue;
			expect(new Set(await hand.write(foreign, ...drafts))).toEqual(new Set(['no-access']));
			expect(textOf(office, foreign)).toBe(foreignBefore);
		}
	});

	test('nobody puts a record into a line that they do not see, by whatever entry', async () => {
		const office = await openOffice();
		const hand = await handIn(office, 'agent');
		const into = (key: string) => ({ line: 'legal', lines: 'legal', queue: 'legal', number: hand.number() })[key];
		for (const record of recordKinds) {
			await expect(hand.open(record, sampleDraft(beginnings[record], { word, id: into }))).rejects.toThrow('no-access');
			const own = await openIn(office.sue, record, 'front');
			for (const kind of ['line-set', 'line-added'] as const) {
				if (!kindsOfRecord(record).includes(kind)) continue;
				expect(await hand.write(own, sampleDraft(kind, { word, id: into }))).toEqual(['no-access']);
			}
		}
	});

	test.each(roles)('%s: an article goes to everybody only by those who publish', async (role) => {
		const office = await openOffice();
		const hand = await handIn(office, role);
		const publish = { kind: 'article-state-set', state: 'standard', version: null, replaces: [] } as Draft;
		const answerOf = async () => (await hand.write(await openIn(office.sue, 'article', 'front'), publish))[0];
		expect(await answerOf()).toBe(role === 'admin' ? 'ok' : 'no-permission');
		await office.relay.installation.relay.write(deskDocument, (doc) =>
			writeDeskValue(doc, 'desk', { name: 'Desk', language: 'en', publishing: 'agents' }),
		);
		expect(await answerOf()).toBe(role === 'observer' ? 'no-permission' : 'ok');
	});

	test.each(['admin', 'agent'] as const)('%s: a ticket is taken from its holder only by right', async (role) => {
		const office = await openOffice();
		const { relay, sue } = office;
		const hand = await handIn(office, role);
		const ticket = await openIn(sue, 'ticket', 'front');
		expect(await sue.write(ticket, { kind: 'claimed' })).toEqual(['ok']);
		const to = hand.device.session.agent.id;
		expect(await hand.write(ticket, { kind: 'taken-over', to, reason: 'because' })).toEqual(['ok']);
		const taken = () => {
			const reading = readRecord(relay.installation.relay.read(ticket)!);
			if (reading.kind === 'empty') throw new Error('empty');
			const [id] = [...reading.facts.entries].find(([, { kind }]) => kind === 'taken-over')!;
			return claimVerdict(reading.facts.verdicts, id);
		};
		await expect.poll(taken).toBeDefined();
		expect(taken()).toMatchObject(
			role === 'admin' ? { outcome: 'granted', holder: to } : { outcome: 'refused', why: 'no-permission' },
		);
	});

	const deskKeys = {
		...{ desk: deskSchema, line: lineSchema, queue: queueSchema, system: systemSchema, manual: manualSchema },
		...{ category: categorySchema, module: textModuleSchema, rule: mailRuleSchema, agent: agentSchema },
	};
	test.each(roles)('%s: configuration', async (role) => {
		const office = await openOffice();
		const hand = await handIn(office, role);
		const config = office.relay.installation.relay.read(deskDocument)!;
		for (const [kind, schema] of Object.entries(deskKeys)) {
			const doc = new Y.Doc();
			Y.applyUpdate(doc, Y.encodeStateAsUpdate(config));
			const before = Y.encodeStateVector(doc);
			const value = sampleOf(
				schema,
				{ word, id: (key) => ({ line: 'front', timeZone: 'Europe/Berlin' })[key] },
				kind,
			) as {
				id?: string;
			};
			writeDeskValue(doc, (kind === 'desk' ? 'desk' : `${kind}:${value.id}`) as never, value);
			const [answer] = await hand.push(deskDocument, Y.encodeStateAsUpdate(doc, before));
			expect(`${kind}: ${answer}`).toBe(`${kind}: ${role === 'admin' && kind !== 'agent' ? 'ok' : 'no-permission'}`);
		}
	});

	/** Whom a door is for; what stands at an `open` one needs a token, a key or nothing at all. */
	const doorsFor: Record<string, 'open' | 'devices' | 'workers' | 'admins'> = {
		...{ 'GET /healthz': 'open', 'GET /readyz': 'open', 'GET /metrics': 'open', 'GET /*': 'open' },
		...{ 'GET /auth/state': 'open', 'POST /auth/setup': 'open', 'POST /auth/enrol': 'open' },
		...{ 'POST /auth/challenge': 'open', 'POST /auth/session': 'open', 'POST /auth/sign-out': 'open' },
		...{ 'POST /auth/devices/wiped': 'open', 'POST /auth/passkey/sign-in-options': 'open' },
		'POST /auth/passkey/sign-in': 'open',
		...{ 'GET /auth/me': 'devices', 'GET /auth/devices': 'devices', 'POST /auth/devices/revoke': 'devices' },
		...{ 'POST /auth/passkey/register-options': 'devices', 'POST /auth/passkey/register': 'devices' },
		...{ 'GET /auth/waiting-mail': 'devices', 'POST /pictures': 'devices', 'POST /auth/archive-search': 'devices' },
		...{ 'GET /blobs/:id': 'devices', 'PATCH /blobs/:id': 'devices' },
		...{ 'POST /replica/pull': 'devices', 'POST /replica/bootstrap': 'devices', 'POST /replica/push': 'devices' },
		...{ 'POST /replica/compare': 'devices', 'POST /replica/offer': 'devices', 'POST /replica/documents': 'devices' },
		'POST /replica/blocks': 'workers',
		...{ 'POST /auth/invitations': 'admins', 'POST /auth/agents': 'admins', 'GET /auth/mailboxes': 'admins' },
		...{ 'POST /auth/mailboxes': 'admins', 'POST /auth/mailboxes/remove': 'admins' },
		...{ 'POST /auth/mailboxes/test': 'admins', 'POST /auth/mailboxes/log': 'admins' },
		...{ 'POST /auth/mail-rules/dry-run': 'admins', 'POST /auth/audit': 'admins', 'POST /auth/agents/leave': 'admins' },
		...{
			'POST /auth/devices/held': 'admins',
			...{
				'POST /auth/erasures': 'admins',
				'POST /auth/erasures/plan': 'admins',
				'POST /auth/erasures/redact': 'admins',
				'POST /auth/erasures/open': 'admins',
				'POST /auth/erasures/places': 'admins',
			},
			...{ 'GET /auth/passkey': 'devices', 'POST /auth/passkey/confirm': 'devices' },
			'POST /auth/person-export': 'admins',
		},
	};
	test('every door has a row', () => {
		expect(Object.keys(doorsFor).sort()).toEqual(Object.keys(doors).sort());
	});

	test.each([...roles, 'nobody'] as const)('%s: doors', async (who) => {
		const office = await openOffice();
		const device = who === 'nobody' ? undefined : (await handIn(office, who)).device;
		const known = {
			documents: [await openIn(office.sue, 'ticket', 'front')],
			files: ['a'.repeat(64)],
			devices: [office.maria.session.device.id],
		};
		for (const [door, askings] of Object.entries(doors)) {
			const [method = '', path = ''] = door.split(' ');
			const whom = doorsFor[door] ?? 'nobody';
			if (whom === 'open') continue;
			for (const asking of askings(known)) {
				const { body } = asking;
				const response = await fetch(office.relay.url + (asking.path ?? path), {
					method: asking.method ?? method,
					headers: { ...(device === undefined ? {} : { cookie: device.cookie }), ...asking.headers },
					...(body === undefined
						? {}
						: { body: (body instanceof Uint8Array ? body : JSON.stringify(body)) as Uint8Array<ArrayBuffer> }),
				});
				const { status } = response;
				await response.arrayBuffer();
				if (who === 'nobody') expect(`${door} ${status}`).toBe(`${door} 401`);
				else if (whom === 'admins' && who !== 'admin') expect(`${door} ${status}`).toBe(`${door} 403`);
				else if (whom === 'workers' && who === 'observer') expect(`${door} ${status}`).toBe(`${door} 403`);
				else if (whom !== 'devices') expect([401, 403]).not.toContain(status);
			}
		}
	});

	test('a device that wrote what it may not hears why, keeps the words until somebody decides, and then stands as the relay does', async () => {
		const office = await openOffice();
		const { relay, sue } = office;
		const hand = await handIn(office, 'observer');
		const ticket = await openIn(sue, 'ticket', 'front');
		const device = appDevice(hand.device, relay.url);
		await device.sync();
		await device.write(ticket, [{ kind: 'note', text: 'I only read', attachments: [] }]);
		await device.sync();
		const [edit] = await device.store.outbox();
		expect(edit).toMatchObject({ document: ticket, rejected: 'no-permission' });
		expect(textOf(office, ticket)).not.toContain('I only read');
		await device.store.discard(edit!.n);
		expect(await device.store.outbox()).toEqual([]);
		const repaired = new Y.Doc();
		for (const update of (await device.store.load(ticket))!.updates) Y.applyUpdate(repaired, update);
		expect(readRecord(repaired)).toEqual(readRecord(relay.installation.relay.read(ticket)!));
		// What is right still comes and goes.
		await sue.write(ticket, { kind: 'note', text: 'and I write', attachments: [] });
		await device.sync();
		for (const update of (await device.store.load(ticket))!.updates) Y.applyUpdate(repaired, update);
		expect(readRecord(repaired)).toEqual(readRecord(relay.installation.relay.read(ticket)!));
	});
});
