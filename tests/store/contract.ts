import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import type { TicketRow } from '../../src/lib/projection/rows.ts';
import type { Project, RecordStore, Row, StoreChange } from '../../src/lib/store/record-store.ts';
import { StoreFailure } from '../../src/lib/store/store-failure.ts';
import {
	contentOf,
	documentNews,
	incoming,
	localChange,
	note,
	received,
	textsOf,
	ticketId,
	writtenTicket,
} from './record-fixtures.ts';

export interface StoreUnderTest {
	/** A store on an empty device; `project` makes rows where the store has to. */
	open(options: { project: Project; now: () => number }): Promise<RecordStore>;
	/** The same device with a new process. */
	reopen?(store: RecordStore): Promise<RecordStore>;
}

const all = { edits: 1000, bytes: 1e9 };
const id = ticketId(1);

/** What every RecordStore does. */
export function recordStoreContract(name: string, { open, reopen }: StoreUnderTest): void {
	const fresh = (project: Project = updatesToRow) => open({ project, now: () => 5000 });
	const row = (document: DocumentId, more: Partial<TicketRow> = {}): Row =>
		({ id: document, kind: 'ticket', status: 'open', changedAt: 1, ...more }) as Row;

	describe(`record store: ${name}`, () => {
		test('[RS1] a commit puts update, outbox and row on the device', async () => {
			const store = await fresh();
			const [update] = writtenTicket().updates;
			const { n, version } = await store.commit(localChange(id, update!, { row: row(id), at: 7, what: 'ticket.new' }));
			expect((await store.load(id))?.updates).toEqual([update]);
			expect(await store.load(id)).toMatchObject({ generation: 1, head: 0, version, whole: true });
			expect(await store.outbox()).toEqual([
				{ n, document: id, generation: 1, update, at: 7, what: 'ticket.new', attempts: 0, rejected: undefined },
			]);
			expect(await store.rows.get(id)).toEqual(row(id));
		});

		test('[RS1] a commit without a row leaves the row that is there', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			await store.commit(localChange(id, ticket.updates[0]!, { row: row(id) }));
			await store.commit(localChange(id, ticket.write(note('n'))[0]!));
			expect(await store.rows.get(id)).toEqual(row(id));
		});

		test('[RS1] a row made from an older version of the document is made again from what is stored', async () => {
			const store = await fresh();
			const ticket = writtenTicket('Printer');
			const base = await store.commit(localChange(id, ticket.updates[0]!, { row: row(id), basedOn: 0 }));
			const other = new Y.Doc();
			Y.applyUpdate(other, ticket.whole());
			const faster = ticket.write(incoming('from another tab'))[0]!;
			await store.commit(localChange(id, faster, { row: row(id), basedOn: base.version }));
			const slower = ticket.write(note('from this tab'))[0]!;
			await store.commit(localChange(id, slower, { row: row(id, { messages: 1 }), basedOn: base.version }));
			expect(await store.rows.get(id)).toMatchObject({ subject: 'Printer', messages: 2, preview: 'from this tab' });
		});

		test('[RS1] an edit of another generation stays out of the document and in the outbox, marked', async () => {
			const store = await fresh();
			const old = writtenTicket('old');
			const next = writtenTicket('new');
			await store.receive(received([{ news: documentNews(id, [next.whole()], { generation: 2, head: 9 }) }]));
			const { rejected } = await store.commit(localChange(id, old.updates[0]!, { generation: 1 }));
			expect(rejected).toBe('other-generation');
			expect(contentOf((await store.load(id))!.updates)).toBe(contentOf([next.whole()]));
			expect(await store.outbox()).toMatchObject([{ rejected: 'other-generation', update: old.updates[0] }]);
		});

		test('[RS2] outbox numbers rise and are never given again, not after answers either', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			const numbers: number[] = [];
			for (let i = 0; i < 5; i++) {
				const { n } = await store.commit(
					localChange(id, i === 0 ? ticket.updates[0]! : ticket.write(note(`${i}`))[0]!),
				);
				numbers.push(n);
				await store.settle([{ n, kind: 'ok', seq: i + 1 }]);
			}
			expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
			expect(await store.outbox()).toEqual([]);
		});

		test('[RS2] the first outbox number of a new database is later than those of one that was lost', async () => {
			const lost = await open({ project: updatesToRow, now: () => 1_000_000 });
			const { n: before } = await lost.commit(localChange(id, writtenTicket().updates[0]!));
			const fresh = await open({ project: updatesToRow, now: () => 2_000_000 });
			const { n: after } = await fresh.commit(localChange(id, writtenTicket().updates[0]!));
			expect(after).toBeGreaterThan(before);
		});

		test('[RS2] many commits at once get different numbers', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			const updates = [ticket.updates[0]!, ...Array.from({ length: 20 }, (_, i) => ticket.write(note(`${i}`))[0]!)];
			const committed = await Promise.all(updates.map((update) => store.commit(localChange(id, update))));
			expect(new Set(committed.map(({ n }) => n)).size).toBe(21);
			expect(contentOf((await store.load(id))!.updates)).toBe(contentOf([ticket.whole()]));
		});

		test('[RS3] unsent gives the oldest first and keeps to the limits, but always gives one', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			const updates = [ticket.updates[0]!, ticket.write(note('b'))[0]!, ticket.write(note('c'))[0]!];
			const numbers = [];
			for (const update of updates) numbers.push((await store.commit(localChange(id, update))).n);
			expect((await store.unsent(all)).map(({ n }) => n)).toEqual(numbers);
			expect((await store.unsent({ edits: 2, bytes: 1e9 })).map(({ n }) => n)).toEqual(numbers.slice(0, 2));
			expect((await store.unsent({ edits: 5, bytes: 1 })).map(({ n }) => n)).toEqual(numbers.slice(0, 1));
			const room = updates[0]!.length + updates[1]!.length;
			expect((await store.unsent({ edits: 5, bytes: room })).map(({ n }) => n)).toEqual(numbers.slice(0, 2));
		});

		test('[RS3] ok and duplicate take edits away; a rejected one stays, marked, and is not unsent any more', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			const numbers = [];
			for (const update of [ticket.updates[0]!, ticket.write(note('b'))[0]!, ticket.write(note('c'))[0]!])
				numbers.push((await store.commit(localChange(id, update))).n);
			await store.attempted(numbers);
			await store.settle([
				{ n: numbers[0]!, kind: 'ok', seq: 1 },
				{ n: numbers[1]!, kind: 'duplicate', seq: 2 },
				{ n: numbers[2]!, kind: 'rejected', code: 'no-permission' },
				{ n: 999_999, kind: 'rejected', code: 'malformed' },
			]);
			expect(await store.outbox()).toMatchObject([{ n: numbers[2], rejected: 'no-permission', attempts: 2 }]);
			expect(await store.unsent(all)).toEqual([]);
			expect(textsOf((await store.load(id))!.updates)).toEqual(['It does not print.', 'b', 'c']);
		});

		test('[RS3] a discarded edit leaves outbox and document; others cannot be discarded', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			const first = await store.commit(localChange(id, ticket.updates[0]!));
			await store.settle([{ n: first.n, kind: 'ok', seq: 1 }]);
			const kept = await store.commit(localChange(id, ticket.write(note('kept'))[0]!));
			const wrong = await store.commit(localChange(id, ticket.write(note('wrong'))[0]!));
			await store.settle([{ n: wrong.n, kind: 'rejected', code: 'invalid-entry' }]);
			await store.discard(wrong.n);
			await store.discard(kept.n);
			expect((await store.outbox()).map(({ n }) => n)).toEqual([kept.n]);
			expect(textsOf((await store.load(id))!.updates)).toEqual(['It does not print.', 'kept']);
			expect(await store.rows.get(id)).toMatchObject({ preview: 'kept' });
		});

		test('[RS2][RS3] a rejected edit can be sent again, under a number of its own and on top of its document', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			const kept = await store.commit(localChange(id, ticket.updates[0]!));
			const update = ticket.write(note('once refused'))[0]!;
			const refused = await store.commit(localChange(id, update, { at: 7, what: 'note' }));
			await store.settle([
				{ n: kept.n, kind: 'ok', seq: 1 },
				{ n: refused.n, kind: 'rejected', code: 'no-permission' },
			]);
			const heard: StoreChange[] = [];
			store.watch((change) => heard.push(change));
			expect(await store.retry(kept.n)).toBeUndefined();
			const n = await store.retry(refused.n);
			expect(n).toBeGreaterThan(refused.n);
			expect(await store.retry(refused.n)).toBeUndefined();
			expect(await store.retry(n!)).toBeUndefined();
			expect(await store.unsent(all)).toEqual([
				{ n, document: id, generation: 1, update, at: 7, what: 'note', attempts: 0, rejected: undefined },
			]);
			expect(contentOf((await store.load(id))!.updates)).toBe(contentOf([ticket.whole()]));
			expect(heard).toEqual([{ kind: 'outbox' }, { kind: 'documents', documents: [id], from: 'local' }]);
			await store.settle([{ n: n!, kind: 'ok', seq: 2 }]);
			await store.fold(id);
			expect(contentOf((await store.load(id))!.updates)).toBe(contentOf([ticket.whole()]));
		});

		test('[RS3] an edit whose document left and came back is put on it again; without it nothing happens', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			const before = ticket.whole();
			await store.receive(received([{ news: documentNews(id, [before], { head: 1 }) }], {}));
			const { n } = await store.commit(localChange(id, ticket.write(note('mine'))[0]!));
			await store.receive({ ...received([], {}), dropped: [id] });
			expect(await store.retry(n)).toBeUndefined();
			expect(await store.outbox()).toMatchObject([{ n, rejected: 'no-access' }]);
			await store.receive(received([{ news: documentNews(id, [before], { head: 1 }) }], {}));
			expect(await store.retry(n)).toBeDefined();
			expect(contentOf((await store.load(id))!.updates)).toBe(contentOf([ticket.whole()]));
		});

		test('[RS3] an edit of an older generation is not put on a newer one', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			await store.commit(localChange(id, ticket.updates[0]!));
			const news = documentNews(id, [writtenTicket('Newer').whole()], { head: 9, generation: 2 });
			await store.receive(received([{ news }], {}));
			const [edit] = await store.outbox();
			expect(edit?.rejected).toBe('other-generation');
			expect(await store.retry(edit!.n)).toBeUndefined();
			expect(await store.outbox()).toEqual([edit]);
		});

		test('[F100] an emptied device has nothing of what was there, and goes on', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			const { n } = await store.commit(localChange(id, ticket.updates[0]!, { row: row(id) }));
			await store.addBlocks([104]);
			await store.blobs.add(Uint8Array.of(1));
			await store.settings.set('session', 'old');
			await store.empty();
			expect(await store.documents(undefined, 10)).toEqual([]);
			expect(await store.outbox()).toEqual([]);
			expect(await store.rows.count('ticket')).toBe(0);
			expect(await store.blobs.count()).toBe(0);
			expect(await store.settings.get('session')).toBeUndefined();
			expect(await store.takeNumber()).toBeUndefined();
			expect((await store.commit(localChange(id, ticket.updates[0]!))).n).toBeGreaterThanOrEqual(n);
		});

		test('[RS3] a ticket of which nothing but a discarded edit existed is gone', async () => {
			const store = await fresh();
			const { n } = await store.commit(localChange(id, writtenTicket().updates[0]!, { row: row(id) }));
			await store.settle([{ n, kind: 'rejected', code: 'foreign-number' }]);
			await store.discard(n);
			expect(await store.load(id)).toBeUndefined();
			expect(await store.rows.get(id)).toBeUndefined();
		});

		test.each([
			['gone', 'gone'],
			['dropped', 'no-access'],
		] as const)('[RS3] a %s document goes with its row, its unsent edits stay as rejected', async (how, code) => {
			const store = await fresh();
			const ticket = writtenTicket();
			await store.receive(received([{ news: documentNews(id, [ticket.whole()]), row: row(id) }]));
			const update = ticket.write(note('not sent'))[0]!;
			await store.commit(localChange(id, update));
			await store.receive({ ...received([], { cursor: 4 }), [how]: [id, ticketId(99)] });
			expect(await store.load(id)).toBeUndefined();
			expect(await store.rows.get(id)).toBeUndefined();
			expect(await store.documents(undefined, 10)).toEqual([]);
			expect(await store.outbox()).toMatchObject([{ document: id, update, rejected: code }]);
			expect(await store.settings.get('cursor')).toBe(4);
		});

		test('[RS3] an edit rejected because its document is gone takes the stored copy along', async () => {
			const store = await fresh();
			const { n } = await store.commit(localChange(id, writtenTicket().updates[0]!, { row: row(id) }));
			await store.settle([{ n, kind: 'rejected', code: 'gone' }]);
			expect(await store.load(id)).toBeUndefined();
			expect(await store.rows.get(id)).toBeUndefined();
			expect(await store.outbox()).toMatchObject([{ n, rejected: 'gone' }]);
		});

		test('[RS4] the same news again changes nothing', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			const page = received([{ news: documentNews(id, [ticket.whole()], { head: 3 }), row: row(id) }], { cursor: 3 });
			await store.receive(page);
			const tail = received(
				[
					{
						news: documentNews(id, ticket.write(note('more')), { head: 5, from: 'tail' }),
						row: row(id, { messages: 1 }),
					},
				],
				{ cursor: 5 },
			);
			await store.receive(tail);
			const before = await store.load(id);
			await store.receive(tail);
			await store.receive(page);
			expect(await store.load(id)).toEqual(before);
			expect(before).toMatchObject({ head: 5, whole: true });
			expect(textsOf(before!.updates)).toEqual(['It does not print.', 'more']);
			expect(await store.rows.get(id)).toMatchObject({ messages: 1 });
		});

		test('[RS4] a tail that came before its beginning does not hide the snapshot that follows', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			const tail = ticket.write(note('tail'));
			await store.receive(received([{ news: documentNews(id, tail, { head: 8, from: 'tail' }) }]));
			expect(await store.load(id)).toMatchObject({ whole: false, head: 8 });
			await store.receive(received([{ news: documentNews(id, [ticket.whole()], { head: 8 }) }]));
			expect(await store.load(id)).toMatchObject({ whole: true, head: 8 });
			expect(contentOf((await store.load(id))!.updates)).toBe(contentOf([ticket.whole()]));
		});

		test('[RS4] what was not sent yet stays on top of a snapshot', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			await store.receive(received([{ news: documentNews(id, [ticket.whole()], { head: 1 }) }]));
			const mine = new Y.Doc();
			Y.applyUpdate(mine, ticket.whole());
			const update = writtenTicketEdit(mine);
			await store.commit(localChange(id, update));
			ticket.write(note('theirs'));
			await store.receive(received([{ news: documentNews(id, [ticket.whole()], { head: 2 }) }]));
			expect(textsOf((await store.load(id))!.updates)).toEqual(['It does not print.', 'mine', 'theirs']);
		});

		test('[RS4] a new generation replaces the document, and unsent edits of the old one are kept as rejected', async () => {
			const store = await fresh();
			const old = writtenTicket('old');
			const { n } = await store.commit(localChange(id, old.updates[0]!, { row: row(id) }));
			const next = writtenTicket('new');
			const news = documentNews(id, [next.whole()], { generation: 2, head: 1 });
			await store.receive(received([{ news, row: row(id, { subject: 'new' }) }]));
			expect(contentOf((await store.load(id))!.updates)).toBe(contentOf([next.whole()]));
			expect(await store.outbox()).toMatchObject([{ n, rejected: 'other-generation', update: old.updates[0] }]);
			await store.receive(received([{ news: documentNews(id, [old.whole()], { generation: 1, head: 99 }) }]));
			expect(await store.load(id)).toMatchObject({ generation: 2, head: 1 });
		});

		test('[RS4] a received row that a local edit has overtaken is made again', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			await store.receive(received([{ news: documentNews(id, [ticket.whole()], { head: 1 }), row: row(id) }]));
			const { version } = (await store.load(id))!;
			await store.commit(localChange(id, ticket.write(note('meanwhile'))[0]!));
			const tail = documentNews(id, ticket.write(incoming('news')), { head: 2, from: 'tail' });
			await store.receive(received([{ news: tail, row: row(id, { preview: 'stale' }), basedOn: version }]));
			expect(await store.rows.get(id)).toMatchObject({ messages: 2, preview: 'news' });
		});

		test('[RS5] folding changes nothing of a document, and not what is unsent', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			await store.receive(received([{ news: documentNews(id, [ticket.whole()], { head: 1 }) }]));
			for (let head = 2; head < 90; head++)
				await store.receive(
					received([{ news: documentNews(id, ticket.write(note(`${head}`)), { head, from: 'tail' }) }]),
				);
			const { n } = await store.commit(localChange(id, ticket.write(note('unsent'))[0]!));
			await store.fold(id);
			const stored = (await store.load(id))!;
			expect(stored.updates.length).toBe(2);
			expect(contentOf(stored.updates)).toBe(contentOf([ticket.whole()]));
			expect((await store.unsent(all)).map((edit) => edit.n)).toEqual([n]);
			await store.settle([{ n, kind: 'rejected', code: 'invalid-entry' }]);
			await store.discard(n);
			expect(textsOf((await store.load(id))!.updates)).not.toContain('unsent');
		});

		test('[RS5] folding keeps updates whose beginning is missing, until it comes', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			const whole = ticket.whole();
			await store.receive(received([{ news: documentNews(id, [whole], { head: 1 }) }]));
			const [missing] = ticket.write(note('missing'));
			const [pending] = ticket.write(note('pending'));
			const other = writtenEdits(whole, 80);
			for (const [i, update] of [...other, pending!].entries())
				await store.receive(received([{ news: documentNews(id, [update], { head: i + 2, from: 'tail' }) }]));
			await store.fold(id);
			expect((await store.load(id))!.updates).toHaveLength(2);
			expect(textsOf((await store.load(id))!.updates)).toHaveLength(81);
			await store.receive(received([{ news: documentNews(id, [missing!], { head: 100, from: 'tail' }) }]));
			expect(textsOf((await store.load(id))!.updates)).toEqual(expect.arrayContaining(['missing', 'pending']));
		});

		test('[RS5] deleted text is not kept by folding', async () => {
			const store = await fresh();
			const doc = new Y.Doc();
			const updates: Uint8Array[] = [];
			doc.on('update', (update: Uint8Array) => updates.push(update));
			doc.getText('t').insert(0, 'a secret');
			doc.getText('t').delete(0, 8);
			for (let i = 0; i < 80; i++) doc.getText('t').insert(i, 'x');
			for (const [i, update] of updates.entries())
				await store.receive(
					received([{ news: documentNews(id, [update], { head: i + 1, from: i === 0 ? 'snapshot' : 'tail' }) }]),
				);
			await store.fold(id);
			const stored = (await store.load(id))!.updates;
			expect(stored).toHaveLength(1);
			expect(new TextDecoder().decode(stored[0])).not.toContain('secret');
		});

		test('[RS5] folding a document that is not there, small or unreadable does nothing', async () => {
			const store = await fresh();
			await store.fold(id);
			const [update] = writtenTicket().updates;
			await store.commit(localChange(id, update!));
			await store.fold(id);
			expect((await store.load(id))!.updates).toEqual([update]);
			const broken = ticketId(2);
			await store.receive(
				received([{ news: documentNews(broken, [Uint8Array.of(9, 9, 9), new Uint8Array(9000).fill(255)]) }]),
			);
			await store.fold(broken);
			expect((await store.load(broken))!.updates).toHaveLength(2);
		});

		test('[RS6] rows come open first, then waiting, then closed, newest first, in batches', async () => {
			const store = await fresh();
			const statuses = ['closed', 'open', 'waiting', 'new'] as const;
			const rows = Array.from({ length: 23 }, (_, i) =>
				row(ticketId(i), { status: statuses[i % 4]!, changedAt: i % 7 }),
			);
			await store.rows.put([...rows, { id: 'person/1' as DocumentId, kind: 'person', changedAt: 1 }]);
			const batches: Row[][] = [];
			await store.rows.each('ticket', 5, (batch) => void batches.push(batch));
			expect(batches.map((batch) => batch.length)).toEqual([5, 5, 5, 5, 3]);
			const seen = batches.flat();
			expect(new Set(seen.map(({ id }) => id)).size).toBe(23);
			const group = (r: Row) => (r.status === 'waiting' ? 1 : r.status === 'closed' ? 2 : 0);
			const sorted = [...seen].sort((a, b) => group(a) - group(b) || b.changedAt! - a.changedAt!);
			expect(seen.map((r) => [group(r), r.changedAt])).toEqual(sorted.map((r) => [group(r), r.changedAt]));
			expect(await store.rows.count('ticket')).toBe(23);
			expect(await store.rows.many([ticketId(3), ticketId(77), ticketId(4)])).toEqual([rows[3], rows[4]]);
		});

		test('[RS6] rows can be cleared, and rows of an older version of a document are not taken', async () => {
			const store = await fresh();
			const { version } = await store.commit(localChange(id, writtenTicket().updates[0]!, { row: row(id) }));
			await store.rows.clear();
			expect(await store.rows.get(id)).toBeUndefined();
			await store.rows.put([row(id)], new Map([[id, version - 1]]));
			expect(await store.rows.get(id)).toBeUndefined();
			await store.rows.put(
				[row(id), row(ticketId(5))],
				new Map([
					[id, version],
					[ticketId(5), 1],
				]),
			);
			expect(await store.rows.get(id)).toEqual(row(id));
			expect(await store.rows.get(ticketId(5))).toBeUndefined();
		});

		test('[RS7] numbers come one after the other from the blocks, and none twice', async () => {
			const store = await fresh();
			expect(await store.takeNumber()).toBeUndefined();
			expect(await store.addBlocks([104])).toBe(1000);
			const taken = await Promise.all(Array.from({ length: 30 }, () => store.takeNumber()));
			expect(new Set(taken.map((number) => number!.number)).size).toBe(30);
			expect(Math.min(...taken.map((number) => number!.left))).toBe(970);
			expect(await store.addBlocks([104, 105])).toBe(1970);
		});

		test('[RS7] a block that was used up is not begun again', async () => {
			const store = await fresh();
			await store.addBlocks([104]);
			await Promise.all(Array.from({ length: 1000 }, () => store.takeNumber()));
			expect(await store.takeNumber()).toBeUndefined();
			expect(await store.addBlocks([104])).toBe(0);
			expect(await store.takeNumber()).toBeUndefined();
		});

		test('settings are read, written and changed', async () => {
			const store = await fresh();
			expect(await store.settings.get('a')).toBeUndefined();
			await store.settings.set('a', { b: [1] });
			expect(await store.settings.get('a')).toEqual({ b: [1] });
			await Promise.all(Array.from({ length: 10 }, () => store.settings.change<number>('n', (n = 0) => n + 1)));
			expect(await store.settings.get('n')).toBe(10);
		});

		test('documents are named in order, a page at a time', async () => {
			const store = await fresh();
			for (const n of [3, 1, 2]) await store.commit(localChange(ticketId(n), writtenTicket().updates[0]!));
			expect(await store.documents(undefined, 2)).toEqual([ticketId(1), ticketId(2)]);
			expect(await store.documents(ticketId(2), 2)).toEqual([ticketId(3)]);
			const loaded = await store.loadMany([ticketId(1), ticketId(9), ticketId(3)]);
			expect([...loaded.keys()]).toEqual([ticketId(1), ticketId(3)]);
		});

		test('a stamp is another one after an edit, after news, and when the same document comes anew', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			const seen = new Set<string>();
			const stampNow = async () => (await store.stamps(undefined, 10)).find(({ document }) => document === id)?.stamp;
			await store.receive(received([{ news: documentNews(id, ticket.updates, { head: 3 }) }]));
			seen.add((await stampNow())!);
			expect(await stampNow()).toBe([...seen][0]);
			await store.commit(localChange(id, ticket.write(note('n'))[0]!));
			seen.add((await stampNow())!);
			await store.receive({ ...received([]), gone: [id] });
			expect(await store.stamps(undefined, 10)).toEqual([]);
			await store.receive(received([{ news: documentNews(id, ticket.updates, { head: 4 }) }]));
			seen.add((await stampNow())!);
			expect(seen.size).toBe(3);
			expect(await store.stamps(id, 10)).toEqual([]);
		});

		test('bytes that are part of a larger buffer are stored alone', async () => {
			const store = await fresh();
			const [update] = writtenTicket().updates;
			const page = new Uint8Array(100_000);
			page.set(update!, 500);
			const view = page.subarray(500, 500 + update!.length);
			await store.receive(received([{ news: documentNews(id, [view]) }]));
			page.fill(0);
			const [stored] = (await store.load(id))!.updates;
			expect(stored).toEqual(update);
			expect(stored!.buffer.byteLength).toBe(update!.length);
		});

		test('watchers hear what changed, and only until they leave', async () => {
			const store = await fresh();
			const heard: StoreChange[] = [];
			const leave = store.watch((change) => heard.push(change));
			const { n } = await store.commit(localChange(id, writtenTicket().updates[0]!));
			await store.receive(received([{ news: documentNews(ticketId(2), [writtenTicket().whole()]) }], { cursor: 1 }));
			await store.settle([{ n, kind: 'ok', seq: 1 }]);
			expect(heard).toEqual([
				{ kind: 'documents', documents: [id], from: 'local' },
				{ kind: 'outbox' },
				{ kind: 'documents', documents: [ticketId(2)], from: 'relay' },
				{ kind: 'settings', keys: ['cursor'] },
				{ kind: 'outbox' },
			]);
			leave();
			await store.settings.set('a', 1);
			expect(heard).toHaveLength(5);
		});

		test('[RS8] a header is a row without a document, and a newer one takes its place', async () => {
			const store = await fresh();
			await store.receive({
				...received([]),
				headers: [row(id, { subject: 'new', cold: { generation: 1, head: 7 } })],
			});
			await store.receive({
				...received([]),
				headers: [row(id, { subject: 'old', cold: { generation: 1, head: 3 } })],
			});
			expect(await store.rows.get(id)).toMatchObject({ subject: 'new', cold: { generation: 1, head: 7 } });
			// The same ticket, written in another way by a newer app.
			await store.receive({
				...received([]),
				headers: [row(id, { subject: 'anew', cold: { generation: 1, head: 7 } })],
			});
			expect(await store.rows.get(id)).toMatchObject({ subject: 'anew' });
			expect(await store.load(id)).toBeUndefined();
			expect([await store.rows.count('ticket'), await store.rows.countCold()]).toEqual([1, 1]);
			expect(await store.stamps(undefined, 10)).toEqual([{ document: id, stamp: 'cold.1.7.' }]);
			await store.receive(
				received([{ news: documentNews(id, [writtenTicket('whole').whole()], { head: 7 }), row: row(id) }]),
			);
			expect(await store.rows.get(id)).toEqual(row(id));
			expect(await store.rows.countCold()).toBe(0);
			// Here is the whole of it: a header says nothing new.
			await store.receive({ ...received([]), headers: [row(id, { cold: { generation: 1, head: 9 } })] });
			expect(await store.rows.get(id)).toEqual(row(id));
			await store.receive({ ...received([]), headers: [row(id, { cold: { generation: 2, head: 12 } })] });
			expect([await store.load(id), await store.rows.countCold()]).toEqual([undefined, 1]);
		});

		test('[RS8] an edit on a cold record waits for its beginning, and is in it when that comes', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			await store.receive({ ...received([]), headers: [row(id, { cold: { generation: 1, head: 7 } })] });
			const bare = new Y.Doc();
			bare.getMap('entries').set('n1', { kind: 'note', text: 'offline', attachments: [] });
			const { n } = await store.commit(localChange(id, Y.encodeStateAsUpdate(bare), { basedOn: 0 }));
			expect(await store.heads([id])).toEqual(new Map([[id, { generation: 1, head: 0, version: 1, whole: false }]]));
			expect(await store.rows.get(id)).toMatchObject({ cold: { head: 7 } });
			await store.receive(received([{ news: documentNews(id, [ticket.whole()], { head: 7 }), row: row(id) }]));
			expect(textsOf((await store.load(id))!.updates)).toEqual(['It does not print.', 'offline']);
			expect((await store.load(id))?.whole).toBe(true);
			await store.settle([{ n, kind: 'rejected', code: 'no-permission' }]);
			await store.discard(n);
			expect(textsOf((await store.load(id))!.updates)).toEqual(['It does not print.']);
		});

		test('[RS8] an edit on a cold record that is let go leaves the row', async () => {
			const store = await fresh();
			await store.receive({ ...received([]), headers: [row(id, { cold: { generation: 1, head: 7 } })] });
			const { n } = await store.commit(localChange(id, writtenTicket().updates[0]!));
			await store.settle([{ n, kind: 'rejected', code: 'no-permission' }]);
			await store.discard(n);
			expect(await store.load(id)).toBeUndefined();
			expect(await store.rows.get(id)).toMatchObject({ cold: { head: 7 } });
		});

		test('[RS8] trimming takes the body and leaves the row, but nothing unsent and nothing that moved on', async () => {
			const store = await fresh();
			const whole = writtenTicket().whole();
			const place = (n: number) => ticketId(n);
			for (const n of [1, 2, 3, 4])
				await store.receive(received([{ news: documentNews(place(n), [whole], { head: n }), row: row(place(n)) }]));
			const versionOf = async (n: number) => (await store.heads([place(n)])).get(place(n))!.version;
			const looked = await Promise.all(
				[1, 2, 3, 4].map(async (n) => ({ document: place(n), version: await versionOf(n) })),
			);
			const { n: refused } = await store.commit(localChange(place(2), writtenTicket().updates[0]!));
			await store.settle([{ n: refused, kind: 'rejected', code: 'invalid-entry' }]);
			const { n: sent } = await store.commit(localChange(place(3), writtenTicket().updates[0]!));
			await store.settle([{ n: sent, kind: 'ok', seq: 9 }]);
			const told: StoreChange[] = [];
			store.watch((change) => told.push(change));
			expect(await store.trim(looked)).toEqual([place(1), place(4)]);
			expect(told).toEqual([{ kind: 'documents', documents: [place(1), place(4)], from: 'relay' }]);
			expect(await store.rows.get(place(4))).toEqual({ ...row(place(4)), cold: { generation: 1, head: 4 } });
			expect([...(await store.heads(looked.map(({ document }) => document))).keys()]).toEqual([place(2), place(3)]);
			expect(await store.trim([{ document: place(3), version: (await versionOf(3)) - 1 }])).toEqual([]);
			// What was never at the relay is all there is of it.
			await store.commit(localChange(place(5), whole, { row: row(place(5)) }));
			expect(await store.trim([{ document: place(5), version: await versionOf(5) }])).toEqual([]);
			expect((await store.stamps(undefined, 3)).map(({ document }) => document)).toEqual([1, 2, 3].map(place));
			expect((await store.stamps(place(3), 3)).map(({ document }) => document)).toEqual([place(4), place(5)]);
			await store.dropCold();
			expect(await store.rows.many(looked.map(({ document }) => document))).toHaveLength(2);
		});

		test('files are kept by their hash; copies may be dropped, unsent ones not', async () => {
			const store = await fresh();
			const mine = await store.blobs.add(Uint8Array.of(1, 2, 3));
			const copy = 'f7b1d4b1f2f5c0d3c3e4e5c1f8a1d0e1a6a5f3a0e2a1f8e9c3b7d5a1b2c3d4e5' as never;
			expect(await store.blobs.keepCopy(copy, Uint8Array.of(4))).toBe(false);
			const four = await (await fresh()).blobs.add(Uint8Array.of(4));
			expect(await store.blobs.keepCopy(four, Uint8Array.of(4))).toBe(true);
			expect(await store.blobs.unsent()).toEqual([{ id: mine, size: 3 }]);
			expect(await store.blobs.states([copy, mine, four])).toEqual(
				new Map([
					[mine, 'local'],
					[four, 'sent'],
				]),
			);
			expect(await store.blobs.get(four)).toEqual(Uint8Array.of(4));
			expect(await store.blobs.dropCopies(1e9)).toBe(1);
			expect(await store.blobs.get(four)).toBeUndefined();
			expect(await store.blobs.get(mine)).toEqual(Uint8Array.of(1, 2, 3));
			await store.blobs.markSent(mine);
			expect(await store.blobs.unsent()).toEqual([]);
			expect(await store.blobs.count()).toBe(1);
			await store.blobs.remove(mine);
			expect(await store.blobs.count()).toBe(0);
		});

		test('copies of files go with the document that is dropped; what was not sent stays', async () => {
			const store = await fresh();
			const unsent = await store.blobs.add(Uint8Array.of(1));
			const copy = await store.blobs.add(Uint8Array.of(2));
			await store.blobs.markSent(copy);
			const ticket = writtenTicket();
			ticket.write(incoming('see attached', [unsent, copy]));
			await store.receive(received([{ news: documentNews(id, [ticket.whole()]) }]));
			await store.receive({ ...received([]), dropped: [id] });
			expect(await store.blobs.get(copy)).toBeUndefined();
			expect(await store.blobs.get(unsent)).toEqual(Uint8Array.of(1));
		});

		test('what is unsent goes into a file and comes back from it once', async () => {
			const store = await fresh();
			const ticket = writtenTicket();
			await store.commit(localChange(id, ticket.updates[0]!));
			const refused = await store.commit(localChange(ticketId(2), writtenTicket().updates[0]!));
			await store.settle([{ n: refused.n, kind: 'rejected', code: 'too-big' }]);
			const blob = await store.blobs.add(Uint8Array.of(7));
			const file = await store.exportUnsent();
			const other = await fresh();
			expect(await other.importUnsent(file)).toEqual({ kind: 'ok', edits: 2, blobs: 1 });
			expect(await other.importUnsent(file)).toMatchObject({ kind: 'ok', edits: 0 });
			expect((await other.outbox()).map(({ document, rejected }) => [document, rejected])).toEqual([
				[id, undefined],
				[ticketId(2), 'too-big'],
			]);
			expect(contentOf((await other.load(id))!.updates)).toBe(contentOf([ticket.whole()]));
			expect(await other.rows.get(id)).toMatchObject({ subject: 'Printer' });
			expect(await other.blobs.get(blob)).toEqual(Uint8Array.of(7));
		});

		test('a file that is no such file, cut or from a newer version changes nothing', async () => {
			const store = await fresh();
			await store.commit(localChange(id, writtenTicket().updates[0]!));
			await store.blobs.add(Uint8Array.of(7, 8, 9));
			const file = await store.exportUnsent();
			const other = await fresh();
			for (let length = 0; length < file.length; length += 7)
				expect(await other.importUnsent(file.slice(0, length))).toEqual({ kind: 'malformed' });
			const wrongContent = file.slice();
			wrongContent[file.length - 1] = 1;
			expect(await other.importUnsent(wrongContent)).toEqual({ kind: 'malformed' });
			const newer = file.slice();
			newer[14] = 2;
			expect(await other.importUnsent(newer)).toEqual({ kind: 'newer', version: 2 });
			expect(await other.outbox()).toEqual([]);
			expect(await other.blobs.count()).toBe(0);
		});

		test('repair keeps what is unsent readable, the numbers and the named settings, and drops the rest', async () => {
			const store = await fresh();
			const theirs = writtenTicket('theirs');
			await store.receive(
				received([{ news: documentNews(ticketId(2), [theirs.whole()]), row: row(ticketId(2)) }], { cursor: 7 }),
			);
			const { n } = await store.commit(localChange(id, writtenTicket('mine').updates[0]!));
			await store.settings.set('session', 's');
			await store.addBlocks([104]);
			await store.takeNumber();
			const unsent = await store.blobs.add(Uint8Array.of(1));
			await store.blobs.keepCopy(await (await fresh()).blobs.add(Uint8Array.of(2)), Uint8Array.of(2));
			await store.repair({ settings: ['session'] });
			expect(await store.load(ticketId(2))).toBeUndefined();
			expect(await store.rows.get(ticketId(2))).toBeUndefined();
			expect(await store.settings.get('cursor')).toBeUndefined();
			expect(await store.settings.get('session')).toBe('s');
			expect(await store.rows.get(id)).toMatchObject({ subject: 'mine' });
			expect(await store.load(id)).toMatchObject({ whole: false, head: 0 });
			expect((await store.outbox()).map((edit) => edit.n)).toEqual([n]);
			expect(await store.takeNumber()).toMatchObject({ left: 998 });
			expect(await store.blobs.unsent()).toEqual([{ id: unsent, size: 1 }]);
			expect(await store.blobs.count()).toBe(1);
			const next = await store.commit(localChange(ticketId(3), writtenTicket().updates[0]!));
			expect(next.n).toBeGreaterThan(n);
		});

		test('[F100] wiping leaves nothing', async () => {
			const store = await fresh();
			await store.commit(localChange(id, writtenTicket().updates[0]!, { row: row(id) }));
			const heard: StoreChange[] = [];
			store.watch((change) => heard.push(change));
			expect(await store.wipe()).toBe('gone');
			expect(heard).toEqual([{ kind: 'closed', why: 'wiped' }]);
		});

		if (reopen !== undefined) {
			test('[RS1][RS2][RS7] everything is there after a new start', async () => {
				const before = await fresh();
				const ticket = writtenTicket();
				const { n } = await before.commit(localChange(id, ticket.updates[0]!, { row: row(id) }));
				await before.settle([{ n, kind: 'ok', seq: 1 }]);
				await before.addBlocks([104]);
				const first = await before.takeNumber();
				const store = await reopen(before);
				expect(contentOf((await store.load(id))!.updates)).toBe(contentOf([ticket.whole()]));
				expect(await store.rows.get(id)).toEqual(row(id));
				expect((await store.commit(localChange(id, ticket.write(note('b'))[0]!))).n).toBeGreaterThan(n);
				expect((await store.takeNumber())?.number).not.toBe(first?.number);
			});

			test('a closed store refuses with a reason, and may be closed twice', async () => {
				const store = await fresh();
				store.close();
				store.close();
				await expect(store.load(id)).rejects.toThrow(StoreFailure);
			});
		}
	});
}

function writtenTicketEdit(doc: Y.Doc): Uint8Array {
	const before = Y.encodeStateVector(doc);
	doc.getMap('entries').set('mine', note('mine'));
	return Y.encodeStateAsUpdate(doc, before);
}

/** Edits of somebody else on top of a document. */
function writtenEdits(base: Uint8Array, count: number): Uint8Array[] {
	const doc = new Y.Doc();
	Y.applyUpdate(doc, base);
	const updates: Uint8Array[] = [];
	doc.on('update', (update: Uint8Array) => updates.push(update));
	for (let i = 0; i < count; i++) doc.getMap('entries').set(`other-${i}`, note(`other ${i}`));
	return updates;
}
