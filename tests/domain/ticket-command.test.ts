import { actionOf } from '../../src/lib/domain/guard.ts';
import { describe, expect, test } from 'vitest';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import {
	assign,
	changeTags,
	claim,
	openTicket,
	release,
	forwardMessage,
	requestReply,
	setPriority,
	setStatus,
	undo,
} from '../../src/lib/domain/ticket-command.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import { axel, facts, frontOffice, id, maria, message, note, opened, status, support } from '../support/facts.ts';

const fold = (...told: Parameters<typeof facts>) => {
	const ticket = foldTicket(facts(...told));
	if (ticket === undefined) throw new Error('nothing opened this ticket');
	return ticket;
};
const fresh = fold({ open: { ...opened, at: 1 }, hello: { ...message('in'), at: 2 } });

describe('commands on a ticket', () => {
	test('closing names the message that was seen and the status it replaces', () => {
		const waiting = fold({
			open: { ...opened, at: 1 },
			hello: { ...message('in'), at: 2 },
			wait: { ...status('waiting', id('hello')), at: 3 },
		});
		expect(setStatus(waiting, { status: 'closed' })).toEqual({
			kind: 'ok',
			drafts: [{ kind: 'status-set', status: 'closed', seen: id('hello'), replaces: [id('wait')] }],
		});
	});

	test('[F16] an illegal transition is refused with its reason', () => {
		expect(setStatus(fresh, { status: 'waiting', reason: 'reminder' })).toEqual({
			kind: 'refused',
			reason: 'reminder-without-date',
		});
	});

	test('choosing the value that already won ends a conflict instead of being refused', () => {
		const torn = fold({
			open: { ...opened, at: 1 },
			a: { kind: 'priority-set', priority: 1, replaces: [], at: 2 },
			b: { kind: 'priority-set', priority: 4, replaces: [], at: 3 },
		});
		expect(setPriority(torn, 4)).toMatchObject({ kind: 'ok', drafts: [{ replaces: [id('a'), id('b')] }] });
		expect(setPriority(fresh, 3)).toEqual({ kind: 'refused', reason: 'nothing-to-change' });
	});

	test('[F27] a ticket that another agent holds is not claimed, and the same agent does not ask twice', () => {
		const held = fold({ open: { ...opened, at: 1 }, take: { kind: 'claimed', at: 2, by: maria } });
		expect(claim(fresh, axel)).toEqual({ kind: 'ok', drafts: [{ kind: 'claimed' }] });
		expect(claim(held, axel)).toEqual({ kind: 'refused', reason: 'held-by-other', holder: maria });
		expect(claim(held, maria)).toEqual({ kind: 'refused', reason: 'nothing-to-change' });
	});

	test('[F27] only the holder gives it back, and names the claim', () => {
		const held = fold({ open: { ...opened, at: 1 }, take: { kind: 'claimed', at: 2, by: maria } });
		expect(release(held, maria)).toEqual({ kind: 'ok', drafts: [{ kind: 'released', claim: id('take') }] });
		expect(release(held, axel)).toEqual({ kind: 'refused', reason: 'not-yours' });
		expect(release(fresh, axel)).toEqual({ kind: 'refused', reason: 'nothing-to-change' });
	});

	test('a reply carries the slot it answers and the claim it was written under', () => {
		const held = fold({
			open: { ...opened, at: 1 },
			hello: { ...message('in'), at: 2 },
			take: { kind: 'claimed', at: 3, by: maria },
		});
		const reply = {
			to: [{ name: '', address: 'kim@example.org' }],
			cc: [],
			subject: 'AW: Drucker',
			text: 'Bitte neu starten.',
			attachments: [],
		};
		expect(requestReply(held, maria, reply)).toMatchObject({ drafts: [{ slot: id('hello'), claim: id('take') }] });
		expect(requestReply(held, axel, reply)).toMatchObject({ drafts: [{ slot: id('hello'), claim: null }] });
		expect(requestReply(held, maria, { ...reply, text: ' ' })).toEqual({ kind: 'refused', reason: 'empty' });
		expect(requestReply(held, maria, { ...reply, to: [] })).toEqual({ kind: 'refused', reason: 'no-recipient' });
	});

	test('[F17] passing a message on answers nobody: the slot stays open, and no claim is needed', () => {
		const ticket = fold({ open: { ...opened, at: 1 }, hello: { ...message('in'), at: 2 } });
		const mail = {
			to: [{ name: '', address: 'lab@third.example' }],
			cc: [],
			subject: 'Fwd',
			text: '',
			attachments: [],
		};
		const asked = forwardMessage(ticket, id('hello'), mail);
		expect(asked).toMatchObject({ drafts: [{ slot: null, claim: null, forwards: id('hello') }] });
		expect(forwardMessage(ticket, id('hello'), { ...mail, to: [] })).toMatchObject({ reason: 'no-recipient' });
		expect(forwardMessage(ticket, id('open'), mail)).toMatchObject({ reason: 'nothing-to-change' });
		const draft = asked.kind === 'ok' ? asked.drafts[0] : undefined;
		const after = fold({ open: { ...opened, at: 1 }, hello: { ...message('in'), at: 2 }, pass: { ...draft!, at: 3 } });
		expect(after.slot).toBe(id('hello'));
		expect(actionOf(draft!)).toBeUndefined();
	});

	test('[I14] one takes back one’s own note, not a claim and not what another did', () => {
		const ticket = fold({
			open: { ...opened, at: 1 },
			note: { ...note, at: 2, by: maria },
			take: { kind: 'claimed', at: 3, by: maria },
		});
		expect(undo(ticket, maria, id('note'))).toEqual({ kind: 'ok', drafts: [{ kind: 'undone', entry: id('note') }] });
		expect(undo(ticket, axel, id('note'))).toEqual({ kind: 'refused', reason: 'not-yours' });
		expect(undo(ticket, maria, id('take'))).toEqual({ kind: 'refused', reason: 'not-undoable' });
	});

	test('tags that are there are not added again, and those that are not are not removed', () => {
		expect(changeTags(fresh, { add: [' eilig ', ''], remove: ['fehlt'] })).toEqual({
			kind: 'ok',
			drafts: [{ kind: 'tagged', add: ['eilig'], remove: [] }],
		});
		expect(changeTags(fresh, { remove: ['fehlt'] })).toEqual({ kind: 'refused', reason: 'nothing-to-change' });
	});

	test('assigning to the same agent again changes nothing', () => {
		const assigned = fold({ open: { ...opened, at: 1 }, to: { kind: 'assigned', agent: axel, replaces: [], at: 2 } });
		expect(assign(assigned, axel)).toEqual({ kind: 'refused', reason: 'nothing-to-change' });
		expect(assign(assigned, null)).toMatchObject({ kind: 'ok', drafts: [{ agent: null, replaces: [id('to')] }] });
	});

	test('[F11] a call becomes a ticket with its number and the words of the caller', () => {
		const number = ticketNumber(104, 1);
		const drafts = openTicket({
			number,
			subject: 'Druck',
			line: support,
			queue: frontOffice,
			channel: 'phone',
			text: 'Ruft zurück',
			attachments: [],
		});
		expect(drafts.map((draft) => draft.kind)).toEqual(['opened', 'message']);
		expect(drafts[0]).toMatchObject({ number });
	});
});
