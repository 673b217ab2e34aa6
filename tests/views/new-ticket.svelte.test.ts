import { describe, expect, it } from 'vitest';
import type { PartyRow } from '../../src/lib/projection/rows.ts';
import { NewTicketForm } from '../../src/lib/views/new-ticket.svelte.ts';
import { createFakeDesk } from '../support/fake-desk.ts';
import { row, ticketId } from './ticket-rows.ts';

const kim = {
	...{ id: 'person/kim' as never, kind: 'person', name: 'Kim Weiß', organisation: null, changedAt: 0 },
	...{ division: '', role: '', tags: [] },
	...{ addresses: ['Kim@example.org'], phones: ['+49 30 5550119'], lines: ['main' as never] },
} satisfies PartyRow;

function withDesk(run: (desk: ReturnType<typeof createFakeDesk>, form: NewTicketForm) => void, last = {}): void {
	const desk = createFakeDesk();
	desk.putParty(kim);
	desk.put(row(1, { persons: [kim.id], fromAddress: '' }));
	desk.put(row(2, { fromAddress: 'kim@example.org', status: 'waiting' }));
	desk.put(row(3, { persons: [kim.id], status: 'closed' }));
	desk.put(row(4, { fromAddress: 'axel@example.org' }));
	const stop = $effect.root(() => run(desk, new NewTicketForm({ desk, now: () => 7, ...last })));
	stop();
}

describe('the form for a new ticket', () => {
	it.each([
		['name', 'wei'],
		['phone', '030 5550'],
		['address', 'kim@'],
	] as const)('suggests customers by their %s while it is typed, with what they have open', (field, typed) => {
		withDesk((_, form) => {
			expect(form.suggestions).toEqual([]);
			form.draft[field] = typed;
			expect(form.suggestions).toEqual([kim]);
			expect(form.openTicketsOf(kim).map(({ id }) => id)).toEqual([ticketId(1), ticketId(2)]);
			expect(form.alreadyOpen).toBeUndefined();
		});
	});

	it('tells of open tickets as soon as it is clear who calls', () => {
		withDesk((_, form) => {
			form.draft.name = 'Kim Weiß';
			expect(form.alreadyOpen).toBeUndefined();
			form.draft.phone = '030 5550119';
			expect(form.alreadyOpen).toMatchObject({ person: kim, tickets: [{ id: ticketId(1) }, { id: ticketId(2) }] });
			form.draft.phone = '';
			form.draft.address = 'KIM@example.org';
			expect(form.alreadyOpen?.tickets).toHaveLength(2);
			form.draft.address = '';
			form.choosePerson(kim);
			expect(form.alreadyOpen?.tickets).toHaveLength(2);
			form.forgetPerson();
		});
	});

	it('begins where the last one went, if that is still there', () => {
		withDesk((_, form) => expect([form.line?.id, form.queue]).toEqual(['main', 'second']), {
			line: 'main',
			queue: 'second',
		});
		withDesk((_, form) => expect([form.line?.id, form.queue]).toEqual(['main', 'first']), {
			line: 'gone',
			queue: 'gone',
		});
	});
});
