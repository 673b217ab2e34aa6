import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { eraseEntry } from '../../src/lib/domain/erase-entry.ts';
import { personalWords, termsOfPerson } from '../../src/lib/domain/erasure-terms.ts';
import type { AgentId, DeviceId, DocumentId, EntryId, LineId } from '../../src/lib/domain/ids.ts';
import { plainKey, withoutWords } from '../../src/lib/domain/personal-words.ts';
import { redactedWords, redactEntry } from '../../src/lib/domain/redact-entry.ts';
import {
	appendEntries,
	draftFragment,
	draftText,
	readRecord,
	writeMeta,
} from '../../src/lib/document/record-document.ts';
import { rewriteDocument } from '../../src/lib/document/rewrite-document.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { carryOver } from '../../src/lib/store/carry-over.ts';
import { removedFrom } from '../../src/lib/store/gone-words.ts';
import { createDexieRecordStore } from '../../src/lib/store/dexie-record-store.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import { facts, message, note, opened } from '../support/facts.ts';

let serial = 0;
const author = {
	...{ agent: 'maria' as AgentId, device: 'laptop' as DeviceId },
	tick: () => `00000${String(1000 + ++serial).padStart(7, '0')}` as never,
	newId: () => `01ARZ3NDEKTSV4RRFFQ6${String(100000 + ++serial)}` as EntryId,
};
const id = 'ticket/01ARZ3NDEKTSV4RRFFQ69G5FAV' as DocumentId;

function written(
	kind: 'ticket' | 'person',
	drafts: Draft[],
): { doc: Y.Doc; write(...more: Draft[]): Uint8Array; ids: EntryId[] } {
	const doc = new Y.Doc();
	let ids: EntryId[] = [];
	doc.transact(() => {
		writeMeta(doc, kind);
		ids = appendEntries(doc, author, drafts);
	});
	return {
		doc,
		ids,
		write(...more) {
			const vector = Y.encodeStateVector(doc);
			appendEntries(doc, author, more);
			return Y.encodeStateAsUpdate(doc, vector);
		},
	};
}

const kim = facts({
	created: { kind: 'created', name: 'Kim Weiß', lines: [], at: 1 },
	mail: { kind: 'address-added', address: 'kim@example.org', at: 2 },
});
const words = personalWords(termsOfPerson(kim), { label: 'Erased person 7', number: 7 });

/** What the relay makes of it. */
function erased(doc: Y.Doc, bearing: 'own' | 'about' = 'about'): Uint8Array {
	const next = rewriteDocument(doc, 99, {
		entry: (_id, entry) => eraseEntry(entry, bearing, { words, keyOf: plainKey, texts: 'theirs' }),
		words: (text) => withoutWords(text, words, plainKey, true),
		add: new Map([
			[
				author.newId(),
				{ kind: 'erased', what: 'person', at: author.tick(), by: 'relay' as AgentId, device: 'relay' as DeviceId },
			],
		]),
	});
	if (next === undefined) throw new Error('nothing to erase');
	return Y.encodeStateAsUpdate(next);
}

const textsIn = (...updates: Uint8Array[]) => {
	const doc = new Y.Doc();
	for (const update of updates) Y.applyUpdate(doc, update);
	const reading = readRecord(doc);
	return reading.kind === 'empty'
		? []
		: [...reading.facts.entries.values()].flatMap((entry) => ('text' in entry ? [entry.text] : []));
};
const holds = (bytes: Uint8Array, text: string) => Buffer.from(bytes).includes(text);

