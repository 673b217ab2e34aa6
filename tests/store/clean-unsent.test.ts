import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { appendEntries, draftFragment, draftText } from '../../src/lib/document/record-document.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { unsentCleaning } from '../../src/lib/store/clean-unsent.ts';
import { createDexieRecordStore } from '../../src/lib/store/dexie-record-store.ts';
import type { GoneWords } from '../../src/lib/store/gone-words.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { RecordStore, StoreChange } from '../../src/lib/store/record-store.ts';
import {
	author,
	documentNews,
	localChange,
	note,
	received,
	textsOf,
	ticketId,
	writtenTicket,
} from './record-fixtures.ts';

const gone: GoneWords = {
	document: ticketId(9),
	label: 'Erased person 7',
	names: ['Quirin Quittenbaum'],
	addresses: [['q.quittenbaum@example.org', 'erased-7-1@erased.invalid']],
	phones: [['030 5550119', '+00 0007 000001']],
	parts: ['Zwiebelfisch47', 'Maus'],
};
const secrets = ['Quittenbaum', 'quittenbaum', '5550119', 'Zwiebelfisch47'];
const id = ticketId(1);
const fresh = ticketId(2);
let serial = 0;

const stores: [string, () => Promise<RecordStore>][] = [
	['in memory', async () => createMemoryRecordStore({ now: () => 5000, project: updatesToRow, channel: null })],
	[
		'Dexie',
		async () =>
			createDexieRecordStore({ name: `clean-${++serial}`, now: () => 5000, project: updatesToRow, channel: null }),
	],
];

const docOf = (updates: readonly Uint8Array[]) => {
	const doc = new Y.Doc();
	for (const update of updates) Y.applyUpdate(doc, update);
	return doc;
};
const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

describe.each(stores)('[F106] what is unsent in other documents, %s', (_name, open) => {
	async function withQuotes() {
		const store = await open();
		const ticket = writtenTicket();
		await store.receive(received([{ news: documentNews(id, [ticket.whole()]) }]));
		const [first] = ticket.write(note('Nichts weiter'));
		await store.commit(localChange(id, first!));
		const [quote] = ticket.write(note('Quirin Quittenbaum (030/555-0119) sagte: Zwiebelfisch47, und die Maus'));
		await store.commit(localChange(id, quote!));
		const vector = Y.encodeStateVector(ticket.doc);
		const paragraph = new Y.XmlElement('paragraph');
		paragraph.insert(0, [new Y.XmlText('An q.quittenbaum@example.org: bitte warten')]);
		draftFragment(ticket.doc, 'reply').insert(0, [paragraph]);
		await store.commit(localChange(id, Y.encodeStateAsUpdate(ticket.doc, vector)));
		const made = writtenTicket('Rückruf Quirin Quittenbaum');
		await store.commit(localChange(fresh, made.whole()));
		return { store, ticket };
	}

	test('[CU1][CU2][RS9] entries and drafts lose the words under their ids, and nothing of the edits before is left', async () => {
		const { store, ticket } = await withQuotes();
		const ids = [...ticket.doc.getMap('entries').keys()].sort();
		const told: StoreChange[] = [];
		store.watch((change) => told.push(change));
		expect((await store.cleanUnsent(unsentCleaning([gone]))).sort()).toEqual([id, fresh]);
		const stored = (await store.load(id))!;
		expect([...docOf(stored.updates).getMap('entries').keys()].sort()).toEqual(ids);
		expect(textsOf(stored.updates)).toContain('Erased person 7 (+00 0007 000001) sagte: █████, und die Maus');
		expect(textsOf(stored.updates)).toContain('Nichts weiter');
		expect(draftText(docOf(stored.updates), 'reply')).toBe('An erased-7-1@erased.invalid: bitte warten');
		const outbox = await store.outbox();
		expect(outbox.map(({ document, rejected }) => [document, rejected])).toEqual([
			[id, undefined],
			[fresh, undefined],
		]);
		const all = [...stored.updates, ...(await store.load(fresh))!.updates, ...outbox.map(({ update }) => update)];
		for (const secret of secrets) expect(all.some((bytes) => latin(bytes).includes(secret))).toBe(false);
		expect(await store.rows.get(fresh)).toMatchObject({ subject: 'Rückruf Erased person 7' });
		expect(told).toContainEqual({ kind: 'documents', documents: [id, fresh], from: 'local', removed: true });
		expect(await store.cleanUnsent(unsentCleaning([gone]))).toEqual([]);
		// The relay takes what goes out now as it takes any other edit.
		const atRelay = docOf([ticket.whole()]);
		atRelay.getMap('entries').clear();
		const base = docOf([stored.updates[0]!]);
		Y.applyUpdate(base, outbox[0]!.update);
		expect(base.store.pendingStructs).toBeNull();
		expect(base.getMap('entries').size).toBe(ids.length);
	});

	test('[CU1] what holds nothing of it stays byte for byte; short words go only from the record they were blacked out in', async () => {
		const store = await open();
		const ticket = writtenTicket();
		await store.receive(received([{ news: documentNews(id, [ticket.whole()]) }]));
		await store.commit(localChange(id, ticket.write(note('Die Maus klemmt'))[0]!));
		const before = await store.outbox();
		expect(await store.cleanUnsent(unsentCleaning([gone]))).toEqual([]);
		expect(await store.outbox()).toEqual(before);
		expect(await store.cleanUnsent(unsentCleaning([{ ...gone, document: id }]))).toEqual([id]);
		expect(textsOf((await store.load(id))!.updates)).toContain('Die █████ klemmt');
	});

	test('[CU1] what the relay has already is not sent once more', async () => {
		const { store, ticket } = await withQuotes();
		await store.receive(received([{ news: documentNews(id, [ticket.whole()], { head: 2 }) }]));
		expect(await store.cleanUnsent(unsentCleaning([gone]))).toEqual([fresh]);
	});

	test('[CU3] a refused edit that holds something of it goes, and the outbox tells that', async () => {
		const { store } = await withQuotes();
		const [, quote] = await store.outbox();
		await store.settle([{ n: quote!.n, kind: 'rejected', code: 'no-access' as never }]);
		await store.cleanUnsent(unsentCleaning([gone]));
		const outbox = await store.outbox();
		expect(outbox.find(({ n }) => n === quote!.n)).toMatchObject({ rejected: 'gone', update: new Uint8Array([0, 0]) });
		expect(textsOf((await store.load(id))!.updates)).toEqual(['It does not print.', 'Nichts weiter']);
		for (const { update } of outbox) expect(latin(update)).not.toContain('Zwiebelfisch47');
	});
});

test('an edit on a ticket whose body is at the relay is cleaned as well', async () => {
	const store = await stores[1]![1]();
	const ticket = writtenTicket();
	const bare = new Y.Doc();
	appendEntries(bare, author(), [note('Quirin Quittenbaum war da')]);
	const row = { ...updatesToRow(id, [ticket.whole()])!, cold: { generation: 1, head: 1 } };
	await store.receive({ ...received([]), headers: [row] });
	await store.commit(localChange(id as DocumentId, Y.encodeStateAsUpdate(bare)));
	expect(await store.cleanUnsent(unsentCleaning([gone]))).toEqual([id]);
	expect(textsOf((await store.load(id))!.updates)).toEqual(['Erased person 7 war da']);
	expect(await store.rows.get(id)).toMatchObject({ cold: { head: 1 } });
});
