import * as Y from 'yjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { appendEntries, draftFragment, draftText, writeMeta } from '../../src/lib/document/record-document.ts';
import { rewriteDocument } from '../../src/lib/document/rewrite-document.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { documentToRow, updatesToRow } from '../../src/lib/projection/document-row.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { RecordStore, Row } from '../../src/lib/store/record-store.ts';
import { StoreFailure } from '../../src/lib/store/store-failure.ts';
import { createOpenDocuments, type HeldDocument, type OpenDocuments } from '../../src/lib/sync/open-documents.ts';
import { author, contentOf, ticketDrafts, ticketId, ticketUpdate } from './device.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

let time: VirtualTime;
let store: RecordStore;
let tab: OpenDocuments;
let rows: Row[];

const openTab = () => createOpenDocuments({ store, time, rowOf: documentToRow, wrote: (row) => void rows.push(row) });

beforeEach(() => {
	time = createVirtualTime();
	store = createMemoryRecordStore({ now: time.now, project: updatesToRow });
	rows = [];
	tab = openTab();
});

async function newTicket(): Promise<{ ticket: DocumentId; held: HeldDocument }> {
	const ticket = ticketId(time.now());
	const held = await tab.acquireOrCreate(ticket);
	held.doc.transact(() => {
		writeMeta(held.doc, 'ticket');
		appendEntries(held.doc, author('maria'), ticketDrafts('support'));
	});
	await held.commit('opened');
	return { ticket, held };
}
function type(doc: Y.Doc, text: string): void {
	const paragraph = new Y.XmlElement('paragraph');
	paragraph.insert(0, [new Y.XmlText(text)]);
	draftFragment(doc, 'reply').push([paragraph]);
}

