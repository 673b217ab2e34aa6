import { describe, expect, it } from 'vitest';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { answerConsult, assign, setPriority, setStatus } from '../../src/lib/domain/ticket-command.ts';
import { TicketActs, type Happening, type Wording } from '../../src/lib/views/ticket-acts.ts';
import { Toasts } from '../../src/lib/views/toasts.svelte.ts';
import { createFakeDesk } from '../support/fake-desk.ts';

async function deskWith(count: number) {
	const desk = createFakeDesk();
	const toasts = new Toasts<Happening>({ now: () => 0, after: () => () => {} });
	const written: object[] = [];
	const putBack = (document: DocumentId, wording: Wording) =>
		Promise.resolve(written.push({ document, ...wording }) > 0);
	const acts = new TicketActs(desk, toasts, { putBack, now: () => 6 });
	const documents: DocumentId[] = [];
	for (let n = 0; n < count; n++) {
		const made = await desk.createTicket({
			...{ subject: `Printer ${n}`, line: 'main' as never, queue: 'first' as never, channel: 'phone' },
			...{ from: { name: 'Kim', address: 'kim@example.org' }, text: 'It prints nothing', attachments: [] },
		});
		if (made.kind === 'ok') documents.push(made.document);
	}
	const rowOf = (n = 0) => desk.tickets.get(documents[n]!)!;
	const told = (nth: number) => toasts.history.at(-1 - nth);
	return { desk, toasts, told, acts, documents, rowOf, written };
}

