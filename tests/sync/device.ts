import * as Y from 'yjs';
import { appendEntries, writeMeta } from '../../src/lib/document/record-document.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { encodeHlc } from '../../src/lib/domain/hlc.ts';
import { recordId, type AgentId, type DeviceId, type DocumentId, type EntryId } from '../../src/lib/domain/ids.ts';
import { openTicket } from '../../src/lib/domain/ticket-command.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import { documentToRow, updatesToRow } from '../../src/lib/projection/document-row.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import { createMemoryKeys, type DeviceKeys } from '../../src/lib/sync/device-key.ts';
import { createProjectHere } from '../../src/lib/sync/project-here.ts';
import { createReplica, type Replica } from '../../src/lib/sync/replica.ts';
import { createSessions, type Sessions } from '../../src/lib/sync/session.ts';
import type { FakeLine } from './fake-relay.ts';
import type { VirtualTime } from './virtual-time.ts';

let made = 0;
export function fillCounting(bytes: Uint8Array): void {
	for (let i = 0, rest = ++made; i < bytes.length; i++, rest = Math.floor(rest / 32))
		bytes[bytes.length - 1 - i] = rest & 31;
}

export function ticketId(time = 0): DocumentId {
	return recordId('ticket', createUlid(time, fillCounting));
}

/** The drafts of a ticket in a line, with a number of its own. */
export function ticketDrafts(line: string, subject = 'Printer is on fire', counter = made++ % 1000): Draft[] {
	return openTicket({
		number: ticketNumber(104, counter),
		subject,
		line: line as never,
		queue: 'front' as never,
		channel: 'phone',
		text: 'Please help',
		attachments: [],
	});
}

export function author(agent: string, at = 1000) {
	let tick = at;
	return {
		agent: agent as AgentId,
		device: `${agent}-laptop` as DeviceId,
		tick: () => encodeHlc(tick++),
		newId: () => createUlid(tick, fillCounting) as EntryId,
	};
}

/** A ticket as bytes, as the relay would have it. */
export function ticketUpdate(line: string, subject?: string): Uint8Array {
	const doc = new Y.Doc();
	doc.transact(() => {
		writeMeta(doc, 'ticket');
		appendEntries(doc, author('relay'), ticketDrafts(line, subject));
	});
	return Y.encodeStateAsUpdate(doc);
}

export interface TestDevice {
	store: RecordStore;
	replica: Replica;
	sessions: Sessions;
	keys: DeviceKeys;
	wipes: number;
	visible: boolean;
	/** Writes into a document as a person would, and stores it. */
	write(document: DocumentId, change: (doc: Y.Doc) => void, what?: string): Promise<number>;
	newTicket(line: string, subject?: string): Promise<DocumentId>;
	doc(document: DocumentId): Promise<Y.Doc>;
	/** The tab is gone and comes back: the same store, a new replica. */
	restart(): Replica;
}

export function createTestDevice(line: FakeLine, time: VirtualTime, store?: RecordStore): TestDevice {
	const own = store ?? createMemoryRecordStore({ now: time.now, project: updatesToRow });
	const keys = createMemoryKeys();
	const sessions = createSessions({ transport: line.transport, settings: own.settings, keys, known: line.session });
	const make = () =>
		createReplica({
			...{ store: own, transport: line.transport, sessions, time, project: createProjectHere(time) },
			visible: () => device.visible,
			wipe: async () => {
				device.wipes++;
				await own.wipe();
			},
		});
	const held = new Map<DocumentId, Y.Doc>();
	const device: TestDevice = {
		...{ store: own, sessions, keys, wipes: 0, visible: true },
		replica: undefined as never,
		async doc(document) {
			const doc = new Y.Doc();
			for (const update of (await own.load(document))?.updates ?? []) Y.applyUpdate(doc, update);
			return doc;
		},
		async write(document, change, what = 'note') {
			// The same Y.Doc each time, as in a tab: what is written later builds on what was written before.
			const doc = held.get(document) ?? new Y.Doc();
			held.set(document, doc);
			for (const update of (await own.load(document))?.updates ?? []) Y.applyUpdate(doc, update);
			const before = Y.encodeStateVector(doc);
			doc.transact(() => change(doc));
			const update = Y.encodeStateAsUpdate(doc, before);
			const row = documentToRow(document, doc);
			return (await own.commit({ document, generation: 0, update, row, at: time.now(), what })).n;
		},
		async newTicket(of, subject) {
			const document = ticketId(time.now());
			await device.write(document, (doc) => {
				writeMeta(doc, 'ticket');
				appendEntries(doc, author(line.session.agent.id, time.now()), ticketDrafts(of, subject));
			});
			return document;
		},
		restart() {
			device.replica.close();
			device.replica = make();
			return device.replica;
		},
	};
	device.replica = make();
	return device;
}

/** The content of a document as text that is equal where documents are. */
export function contentOf(doc: Y.Doc): string {
	const part = (root: string) => JSON.stringify(Object.entries(doc.getMap(root).toJSON()).sort());
	return ['meta', 'entries', 'verdicts'].map(part).join('\n') + doc.getXmlFragment('draft:reply').toJSON();
}
