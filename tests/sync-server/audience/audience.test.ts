import { readFileSync } from 'node:fs';
import { serialize } from 'node:v8';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, test } from 'vitest';
import type { Draft } from '../../../src/lib/domain/entry.ts';
import { recordKinds, type BlobId, type DocumentId } from '../../../src/lib/domain/ids.ts';
import { updatesToRow } from '../../../src/lib/projection/document-row.ts';
import { createDexieRecordStore } from '../../../src/lib/store/dexie-record-store.ts';
import { createHttpApp, type HttpParts } from '../../../sync-server/http.ts';
import type { Hand } from '../../support/hand.ts';
import { appDevice } from '../app-device.ts';
import { afterTest, enrol, type TestDevice } from '../running-relay.ts';
import { doors, listenAt, tryDoors, tryRooms, type Known } from './doors.ts';
import { handOf, mailTo, openOffice, openRecords, sayEverything, type Office, type Records } from './office.ts';
import { plantSecrets, type Secrets } from './secrets.ts';
import { tapWire, type Wire } from './wire.ts';

/**
 * Otto is outside of what the client `legal` is told. Every byte that the relay sends him, over HTTP and sockets, passes a wire that
 * keeps it; each text that Sue writes there has a word of its own, and none of them may stand in what the wire has heard.
 */
interface Way {
	/** What Otto is at first. */
	begins: { role?: 'admin' | 'agent' | 'observer'; lines: string[] };
	/** Where the ticket stands at first. */
	ticket: 'front' | 'legal';
	/** From here on he is outside. */
	lose(office: Office, otto: TestDevice, records: Records): Promise<void>;
	/** He was inside before, and his device holds what was said until then. */
	heldIt: boolean;
	/** His device is not let in any more, so that it hears of nothing; it is wiped (see devices.test.ts). */
	isOut?: true;
}

const change = async ({ maria }: Office, otto: TestDevice, what: object) => {
	const agent = { id: otto.session.agent.id, role: 'agent', lines: ['front'], active: true, ...what };
	expect((await maria.ask('/auth/agents', agent)).status).toBe(200);
};

const ways: Record<string, Way> = {
	'it was begun in a line of others': {
		...{ begins: { lines: ['front'] }, ticket: 'legal', heldIt: false },
		lose: async () => {},
	},
	'it was begun in a line of others, and he only reads': {
		...{ begins: { role: 'observer', lines: ['front'] }, ticket: 'legal', heldIt: false },
		lose: async () => {},
	},
	'the ticket was moved to a line of others': {
		...{ begins: { lines: ['front'] }, ticket: 'front', heldIt: true },
		async lose({ sue }, _otto, { ticket }) {
			const move = { kind: 'line-set', line: 'legal', queue: 'legal', replaces: [] } as unknown as Draft;
			expect(await sue.write(ticket, move)).toEqual(['ok']);
		},
	},
	'the line was taken from him': {
		...{ begins: { lines: ['front', 'legal'] }, ticket: 'legal', heldIt: true },
		lose: (office, otto) => change(office, otto, {}),
	},
	'he was an admin and is not any more': {
		...{ begins: { role: 'admin', lines: [] }, ticket: 'legal', heldIt: true },
		lose: (office, otto) => change(office, otto, {}),
	},
	'he was switched off': {
		...{ begins: { lines: ['front', 'legal'] }, ticket: 'legal', heldIt: true, isOut: true },
		lose: (office, otto) => change(office, otto, { active: false }),
	},
	'his device was revoked': {
		...{ begins: { lines: ['front', 'legal'] }, ticket: 'legal', heldIt: true, isOut: true },
		async lose({ maria }, otto) {
			expect((await maria.ask('/auth/devices/revoke', { device: otto.session.device.id })).status).toBe(200);
		},
	},
};

async function tapped(office: Office): Promise<Wire> {
	const wire = await tapWire(office.relay.url);
	afterTest(() => wire.close());
	return wire;
}