describe('acts on tickets', () => {
	it.each([
		['status', 'status-set', (acts: TicketActs, d: DocumentId[]) => acts.setStatus(d, { status: 'closed' })],
		['assignee', 'assigned', (acts: TicketActs, d: DocumentId[]) => acts.assign(d, 'ben' as never)],
		['priority', 'priority-set', (acts: TicketActs, d: DocumentId[]) => acts.setPriority(d, 1)],
		['tags', 'tagged', (acts: TicketActs, d: DocumentId[]) => acts.changeTags(d, { add: ['printer'] })],
		[
			'queue',
			'moved',
			(acts: TicketActs, d: DocumentId[]) => acts.moveTo(d, { id: 'second' as never, line: 'main' as never }),
		],
	] as const)('change the %s at once and take it back with Z', async (field, kind, act) => {
		const { acts, documents, told, toasts, rowOf } = await deskWith(1);
		const before = rowOf();
		expect(await act(acts, documents)).toBe(true);
		const key = field as 'status';
		expect(rowOf()[key]).not.toEqual(before[key]);
		expect(told(0)?.what).toMatchObject({ kind, number: before.number, count: 1 });
		expect(await toasts.undoLast()).toBe(true);
		expect(rowOf()[key]).toEqual(before[key]);
		expect(told(1)?.what).toEqual({ kind: 'undone' });
	});

	it('take back a whole batch at once, once', async () => {
		const { acts, documents, told, toasts, rowOf } = await deskWith(3);
		await acts.setStatus(documents, { status: 'closed' });
		expect([0, 1, 2].map((n) => rowOf(n).status)).toEqual(['closed', 'closed', 'closed']);
		expect(told(0)?.what).toMatchObject({ count: 3, number: undefined });
		await toasts.undo(told(0)!.id);
		expect([0, 1, 2].map((n) => rowOf(n).status)).toEqual(['new', 'new', 'new']);
		expect(await toasts.undoLast()).toBe(false);
	});

	it('say why nothing was changed', async () => {
		const { acts, documents, told } = await deskWith(1);
		await acts.setStatus(documents, { status: 'closed' });
		expect(await acts.setStatus(documents, { status: 'closed' })).toBe(false);
		expect(told(1)?.what).toEqual({ kind: 'trouble', trouble: { kind: 'refusal', key: 'same-status' } });
	});

	it('say that the disk is full, and change no further ticket', async () => {
		const { acts, documents, told, desk, rowOf } = await deskWith(2);
		desk.failNext = 'quota';
		expect(await acts.setStatus(documents, { status: 'closed' })).toBe(false);
		expect(told(0)?.what).toEqual({ kind: 'trouble', trouble: { kind: 'error', key: 'quota-full' } });
		expect(rowOf(1).status).toBe('new');
	});

	it('claim what is free, give back what is one’s own, leave alone what another holds', async () => {
		const { acts, documents, told, toasts, desk, rowOf } = await deskWith(2);
		await acts.toggleClaim([documents[0]!]);
		expect(rowOf().holder).toBe('ada');
		await acts.toggleClaim([documents[0]!]);
		expect(rowOf().holder).toBeNull();
		desk.actAs('ben', documents[1]!, () => ({ kind: 'ok', drafts: [{ kind: 'claimed' }] }));
		await acts.toggleClaim([documents[1]!]);
		expect(rowOf(1).holder).toBe('ben');
		expect([0, 1, 2].map((nth) => told(nth)?.what.kind)).toEqual(['claimed', 'released', 'trouble']);
		expect(await toasts.undoLast()).toBe(false);
	});

	it('[F91] store a reply as a request that waits, and take it back into the draft', async () => {
		const { acts, documents, told, toasts, desk, written } = await deskWith(1);
		const [document] = documents as [DocumentId];
		const to = [{ name: 'Kim', address: 'kim@example.org' }];
		const reply = { to, cc: [], subject: 'Re: x', text: 'Soon', attachments: [] };
		expect(await acts.requestReply(document, { ...reply, text: '' })).toBe(false);
		expect(await acts.requestReply(document, reply)).toBe(true);
		expect([0, 1].map((nth) => told(nth)?.what.kind)).toEqual(['trouble', 'reply-stored']);
		expect(desk.tickets.get(document)).toMatchObject({ slot: undefined, replies: [{ state: 'waiting', by: 'ada' }] });
		expect(await toasts.undoLast()).toBe(true);
		expect(written).toMatchObject([{ document, text: 'Soon' }]);
		expect(told(2)?.what).toMatchObject({ kind: 'withdrawn', isInDraft: true });
		expect(desk.tickets.get(document)?.replies).toEqual([]);
		expect(desk.tickets.get(document)?.slot).toBeDefined();
	});

	it('[F27] hand over and take over, with the note and the reason, and say so', async () => {
		const { acts, documents, told, desk } = await deskWith(2);
		expect(await acts.handOver(documents, 'ben' as never, 'Teil ist bestellt')).toBe(false);
		await acts.toggleClaim(documents);
		expect(await acts.handOver(documents, 'ben' as never, 'Teil ist bestellt')).toBe(true);
		expect(desk.tickets.get(documents[0]!)).toMatchObject({ holder: 'ben', handOvers: 1, handedOverBy: 'ada' });
		expect(told(2)?.what).toMatchObject({ kind: 'handed-over', count: 2, agent: 'ben' });
		expect(await acts.takeOver(documents, 'ada' as never, 'Ben ist krank')).toBe(false);
		expect(told(3)?.what).toMatchObject({ kind: 'trouble', trouble: { key: 'no-permission' } });
	});

	it('[F36] ask a colleague, and the owner stays', async () => {
		const { acts, documents, told, desk, rowOf } = await deskWith(1);
		await acts.toggleClaim(documents);
		await acts.consult(documents[0]!, { agent: 'ben' as never, question: 'Kennst du das?', until: 5 });
		expect(rowOf()).toMatchObject({ holder: 'ada', consults: [{ agent: 'ben', by: 'ada', until: 5 }] });
		expect(told(1)?.what).toMatchObject({ kind: 'consulted', agent: 'ben' });
		const [consult] = rowOf().consults;
		desk.actAs('ben', documents[0]!, (ticket) =>
			answerConsult(ticket, 'ben' as never, consult!.consult, 'Ja, neu starten.'),
		);
		expect(rowOf()).toMatchObject({ holder: 'ada', consults: [] });
	});

	it('[F36] a question whose time is up is settled alone', async () => {
		const { acts, documents, rowOf } = await deskWith(1);
		await acts.consult(documents[0]!, { agent: 'ben' as never, question: 'Kennst du das?', until: 5 });
		const { consult } = rowOf().consults[0]!;
		expect(await acts.settleConsult(documents[0]!, consult, { how: 'decided-alone', text: '' })).toBe(false);
		expect(await acts.settleConsult(documents[0]!, consult, { how: 'decided-alone', text: 'Getauscht.' })).toBe(true);
		expect(rowOf().consults).toEqual([]);
	});

	it('merge a ticket into another, and both say so', async () => {
		const { acts, documents, told, rowOf } = await deskWith(2);
		expect(await acts.mergeInto(documents[0]!, documents[0]!)).toBe(false);
		expect(await acts.mergeInto(documents[0]!, documents[1]!)).toBe(true);
		expect(rowOf(0).mergedInto).toBe(rowOf(1).number);
		expect([0, 1].map((nth) => told(nth)?.what.kind)).toEqual(['merge-not-found', 'merged']);
		expect(await acts.mergeInto(documents[1]!, documents[0]!)).toBe(false);
	});

	it('[F98] take the value that lost a conflict', async () => {
		const { acts, documents, desk, rowOf } = await deskWith(1);
		const [document] = documents;
		const opened = await desk.open(document!);
		const ticket = opened?.reading.current;
		if (ticket?.kind !== 'ticket') throw new Error('the ticket is here');
		for (const [who, priority] of [
			['ben', 1],
			['cem', 4],
		] as const)
			desk.actAs(who, document!, () => setPriority(ticket.ticket, priority));
		expect(rowOf()).toMatchObject({ priority: 4, conflicts: 1 });
		const after = opened?.reading.current;
		const conflict = after?.kind === 'ticket' ? after.ticket.conflicts[0] : undefined;
		await acts.takeRival(document!, conflict!.rivals[0]!);
		expect(rowOf()).toMatchObject({ priority: 1, conflicts: 0 });
	});

	it('take back only one’s own entry', async () => {
		const { acts, documents, desk, told } = await deskWith(1);
		desk.actAs('ben', documents[0]!, (ticket) => assign(ticket, 'ben' as never));
		desk.actAs('ben', documents[0]!, (ticket) => setStatus(ticket, { status: 'closed' }));
		const opened = await desk.open(documents[0]!);
		const reading = opened?.reading.current;
		const entry = reading?.kind === 'ticket' ? reading.ticket.timeline.at(-1)!.id : undefined;
		expect(await acts.takeBack(documents[0]!, entry!)).toBe(false);
		expect(told(0)?.what).toMatchObject({ trouble: { key: 'not-yours' } });
	});
});
