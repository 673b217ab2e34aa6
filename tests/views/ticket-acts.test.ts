import { describe, expect, it } from 'vitest';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { assign, setPriority, setStatus } from '../../src/lib/domain/ticket-command.ts';
import { TicketActs, type Happening } from '../../src/lib/views/ticket-acts.ts';
import { Toasts } from '../../src/lib/views/toasts.svelte.ts';
import { createFakeDesk } from '../support/fake-desk.ts';

async function deskWith(count: number) {
	const desk = createFakeDesk();
	const toasts = new Toasts<Happening>({ now: () => 0, after: () => () => {} });
	const acts = new TicketActs(desk, toasts);
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
	return { desk, toasts, told, acts, documents, rowOf };
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

	it('store a reply as a request that waits, with no way back', async () => {
		const { acts, documents, told, desk } = await deskWith(1);
		const to = [{ name: 'Kim', address: 'kim@example.org' }];
		expect(await acts.requestReply(documents[0]!, { to, cc: [], subject: 'Re: x', text: '', attachments: [] })).toBe(
			false,
		);
		expect(
			await acts.requestReply(documents[0]!, { to, cc: [], subject: 'Re: x', text: 'Soon', attachments: [] }),
		).toBe(true);
		expect([0, 1].map((nth) => told(nth)?.what.kind)).toEqual(['trouble', 'reply-stored']);
		expect(told(1)?.undo).toBeUndefined();
		expect(desk.tickets.get(documents[0]!)?.slot).toBeUndefined();
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