describe('[F45] not a byte of a record reaches a device outside its audience', { timeout: 60_000 }, () => {
	test.each(Object.entries(ways))('%s', async (_name, way) => {
		const office = await openOffice();
		const { relay, maria, sue } = office;
		const wire = await tapped(office);
		const otto = await enrol(relay, maria, { mail: 'otto@desk.example', ...way.begins });
		const disk = new IDBFactory();
		const store = createDexieRecordStore({
			...{ name: 'desk', now: Date.now, project: updatesToRow },
			...{ indexedDB: disk, IDBKeyRange, channel: null },
		});
		afterTest(() => store.close());
		const device = appDevice(otto, wire.url, { store });
		const before = plantSecrets('before');
		const after = plantSecrets('after');
		const shared = await openShared(sue);
		const records = await openRecords(sue, way.heldIt ? before : after, way.ticket);
		const held = recordKinds.filter((record) => way.heldIt && (record === 'ticket' || way.ticket === 'legal'));
		if (!way.heldIt) for (const record of recordKinds) after.hide(records[record], `the id of a ${record}`);
		await relay.installation.relay.settled();

		// He has what he may have, files among it, and listens wherever he is let in.
		const fileOf = { ticket: before.word('file of a ticket'), article: before.word('file of an article') };
		for (const [record, text] of Object.entries(fileOf)) {
			const blob = await sue.upload(text);
			const files = [{ blob, name: 'file.txt', mime: 'text/plain', size: text.length }];
			const names =
				record === 'ticket'
					? { kind: 'note', text: '', attachments: files }
					: { kind: 'article-set', field: 'files', value: files, replaces: [] };
			expect(await sue.write(records[record as 'ticket' | 'article'], names as Draft)).toEqual(['ok']);
			const fetched = await fetch(`${wire.url}/blobs/${blob}`, { headers: { cookie: otto.cookie } });
			const maySee = held.includes(record as 'ticket' | 'article');
			expect(fetched.status).toBe(maySee ? 200 : 404);
			if (maySee) await store.blobs.keepCopy(blob as BlobId, new Uint8Array(await fetched.arrayBuffer()));
		}
		await device.sync();
		await device.sync();
		expect(before.leaksIn(await everythingIn(disk)).length > 0).toBe(way.heldIt);
		const rooms = [
			'/replica/poke',
			'/live/desk',
			...Object.values(records).map((id) => `/live/${encodeURIComponent(`${id}@0`)}`),
		];
		const sockets = rooms.map((path) => listenAt(wire.url, otto, path));
		afterTest(() => sockets.forEach(({ socket }) => socket.terminate()));
		await Promise.all(sockets.map(({ opened }) => opened));
		await way.lose(office, otto, records);
		await relay.installation.relay.settled();

		// From here on everything is said.
		const file = await sayEverything(office, records, after);
		const mails = relay.installation.mails;
		expect(await mails.take(mailTo('legal', after), 'a mail', { live: true })).toMatchObject({ outcome: 'created' });
		const stop = await sue.type(records.ticket, after.word('draft'));
		const news = listenAt(wire.url, otto, '/replica/poke');
		await Promise.all([news.opened, relay.installation.relay.settled()]);
		if (!way.isOut) await device.sync();
		expect(after.size).toBeGreaterThan(100);
		expect(after.leaksIn(wire.heard())).toEqual([]);
		// Ids of it stand in a ticket that he sees, and lead nowhere.
		await linkFrom(sue, shared, records);
		if (!way.isOut) await device.sync();

		const known: Known = {
			documents: [...Object.values(records), shared, 'desk', `me:${sue.device.session.agent.id}`],
			files: [file],
			devices: [sue.device.session.device.id, otto.session.device.id],
		};
		// And now he tries every door, with all that he could know.
		const patient = plantedWithoutIds(after);
		await tryDoors(wire.url, otto, known);
		await tryRooms(wire.url, otto, known);
		if (!way.heldIt) await tryDoors(wire.url, undefined, known);
		if (!way.heldIt) await tryRooms(wire.url, undefined, known);
		const foreign = handOf(relay, otto, wire.url);
		const note: Draft & { kind: 'note' } = { kind: 'note', text: 'mine', attachments: [] };
		for (const record of recordKinds)
			expect(['no-access', 'revoked', 'sign-in']).toContain((await foreign.write(records[record], note))[0]);
		await sue.write(records.ticket, { ...note, text: after.word('a late note') });
		stop();
		await relay.installation.relay.settled();
		expect(patient(wire.heard())).toEqual([]);

		// What his device held of it is gone from its database, to the last byte.
		if (way.isOut) return;
		await device.sync();
		await device.sync();
		expect(held.length > 0).toBe(way.heldIt);
		for (const record of recordKinds) expect(await store.load(records[record])).toBeUndefined();
		const whole = await everythingIn(disk);
		expect([...before.leaksIn(whole), ...patient(whole)]).toEqual([]);
		expect(await store.load(shared)).toBeDefined();
	});

	test('every door of the relay is tried', () => {
		const anything: unknown = new Proxy(() => anything, { get: () => anything });
		const parts = { ...(anything as object), metrics: {}, mail: {}, app: {}, now: () => 0 };
		const filled = new Proxy(parts, { get: (own, key) => own[key as never] ?? anything });
		const app = createHttpApp(filled as never as HttpParts, anything as never);
		const own = app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);
		// Push and pull have a door of their own in front (http/replica-door.ts).
		const source = readFileSync('sync-server/http/replica-door.ts', 'utf8');
		const inFront = [...source.matchAll(/'(\/replica\/[a-z]+)'/g)].map(([, path]) => `POST ${path}`);
		expect(inFront.length).toBeGreaterThan(4);
		expect(Object.keys(doors).sort()).toEqual([...new Set([...own, ...inFront])].sort());
	});

	test('a mail to one line, with whatever sender, shows nobody there what other lines know of that sender', async () => {
		const office = await openOffice();
		const { relay, maria, sue } = office;
		const wire = await tapped(office);
		const otto = await enrol(relay, maria, { mail: 'otto@desk.example', lines: ['front'] });
		const secrets = plantSecrets('person');
		const { mails } = relay.installation;
		await mails.take(mailTo('legal', secrets, 'eva@customer.example'), 'first', { live: true });
		const [eva] = relay.installation.relay.documentsOfKind('person') as DocumentId[];
		expect(
			await sue.write(
				eva!,
				{ kind: 'note', text: secrets.word('note on a person'), attachments: [] },
				{ kind: 'phone-added', phone: secrets.word('phone') },
			),
		).toEqual(['ok', 'ok']);
		const open = plantSecrets('front');
		expect(await mails.take(mailTo('front', open, 'eva@customer.example'), 'second', { live: true })).toMatchObject({
			outcome: 'created',
		});
		const device = appDevice(otto, wire.url);
		await device.sync();
		await device.sync();
		expect(secrets.leaksIn(wire.heard())).toEqual([]);
		expect(open.leaksIn(wire.heard())).not.toEqual([]);
		expect(relay.installation.relay.documentsOfKind('person')).toHaveLength(2);
	});

	test('the wire hears what it should find: whoever is inside hears every word', async () => {
		const office = await openOffice();
		const { relay, maria, sue } = office;
		const wire = await tapped(office);
		const tom = await enrol(relay, maria, { mail: 'tom@desk.example', lines: ['legal'] });
		const secrets = plantSecrets('inside');
		const records = await openRecords(sue, secrets);
		await sayEverything(office, records, secrets);
		await appDevice(tom, wire.url).sync();
		const heard = secrets.leaksIn(wire.heard());
		expect(secrets.size - heard.length, 'only the content of the file is fetched apart').toBe(1);
	});
});

