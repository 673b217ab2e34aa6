import fc from 'fast-check';
import * as encoding from 'lib0/encoding';
import { afterEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { Draft, Entry } from '../../../src/lib/domain/entry.ts';
import { encodeHlc } from '../../../src/lib/domain/hlc.ts';
import { deskDocument, type DocumentId, type LineId, type QueueId } from '../../../src/lib/domain/ids.ts';
import { ticketNumber } from '../../../src/lib/domain/ticket-number.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import {
	appendEntries,
	draftFragment,
	readRecord,
	writeMeta,
	writeVerdict,
} from '../../../src/lib/document/record-document.ts';
import { encodePush, type RejectionCode } from '../../../src/lib/protocol/replica.ts';
import { scanUpdate } from '../../../sync-server/admission/scan-update.ts';
import {
	newTicketId,
	newUlid,
	opening,
	startRelay,
	type TestDevice,
	type TestRelay,
} from '../../support/start-relay.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.reverse()) await cleanup();
	cleanups.length = 0;
});

interface World {
	relay: TestRelay;
	maria: TestDevice;
	bad: TestDevice;
	id: DocumentId;
	/** What the bad device has of the ticket. */
	doc: Y.Doc;
	/** The edit of the bad device's document since it was read. */
	edit(): Uint8Array;
	push(update: Uint8Array, device?: TestDevice): Promise<RejectionCode | 'ok' | 'duplicate'>;
}

/** A ticket of Maria's, and another device that has it and means harm. */
async function world(role: 'agent' | 'observer' | 'admin' = 'agent'): Promise<World> {
	const relay = await startRelay();
	cleanups.push(() => relay.close());
	const maria = relay.device('maria');
	const bad = relay.device('bad', { role });
	const mine = new Y.Doc();
	mine.transact(() => {
		writeMeta(mine, 'ticket');
		appendEntries(mine, maria.author, [opening(maria, 1), { kind: 'claimed' }]);
	});
	const id = newTicketId();
	await relay.push(maria, [{ n: 1, document: id, generation: 0, update: Y.encodeStateAsUpdate(mine) }]);
	await relay.relay.settled();
	const doc = new Y.Doc();
	for (const update of (await relay.pull(bad, 0)).documents[0]?.updates ?? []) Y.applyUpdate(doc, update);
	const before = Y.encodeStateVector(doc);
	let n = 0;
	return {
		relay,
		maria,
		bad,
		id,
		doc,
		edit: () => Y.encodeStateAsUpdate(doc, before),
		async push(update, device = bad) {
			const { answers } = await relay.push(device, [{ n: ++n + 100, document: id, generation: 0, update }]);
			const answer = answers[0];
			return answer === undefined ? 'malformed' : answer.kind === 'rejected' ? answer.code : answer.kind;
		},
	};
}

const note: Draft<'note'> = { kind: 'note', text: 'hello', attachments: [] };
const entries = (doc: Y.Doc) => doc.getMap<unknown>('entries');
const firstEntry = (doc: Y.Doc) => [...entries(doc).keys()][0] as string;
const signed = (device: TestDevice, entry: object) => ({
	...entry,
	at: device.author.tick(),
	by: device.identity.agent,
	device: device.identity.device,
});

