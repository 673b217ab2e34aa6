import * as encoding from 'lib0/encoding';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { DocumentId } from '../../../src/lib/domain/ids.ts';
import { appendEntries, roots, writeMeta } from '../../../src/lib/document/record-document.ts';
import { closeReasons, isCloseReason } from '../../../src/lib/protocol/close-reasons.ts';
import type { EditAnswer } from '../../../src/lib/protocol/replica.ts';
import { newTicketId, opening, startRelay, type TestDevice, type TestRelay } from '../../support/start-relay.ts';
import { fuzz, fuzzTimeout, type Chance } from './fuzzing.ts';
import { damaged, grownUpdate, type Target } from './update-grammar.ts';

/** Stands in a ticket of another line: not a byte of it may ever reach the hostile device. */
const secret = 'words for sales alone';
const wide = { perSecond: 1e9, atOnce: 1e9 };

interface World {
	relay: TestRelay;
	bad: TestDevice;
	/** Of its own line, and of another one. */
	seen: DocumentId;
	hidden: DocumentId;
	target: Target;
	/** Throws if anything is not as it was. */
	check(): void;
}

let world: World;
beforeEach(async () => {
	const relay = await startRelay({ rate: { updates: wide, bytes: wide } });
	const maria = relay.device('maria');
	const sue = relay.device('sue', { lines: ['sales'] });
	const bad = relay.device('bad');
	const open = async (device: TestDevice, line: string, text: string) => {
		const doc = new Y.Doc();
		doc.transact(() => {
			writeMeta(doc, 'ticket');
			appendEntries(doc, device.author, [
				opening(device, 1, line),
				{ kind: 'note', text, attachments: [] },
				{ kind: 'claimed' },
			]);
		});
		const id = newTicketId();
		await relay.push(device, [{ n: 1, document: id, generation: 0, update: Y.encodeStateAsUpdate(doc) }]);
		await relay.relay.settled();
		return id;
	};
	const seen = await open(maria, 'support', 'for everybody of support');
	const hidden = await open(sue, 'sales', secret);
	const read = (id: DocumentId) => relay.relay.read(id) as Y.Doc;
	const entriesOf = (doc: Y.Doc) =>
		new Map(Object.entries(doc.getMap(roots.entries).toJSON() as Record<string, object>));
	const known = entriesOf(read(seen));
	const verdicts = JSON.stringify(read(seen).getMap('verdicts'));
	const untouched = Y.encodeStateAsUpdate(read(hidden));
	const target: Target = {
		clients: [...Y.decodeStateVector(Y.encodeStateVector(read(seen)))].map(([client, clock]) => ({ client, clock })),
		entries: [...known.keys()],
		agents: ['maria', 'sue', 'relay'],
		self: 'bad',
		tick: () => bad.author.tick(),
	};
	const check = () => {
		expect(relay.failures).toEqual([]);
		expect(Y.encodeStateAsUpdate(read(hidden))).toEqual(untouched);
		const now = entriesOf(read(seen));
		for (const [id, entry] of known) expect(now.get(id)).toEqual(entry);
		for (const [id, entry] of now) if (!known.has(id)) expect(entry).toMatchObject({ by: 'bad', device: 'bad' });
		expect(JSON.stringify(read(seen).getMap('verdicts')).slice(0, verdicts.length - 1)).toBe(verdicts.slice(0, -1));
	};
	world = { relay, bad, seen, hidden, target, check };
});
afterEach(async () => {
	await world.relay.close();
});

const rejections: Record<Extract<EditAnswer, { kind: 'rejected' }>['code'], true> = {
	...{ malformed: true, 'too-big': true, 'document-too-big': true, 'forged-client': true, 'forged-author': true },
	...{ 'overwrites-entry': true, 'deletes-entry': true, 'touches-verdicts': true, 'invalid-entry': true },
	...{ 'no-permission': true, 'no-access': true, 'other-generation': true, gone: true, 'foreign-number': true },
	'missing-base': true,
};

/** The relay still takes what is right. */
async function expectHonestWork({ relay, seen }: World): Promise<void> {
	const tom = relay.device('tom');
	const doc = new Y.Doc();
	Y.applyUpdate(doc, Y.encodeStateAsUpdate(relay.relay.read(seen) as Y.Doc));
	const before = Y.encodeStateVector(doc);
	appendEntries(doc, tom.author, [{ kind: 'note', text: 'still here', attachments: [] }]);
	const update = Y.encodeStateAsUpdate(doc, before);
	const { answers } = await relay.push(tom, [{ n: 1, document: seen, generation: 0, update }]);
	expect(answers).toMatchObject([{ kind: 'ok' }]);
}

describe('a device that means harm', { timeout: fuzzTimeout }, () => {
	test('pushes whatever it likes: every edit is answered by name, and nobody else is touched', async () => {
		const { relay, bad, check } = world;
		const answered = new Set<string>();
		await fuzz('pushes', 300, async (chance) => {
			const result = await relay.relay.push(bad.identity, pushBody(chance, world));
			if (result.kind === 'refused') {
				expect(isCloseReason(result.reason)).toBe(true);
				answered.add(result.reason);
			} else {
				for (const answer of result.body.answers) {
					if (answer.kind === 'rejected') expect(rejections[answer.code]).toBe(true);
					answered.add(answer.kind === 'rejected' ? answer.code : answer.kind);
				}
			}
			check();
		});
		// The grammar reaches past the first check.
		for (const name of ['malformed', 'forged-client', 'no-access', 'missing-base'])
			expect([...answered]).toContain(name);
		expect(answered.size).toBeGreaterThan(6);
		await expectHonestWork(world);
	});

	test('speaks whatever it likes on sockets: they stay or end by name, and it hears nothing that is not its own', async () => {
		const { relay, bad, check } = world;
		const ends = new Set<string>();
		await fuzz('frames', 120, async (chance) => {
			const { heard, end } = await talk(
				relay,
				bad,
				room(chance, world),
				chance.some(5, () => frame(chance, world)),
			);
			expect(heard).not.toContain(secret);
			ends.add(end);
			check();
		});
		for (const name of ['malformed', 'no-access', 'not-found', 'stayed']) expect([...ends]).toContain(name);
		await expectHonestWork(world);
	});
});

