import * as encoding from 'lib0/encoding';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { deskDocument, type DocumentId, type LineId, type QueueId } from '../../../src/lib/domain/ids.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { writeMe } from '../../../src/lib/document/me-document.ts';
import { appendEntries, draftFragment, draftText, writeMeta } from '../../../src/lib/document/record-document.ts';
import { realSchedule, type Schedule } from '../../../sync-server/schedule.ts';
import { newTicketId, opening, startRelay, type TestDevice, type TestRelay } from '../../support/start-relay.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.reverse()) await cleanup();
	cleanups.length = 0;
});

async function relayWith(options: Parameters<typeof startRelay>[0] = {}) {
	const relay = await startRelay(options);
	cleanups.push(() => relay.close());
	return relay;
}

/** A stock y-websocket provider of that device. */
function connect(relay: TestRelay, device: TestDevice, room: string, doc = new Y.Doc()) {
	class WithCookie extends WebSocket {
		constructor(url: string, protocols?: string[]) {
			super(url, protocols, { headers: { cookie: device.cookie } });
		}
	}
	const closes: { code: number; reason: string }[] = [];
	const provider = new WebsocketProvider(relay.liveUrl, room, doc, {
		WebSocketPolyfill: WithCookie as never,
		disableBc: true,
		maxBackoffTime: 100,
	});
	provider.on('connection-close', (event) => {
		if (event !== null) closes.push({ code: event.code, reason: event.reason });
	});
	cleanups.push(() => provider.destroy());
	return { doc, provider, closes };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 8000, interval: 10 });

async function ticketOn(
	relay: TestRelay,
	device: TestDevice,
	line = 'support',
): Promise<{ id: DocumentId; doc: Y.Doc }> {
	const doc = new Y.Doc();
	doc.transact(() => {
		writeMeta(doc, 'ticket');
		appendEntries(doc, device.author, [opening(device, 1, line)]);
	});
	const id = newTicketId();
	await relay.push(device, [{ n: 1, document: id, generation: 0, update: Y.encodeStateAsUpdate(doc) }]);
	return { id, doc };
}

function type(doc: Y.Doc, text: string): void {
	doc.transact(() => {
		const paragraph = new Y.XmlElement('paragraph');
		paragraph.insert(0, [new Y.XmlText(text)]);
		draftFragment(doc, 'reply').push([paragraph]);
	});
}

/** A bare socket that speaks no protocol of its own. */
async function rawSocket(relay: TestRelay, device: TestDevice, path: string) {
	const socket = new WebSocket(relay.url.replace('http', 'ws') + path, { headers: { cookie: device.cookie } });
	const closed = new Promise<{ code: number; reason: string }>((resolve) =>
		socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
	);
	socket.on('error', () => undefined);
	cleanups.push(() => socket.terminate());
	const messages: Buffer[] = [];
	socket.on('message', (data) => messages.push(data as Buffer));
	await new Promise((resolve) => socket.once('open', resolve));
	return { socket, closed, messages };
}

function syncMessage(kind: number, bytes: Uint8Array): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, 0);
	encoding.writeVarUint(encoder, kind);
	encoding.writeVarUint8Array(encoder, bytes);
	return encoding.toUint8Array(encoder);
}

