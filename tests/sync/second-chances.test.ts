import * as Y from 'yjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDesk } from '../../src/lib/create-desk.ts';
import type { Desk } from '../../src/lib/desk.ts';
import { mayRetry } from '../../src/lib/desk/may-retry.ts';
import { hlcTime } from '../../src/lib/domain/hlc.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { addNote, type NewTicket } from '../../src/lib/domain/ticket-command.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import { StoreFailure } from '../../src/lib/store/store-failure.ts';
import { relaySide } from '../../src/lib/sync/relay-side.ts';
import { createMemoryKeys } from '../../src/lib/sync/device-key.ts';
import { contentOf, fillCounting, ticketId, ticketUpdate } from './device.ts';
import { createFakeRelay, type FakeRelay } from './fake-relay.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

let time: VirtualTime;
let relay: FakeRelay;
const open: Desk[] = [];

beforeEach(() => {
	time = createVirtualTime();
	relay = createFakeRelay(time.now);
});
afterEach(async () => {
	for (const desk of open.splice(0)) desk.close();
	await time.settle();
});

async function seat(agent: string) {
	const line = relay.connect(agent, ['support']);
	const store = createMemoryRecordStore({ now: time.now, project: updatesToRow });
	const desk = await createDesk({
		...{ store, transport: line.transport, session: line.session, keys: createMemoryKeys(), time },
		fillRandom: fillCounting,
		relaySide: async () => relaySide,
	});
	open.push(desk);
	await time.advance(1000);
	return { desk, line, store };
}
const pass = () => time.advance(2000);
const note = (desk: Desk, ticket: DocumentId, text: string) =>
	desk.act(ticket, 'note', () => addNote(text, undefined, []));
const call: Omit<NewTicket, 'number'> = {
	subject: 'Printer is on fire',
	line: 'support' as never,
	queue: 'front' as never,
	channel: 'phone',
	text: 'Please help',
	attachments: [],
};

describe('[F113] an edit that the relay refused', () => {
	it('is sent again as a new one when the reason may have passed, and then counts', async () => {
		const { desk } = await seat('maria');
		const made = await desk.createTicket(call);
		if (made.kind !== 'ok') throw new Error(JSON.stringify(made));
		await pass();
		relay.judge = () => 'no-permission';
		await note(desk, made.document, 'refused at first');
		await pass();
		const [refused] = desk.outbox.current;
		expect(refused).toMatchObject({ rejected: 'no-permission' });
		expect(desk.sync.current).toMatchObject({ kind: 'problem', problem: 'rejected' });
		relay.judge = () => undefined;
		expect(await desk.retryEdit(refused!.n)).toBe(true);
		await pass();
		expect(desk.outbox.current).toEqual([]);
		expect(desk.sync.current.kind).toBe('current');
		expect(contentOf(relay.state(made.document))).toContain('refused at first');
	});

	it('is refused again with its reason when the reason has not passed', async () => {
		const { desk } = await seat('maria');
		const made = await desk.createTicket(call);
		if (made.kind !== 'ok') throw new Error(JSON.stringify(made));
		await pass();
		relay.judge = () => 'malformed';
		await note(desk, made.document, 'never');
		await pass();
		const [first] = desk.outbox.current;
		await desk.retryEdit(first!.n);
		await pass();
		const [second] = desk.outbox.current;
		expect(second).toMatchObject({ rejected: 'malformed' });
		expect(second!.n).toBeGreaterThan(first!.n);
		await desk.discardEdit(second!.n);
		await pass();
		expect(desk.outbox.current).toEqual([]);
	});

	it('stays as it is where sending it again is of no use', async () => {
		const { desk } = await seat('maria');
		const made = await desk.createTicket(call);
		if (made.kind !== 'ok') throw new Error(JSON.stringify(made));
		await pass();
		relay.judge = () => 'document-too-big';
		await note(desk, made.document, 'too much');
		await pass();
		const [refused] = desk.outbox.current;
		expect(await desk.retryEdit(refused!.n)).toBe(false);
		expect(await desk.retryEdit(1)).toBe(false);
		expect(desk.outbox.current).toEqual([refused]);
		expect(mayRetry(undefined)).toBe(false);
		for (const code of ['gone', 'other-generation', 'forged-author', 'too-big'] as const)
			expect(mayRetry(code)).toBe(false);
	});
});

describe('a store that breaks under the desk', () => {
	it('[F21] says so, and what is only in memory can still be saved as a file and taken back', async () => {
		const { desk, store } = await seat('maria');
		const made = await desk.createTicket(call);
		if (made.kind !== 'ok') throw new Error(JSON.stringify(made));
		await pass();
		const { commit, exportUnsent } = store;
		store.commit = () => Promise.reject(new StoreFailure('damaged'));
		store.exportUnsent = () => Promise.reject(new StoreFailure('damaged'));
		expect(await note(desk, made.document, 'only in memory')).toMatchObject({ kind: 'not-saved' });
		expect(desk.storage.current).toEqual({ kind: 'damaged', unsaved: 1 });
		expect(desk.sync.current).toMatchObject({ kind: 'problem', problem: 'storage', unsent: 1 });
		const file = await desk.device.exportUnsent();
		const other = await seat('axel');
		expect(await other.store.importUnsent(new Uint8Array(await file.arrayBuffer()))).toMatchObject({ edits: 1 });
		const read = new Y.Doc();
		for (const update of (await other.store.load(made.document))?.updates ?? []) Y.applyUpdate(read, update);
		expect(contentOf(read)).toContain('only in memory');
		Object.assign(store, { commit, exportUnsent });
		await time.advance(120_000);
		expect(desk.storage.current.kind).toBe('ok');
		expect(contentOf(relay.state(made.document))).toContain('only in memory');
	});
});