describe('what a device wrote on a generation that is no more', () => {
	test('[F106] goes on top of the new one under its id, without the words that were erased', () => {
		const { doc, write, ids } = written('ticket', [opened, message('in', 'Kim Weiß: hilft mir wer?')]);
		const before = Y.encodeStateAsUpdate(doc);
		const next = erased(doc);
		const unsent = write({ ...note, text: 'Kim Weiß angerufen, kim@example.org stimmt' });
		const result = carryOver([before, unsent], [next], [unsent]);
		if (result.kind !== 'carried' || result.update === undefined) throw new Error(result.kind);
		expect(holds(result.update, 'Weiß') || holds(result.update, 'kim@')).toBe(false);
		expect(textsIn(next, result.update).at(-1)).toMatch(
			/^Erased person 7 angerufen, erased-7-1@erased.invalid stimmt$/,
		);
		expect(ids).toHaveLength(2);
		expect(carryOver([before, unsent], [next, result.update], [unsent])).toEqual({
			kind: 'carried',
			update: undefined,
		});
	});

	test('[F106] a blacked-out word does not come back by a note that repeats it', () => {
		const { doc, write, ids } = written('ticket', [opened, message('in', 'Meine Karte: 4111 1111, danke')]);
		const before = Y.encodeStateAsUpdate(doc);
		const gone = redactedWords({ ...message('in', 'Meine Karte: 4111 1111, danke') } as never, [[13, 22]]) ?? [];
		const next = rewriteDocument(doc, 99, {
			entry: (entry, value) => redactEntry(value, { isIt: entry === ids[1], words: gone, ranges: [[13, 22]] }),
			words: (text) => text,
		});
		const unsent = write({ ...note, text: 'Karte 4111 1111 notiert' });
		const result = carryOver([before, unsent], [Y.encodeStateAsUpdate(next as Y.Doc)], [unsent]);
		if (result.kind !== 'carried' || result.update === undefined) throw new Error(result.kind);
		expect(textsIn(Y.encodeStateAsUpdate(next as Y.Doc), result.update)).toContain('Karte █████ notiert');
	});

	test('[F106] [CO6] what was written after an edit that was let go goes along all the same', () => {
		const { doc, write } = written('ticket', [opened, message('in')]);
		const before = Y.encodeStateAsUpdate(doc);
		const next = erased(doc);
		write({ ...note, text: 'let go' });
		const unsent = write({ ...note, text: 'stays' });
		const result = carryOver([before, unsent], [next], [unsent]);
		if (result.kind !== 'carried' || result.update === undefined) throw new Error(result.kind);
		expect(textsIn(next, result.update).at(-1)).toBe('stays');
	});

	test('[F106] a draft that was being typed goes along; nothing goes on top of an erased person', () => {
		const { doc } = written('ticket', [opened, message('in')]);
		const before = Y.encodeStateAsUpdate(doc);
		const next = erased(doc);
		const vector = Y.encodeStateVector(doc);
		draftFragment(doc, 'reply').insert(0, [new Y.XmlElement('paragraph')]);
		(draftFragment(doc, 'reply').get(0) as Y.XmlElement).insert(0, [new Y.XmlText('Hallo Kim Weiß, gern')]);
		const unsent = Y.encodeStateAsUpdate(doc, vector);
		const result = carryOver([before, unsent], [next], [unsent]);
		if (result.kind !== 'carried' || result.update === undefined) throw new Error(result.kind);
		const after = new Y.Doc();
		for (const update of [next, result.update]) Y.applyUpdate(after, update);
		expect(draftText(after, 'reply')).toBe('Hallo Erased person 7, gern');

		const person = written('person', [
			{ kind: 'created', name: 'Kim Weiß', lines: ['support' as LineId] },
			{ kind: 'address-added', address: 'kim@example.org' },
		]);
		const was = Y.encodeStateAsUpdate(person.doc);
		const is = erased(person.doc, 'own');
		const more = person.write({ kind: 'phone-added', phone: '0171 5550123' });
		expect(carryOver([was, more], [is], [more])).toEqual({ kind: 'dropped' });
	});

	test('what was taken out is found by what stayed around it', () => {
		expect(removedFrom('My card is 4111 and 4222.', 'My card is █████ and █████.')).toEqual(['4111', '4222']);
		expect(removedFrom('all of this went away', '█████')).toEqual(['all of this went away']);
		expect(removedFrom('abc', 'xyz')).toEqual([]);
	});

	const stores: [string, () => Promise<RecordStore>][] = [
		['memory', async () => createMemoryRecordStore({ now: () => 5000, project: updatesToRow })],
		[
			'dexie',
			async () => createDexieRecordStore({ name: `carry-${++serial}`, now: () => 5000, project: updatesToRow }),
		],
	];
	test.each(stores)(
		'[F106] %s: the old bytes go, the outbox sends what was carried, and the row is of the new one',
		async (_name, open) => {
			const store = await open();
			const { doc, write } = written('ticket', [opened, message('in', 'Kim Weiß schreibt')]);
			const before = Y.encodeStateAsUpdate(doc);
			const base = { document: id, head: 1, from: 'snapshot' as const };
			const rowOf = (...updates: Uint8Array[]) => updatesToRow(id, updates);
			const empty = { gone: [], dropped: [], settings: {} };
			await store.receive({
				...empty,
				documents: [{ news: { ...base, generation: 0, updates: [before] }, row: rowOf(before) }],
			});
			const next = erased(doc);
			const unsent = write({ ...note, text: 'Frau Weiß weiß Bescheid' });
			const { n } = await store.commit({
				...{ document: id, generation: 0, update: unsent, row: rowOf(before, unsent), at: 1, what: 'note' },
			});
			// The relay has refused it before the new generation comes.
			await store.settle([{ n, kind: 'rejected', code: 'other-generation' }]);
			const news = { ...base, generation: 1, head: 2, updates: [next] };
			await store.receive({ ...empty, documents: [{ news, row: rowOf(next) }] });
			const stored = await store.load(id);
			expect(stored).toMatchObject({ generation: 1, head: 2, whole: true });
			expect(textsIn(...(stored?.updates ?? []))).toContain('Frau █████ █████ Bescheid');
			const outbox = await store.outbox();
			expect(outbox).toMatchObject([{ generation: 1, what: 'note', rejected: undefined }]);
			expect(outbox[0]?.n).toBeGreaterThan(n);
			expect(await store.rows.get(id)).toMatchObject({
				fromName: 'Erased person 7',
				preview: 'Frau █████ █████ Bescheid',
			});
			for (const update of [...(stored?.updates ?? []), ...outbox.map((edit) => edit.update)])
				expect(holds(update, 'Weiß')).toBe(false);
			store.close();
		},
	);

	test.each(stores)(
		'[F106][TI5] %s: a note on a ticket of which only the row was here goes on top of the new generation',
		async (_name, open) => {
			const store = await open();
			const { doc } = written('ticket', [opened, message('in', 'Kim Weiß schreibt')]);
			const before = Y.encodeStateAsUpdate(doc);
			const empty = { gone: [], dropped: [], settings: {} };
			const row = updatesToRow(id, [before])!;
			await store.receive({ ...empty, documents: [], headers: [{ ...row, cold: { generation: 0, head: 1 } }] });
			const bare = new Y.Doc();
			appendEntries(bare, author, [{ ...note, text: 'written on the train' }]);
			const update = Y.encodeStateAsUpdate(bare);
			await store.commit({ document: id, generation: 0, update, row: undefined, at: 1, what: 'note' });
			const next = erased(doc);
			const header = { ...updatesToRow(id, [next])!, cold: { generation: 1, head: 2 } };
			await store.receive({ ...empty, documents: [], headers: [header] });
			expect(await store.rows.get(id)).toMatchObject({ fromName: 'Erased person 7', cold: { generation: 1 } });
			const news = { document: id, head: 2, from: 'snapshot' as const, generation: 1, updates: [next] };
			await store.receive({ ...empty, documents: [{ news, row: updatesToRow(id, [next]) }] });
			expect(await store.outbox()).toMatchObject([{ generation: 1, rejected: undefined }]);
			expect(textsIn(...((await store.load(id))?.updates ?? []))).toContain('written on the train');
			expect(await store.rows.get(id)).toMatchObject({ preview: 'written on the train' });
			store.close();
		},
	);
});