describe('[AD2..AD10] what a device may not do to a record', () => {
	const cases: [string, RejectionCode, (world: World) => Uint8Array | void][] = [
		[
			'[AD6] overwrite an entry',
			'overwrites-entry',
			({ doc, bad }) => void entries(doc).set(firstEntry(doc), signed(bad, note)),
		],
		['[AD6] delete an entry', 'deletes-entry', ({ doc }) => entries(doc).delete(firstEntry(doc))],
		[
			'[AD10][I11] write a verdict',
			'touches-verdicts',
			({ doc }) => writeVerdict(doc, newUlid(), { kind: 'stamp', at: 1 }),
		],
		[
			'[AD10][I11] take the place of a verdict',
			'touches-verdicts',
			({ doc }) => {
				const key = [...doc.getMap('verdicts').keys()][0] as string;
				doc.getMap('verdicts').set(key, { kind: 'stamp', at: 1 });
			},
		],
		[
			'[AD10][I11] delete a verdict',
			'touches-verdicts',
			({ doc }) => doc.getMap('verdicts').delete([...doc.getMap('verdicts').keys()][0] as string),
		],
		['[AD7] sign as another agent', 'forged-author', ({ doc, maria }) => void appendEntries(doc, maria.author, [note])],
		[
			'[AD7] sign as another device',
			'forged-author',
			({ doc, bad }) => void entries(doc).set(newUlid(), { ...signed(bad, note), device: 'maria' }),
		],
		[
			'[AD7] write what only the relay writes',
			'no-permission',
			({ doc, bad }) => void appendEntries(doc, bad.author, [{ kind: 'erased' }]),
		],
		[
			'[AD6] use a key that is no ULID',
			'invalid-entry',
			({ doc, bad }) => void entries(doc).set('x', signed(bad, note)),
		],
		[
			'[AD6] write an entry of an unknown kind',
			'invalid-entry',
			({ doc, bad }) => void entries(doc).set(newUlid(), signed(bad, { kind: 'mystery' })),
		],
		[
			'[AD6] write an entry with more fields than it has',
			'invalid-entry',
			({ doc, bad }) => void entries(doc).set(newUlid(), signed(bad, { ...note, extra: 1 })),
		],
		[
			'[AD6] write an entry of another kind of record',
			'invalid-entry',
			({ doc, bad }) =>
				void entries(doc).set(newUlid(), signed(bad, { kind: 'address-added', address: 'a@b.example' })),
		],
		[
			'[AD6] write a shared type as an entry',
			'invalid-entry',
			({ doc }) => void entries(doc).set(newUlid(), new Y.Map()),
		],
		[
			'[AD6] open a ticket twice',
			'invalid-entry',
			({ doc, bad }) => void entries(doc).set(newUlid(), { ...signed(bad, opening(bad, 2)), at: encodeHlc(1) }),
		],
		['[AD4] put a document into the document', 'malformed', ({ doc }) => void entries(doc).set(newUlid(), new Y.Doc())],
		['[AD4] bring a root type of its own', 'malformed', ({ doc }) => void doc.getMap('mine').set('a', 1)],
		[
			'[AD4] hide a root type behind a known one',
			'malformed',
			({ doc, bad }) => {
				appendEntries(doc, bad.author, [note]);
				doc.getText('mine').insert(0, 'hidden');
			},
		],
		['[AD5] change what the document is', 'overwrites-entry', ({ doc }) => void doc.getMap('meta').set('schema', 2)],
		['[AD5] say more in meta', 'malformed', ({ doc }) => void doc.getMap('meta').set('audience', 'all')],
		[
			'[AD9] move a ticket to a line it does not see',
			'no-access',
			({ doc, bad }) =>
				void appendEntries(doc, bad.author, [
					{ kind: 'line-set', line: 'sales' as LineId, queue: 'inbox' as QueueId, replaces: [] },
				]),
		],
		[
			'[AD2] write with the client id of another device',
			'forged-client',
			({ doc, bad, relay, id }) => {
				const known = relay.relay.read(id) as Y.Doc;
				const client = [...known.store.clients.keys()].find((key) => key !== doc.clientID);
				doc.clientID = client as number;
				appendEntries(doc, bad.author, [note]);
			},
		],
		[
			'[AD3] build on what nobody has',
			'missing-base',
			({ doc, bad }) => {
				appendEntries(doc, bad.author, [note]);
				const before = Y.encodeStateVector(doc);
				appendEntries(doc, bad.author, [note]);
				return Y.encodeStateAsUpdate(doc, before);
			},
		],
	];

	test.each(cases)('%s: refused as %s, nothing stored, nothing passed on', async (_what, code, attack) => {
		const at = await world();
		const { relay, id, maria } = at;
		const before = Y.encodeStateAsUpdate(relay.relay.read(id) as Y.Doc);
		const head = relay.relay.head();
		const update = attack(at) ?? at.edit();
		expect(await at.push(update)).toBe(code);
		expect(relay.relay.head()).toBe(head);
		expect(Y.encodeStateAsUpdate(relay.relay.read(id) as Y.Doc)).toEqual(before);
		expect((await relay.pull(maria, head)).documents).toEqual([]);
		expect(relay.failures).toEqual([]);
	});

	test('[AD2] a client id that was refused is not bound, and one that was used stays bound', async () => {
		const at = await world();
		const other = new Y.Doc();
		other.clientID = 777;
		Y.applyUpdate(other, Y.encodeStateAsUpdate(at.doc));
		const before = Y.encodeStateVector(other);
		appendEntries(other, at.maria.author, [note]);
		const honest = Y.encodeStateAsUpdate(other, before);
		expect(await at.push(honest, at.bad)).toBe('forged-author');
		expect(await at.push(honest, at.maria)).toBe('ok');
		const again = new Y.Doc();
		Y.applyUpdate(again, Y.encodeStateAsUpdate(other));
		again.clientID = 777;
		const later = Y.encodeStateVector(again);
		appendEntries(again, at.bad.author, [note]);
		expect(await at.push(Y.encodeStateAsUpdate(again, later), at.bad)).toBe('forged-client');
		// What is already here may come from anybody.
		expect(await at.push(honest, at.bad)).toBe('ok');
	});

	test('[AD13] an observer adds nothing, and may repeat what is there', async () => {
		const at = await world('observer');
		expect(await at.push(Y.encodeStateAsUpdate(at.doc))).toBe('ok');
		at.doc.transact(() => draftFragment(at.doc, 'note').push([new Y.XmlText('x')]));
		expect(await at.push(at.edit())).toBe('no-permission');
		expect(await at.push(at.edit(), at.maria)).toBe('ok');
	});

	test('[AD8] a number must come from the device’s own block, and belongs to one ticket', async () => {
		const at = await world();
		const pushNew = async (number: string, n: number) => {
			const doc = new Y.Doc();
			doc.transact(() => {
				writeMeta(doc, 'ticket');
				appendEntries(doc, at.bad.author, [{ ...opening(at.bad, 5), number }]);
			});
			const { answers } = await at.relay.push(at.bad, [
				{ n, document: newTicketId(), generation: 0, update: Y.encodeStateAsUpdate(doc) },
			]);
			return answers[0];
		};
		expect(await pushNew(ticketNumber(at.maria.block, 9), 1)).toMatchObject({ code: 'foreign-number' });
		expect(await pushNew(ticketNumber(at.bad.block, 9), 2)).toMatchObject({ kind: 'ok' });
		expect(await pushNew(ticketNumber(at.bad.block, 9), 3)).toMatchObject({ code: 'foreign-number' });
	});

	test('[AD1] a document may not grow above its limit', async () => {
		const at = await world();
		let result: string = 'ok';
		for (let i = 0; i < 40 && result === 'ok'; i++) {
			const before = Y.encodeStateVector(at.doc);
			appendEntries(at.doc, at.bad.author, [{ ...note, text: 'x'.repeat(45_000) }]);
			result = await at.push(Y.encodeStateAsUpdate(at.doc, before));
		}
		expect(result).toBe('document-too-big');
		expect(Y.encodeStateAsUpdate(at.relay.relay.read(at.id) as Y.Doc).length).toBeLessThan(1024 * 1024);
	});

	test('a good and a bad update of one moment: the good one is stored, the bad one is not', async () => {
		const at = await world();
		const good = new Y.Doc();
		Y.applyUpdate(good, Y.encodeStateAsUpdate(at.doc));
		const before = Y.encodeStateVector(good);
		appendEntries(good, at.maria.author, [note]);
		entries(at.doc).delete(firstEntry(at.doc));
		const submit = (device: TestDevice, n: number, update: Uint8Array) =>
			at.relay.relay.push(device.identity, encodePush([{ n, document: at.id, generation: 0, update }]));
		const [bad, fine] = await Promise.all([
			submit(at.bad, 900, at.edit()),
			submit(at.maria, 900, Y.encodeStateAsUpdate(good, before)),
		]);
		expect(bad).toMatchObject({ body: { answers: [{ code: 'deletes-entry' }] } });
		expect(fine).toMatchObject({ body: { answers: [{ kind: 'ok' }] } });
		expect((at.relay.relay.read(at.id) as Y.Doc).getMap('entries').size).toBe(3);
	});
});