describe('open documents', () => {
	it('are one Y.Doc for everybody who asks at once', async () => {
		const { ticket, held } = await newTicket();
		held.release();
		const again = createOpenDocuments({ store, time, rowOf: documentToRow, wrote: () => {} });
		const [a, b] = await Promise.all([again.acquire(ticket), again.acquire(ticket)]);
		expect(a?.doc).toBe(b?.doc);
		expect(a?.doc.clientID).not.toBe(held.doc.clientID);
	});

	it('[F21] [OD1] typing is on the device after a quarter of a second, in one edit', async () => {
		const { ticket, held } = await newTicket();
		for (const letter of 'Hello') type(held.doc, letter);
		expect(await store.outbox()).toHaveLength(1);
		await time.advance(250);
		expect(await store.outbox()).toMatchObject([{ what: 'opened' }, { what: 'draft' }]);
		const other = await openTab().acquire(ticket);
		expect(draftText(other?.doc as Y.Doc, 'reply')).toBe('H\ne\nl\nl\no');
	});

	it('[OD1] a command is stored at once, with the row before it, and takes waiting typing along', async () => {
		const { ticket, held } = await newTicket();
		rows = [];
		type(held.doc, 'half a');
		appendEntries(held.doc, author('maria', 2000), [{ kind: 'note', text: 'a note', attachments: [] }]);
		const saved = held.commit('note');
		await saved;
		expect(await store.outbox()).toMatchObject([{ what: 'opened' }, { what: 'note' }]);
		expect(rows).toHaveLength(1);
		expect(await store.rows.get(ticket)).toEqual(rows[0]);
	});

	it.each(['typed', 'written'])(
		'[F106] what was %s a moment before another generation came goes on top of that',
		async (how) => {
			const { ticket, held } = await newTicket();
			const [opened] = await store.outbox();
			await store.settle([{ n: opened!.n, kind: 'ok', seq: 1 }]);
			const next = rewriteDocument(held.doc, 99, { entry: (_id, entry) => entry, words: (text) => text }, true)!;
			if (how === 'typed') type(held.doc, 'half a sentence');
			else appendEntries(held.doc, author('maria', 2000), [{ kind: 'note', text: 'half a sentence', attachments: [] }]);
			const news = { document: ticket, generation: 1, head: 2, from: 'snapshot' as const };
			const whole = Y.encodeStateAsUpdate(next);
			const came = store.receive({
				documents: [{ news: { ...news, updates: [whole] }, row: updatesToRow(ticket, [whole]) }],
				...{ gone: [], dropped: [], settings: {} },
			});
			if (how === 'written') await held.commit('note');
			await came;
			await time.advance(1000);
			expect(await store.outbox()).toMatchObject([{ generation: 1, rejected: undefined }]);
			const said = JSON.stringify([held.doc.getMap('entries').toJSON(), draftText(held.doc, 'reply')]);
			expect(said).toContain('half a sentence');
			expect(await store.load(ticket)).toMatchObject({ generation: 1 });
		},
	);

	it('[OD2] what comes from elsewhere is applied and not stored again', async () => {
		const { held } = await newTicket();
		const other = new Y.Doc();
		Y.applyUpdate(other, Y.encodeStateAsUpdate(held.doc));
		appendEntries(other, author('axel', 3000), [{ kind: 'note', text: 'live', attachments: [] }]);
		Y.applyUpdate(held.doc, Y.encodeStateAsUpdate(other), 'a provider');
		await time.advance(5000);
		expect(await store.outbox()).toHaveLength(1);
		expect(contentOf(held.doc)).toContain('live');
	});

	it('[F97] what another tab stores appears here, and both can write', async () => {
		const { ticket, held } = await newTicket();
		const second = await openTab().acquire(ticket);
		appendEntries(second?.doc as Y.Doc, author('maria', 3000), [{ kind: 'note', text: 'tab 2', attachments: [] }]);
		await second?.commit('note');
		await time.settle();
		expect(contentOf(held.doc)).toContain('tab 2');
		appendEntries(held.doc, author('maria', 4000), [{ kind: 'note', text: 'tab 1', attachments: [] }]);
		await held.commit('note');
		await time.settle();
		expect(contentOf(second?.doc as Y.Doc)).toBe(contentOf(held.doc));
		expect(await store.outbox()).toHaveLength(3);
		expect(await store.rows.get(ticket)).toEqual(documentToRow(ticket, held.doc));
	});

	it('miss nothing that is stored while they are being loaded', async () => {
		const ticket = ticketId();
		const load = store.load.bind(store);
		store.load = async (document) => {
			const read = await load(document);
			store.load = load;
			const news = {
				...{ document, generation: 0, head: 1, from: 'snapshot' as const },
				updates: [ticketUpdate('support', 'came meanwhile')],
			};
			await store.receive({ documents: [{ news, row: undefined }], gone: [], dropped: [], settings: {} });
			return read;
		};
		const held = await tab.acquireOrCreate(ticket);
		expect(contentOf(held.doc)).toContain('came meanwhile');
	});

	it('[F97] miss nothing that another tab stores while a write of theirs is under way, or fails', async () => {
		const { ticket, held } = await newTicket();
		const second = (await openTab().acquire(ticket)) as HeldDocument;
		const commit = store.commit.bind(store);
		for (const fails of [false, true]) {
			store.commit = async (change) => {
				store.commit = commit;
				if (fails) {
					await second.commit('note');
					throw new StoreFailure('connection-lost');
				}
				const committed = await commit(change);
				await second.commit('note');
				return committed;
			};
			const text = `meanwhile, ${fails}`;
			appendEntries(second.doc, author('maria', 3000), [{ kind: 'note', text, attachments: [] }]);
			appendEntries(held.doc, author('maria', 2000), [{ kind: 'note', text: 'ours', attachments: [] }]);
			await held.commit('note');
			await time.settle();
			expect(contentOf(held.doc)).toContain(text);
		}
	});

	it('read again what could not be read', async () => {
		const { ticket, held } = await newTicket();
		const second = (await openTab().acquire(ticket)) as HeldDocument;
		const load = store.load.bind(store);
		store.load = () => Promise.reject(new StoreFailure('connection-lost'));
		appendEntries(second.doc, author('maria', 3000), [{ kind: 'note', text: 'tab 2', attachments: [] }]);
		await second.commit('note');
		await time.settle();
		store.load = load;
		await time.advance(2000);
		expect(contentOf(held.doc)).toContain('tab 2');
	});

	it('[OD3] what the device does not take stays in memory, is told, tried again, and loses nothing', async () => {
		const { ticket, held } = await newTicket();
		const commit = store.commit.bind(store);
		let broken = true;
		store.commit = (change) => (broken ? Promise.reject(new StoreFailure('quota')) : commit(change));
		appendEntries(held.doc, author('maria', 2000), [{ kind: 'note', text: 'first', attachments: [] }]);
		expect(await held.commit('note')).toEqual({ kind: 'failed', why: 'quota' });
		expect(tab.unsaved.current).toEqual({ edits: 1, why: 'quota' });
		appendEntries(held.doc, author('maria', 3000), [{ kind: 'note', text: 'second', attachments: [] }]);
		await time.advance(20_000);
		held.release();
		broken = false;
		await time.advance(60_000);
		expect(tab.unsaved.current).toEqual({ edits: 0, why: undefined });
		const other = await openTab().acquire(ticket);
		expect(contentOf(other?.doc as Y.Doc)).toBe(contentOf(held.doc));
	});

	it('[F21] flush stores what was typed a moment ago', async () => {
		const { held } = await newTicket();
		type(held.doc, 'leaving');
		await tab.flush();
		expect(await store.outbox()).toHaveLength(2);
	});

	it('say when the document was erased, and store nothing into it', async () => {
		const { ticket, held } = await newTicket();
		let told = 0;
		held.replaced(() => told++);
		await store.receive({ documents: [], gone: [ticket], dropped: [], settings: {} });
		await time.settle();
		expect(held.gone).toBe(true);
		expect(told).toBe(1);
		expect(await tab.acquire(ticket)).toBeUndefined();
	});

	it('[F113] a discarded edit leaves the open document too', async () => {
		const { ticket, held } = await newTicket();
		await store.settle([{ n: (await store.outbox())[0]?.n ?? 0, kind: 'ok', seq: 1 }]);
		appendEntries(held.doc, author('maria', 2000), [{ kind: 'note', text: 'refused', attachments: [] }]);
		await held.commit('note');
		const n = (await store.outbox())[0]?.n ?? 0;
		await store.settle([{ n, kind: 'rejected', code: 'no-permission' }]);
		await store.discard(n);
		await tab.reload(ticket);
		expect(contentOf(held.doc)).not.toContain('refused');
		expect(contentOf(held.doc)).toContain('Printer is on fire');
	});

	it('[OD4] only some that nobody uses are kept, and a later Y.Doc has another client id', async () => {
		const { ticket, held } = await newTicket();
		const client = held.doc.clientID;
		held.release();
		for (let i = 0; i < 40; i++) (await newTicket()).held.release();
		const again = await tab.acquire(ticket);
		expect(again?.doc.clientID).not.toBe(client);
		expect(contentOf(again?.doc as Y.Doc)).toContain('Printer is on fire');
	});
});