describe('a record of a newer app', () => {
	it('keeps its bytes through pull, fold and repair, and is never written', async () => {
		const ticket = ticketId();
		const doc = new Y.Doc();
		Y.applyUpdate(doc, ticketUpdate('support'));
		doc.transact(() => {
			doc.getMap('meta').set('schema', 99);
			doc.getMap('meta').set('kept', { for: 'tomorrow' });
			doc.getArray('a-root-of-tomorrow').push([{ deep: [1, 2, 3] }]);
			doc.getMap('entries').set('x-1', { kind: 'a-kind-of-tomorrow', at: 'x', by: 'maria', more: true });
		});
		relay.put(ticket, Y.encodeStateAsUpdate(doc));
		const { desk, store, line } = await seat('maria');
		const before = Y.encodeStateVector(doc);
		doc.getArray('a-root-of-tomorrow').push(['later']);
		relay.put(ticket, Y.encodeStateAsUpdate(doc, before));
		await desk.syncNow();
		await pass();
		const stored = async () => {
			const read = new Y.Doc();
			for (const update of (await store.load(ticket))?.updates ?? []) Y.applyUpdate(read, update);
			return read;
		};
		const same = async () => {
			const read = await stored();
			expect(read.getArray('a-root-of-tomorrow').toJSON()).toEqual([{ deep: [1, 2, 3] }, 'later']);
			expect(read.getMap('meta').toJSON()).toEqual(doc.getMap('meta').toJSON());
			expect(read.getMap('entries').toJSON()).toEqual(doc.getMap('entries').toJSON());
			expect(Y.encodeStateVector(read)).toEqual(Y.encodeStateVector(doc));
		};
		await same();
		await store.fold(ticket);
		expect((await store.load(ticket))?.updates).toHaveLength(1);
		await same();
		expect(await note(desk, ticket, 'no')).toEqual({ kind: 'refused', reason: 'read-only' });
		const record = await desk.open(ticket);
		expect(record?.reading.current).toEqual({ kind: 'newer', schema: 99 });
		record?.close();
		expect(desk.tickets.get(ticket)).toMatchObject({ newer: true });
		await desk.device.repair();
		await pass();
		await same();
		expect(desk.outbox.current).toEqual([]);
		expect(line.asked.filter((what) => what.startsWith('push'))).toEqual([]);
	});

	it('whose unsent edits a newer app left behind still reach the relay as they are', async () => {
		const ticket = ticketId();
		relay.put(ticket, ticketUpdate('support'));
		const { desk, store } = await seat('maria');
		const doc = new Y.Doc();
		for (const update of (await store.load(ticket))?.updates ?? []) Y.applyUpdate(doc, update);
		const before = Y.encodeStateVector(doc);
		doc.transact(() => {
			doc.getMap('meta').set('schema', 99);
			doc.getArray('a-root-of-tomorrow').push(['written here by the newer app']);
		});
		const update = Y.encodeStateAsUpdate(doc, before);
		await store.commit({ document: ticket, generation: 0, update, row: undefined, at: time.now(), what: 'tomorrow' });
		await pass();
		expect(desk.outbox.current).toEqual([]);
		expect(relay.state(ticket).getArray('a-root-of-tomorrow').toJSON()).toEqual(['written here by the newer app']);
	});
});

describe('[F103] a clock that is wrong', () => {
	for (const [name, off] of [
		['fast', 3 * 3_600_000],
		['slow', -3 * 3_600_000],
	] as const) {
		it(`by three hours too ${name} is shown, and entries have the relay's time`, async () => {
			relay = createFakeRelay(() => time.now() - off);
			const { desk } = await seat('maria');
			const made = await desk.createTicket(call);
			if (made.kind !== 'ok') throw new Error(JSON.stringify(made));
			await pass();
			expect(desk.sync.current.clockOffset).toBe(off);
			expect(desk.sync.current.kind).toBe('current');
			const entries = Object.values(relay.state(made.document).getMap('entries').toJSON()) as { at: string }[];
			expect(entries.length).toBeGreaterThan(0);
			for (const { at } of entries) {
				const written = hlcTime(at as never);
				expect(Math.abs(written - (time.now() - off))).toBeLessThan(10_000);
			}
		});
	}

	it('that is set right while the app runs counts from the next word of the relay on', async () => {
		let off = 3_600_000;
		relay = createFakeRelay(() => time.now() - off);
		const { desk } = await seat('maria');
		expect(desk.sync.current.clockOffset).toBe(off);
		off = 0;
		desk.syncNow();
		await pass();
		expect(desk.sync.current.clockOffset).toBe(0);
	});
});