describe('stock y-websocket providers', () => {
	test('two devices write one draft together, and both end up the same', async () => {
		const relay = await relayWith();
		const [maria, tom] = [relay.device('maria'), relay.device('tom')];
		const { id } = await ticketOn(relay, maria);
		const a = connect(relay, maria, `${id}@0`);
		const b = connect(relay, tom, `${id}@0`);
		await until(() => expect(a.provider.synced && b.provider.synced).toBe(true));
		type(a.doc, 'Dear');
		type(b.doc, 'customer');
		await until(() => {
			expect(draftText(a.doc, 'reply').split('\n').sort()).toEqual(['Dear', 'customer']);
			expect(draftText(b.doc, 'reply')).toBe(draftText(a.doc, 'reply'));
		});
		expect(Y.encodeStateAsUpdate(relay.relay.read(id) as Y.Doc).length).toBe(Y.encodeStateAsUpdate(a.doc).length);
		expect(relay.failures).toEqual([]);
	});

	test('`desk` is written by admins and read by everybody, `me:<agent>` by its agent', async () => {
		const relay = await relayWith();
		const admin = relay.device('ada', { role: 'admin' });
		const watcher = relay.device('olga', { role: 'observer' });
		const desk = connect(relay, admin, deskDocument);
		const seen = connect(relay, watcher, deskDocument);
		writeDeskValue(desk.doc, 'desk', { name: 'Counter', language: 'en' });
		await until(() => expect(seen.doc.getMap('config').get('desk')).toEqual({ name: 'Counter', language: 'en' }));
		expect(relay.relay.readDesk().desk.name).toBe('Counter');

		const me = connect(relay, watcher, 'me:olga');
		const second = connect(relay, relay.device('olga-phone', { agent: 'olga', role: 'observer' }), 'me:olga');
		writeMe(me.doc, { language: 'de' });
		await until(() => expect(second.doc.getMap('settings').get('language')).toBe('de'));
		const stranger = connect(relay, admin, 'me:olga');
		await until(() => expect(stranger.closes[0]).toEqual({ code: 4403, reason: 'no-access' }));
	});

	test('work done while the relay was away arrives when it is back', async () => {
		const relay = await relayWith();
		const [maria, tom] = [relay.device('maria'), relay.device('tom')];
		const { id } = await ticketOn(relay, maria);
		const a = connect(relay, maria, `${id}@0`);
		await until(() => expect(a.provider.synced).toBe(true));
		a.provider.disconnect();
		type(a.doc, 'offline');
		a.provider.connect();
		const b = connect(relay, tom, `${id}@0`);
		await until(() => expect(draftText(b.doc, 'reply')).toBe('offline'));
	});

	test('[F98] a record may be begun on the live channel before it was pushed', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const id = newTicketId();
		const a = connect(relay, maria, `${id}@0`);
		await until(() => expect(a.provider.synced).toBe(true));
		a.doc.transact(() => {
			writeMeta(a.doc, 'ticket');
			appendEntries(a.doc, maria.author, [opening(maria, 1)]);
		});
		await until(() => expect(relay.relay.read(id)?.getMap('entries').size).toBe(1));
		expect(a.closes).toEqual([]);
		const stranger = await rawSocket(relay, relay.device('sue', { lines: ['sales'] }), `/live/${id}@0`);
		expect(await stranger.closed).toEqual({ code: 4403, reason: 'no-access' });
	});

	test('what the relay writes in the same moment reaches the device that wrote, too', async () => {
		const held: (() => void)[] = [];
		let isHolding = false;
		const schedule: Schedule = {
			...realSchedule,
			soon: (run) => (isHolding ? void held.push(run) : realSchedule.soon(run)),
		};
		const relay = await relayWith({ schedule });
		const maria = relay.device('maria');
		const { id } = await ticketOn(relay, maria);
		const a = connect(relay, maria, `${id}@0`);
		await until(() => expect(a.provider.synced).toBe(true));
		await relay.relay.settled();
		isHolding = true;
		type(a.doc, 'mine');
		await until(() => expect(held).toHaveLength(1));
		const written = relay.relay.write(id, (doc) => type(doc, 'the relay’s'));
		isHolding = false;
		for (const run of held) run();
		expect(await written).toMatchObject({ kind: 'ok' });
		await until(() => expect(draftText(a.doc, 'reply').split('\n').sort()).toEqual(['mine', 'the relay’s']));
	});

	test('[F26] presence reaches the others, with the identity that the relay knows', async () => {
		const relay = await relayWith();
		const [maria, tom] = [relay.device('maria'), relay.device('tom')];
		const { id } = await ticketOn(relay, maria);
		const a = connect(relay, maria, `${id}@0`);
		const b = connect(relay, tom, `${id}@0`);
		a.provider.awareness.setLocalState({ agent: 'tom', device: 'tom', doing: 'replying', user: { agent: 'tom' } });
		await until(() =>
			expect(b.provider.awareness.getStates().get(a.doc.clientID)).toEqual({
				agent: 'maria',
				device: 'maria',
				doing: 'replying',
				user: { agent: 'maria', device: 'maria' },
			}),
		);
		// Somebody else's state cannot be taken away or replaced.
		const forged = encoding.createEncoder();
		encoding.writeVarUint(forged, 1);
		encoding.writeVarUint(forged, a.doc.clientID);
		encoding.writeVarUint(forged, 4_000_000);
		encoding.writeVarString(forged, 'null');
		const frame = encoding.createEncoder();
		encoding.writeVarUint(frame, 1);
		encoding.writeVarUint8Array(frame, encoding.toUint8Array(forged));
		b.provider.ws?.send(encoding.toUint8Array(frame) as never);
		b.provider.awareness.setLocalStateField('doing', 'viewing');
		await until(() => expect(a.provider.awareness.getStates().get(b.doc.clientID)).toMatchObject({ doing: 'viewing' }));
		expect(b.provider.awareness.getStates().has(a.doc.clientID)).toBe(true);
		a.provider.disconnect();
		await until(() => expect(b.provider.awareness.getStates().has(a.doc.clientID)).toBe(false));
	});
});