describe('[AD11][AD12] standing documents', () => {
	async function pushTo(
		relay: TestRelay,
		device: TestDevice,
		document: DocumentId,
		write: (doc: Y.Doc) => void,
		n: number,
	) {
		const doc = new Y.Doc();
		write(doc);
		const { answers } = await relay.push(device, [{ n, document, generation: 0, update: Y.encodeStateAsUpdate(doc) }]);
		return answers[0];
	}

	test('configuration is written by admins, valid under its key; agents stand there as the relay writes them', async () => {
		const { relay } = await world();
		const ada = relay.device('ada', { role: 'admin' });
		const tom = relay.device('tom');
		const line = { id: 'sales' as LineId, name: 'Sales', addresses: [], colour: 1 };
		const put = (device: TestDevice, key: string, value: object, n: number) =>
			pushTo(relay, device, deskDocument, (doc) => writeDeskValue(doc, key as never, value), n);
		expect(await put(tom, 'line:sales', line, 1)).toMatchObject({ code: 'no-permission' });
		expect(await put(ada, 'line:other', line, 1)).toMatchObject({ code: 'invalid-entry' });
		expect(await put(ada, 'colour', line, 2)).toMatchObject({ code: 'invalid-entry' });
		expect(await put(ada, 'agent:ada', { id: 'ada' }, 3)).toMatchObject({ code: 'no-permission' });
		expect(await put(ada, 'line:sales', line, 4)).toMatchObject({ kind: 'ok' });
		expect(relay.relay.readDesk().lines).toEqual([line]);
	});

	test('what was configured is removed with null where nothing points to it', async () => {
		const { relay } = await world();
		const ada = relay.device('ada', { role: 'admin' });
		const doc = new Y.Doc();
		let n = 0;
		const put = async (key: string, value: object | null) => {
			writeDeskValue(doc, key as never, value);
			const edit = { n: ++n, document: deskDocument, generation: 0, update: Y.encodeStateAsUpdate(doc) };
			return (await relay.push(ada, [edit])).answers[0];
		};
		const module = { id: 'hello', name: 'Hello', line: null, language: 'en', text: 'Hello' };
		expect(await put('module:hello', module)).toMatchObject({ kind: 'ok' });
		expect(relay.relay.readDesk().textModules).toEqual([module]);
		expect(await put('module:hello', null)).toMatchObject({ kind: 'ok' });
		expect(relay.relay.readDesk().textModules).toEqual([]);
		expect(await put('line:sales', null)).toMatchObject({ code: 'invalid-entry' });
	});

	test('me:<agent> is that agent’s alone', async () => {
		const { relay, maria, bad } = await world();
		const write = (doc: Y.Doc) => void doc.getMap('settings').set('language', 'de');
		expect(await pushTo(relay, bad, 'me:maria' as DocumentId, write, 1)).toMatchObject({ code: 'no-access' });
		expect(await pushTo(relay, maria, 'me:maria' as DocumentId, write, 2)).toMatchObject({ kind: 'ok' });
		const page = await relay.pull(bad, 0);
		expect(page.documents.map(({ document }) => document)).not.toContain('me:maria');
	});
});

