import { afterEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { Draft } from '../../../src/lib/domain/entry.ts';
import type { AgentId, DocumentId, QueueId } from '../../../src/lib/domain/ids.ts';
import { dayMs } from '../../../src/lib/domain/tier.ts';
import { appendEntries, readRecord, writeMeta } from '../../../src/lib/document/record-document.ts';
import { updatesToRow } from '../../../src/lib/projection/document-row.ts';
import { decodePage, encodePage, type Page } from '../../../src/lib/protocol/replica.ts';
import { readHeader } from '../../../src/lib/protocol/ticket-header.ts';
import { newTicketId, opening, startRelay, type TestDevice, type TestRelay } from '../../support/start-relay.ts';

let started: TestRelay[] = [];
afterEach(async () => {
	for (const relay of started) await relay.close();
	started = [];
});

async function relayAt(clock: { now: number }) {
	const relay = await startRelay({ now: () => clock.now });
	started.push(relay);
	return relay;
}

let counter = 0;
const closed: Draft<'status-set'> = { kind: 'status-set', status: 'closed', seen: null, replaces: [] };

async function write(
	relay: TestRelay,
	device: TestDevice,
	drafts: readonly Draft[],
	line = 'support',
): Promise<DocumentId> {
	const document = newTicketId();
	const doc = new Y.Doc();
	doc.transact(() => {
		writeMeta(doc, 'ticket');
		appendEntries(doc, device.author, [opening(device, ++counter, line), ...drafts]);
	});
	const { answers } = await relay.push(device, [
		{ n: counter, document, generation: 0, update: Y.encodeStateAsUpdate(doc) },
	]);
	expect(answers[0]?.kind).toBe('ok');
	return document;
}

const pageOf = (answer: Awaited<ReturnType<TestRelay['relay']['pull']>>): Page => {
	if (answer.kind !== 'ok') throw new Error(answer.reason);
	return decodePage(answer.body as Uint8Array);
};

const hundredDays = 100 * dayMs;
const begin = Date.parse('2026-01-05T09:00:00Z');

describe('what is cold for a device comes as a header', () => {
	test('closed and old: the header alone, and it is the row that the document gives', async () => {
		const clock = { now: begin };
		const relay = await relayAt(clock);
		const maria = relay.device('maria');
		const tom = relay.device('tom');
		const old = await write(relay, maria, [closed]);
		const open = await write(relay, maria, []);
		clock.now += hundredDays;
		const young = await write(relay, maria, [closed]);
		const page = await relay.bootstrap(tom, { recentDays: 90 });
		expect(page.documents.map(({ document }) => document).sort()).toEqual([open, young].sort());
		const header = page.headers?.find(({ document }) => document === old);
		expect(page.headers).toHaveLength(1);
		const whole = await relay.bootstrap(tom, {});
		const document = whole.documents.find((news) => news.document === old);
		expect(whole.headers).toBeUndefined();
		expect(readHeader(old, header?.header ?? '')).toEqual(updatesToRow(old, document?.updates ?? []));
		expect(header?.head).toBe(document?.head);
		// Made once, then kept.
		expect(relay.database.db.prepare('SELECT count(*) AS n FROM doc_headers').get()).toEqual({ n: 1 });
		expect((await relay.bootstrap(tom, { recentDays: 90 })).headers).toEqual(page.headers);
		const onlyHeaders = await relay.bootstrap(tom, { recentDays: 90, only: 'headers' });
		expect([onlyHeaders.documents, onlyHeaders.headers]).toEqual([[], page.headers]);
	});

	test('[TI2] what the agent holds or is assigned comes whole', async () => {
		const clock = { now: begin };
		const relay = await relayAt(clock);
		const maria = relay.device('maria');
		const tom = relay.device('tom');
		const old = await write(relay, maria, [{ kind: 'assigned', agent: 'tom' as AgentId, replaces: [] }, closed]);
		clock.now += hundredDays;
		expect((await relay.bootstrap(tom, { recentDays: 90 })).documents.map(({ document }) => document)).toEqual([old]);
		expect((await relay.bootstrap(maria, { recentDays: 90 })).headers?.map(({ document }) => document)).toEqual([old]);
	});

	test('[F45] no header, and no document by name, leaves the lines that the device may see', async () => {
		const clock = { now: begin };
		const relay = await relayAt(clock);
		const maria = relay.device('maria', { lines: ['support', 'secret'] });
		const tom = relay.device('tom');
		const hidden = await write(relay, maria, [closed], 'secret');
		const seen = await write(relay, maria, [closed]);
		clock.now += hundredDays;
		const page = await relay.bootstrap(tom, { recentDays: 90 });
		expect(page.headers?.map(({ document }) => document)).toEqual([seen]);
		expect((await relay.bootstrap(maria, { recentDays: 90 })).headers).toHaveLength(2);
		const pulled = pageOf(await relay.relay.pull(tom.identity, { cursor: 0, scopeRevision: 1, recentDays: 90 }));
		expect(pulled.headers?.map(({ document }) => document)).toEqual([seen]);
		const asked = pageOf(
			await relay.relay.documents(tom.identity, {
				documents: [hidden, seen].map((document) => ({ document, generation: 0, head: 0 })),
			}),
		);
		expect(asked.documents.map(({ document }) => document)).toEqual([seen]);
		expect(asked.dropped).toEqual([hidden]);
	});

	test('a document by name: all of it, its tail, or that it is gone', async () => {
		const clock = { now: begin };
		const relay = await relayAt(clock);
		const maria = relay.device('maria');
		const old = await write(relay, maria, [closed]);
		const ask = async (head: number, generation = 0) =>
			pageOf(await relay.relay.documents(maria.identity, { documents: [{ document: old, generation, head }] }));
		const whole = (await ask(0)).documents[0];
		expect(whole?.from).toBe('snapshot');
		const doc = new Y.Doc();
		for (const update of whole?.updates ?? []) Y.applyUpdate(doc, update);
		const before = Y.encodeStateVector(doc);
		appendEntries(doc, maria.author, [{ kind: 'note', text: 'more', attachments: [] }]);
		await relay.push(maria, [
			{ n: ++counter, document: old, generation: 0, update: Y.encodeStateAsUpdate(doc, before) },
		]);
		const tail = (await ask(whole?.head ?? 0)).documents[0];
		expect([tail?.from, tail?.updates.length]).toEqual(['tail', 1]);
		expect((await ask(whole?.head ?? 0, 7)).documents[0]?.from).toBe('snapshot');
		relay.relay.erase(old);
		expect((await ask(0)).gone).toEqual([old]);
	});

	test('an erased ticket takes its header with it', async () => {
		const clock = { now: begin };
		const relay = await relayAt(clock);
		const maria = relay.device('maria');
		const old = await write(relay, maria, [closed]);
		clock.now += hundredDays;
		await relay.bootstrap(maria, { recentDays: 90 });
		const count = relay.database.db.prepare('SELECT count(*) AS n FROM doc_headers');
		expect(count.get()).toEqual({ n: 1 });
		relay.relay.erase(old);
		expect(count.get()).toEqual({ n: 0 });
	});

	test('an entry of a device that never had the rest of the document is taken, and merges', async () => {
		const relay = await relayAt({ now: begin });
		const maria = relay.device('maria');
		const tom = relay.device('tom');
		const old = await write(relay, maria, [{ kind: 'queue-set', queue: 'support-front' as QueueId, replaces: [] }]);
		const bare = new Y.Doc();
		appendEntries(bare, tom.author, [{ kind: 'note', text: 'from the train', attachments: [] }, { kind: 'claimed' }]);
		const { answers } = await relay.push(tom, [
			{ n: 1, document: old, generation: 0, update: Y.encodeStateAsUpdate(bare) },
		]);
		expect(answers[0]?.kind).toBe('ok');
		await relay.relay.settled();
		const page = await relay.pull(maria, 0);
		for (const update of page.documents.find(({ document }) => document === old)?.updates ?? [])
			Y.applyUpdate(bare, update);
		const reading = readRecord(bare);
		const kinds = reading.kind === 'record' ? [...reading.facts.entries.values()].map(({ kind }) => kind) : [];
		expect(kinds.sort()).toEqual(['claimed', 'note', 'opened', 'queue-set']);
	});
});

test('a page with headers is read as it was written', () => {
	const page: Page = {
		documents: [],
		headers: [{ document: newTicketId(), generation: 2, head: 9, header: '{"subject":"Ü"}' }],
		...{ gone: [], dropped: [], cursor: 3, next: null, total: 1, relayTime: 5, era: 1, scopeRevision: 1 },
	};
	expect(decodePage(encodePage(page))).toEqual(page);
	expect(readHeader(newTicketId(), '{"status":"nonsense"}')).toBeUndefined();
	expect(readHeader(newTicketId(), 'no json')).toBeUndefined();
});