describe('refusals on the live channel', () => {
	test.each([
		['an observer who writes', 'no-access', 4403],
		['an entry in another agent’s name', 'forged', 4400],
	])('%s is shown out as %s, and nothing reaches the others', async (who, reason, code) => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const bad = relay.device('bad', { role: who.startsWith('an observer') ? 'observer' : 'agent' });
		const { id } = await ticketOn(relay, maria);
		const a = connect(relay, maria, `${id}@0`);
		const b = connect(relay, bad, `${id}@0`);
		await until(() => expect(a.provider.synced && b.provider.synced).toBe(true));
		const head = relay.relay.head();
		appendEntries(b.doc, who.startsWith('an observer') ? bad.author : maria.author, [
			{ kind: 'note', text: 'x', attachments: [] },
		]);
		await until(() => expect(b.closes[0]).toEqual({ code, reason }));
		expect(relay.relay.head()).toBe(head);
		expect(a.doc.getMap('entries').size).toBe(1);
		expect(a.closes).toEqual([]);
	});

	test('a device that does not see the line, an unknown device and an unknown room are refused by name', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const { id } = await ticketOn(relay, maria);
		const sales = await rawSocket(relay, relay.device('sue', { lines: ['sales'] }), `/live/${id}@0`);
		expect(await sales.closed).toEqual({ code: 4403, reason: 'no-access' });
		expect(sales.messages).toEqual([]);
		const unknown = await rawSocket(relay, { ...maria, cookie: 'device=nobody' }, `/live/${id}@0`);
		expect(await unknown.closed).toEqual({ code: 4401, reason: 'sign-in' });
		const nowhere = await rawSocket(relay, maria, '/live/%E0%A4%A');
		expect(await nowhere.closed).toEqual({ code: 4404, reason: 'not-found' });
		const old = await rawSocket(relay, maria, `/live/${id}@7`);
		expect(await old.closed).toEqual({ code: 4409, reason: 'other-generation' });
	});

	test('who loses sight of a ticket is shown out before the change is passed on', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria', { lines: ['support', 'sales'] });
		const tom = relay.device('tom', { lines: ['support'] });
		const { id } = await ticketOn(relay, maria);
		const a = connect(relay, maria, `${id}@0`);
		const b = connect(relay, tom, `${id}@0`);
		await until(() => expect(a.provider.synced && b.provider.synced).toBe(true));
		appendEntries(a.doc, maria.author, [
			{ kind: 'line-set', line: 'sales' as LineId, queue: 'inbox' as QueueId, replaces: [] },
		]);
		await until(() => expect(b.closes[0]).toEqual({ code: 4403, reason: 'no-access' }));
		expect(b.doc.getMap('entries').size).toBe(1);
		const outside = relay.relay.maySee(tom.identity, id);
		expect(outside).toBe(false);
	});

	test.each<[string, () => Uint8Array, number]>([
		['an empty frame', () => new Uint8Array(), 4400],
		['an unknown message', () => new Uint8Array([9, 9, 9]), 4400],
		['a message that ends early', () => new Uint8Array([0, 2, 200]), 4400],
		['presence that is no JSON', () => new Uint8Array([1, 5, 1, 1, 1, 1, 123]), 4400],
		['a frame above the limit', () => new Uint8Array(300 * 1024), 4413],
		['a frame far above the limit', () => new Uint8Array(2 * 1024 * 1024), 1009],
		['an update that declares a billion structs', () => syncMessage(2, bomb()), 4400],
		['an update above the limit', () => syncMessage(2, new Uint8Array(200 * 1024)), 4413],
		['random bytes as an update', () => syncMessage(2, new Uint8Array([3, 1, 4, 1, 5, 9, 2, 6])), 4400],
	])('%s ends that connection only', async (_what, frame, code) => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const { id } = await ticketOn(relay, maria);
		const good = connect(relay, relay.device('tom'), `${id}@0`);
		await until(() => expect(good.provider.synced).toBe(true));
		const raw = await rawSocket(relay, maria, `/live/${id}@0`);
		raw.socket.send(frame());
		expect((await raw.closed).code).toBe(code);
		type(good.doc, 'still here');
		await until(() => expect(draftText(relay.relay.read(id) as Y.Doc, 'reply')).toBe('still here'));
		expect(good.closes).toEqual([]);
		expect(relay.failures).toEqual([]);
	});

	test('a state vector that declares more than it holds ends the connection', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const { id } = await ticketOn(relay, maria);
		const raw = await rawSocket(relay, maria, `/live/${id}@0`);
		raw.socket.send(syncMessage(0, new Uint8Array([255, 255, 255, 255, 15])));
		expect((await raw.closed).code).toBe(4400);
	});

	test('a device that sends too much is told so', async () => {
		const rate = { updates: { perSecond: 0, atOnce: 5 }, bytes: { perSecond: 0, atOnce: 1e6 } };
		const relay = await relayWith({ rate });
		const maria = relay.device('maria');
		const { id } = await ticketOn(relay, maria);
		const raw = await rawSocket(relay, maria, `/live/${id}@0`);
		for (let i = 0; i < 10; i++) raw.socket.send(new Uint8Array([3]));
		expect(await raw.closed).toEqual({ code: 4429, reason: 'too-many' });
	});
});