/** The same words, but not the ids: he knows those now and says them himself. */
function plantedWithoutIds(secrets: Secrets): (bytes: Uint8Array) => string[] {
	return (bytes) => secrets.leaksIn(bytes).filter((place) => !place.startsWith('the id of'));
}

/** A ticket that Otto sees. */
async function openShared(sue: Hand): Promise<DocumentId> {
	const draft = {
		kind: 'opened',
		number: sue.number(),
		subject: 'For everybody of front',
		line: 'front',
		queue: 'front',
		channel: 'phone',
	};
	return sue.open('ticket', draft as never);
}

/** What leads from a ticket that he sees to records that he does not. */
async function linkFrom(
	sue: Hand,
	shared: DocumentId,
	{ ticket, person, article, interaction }: Records,
): Promise<void> {
	const answers = await sue.write(
		shared,
		{ kind: 'merged-from', ticket, number: sue.number() } as Draft,
		{ kind: 'merge-declined', ticket } as Draft,
		{ kind: 'person-linked', person } as Draft,
		{ kind: 'interaction-linked', interaction } as Draft,
		{ kind: 'case-applied', article, version: null, title: 'A case', steps: [] } as Draft,
	);
	expect(new Set(answers)).toEqual(new Set(['ok']));
}

/** All that stands in a device's databases, keys and values, as bytes. */
async function everythingIn(indexedDB: IDBFactory): Promise<Uint8Array> {
	const done = <T>(request: IDBRequest<T>) =>
		new Promise<T>((resolve, reject) => {
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(new Error('unreadable'));
		});
	const found: unknown[] = [];
	for (const { name } of await indexedDB.databases()) {
		const db = await done(indexedDB.open(name!));
		const transaction = db.transaction([...db.objectStoreNames], 'readonly');
		for (const table of db.objectStoreNames) {
			const store = transaction.objectStore(table);
			found.push(...(await Promise.all([done(store.getAllKeys()), done(store.getAll())])));
		}
		db.close();
	}
	return serialize(found);
}