function pushBody(chance: Chance, { seen, hidden, target }: World): Uint8Array {
	const encoder = encoding.createEncoder();
	const edits = chance.upTo(4);
	encoding.writeVarUint(encoder, chance.oneIn(30) ? 2 ** 31 : edits);
	for (let i = 0; i < edits; i++) {
		encoding.writeVarUint(encoder, chance.of([1 + chance.upTo(1_000_000), 2, 2 ** 53 - 1, 0]));
		encoding.writeVarString(encoder, document(chance, seen, hidden));
		encoding.writeVarUint(encoder, chance.oneIn(8) ? chance.upTo(4) : 0);
		encoding.writeVarUint8Array(encoder, grownUpdate(chance, target));
	}
	const bytes = encoding.toUint8Array(encoder);
	return chance.oneIn(8) ? damaged(chance, bytes) : bytes;
}

function document(chance: Chance, seen: string, hidden: string): string {
	if (!chance.oneIn(4)) return chance.oneIn(6) ? hidden : seen;
	return chance.of(['desk', 'me:bad', 'me:sue', newTicketId(), `article/${'0'.repeat(26)}`, '../desk', 'ticket/x', '']);
}

function room(chance: Chance, { seen, hidden }: World): string {
	const name = document(chance, seen, hidden);
	return encodeURIComponent(chance.of([name, name, name, `${name}@0`, `${name}@7`, `${name}@-1`, '%']));
}

function frame(chance: Chance, { target }: World): Uint8Array {
	const encoder = encoding.createEncoder();
	const type = chance.of([0, 0, 0, 1, 1, 2, 3, 4, 2 ** 31]);
	encoding.writeVarUint(encoder, type);
	if (type === 0) {
		const kind = chance.of([0, 1, 2, 2, 3]);
		encoding.writeVarUint(encoder, kind);
		encoding.writeVarUint8Array(encoder, kind === 0 ? stateVector(chance, target) : grownUpdate(chance, target));
	} else if (type === 1) encoding.writeVarUint8Array(encoder, awareness(chance, target));
	const bytes = encoding.toUint8Array(encoder);
	return chance.oneIn(8) ? damaged(chance, bytes) : bytes;
}

function stateVector(chance: Chance, { clients }: Target): Uint8Array {
	const encoder = encoding.createEncoder();
	const claimed = chance.oneIn(20) ? 2 ** 31 : chance.upTo(3);
	encoding.writeVarUint(encoder, claimed);
	for (let i = 0; i < Math.min(claimed, 3); i++) {
		encoding.writeVarUint(encoder, chance.of([...clients.map(({ client }) => client), 1, 2 ** 53 - 1]));
		encoding.writeVarUint(encoder, chance.of([0, 1, 2 ** 31]));
	}
	return encoding.toUint8Array(encoder);
}

function awareness(chance: Chance, { clients }: Target): Uint8Array {
	const encoder = encoding.createEncoder();
	const states = chance.oneIn(20) ? 2 ** 31 : chance.upTo(3);
	encoding.writeVarUint(encoder, states);
	for (let i = 0; i < Math.min(states, 3); i++) {
		encoding.writeVarUint(encoder, chance.of([...clients.map(({ client }) => client), 1, 2 ** 32]));
		encoding.writeVarUint(encoder, chance.of([0, 1, 2 ** 31, 2 ** 53 - 1]));
		const says = [
			'null',
			'{',
			'{"agent":"sue"}',
			'{"user":{"name":"<b>"}}',
			'[]',
			'"x"',
			`{"a":"${'x'.repeat(3_000)}"}`,
		];
		encoding.writeVarString(encoder, chance.of(says));
	}
	return encoding.toUint8Array(encoder);
}

/** Sends frames in a room and asks for its content; resolves when that was answered or the socket has ended. */
function talk(
	relay: TestRelay,
	device: TestDevice,
	name: string,
	frames: Uint8Array[],
): Promise<{ heard: string; end: string }> {
	return new Promise((resolve, reject) => {
		const socket = new WebSocket(`${relay.liveUrl}/${name}`, { headers: { cookie: device.cookie } });
		let heard = '';
		socket.on('open', () => {
			for (const bytes of frames) socket.send(bytes);
			// Step 1 with nothing known; its answer is the last word.
			socket.send(Uint8Array.from([0, 0, 1, 0]));
			socket.ping();
		});
		socket.on('message', (data: Buffer) => (heard += data.toString('latin1')));
		socket.on('pong', () => {
			socket.terminate();
			resolve({ heard, end: 'stayed' });
		});
		socket.on('close', (code, why) => {
			const end = why.toString();
			if (code === 1006) return;
			if (!isCloseReason(end) || closeReasons[end].code !== code) reject(new Error(`closed ${code} ${end}`));
			else resolve({ heard, end });
		});
		socket.on('error', reject);
	});
}
