import { describe, expect, it } from 'vitest';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { NewMailForm } from '../../src/lib/views/new-mail.svelte.ts';
import { TicketActs } from '../../src/lib/views/ticket-acts.ts';
import { Toasts } from '../../src/lib/views/toasts.svelte.ts';
import { createFakeDesk, type FakeDesk } from '../support/fake-desk.ts';

const person = 'person/01JQ0000000000000000000001' as DocumentId;

function begin(options: { to?: string } = {}) {
	const desk = createFakeDesk();
	desk.putParty({
		...{ id: person, kind: 'person', name: 'Weiß, Kim', addresses: ['kim@kunde.example'], phones: [] },
		...{ organisation: null, lines: ['main' as never], changedAt: 0 },
		...{ division: '', role: '', tags: [] },
	});
	const toasts: ConstructorParameters<typeof TicketActs>[1] = new Toasts({ now: () => 0, after: () => () => {} });
	return {
		desk,
		toasts,
		form: new NewMailForm({ desk, acts: new TicketActs(desk, toasts), now: () => 7, ...options }),
	};
}

async function ticketOf(desk: FakeDesk, document: DocumentId) {
	const record = await desk.open(document);
	const state = record!.reading.current;
	if (state.kind !== 'ticket') throw new Error(state.kind);
	return state.ticket;
}

describe('[F91] a mail that nobody asked for', () => {
	it('opens a ticket that its author holds, answers nothing, and can be taken back', async () => {
		const { desk, toasts, form } = begin();
		form.draft.to = 'Kim@kunde.example, Werk <werk@lieferant.example>';
		form.draft.subject = ' Ersatzteil ';
		form.draft.text = 'Es ist da.';
		const document = (await form.send())!;
		const ticket = await ticketOf(desk, document);
		expect(ticket).toMatchObject({
			...{ subject: 'Ersatzteil', channel: 'mail', slot: undefined, persons: [person] },
			from: { name: 'Weiß, Kim', address: 'Kim@kunde.example' },
			claim: { kind: 'provisional', agent: 'ada' },
		});
		const [reply] = ticket.replies;
		expect(reply).toMatchObject({
			state: { kind: 'waiting' },
			request: { slot: null, to: [{ address: 'Kim@kunde.example' }, { name: 'Werk' }], text: 'Es ist da.' },
		});
		await toasts.undoLast();
		expect((await ticketOf(desk, document)).replies[0]!.state.kind).toBe('withdrawn');
	});

	it('is not sent without anybody to get it, a subject and a text; each of them is named', async () => {
		const { desk, form } = begin();
		expect(await form.send()).toBeUndefined();
		expect(form.faults).toEqual(['to', 'subject', 'text']);
		form.draft.to = 'nobody';
		form.draft.subject = 'x';
		form.draft.text = 'y';
		expect(await form.send()).toBeUndefined();
		expect(form.faults).toEqual(['to']);
		expect(desk.tickets.current).toEqual([]);
		form.draft.to = 'a@b.example';
		desk.failNext = 'quota';
		expect(await form.send()).toBeUndefined();
		expect(form.failure).toMatchObject({ kind: 'not-saved' });
		expect([form.draft.to, form.draft.text, form.isBusy]).toEqual(['a@b.example', 'y', false]);
	});

	it('finds known people by a few letters, beside those that are chosen already', () => {
		const { form } = begin({ to: 'a@b.example, we' });
		const [found] = form.suggestions;
		expect(found).toMatchObject({ address: 'kim@kunde.example' });
		form.choose(found!);
		expect(form.recipients).toMatchObject({
			kind: 'ok',
			addresses: [{ address: 'a@b.example' }, { name: 'Weiß  Kim', address: 'kim@kunde.example' }],
		});
		form.draft.to += 'we';
		expect(form.suggestions).toEqual([]);
	});

	it('shows the signature that will stand below it, of the line or one’s own', () => {
		const { desk, toasts, form } = begin({ to: 'kim@kunde.example' });
		desk.setMe({ signature: 'Gruß, {{agent.name}} {{ticket.number}}' });
		expect(form.signature).toBe('Gruß, Ada');
		const config = desk.config.current;
		desk.set.config({ ...config, lines: config.lines.map((line) => ({ ...line, signature: '{{line.name}}' })) });
		const later = new NewMailForm({ desk, acts: new TicketActs(desk, toasts), now: () => 7 });
		expect(later.signature).toBe(config.lines[0]!.name);
	});
});
