import { afterEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { Draft } from '../../../src/lib/domain/entry.ts';
import type { DocumentId, LineId, QueueId } from '../../../src/lib/domain/ids.ts';
import { appendEntries, readRecord, writeMeta } from '../../../src/lib/document/record-document.ts';
import { decodePage } from '../../../src/lib/protocol/replica.ts';
import { newTicketId, opening, startRelay, type TestDevice, type TestRelay } from '../../support/start-relay.ts';

let started: TestRelay[] = [];
afterEach(async () => {
	for (const relay of started) await relay.close();
	started = [];
});

async function relayWith(options: Parameters<typeof startRelay>[0] = {}) {
	const relay = await startRelay(options);
	started.push(relay);
	return relay;
}

interface Ticket {
	id: DocumentId;
	doc: Y.Doc;
	/** What changed since the last call. */
	news(): Uint8Array;
}

function newTicket(device: TestDevice, counter: number, line = 'support'): Ticket {
	const doc = new Y.Doc();
	doc.transact(() => {
		writeMeta(doc, 'ticket');
		appendEntries(doc, device.author, [opening(device, counter, line)]);
	});
	let known: Uint8Array | undefined;
	return {
		id: newTicketId(),
		doc,
		news() {
			const update = Y.encodeStateAsUpdate(doc, known);
			known = Y.encodeStateVector(doc);
			return update;
		},
	};
}

const edit = (n: number, ticket: Ticket) => ({ n, document: ticket.id, generation: 0, update: ticket.news() });
const note = (text: string): Draft<'note'> => ({ kind: 'note', text, attachments: [] });

function entriesOf(updates: readonly Uint8Array[]) {
	const doc = new Y.Doc();
	for (const update of updates) Y.applyUpdate(doc, update);
	const reading = readRecord(doc);
	return reading.kind === 'record' ? [...reading.facts.entries.values()] : [];
}

describe('push and pull', () => {
	test('what one device pushes, another pulls', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const tom = relay.device('tom');
		const ticket = newTicket(maria, 1);
		const pushed = await relay.push(maria, [edit(1, ticket)]);
		expect(pushed.answers).toEqual([{ n: 1, kind: 'ok', seq: 1 }]);
		const page = await relay.pull(tom, 0);
		expect(page.documents.map(({ document }) => document)).toEqual([ticket.id]);
		expect(entriesOf(page.documents[0]?.updates ?? []).map(({ kind }) => kind)).toEqual(['opened']);
		expect(page.cursor).toBe(1);
		expect((await relay.pull(tom, page.cursor)).documents).toEqual([]);
		expect(relay.failures).toEqual([]);
	});

	test('[I7] a push that is repeated is answered with the number it got, and changes nothing', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const ticket = newTicket(maria, 1);
		const first = edit(1, ticket);
		await relay.push(maria, [first]);
		const again = await relay.push(maria, [first, first]);
		expect(again.answers).toEqual([
			{ n: 1, kind: 'duplicate', seq: 1 },
			{ n: 1, kind: 'duplicate', seq: 1 },
		]);
		expect(relay.relay.head()).toBe(1);
	});

	test('[I7] repeated pushes are still known after the document was folded', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const ticket = newTicket(maria, 1);
		const edits = [edit(1, ticket)];
		await relay.push(maria, edits);
		for (let n = 2; n <= 80; n++) {
			appendEntries(ticket.doc, maria.author, [note(`note ${n}`)]);
			const next = edit(n, ticket);
			edits.push(next);
			await relay.push(maria, [next]);
		}
		const rows = relay.database.db.prepare('SELECT count(*) AS n FROM updates');
		await expect.poll(() => Number(rows.get()?.n)).toBeLessThan(70);
		const again = await relay.push(maria, edits);
		expect(again.answers.every(({ kind }) => kind === 'duplicate')).toBe(true);
		const page = await relay.pull(maria, 0);
		expect(entriesOf(page.documents[0]?.updates ?? [])).toHaveLength(80);
		// A cursor from before the fold gets the whole document.
		const late = await relay.pull(maria, 3);
		expect(late.documents[0]?.from).toBe('snapshot');
	});

	test('edits of one push build on one another', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const ticket = newTicket(maria, 1);
		const first = edit(1, ticket);
		appendEntries(ticket.doc, maria.author, [note('second')]);
		const second = edit(2, ticket);
		const pushed = await relay.push(maria, [first, second]);
		expect(pushed.answers.map(({ kind }) => kind)).toEqual(['ok', 'ok']);
	});

	test('an edit without its base is refused by name, and taken once the base is there', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const ticket = newTicket(maria, 1);
		const first = edit(1, ticket);
		appendEntries(ticket.doc, maria.author, [note('second')]);
		const second = edit(2, ticket);
		const alone = await relay.push(maria, [second]);
		expect(alone.answers).toEqual([{ n: 2, kind: 'rejected', code: 'missing-base' }]);
		const both = await relay.push(maria, [first, second]);
		expect(both.answers.map(({ kind }) => kind)).toEqual(['ok', 'ok']);
	});

	test('[F111] a device gets nothing of lines that its agent does not see, and is told when a ticket leaves', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria', { lines: ['support', 'sales'] });
		const tom = relay.device('tom', { lines: ['support'] });
		const sue = relay.device('sue', { lines: ['sales'] });
		const ticket = newTicket(maria, 1);
		await relay.push(maria, [edit(1, ticket)]);
		const seenByTom = await relay.pull(tom, 0);
		const seenBySue = await relay.pull(sue, 0);
		expect(seenByTom.documents).toHaveLength(1);
		expect(seenBySue.documents).toHaveLength(0);
		appendEntries(ticket.doc, maria.author, [
			{ kind: 'line-set', line: 'sales' as LineId, queue: 'inbox' as QueueId, replaces: [] },
		]);
		await relay.push(maria, [edit(2, ticket)]);
		const afterTom = await relay.pull(tom, seenByTom.cursor);
		expect(afterTom).toMatchObject({ documents: [], dropped: [ticket.id] });
		const afterSue = await relay.pull(sue, seenBySue.cursor);
		expect(afterSue.documents[0]).toMatchObject({ document: ticket.id, from: 'snapshot' });
		expect(entriesOf(afterSue.documents[0]?.updates ?? [])).toHaveLength(2);
		const refused = await relay.push(tom, [
			{ n: 1, document: ticket.id, generation: 0, update: Y.encodeStateAsUpdate(new Y.Doc()) },
		]);
		expect(refused.answers).toEqual([{ n: 1, kind: 'rejected', code: 'no-access' }]);
	});

	test('[F111] an agent who loses a line is told which documents to drop, until the device has said that it knows', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria', { lines: ['support', 'sales'] });
		const tom = relay.device('tom', { lines: ['support', 'sales'] });
		const support = newTicket(maria, 1);
		const sales = newTicket(maria, 2, 'sales');
		await relay.push(maria, [edit(1, support), edit(2, sales)]);
		const first = await relay.bootstrap(tom);
		await relay.pull(tom, first.cursor);
		relay.setLines(tom, ['support']);
		for (let lostAnswers = 0; lostAnswers < 2; lostAnswers++) {
			const page = await relay.pull(tom, first.cursor, 1);
			expect(page).toMatchObject({ dropped: [sales.id], scopeRevision: 2 });
		}
		expect((await relay.pull(tom, first.cursor, 2)).dropped).toEqual([]);
		expect((await relay.pull(tom, first.cursor, 1)).dropped).toEqual([]);
	});

	test('bootstrap brings open tickets before closed ones, the newest first, and misses nothing that moves meanwhile', async () => {
		let time = Date.UTC(2026, 0, 5);
		const relay = await relayWith({ now: () => time });
		const maria = relay.device('maria');
		const tickets: Ticket[] = [];
		let n = 0;
		for (let i = 0; i < 6; i++) {
			time += 60_000;
			const ticket = newTicket(maria, i);
			if (i % 2 === 0)
				appendEntries(ticket.doc, maria.author, [{ kind: 'status-set', status: 'closed', seen: null, replaces: [] }]);
			tickets.push(ticket);
			await relay.push(maria, [edit(++n, ticket)]);
		}
		const page = await relay.bootstrap(maria);
		const order = page.documents.map(({ document }) => tickets.findIndex(({ id }) => id === document));
		expect(order).toEqual([5, 3, 1, 4, 2, 0]);
		expect(page).toMatchObject({ next: null, total: 6 });

		// While the walk is under way a closed ticket, not yet reached, becomes the newest open one.
		const large = 'x'.repeat(40_000);
		for (const ticket of tickets) {
			for (let i = 0; i < 16; i++) {
				time += 1000;
				appendEntries(ticket.doc, maria.author, [note(large)]);
				await relay.push(maria, [edit(++n, ticket)]);
			}
		}
		const begun = await relay.bootstrap(maria);
		expect(begun.next).not.toBeNull();
		time += 60_000;
		const mover = tickets[0] as Ticket;
		appendEntries(mover.doc, maria.author, [{ kind: 'status-set', status: 'open', seen: null, replaces: [] }]);
		await relay.push(maria, [edit(n + 1, mover)]);
		const seen = new Set(begun.documents.map(({ document }) => document));
		expect(seen.has(mover.id)).toBe(false);
		for (let { next } = begun; next !== null;) {
			const more = await relay.bootstrap(maria, { after: next });
			for (const { document } of more.documents) seen.add(document);
			expect(more.cursor).toBe(begun.cursor);
			next = more.next;
		}
		expect(seen.size).toBe(6);
	});

	test('a document that changed before and after the place where a page ended comes with both changes', async () => {
		const relay = await relayWith({ pageBytes: 300 });
		const maria = relay.device('maria');
		const tom = relay.device('tom');
		const [early, other] = [newTicket(maria, 1), newTicket(maria, 2)];
		await relay.push(maria, [edit(1, early), edit(2, other)]);
		const from = (await relay.pull(tom, 0)).next;
		expect(from).not.toBeNull();
		const { cursor } = await relay.pull(tom, Number(from));
		appendEntries(early.doc, maria.author, [note('before the place')]);
		await relay.push(maria, [edit(3, early)]);
		appendEntries(other.doc, maria.author, [note('x'.repeat(300))]);
		await relay.push(maria, [edit(4, other)]);
		appendEntries(early.doc, maria.author, [note('after the place')]);
		await relay.push(maria, [edit(5, early)]);

		const first = await relay.pull(tom, cursor);
		expect(first.documents.map(({ document }) => document)).toEqual([other.id]);
		const request = { cursor: first.cursor, since: cursor, scopeRevision: tom.identity.scopeRevision };
		const answer = await relay.relay.pull(tom.identity, request);
		if (answer.kind !== 'ok') throw new Error(answer.reason);
		const [second] = decodePage(answer.body).documents;
		expect(second).toMatchObject({ document: early.id, from: 'tail' });
		expect(second?.updates).toHaveLength(2);
	});

	test('an erased document is gone for everybody, for good', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const ticket = newTicket(maria, 1);
		await relay.push(maria, [edit(1, ticket)]);
		const before = await relay.pull(maria, 0);
		expect(relay.relay.erase(ticket.id)).toBe(true);
		const after = await relay.pull(maria, before.cursor);
		expect(after).toMatchObject({ documents: [], gone: [ticket.id] });
		appendEntries(ticket.doc, maria.author, [note('too late')]);
		const refused = await relay.push(maria, [edit(2, ticket)]);
		expect(refused.answers).toEqual([{ n: 2, kind: 'rejected', code: 'gone' }]);
	});

	test('a wrong generation is refused by name', async () => {
		const relay = await relayWith();
		const maria = relay.device('maria');
		const pushed = await relay.push(maria, [{ ...edit(1, newTicket(maria, 1)), generation: 1 }]);
		expect(pushed.answers).toEqual([{ n: 1, kind: 'rejected', code: 'other-generation' }]);
	});
});
