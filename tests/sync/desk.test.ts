import * as Y from 'yjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDesk } from '../../src/lib/create-desk.ts';
import type { Desk } from '../../src/lib/desk.ts';
import { draftKey } from '../../src/lib/document/draft-files.ts';
import { draftFragment, draftText, isDraftEmpty } from '../../src/lib/document/record-document.ts';
import type { AgentId, DocumentId, EntryId } from '../../src/lib/domain/ids.ts';
import { addNote, claim, requestReply, setStatus, type NewTicket } from '../../src/lib/domain/ticket-command.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { LocalChange, RecordStore } from '../../src/lib/store/record-store.ts';
import { StoreFailure } from '../../src/lib/store/store-failure.ts';
import { relaySide } from '../../src/lib/sync/relay-side.ts';
import { createMemoryKeys } from '../../src/lib/sync/device-key.ts';
import { contentOf, fillCounting, ticketId, ticketUpdate } from './device.ts';
import { createFakeRelay, type FakeLine, type FakeRelay } from './fake-relay.ts';
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

interface Seat {
	desk: Desk;
	line: FakeLine;
	store: RecordStore;
}

async function seat(agent: string, role?: 'admin' | 'agent' | 'observer', store?: RecordStore): Promise<Seat> {
	const line = relay.connect(agent, ['support'], role);
	const own = store ?? createMemoryRecordStore({ now: time.now, project: updatesToRow });
	const desk = await createDesk({
		...{ store: own, transport: line.transport, session: line.session, keys: createMemoryKeys(), time },
		fillRandom: fillCounting,
		relaySide: async () => relaySide,
	});
	open.push(desk);
	await time.advance(1000);
	return { desk, line, store: own };
}

const call: Omit<NewTicket, 'number'> = {
	subject: 'Printer is on fire',
	line: 'support' as never,
	queue: 'front' as never,
	channel: 'phone',
	text: 'Please help',
	attachments: [],
};

async function newTicket(desk: Desk): Promise<DocumentId> {
	const made = await desk.createTicket(call);
	if (made.kind !== 'ok') throw new Error(JSON.stringify(made));
	return made.document;
}
const pass = () => time.advance(2000);
const me = (desk: Desk) => desk.session.current?.agent.id as AgentId;

async function storedDoc(store: RecordStore, document: DocumentId): Promise<Y.Doc> {
	const doc = new Y.Doc();
	for (const update of (await store.load(document))?.updates ?? []) Y.applyUpdate(doc, update);
	return doc;
}
const documentOf = async (store: RecordStore, document: DocumentId) => contentOf(await storedDoc(store, document));