describe('the ends of sockets', () => {
	test('[F103] revoking a device closes its sockets with the reason', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const { id } = await ticketOn(relay, maria);
		const live = await rawSocket(relay, maria, `/live/${id}@0`);
		const poke = await rawSocket(relay, maria, '/replica/poke');
		relay.relay.disconnectDevice(maria.identity.device, 'revoked');
		expect(await live.closed).toEqual({ code: 4403, reason: 'revoked' });
		expect(await poke.closed).toEqual({ code: 4403, reason: 'revoked' });
	});

	test('a relay that stops says so', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const poke = await rawSocket(relay, maria, '/replica/poke');
		await relay.close();
		expect(await poke.closed).toEqual({ code: 1012, reason: 'stopping' });
	});

	test('an erased ticket closes its room', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const { id } = await ticketOn(relay, maria);
		const live = await rawSocket(relay, maria, `/live/${id}@0`);
		relay.relay.erase(id);
		expect(await live.closed).toEqual({ code: 4410, reason: 'gone' });
	});

	test('a poke comes when there is something to pull, to those who see it', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const tom = await rawSocket(relay, relay.device('tom'), '/replica/poke');
		await until(() => expect(tom.messages).toHaveLength(1));
		await ticketOn(relay, maria);
		await until(() => expect(tom.messages.length).toBeGreaterThan(1));
		expect(JSON.parse(String(tom.messages.at(-1)))).toMatchObject({ head: 1, scopeRevision: 1 });
	});
});

/** One client with two to the thirtieth structs, in eleven bytes. */
function bomb(): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, 1);
	encoding.writeVarUint(encoder, 2 ** 30);
	encoding.writeVarUint(encoder, 1);
	encoding.writeVarUint(encoder, 0);
	return encoding.toUint8Array(encoder);
}