describe('[AD1] bytes from outside', () => {
	test('every valid update passes the scan, which counts as Yjs does', () => {
		const value = fc.jsonValue({ maxDepth: 3 });
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), value), { size: 'max', maxLength: 30 }), (pairs) => {
				const doc = new Y.Doc();
				const peer = new Y.Doc();
				for (const [text, json] of pairs) {
					doc.getMap('m').set(text.slice(0, 3), json);
					doc.getText('t').insert(0, text.isWellFormed() ? text : 'x', text.length % 3 === 0 ? { bold: true } : {});
					doc.getArray('a').push([json, text.length, new Uint8Array([1])]);
					doc.getXmlFragment('x').push([new Y.XmlElement('p')]);
					if (doc.getText('t').length > 4) doc.getText('t').delete(1, 2);
					Y.applyUpdate(peer, Y.encodeStateAsUpdate(doc));
					peer.getText('t').insert(0, 'peer');
					Y.applyUpdate(doc, Y.encodeStateAsUpdate(peer));
				}
				const update = Y.encodeStateAsUpdate(doc);
				const scan = scanUpdate(update);
				expect(scan).toBeDefined();
				const meta = Y.parseUpdateMeta(update);
				expect(new Map(scan?.clients.map(({ client, to }) => [client, to]))).toEqual(meta.to);
			}),
			{ numRuns: 30 },
		);
	});

	test('mutated updates are answered by name, crash nothing and change no entry', async () => {
		const at = await world();
		appendEntries(at.doc, at.bad.author, [note]);
		at.doc.transact(() => draftFragment(at.doc, 'reply').push([new Y.XmlText('draft')]));
		const valid = at.edit();
		const known = new Map(readFacts(at.relay.relay.read(at.id) as Y.Doc));
		const whole = Y.encodeStateAsUpdate(at.doc);
		const mutation = fc.oneof(
			fc.record({ kind: fc.constant('set' as const), at: fc.nat(), value: fc.nat(255) }),
			fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), value: fc.nat(20) }),
			fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), value: fc.nat(255) }),
		);
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(valid, whole),
				fc.array(mutation, { minLength: 1, maxLength: 6, size: 'max' }),
				async (update, mutations) => {
					const bytes = [...update];
					for (const { kind, at: place, value } of mutations) {
						const index = place % Math.max(1, bytes.length);
						if (kind === 'set') bytes[index] = value;
						else if (kind === 'cut') bytes.splice(index, value);
						else bytes.splice(index, 0, value);
					}
					await at.push(Uint8Array.from(bytes));
					const now = readFacts(at.relay.relay.read(at.id) as Y.Doc);
					for (const [id, entry] of known) expect(now.get(id)).toEqual(entry);
					for (const [id, entry] of now) {
						if (known.has(id)) continue;
						expect(entry).toMatchObject({ by: 'bad', device: 'bad' });
						known.set(id, entry);
					}
				},
			),
			{ numRuns: 400 },
		);
		expect(at.relay.failures).toEqual([]);
		// Others work on as before.
		const fresh = new Y.Doc();
		Y.applyUpdate(fresh, Y.encodeStateAsUpdate(at.relay.relay.read(at.id) as Y.Doc));
		const before = Y.encodeStateVector(fresh);
		appendEntries(fresh, at.maria.author, [note]);
		expect(await at.push(Y.encodeStateAsUpdate(fresh, before), at.maria)).toBe('ok');
	}, 60_000);

	test('random bytes as a push are answered, never with a crash', async () => {
		const { relay, bad } = await world();
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 200, size: 'max' }), async (bytes) => {
				const answer = await relay.relay.push(bad.identity, bytes);
				expect(['ok', 'refused']).toContain(answer.kind);
			}),
			{ numRuns: 300 },
		);
		expect(relay.failures).toEqual([]);
	});

	test('[F110] writing past thousands of items at one place is refused, and the relay stays as it was', async () => {
		const { relay, bad, id, doc, edit, push } = await world();
		const base = Y.encodeStateAsUpdate(doc);
		const prepend = (to: Y.Doc, count: number) => {
			for (let i = 0; i < count; i++) draftFragment(to, 'reply').insert(0, [new Y.XmlText()]);
		};
		prepend(doc, 8000);
		expect(await push(edit())).toBe('ok');
		const known = Y.encodeStateVectorFromUpdate(base);
		const crowd = Array.from({ length: 300 }, () => {
			const other = new Y.Doc();
			Y.applyUpdate(other, base);
			prepend(other, 1);
			return Y.encodeStateAsUpdate(other, known);
		});
		expect(await push(Y.mergeUpdates(crowd))).toBe('document-too-big');
		expect(draftFragment(relay.relay.read(id) as Y.Doc, 'reply').length).toBe(8000);
		appendEntries(doc, bad.author, [note]);
		expect(await push(edit())).toBe('ok');
		expect(relay.failures).toEqual([]);
	});

	test('a declared count that is not there is refused before it is believed', () => {
		const encoder = encoding.createEncoder();
		encoding.writeVarUint(encoder, 1);
		encoding.writeVarUint(encoder, 2 ** 30);
		encoding.writeVarUint(encoder, 1);
		encoding.writeVarUint(encoder, 0);
		const bomb = encoding.toUint8Array(encoder);
		expect(bomb.length).toBeLessThan(12);
		expect(scanUpdate(bomb)).toBeUndefined();
	});

	test('a client named twice in one update is refused: Yjs would keep the second only', () => {
		const doc = new Y.Doc();
		doc.getMap('entries').set('a', 1);
		const update = Y.encodeStateAsUpdate(doc);
		const section = update.subarray(1, update.length - 1);
		const twice = Uint8Array.from([2, ...section, ...section, 0]);
		expect(scanUpdate(update)).toBeDefined();
		expect(scanUpdate(twice)).toBeUndefined();
	});
});

function readFacts(doc: Y.Doc): ReadonlyMap<string, Entry> {
	const reading = readRecord(doc);
	return reading.kind === 'record' ? reading.facts.entries : new Map();
}