describe('a desk', () => {
	it('[F11] opens tickets with final numbers while the network is off, each once', async () => {
		const { desk, line } = await seat('maria');
		line.offline = true;
		const numbers = new Set<string>();
		for (let i = 0; i < 5; i++) {
			const made = await desk.createTicket(call);
			if (made.kind === 'ok') numbers.add(made.number);
		}
		expect(numbers.size).toBe(5);
		expect(desk.tickets.current).toHaveLength(5);
		await pass();
		expect(desk.sync.current).toMatchObject({ kind: 'offline', unsent: 5 });
		line.offline = false;
		desk.syncNow();
		await pass();
		expect(desk.sync.current).toMatchObject({ kind: 'current', unsent: 0 });
	});

	it('[F98] two devices that work apart on one ticket end up the same', async () => {
		const [maria, axel] = [await seat('maria'), await seat('axel')];
		const ticket = await newTicket(maria.desk);
		await pass();
		expect(axel.desk.tickets.get(ticket)).toMatchObject({ subject: 'Printer is on fire', status: 'new' });
		maria.line.offline = true;
		await maria.desk.act(ticket, 'claimed', (it) => claim(it, me(maria.desk)));
		await maria.desk.act(ticket, 'note', () => addNote('Looked at it', undefined, []));
		await maria.desk.act(ticket, 'status-set', (it) => setStatus(it, { status: 'closed' }));
		await axel.desk.act(ticket, 'note', () => addNote('Me too', undefined, []));
		await pass();
		maria.line.offline = false;
		maria.desk.syncNow();
		await pass();
		expect(await documentOf(maria.store, ticket)).toBe(await documentOf(axel.store, ticket));
		expect(maria.desk.tickets.get(ticket)).toEqual(axel.desk.tickets.get(ticket));
		expect(axel.desk.tickets.get(ticket)).toMatchObject({ status: 'closed', holder: 'maria', holding: 'provisional' });
		expect(contentOf(relay.state(ticket))).toBe(await documentOf(axel.store, ticket));
	});

	it('[F113] names the entries that are only here, until the relay has them', async () => {
		const { desk, line } = await seat('maria');
		const ticket = await newTicket(desk);
		await pass();
		line.offline = true;
		const record = await desk.open(ticket);
		const done = await desk.act(ticket, 'note', () => addNote('offline', undefined, []));
		await pass();
		const state = () => record?.reading.current as { unsent: ReadonlySet<EntryId> };
		expect([...state().unsent]).toEqual(done.kind === 'ok' ? done.entries : []);
		expect(desk.outbox.current).toMatchObject([{ what: 'note', title: 'Printer is on fire' }]);
		line.offline = false;
		desk.syncNow();
		await pass();
		expect(state().unsent.size).toBe(0);
		expect(desk.outbox.current).toEqual([]);
		record?.close();
	});

	it('[F21] a reply clears its draft in the same step, and the other draft stays', async () => {
		const { desk, store } = await seat('maria');
		const ticket = await newTicket(desk);
		const record = await desk.open(ticket);
		record?.draft('reply').insert(0, [new Y.XmlText('Dear Kim')]);
		record?.draft('note').insert(0, [new Y.XmlText('half a note')]);
		await pass();
		const to = [{ name: 'Kim', address: 'kim@example.org' }];
		const before = await storedDoc(store, ticket);
		const commits: LocalChange[] = [];
		const commit = store.commit.bind(store);
		store.commit = (change) => {
			commits.push(change);
			return commit(change);
		};
		await desk.act(ticket, 'reply-requested', (it) =>
			requestReply(it, me(desk), { to, cc: [], subject: 'Re', text: 'Dear Kim', attachments: [] }),
		);
		const stored = await storedDoc(store, ticket);
		expect(isDraftEmpty(stored, 'reply')).toBe(true);
		expect(isDraftEmpty(stored, 'note')).toBe(false);
		expect(contentOf(stored)).toContain('reply-requested');
		// One commit has both: a crash leaves the draft, or the reply, and never both or neither.
		expect(commits).toHaveLength(1);
		expect(isDraftEmpty(before, 'reply')).toBe(false);
		for (const { update } of commits) Y.applyUpdate(before, update);
		expect(isDraftEmpty(before, 'reply')).toBe(true);
		expect(contentOf(before)).toContain('reply-requested');
		record?.close();
	});

	it('[F21] a note that the device does not take now keeps its text, and takes the draft with it when it does', async () => {
		const { desk, store } = await seat('maria');
		const ticket = await newTicket(desk);
		const record = await desk.open(ticket);
		record?.draft('note').insert(0, [new Y.XmlText('half a note')]);
		await pass();
		const commit = store.commit.bind(store);
		store.commit = () => Promise.reject(new StoreFailure('quota'));
		expect(await desk.act(ticket, 'note', () => addNote('half a note', undefined, []))).toMatchObject({ why: 'quota' });
		expect(isDraftEmpty(await storedDoc(store, ticket), 'note')).toBe(false);
		expect(record?.reading.current).toMatchObject({ kind: 'ticket', unsent: { size: 1 } });
		store.commit = commit;
		await time.advance(60_000);
		const stored = await storedDoc(store, ticket);
		expect(isDraftEmpty(stored, 'note')).toBe(true);
		expect(contentOf(stored)).toContain('half a note');
		record?.close();
	});

	it('[F113] what is typed while the disk is full stays on the screen, is counted, and is stored as soon as there is room', async () => {
		const { desk, store } = await seat('maria');
		const ticket = await newTicket(desk);
		const record = await desk.open(ticket);
		const commit = store.commit.bind(store);
		store.commit = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
		record?.draft('note').insert(0, [new Y.XmlText('typed on a full disk')]);
		await pass();
		expect(desk.storage.current).toEqual({ kind: 'quota', unsaved: 1 });
		expect(draftText(record!.doc, 'note')).toBe('typed on a full disk');
		const file = await desk.device.exportUnsent();
		expect(await file.text()).toContain('typed on a full disk');
		store.commit = commit;
		await time.advance(60_000);
		expect(desk.storage.current).toEqual({ kind: 'ok', unsaved: 0 });
		expect(draftText(await storedDoc(store, ticket), 'note')).toBe('typed on a full disk');
		record?.close();
	});

	it('[F21] files beside a draft stay through a reload, in every tab, until they are sent or removed', async () => {
		const first = await seat('maria');
		first.line.offline = true;
		const ticket = await newTicket(first.desk);
		const attachments = [];
		for (const name of ['a.txt', 'b.txt']) {
			const added = await first.desk.addFile(new File([name], name));
			if (added.kind === 'ok') attachments.push(added.attachment);
		}
		for (const file of attachments) await first.desk.changeDraftFiles(ticket, 'reply', (files) => [...files, file]);
		expect(await first.desk.fileStates(attachments.map(({ blob }) => blob))).toEqual(
			new Map(attachments.map(({ blob }) => [blob, 'waiting'])),
		);
		const again = await seat('maria', 'agent', first.store);
		const kept = (desk: Desk) => desk.draftFiles.current[draftKey(ticket, 'reply')];
		expect(kept(again.desk)).toEqual(attachments);
		expect(again.desk.draftFiles.current[draftKey(ticket, 'note')]).toBeUndefined();
		await again.desk.changeDraftFiles(ticket, 'reply', (files) => files.slice(1));
		await time.settle();
		expect(kept(first.desk)).toEqual(attachments.slice(1));
		await again.desk.changeDraftFiles(ticket, 'reply', () => []);
		await time.settle();
		expect(first.desk.draftFiles.current).toEqual({});
		await first.store.settings.set('draft-files', { [draftKey(ticket, 'reply')]: [{ blob: '../x' }] });
		await time.settle();
		expect(first.desk.draftFiles.current).toEqual({});
	});

	it('tells of a file whether it waits here, is here and there, or on the relay alone', async () => {
		const { desk, line, store } = await seat('maria');
		line.offline = true;
		const added = await desk.addFile(new File(['hello'], 'hello.txt'));
		if (added.kind !== 'ok') throw new Error(added.why);
		const { blob } = added.attachment;
		expect(await desk.fileStates([blob])).toEqual(new Map([[blob, 'waiting']]));
		await store.blobs.markSent(blob);
		expect(await desk.fileStates([blob])).toEqual(new Map([[blob, 'here']]));
		await store.blobs.dropCopies(1e9);
		expect(await desk.fileStates([blob])).toEqual(new Map());
	});

	it('[F21] a draft that was typed survives the tab', async () => {
		const first = await seat('maria');
		const ticket = await newTicket(first.desk);
		const record = await first.desk.open(ticket);
		record?.draft('reply').insert(0, [new Y.XmlText('half a sentence')]);
		await time.advance(250);
		const second = await seat('maria', 'agent', first.store);
		const again = await second.desk.open(ticket);
		expect(draftFragment(again?.doc as Y.Doc, 'reply').toJSON()).toBe('half a sentence');
		again?.close();
		record?.close();
	});

	it('shows rows that were stored before, and those that come, with the same list between changes', async () => {
		for (let i = 0; i < 3; i++) relay.put(ticketId(i), ticketUpdate('support', `ticket ${i}`));
		const { desk, store } = await seat('maria');
		expect(desk.tickets.complete).toBe(true);
		expect(desk.tickets.current).toHaveLength(3);
		expect(desk.tickets.current).toBe(desk.tickets.current);
		let told = 0;
		desk.tickets.subscribe(() => told++);
		relay.put(ticketId(9), ticketUpdate('support', 'one more'));
		relay.poke();
		await pass();
		expect(told).toBeGreaterThan(0);
		const later = await seat('maria', 'agent', store);
		expect(later.desk.tickets.current).toHaveLength(4);
	});

	it('refuses what the role does not allow, and what is not here', async () => {
		const maria = await seat('maria');
		const ticket = await newTicket(maria.desk);
		await pass();
		const olga = await seat('olga', 'observer');
		const refused = await olga.desk.act(ticket, 'note', () => addNote('x', undefined, []));
		expect(refused).toEqual({ kind: 'refused', reason: 'no-permission' });
		expect(await olga.desk.createTicket(call)).toEqual({ kind: 'refused', reason: 'no-permission' });
		const nowhere = await maria.desk.act(ticketId(77), 'note', () => addNote('x', undefined, []));
		expect(nowhere).toEqual({ kind: 'refused', reason: 'not-here' });
		const record = await olga.desk.open(ticket);
		expect(record?.reading.current).toMatchObject({ kind: 'ticket', writable: false });
		record?.close();
		expect(await olga.store.outbox()).toEqual([]);
	});

	it('[F103] a record of a newer app is shown and not written', async () => {
		const ticket = ticketId();
		const doc = new Y.Doc();
		Y.applyUpdate(doc, ticketUpdate('support'));
		doc.getMap('meta').set('schema', 99);
		relay.put(ticket, Y.encodeStateAsUpdate(doc));
		const { desk } = await seat('maria');
		const record = await desk.open(ticket);
		expect(record?.reading.current).toEqual({ kind: 'newer', schema: 99 });
		expect(await desk.act(ticket, 'note', () => addNote('x', undefined, []))).toMatchObject({ reason: 'read-only' });
		record?.close();
	});

	it('says so when the device does not take an edit, and stores it later', async () => {
		const { desk, store } = await seat('maria');
		const ticket = await newTicket(desk);
		const commit = store.commit.bind(store);
		store.commit = () => Promise.reject(new StoreFailure('connection-lost'));
		const failed = await desk.act(ticket, 'note', () => addNote('kept', undefined, []));
		expect(failed).toEqual({ kind: 'not-saved', why: 'connection-lost' });
		expect(desk.storage.current).toEqual({ kind: 'connection-lost', unsaved: 1 });
		expect(desk.sync.current).toMatchObject({ kind: 'problem', problem: 'storage' });
		store.commit = commit;
		await time.advance(5000);
		expect(desk.storage.current).toEqual({ kind: 'ok', unsaved: 0 });
		expect(await documentOf(store, ticket)).toContain('kept');
	});

	it('configures the desk, and what agents set follows them to another device', async () => {
		const { desk } = await seat('maria', 'admin');
		desk.configure('line:support', { id: 'support' as never, name: 'Support', addresses: [], colour: 20 });
		desk.setMe({ signature: 'Maria' });
		await pass();
		const other = await seat('maria', 'admin');
		expect(other.desk.config.current.lines).toMatchObject([{ name: 'Support' }]);
		expect(other.desk.me.current).toEqual({ signature: 'Maria' });
		const { desk: plain, store } = await seat('axel');
		plain.configure('desk', { name: 'Mine', language: 'en' });
		await pass();
		expect(await store.outbox()).toEqual([]);
	});

	it('[F113] a discarded edit is gone from outbox, list and record', async () => {
		const { desk } = await seat('maria');
		const ticket = await newTicket(desk);
		await pass();
		relay.judge = () => 'no-permission';
		await desk.act(ticket, 'status-set', (it) => setStatus(it, { status: 'closed' }));
		await pass();
		expect(desk.sync.current).toMatchObject({ kind: 'problem', problem: 'rejected', rejected: 1 });
		await desk.discardEdit(desk.outbox.current[0]?.n ?? 0);
		await pass();
		expect(desk.outbox.current).toEqual([]);
		expect(desk.tickets.get(ticket)?.status).toBe('new');
		expect(desk.sync.current.kind).toBe('current');
	});

	it('[F113] an edit discarded in one tab is gone from the record in the other, and what is typed there stays', async () => {
		const { desk, store } = await seat('maria');
		const ticket = await newTicket(desk);
		await pass();
		const tab = await seat('maria', 'agent', store);
		const record = await tab.desk.open(ticket);
		relay.judge = () => 'no-permission';
		await desk.act(ticket, 'status-set', (it) => setStatus(it, { status: 'closed' }));
		await pass();
		const state = () => record?.reading.current as { ticket: { status: string } };
		expect(state().ticket.status).toBe('closed');
		record?.draft('note').insert(0, [new Y.XmlText('typed')]);
		await desk.discardEdit(desk.outbox.current[0]?.n ?? 0);
		await pass();
		expect(state().ticket.status).toBe('new');
		expect(record?.draft('note').toJSON()).toBe('typed');
		record?.close();
	});

	it('[F100] a revoked device keeps nothing, and says so', async () => {
		const { desk, line, store } = await seat('maria');
		const ticket = await newTicket(desk);
		await pass();
		line.refuseNext = ['revoked'];
		desk.syncNow();
		await pass();
		expect(desk.sync.current).toMatchObject({ kind: 'problem', problem: 'revoked', wiped: true });
		expect(line.asked).toContain('POST /auth/devices/wiped');
		const left = await store.load(ticket).catch(() => undefined);
		expect(left).toBeUndefined();
	});

	it('keeps files here first, reads them back, and takes only the right bytes from the relay', async () => {
		const { desk, line } = await seat('maria');
		line.offline = true;
		const added = await desk.addFile(new File(['hello'], 'hello.txt', { type: 'text/plain' }));
		if (added.kind !== 'ok') throw new Error(added.why);
		expect(added.attachment).toMatchObject({ name: 'hello.txt', mime: 'text/plain', size: 5 });
		const read = await desk.readFile(added.attachment.blob);
		expect(read.kind === 'ok' && (await read.bytes.text())).toBe('hello');
		const other = 'b'.repeat(64) as typeof added.attachment.blob;
		expect(await desk.readFile(other)).toEqual({ kind: 'missing', why: 'offline' });
		line.offline = false;
		expect(await desk.readFile(other)).toEqual({ kind: 'missing', why: 'gone' });
	});
});
