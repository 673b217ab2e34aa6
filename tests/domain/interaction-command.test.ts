import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { foldInteraction } from '../../src/lib/domain/fold-interaction.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import {
	type ContactEnd,
	type NewContact,
	categorise,
	endContact,
	handCases,
	linkContact,
	openContact,
	setRequest,
	subjectOf,
	ticketOfContact,
	undoOutcome,
	workOnCase,
} from '../../src/lib/domain/interaction-command.ts';
import { openTicket } from '../../src/lib/domain/ticket-command.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import { axel, facts, frontOffice, maria, support } from '../support/facts.ts';

const kim = 'person/01HKJM00000000000000000000' as DocumentId;
const self = 'interaction/01HKJM00000000000000000001' as DocumentId;
const call: NewContact = {
	...{ line: support, channel: 'phone', direction: 'in', began: 500 },
	from: { name: 'Kim Weiß', address: '', phone: '030 5550119' },
	person: kim,
	request: ' Drucker druckt Streifen\nseit gestern ',
	system: 'seller' as never,
	category: 'printing' as never,
	applied: {
		article: 'article/01HKJM00000000000000000002' as DocumentId,
		version: null,
		title: 'Streifen',
		steps: ['Reinigen'],
	},
};

function fold(drafts: readonly Draft[], by = maria) {
	const told = drafts.map((draft, n) => [`e${n + 1}`, { ...draft, at: 1000 + n, by }] as const);
	return foldInteraction(facts(Object.fromEntries(told)))!;
}
const begun = (contact = call) => {
	const { contacted, drafts } = openContact(contact);
	return [contacted, ...drafts];
};
function after(drafts: readonly Draft[], ...results: ReturnType<typeof endContact>[]) {
	return [...drafts, ...results.flatMap((result) => (result.kind === 'ok' ? result.drafts : []))];
}

describe('commands on contacts', () => {
	test('[F2] a contact keeps all that was said of it', () => {
		expect(fold(begun())).toMatchObject({
			...{ line: support, channel: 'phone', direction: 'in', persons: [kim], outcome: undefined, began: 500 },
			...{ request: 'Drucker druckt Streifen\nseit gestern', system: 'seller', category: 'printing' },
			applied: [{ title: 'Streifen', steps: [{ text: 'Reinigen', done: undefined }] }],
		});
		expect(openContact({ ...call, request: ' ', system: null, category: null, applied: undefined }).drafts).toEqual([]);
	});

	test('what is asked and what it is about can be put right, and only if it changes', () => {
		const contact = fold(begun());
		expect(setRequest(contact, contact.request).kind).toBe('refused');
		expect(categorise(contact, contact).kind).toBe('refused');
		const changed = fold(
			after(begun(), setRequest(contact, 'Toner'), categorise(contact, { system: null, category: 'toner' as never })),
		);
		expect(changed).toMatchObject({ request: 'Toner', system: null, category: 'toner' });
		expect(changed.heads.request).toHaveLength(1);
	});

	test('[IN1] [F10] an outcome can be replaced by another; a call back says by when and who', () => {
		const callBack = { until: 9000, phone: '030', agent: null };
		const waiting = after(begun(), endContact(fold(begun()), { outcome: 'call-back', seconds: 12.4, callBack }));
		expect(fold(waiting)).toMatchObject({ outcome: 'call-back', seconds: 12, callBack });
		const solved = after(waiting, endContact(fold(waiting), { outcome: 'solved', seconds: -5 }));
		expect(fold(solved)).toMatchObject({ outcome: 'solved', seconds: 0, callBack: undefined });
		expect(fold(solved).timeline.filter(({ kind }) => kind === 'outcome-set')).toHaveLength(2);
	});

	test('[IN2] what became a ticket stays one', () => {
		const end: ContactEnd = {
			...{ outcome: 'ticket', seconds: 30 },
			ticket: { document: 'ticket/01HKJM00000000000000000009' as DocumentId, number: ticketNumber(104, 1) },
		};
		const drafts = after(begun(), endContact(fold(begun()), end));
		expect(fold(drafts).ticket).toEqual(end.ticket);
		expect(endContact(fold(drafts), { outcome: 'solved', seconds: 1 }).kind).toBe('refused');
	});

	test('[IN4] only its author takes an outcome back, and then the contact goes on', () => {
		const drafts = after(begun(), endContact(fold(begun()), { outcome: 'solved', seconds: 1 }));
		expect(undoOutcome(fold(drafts), axel)).toEqual({ kind: 'refused', reason: 'not-yours' });
		expect(fold(after(drafts, undoOutcome(fold(drafts), maria))).outcome).toBeUndefined();
		expect(undoOutcome(fold(begun()), maria).kind).toBe('refused');
	});

	const word = fc.constantFrom('Drucker', 'Übergabe', 'Straße', '\n', '12', '-');
	test('[F4] [IN3] whatever was written down, the ticket has it, and nobody types it again', () => {
		fc.assert(
			fc.property(
				fc.array(word, { minLength: 1, size: 'max', maxLength: 60 }),
				fc.option(fc.constant(kim), { nil: undefined }),
				fc.boolean(),
				(words, person, hasCase) => {
					const contact = fold(
						begun({ ...call, request: words.join(' '), person, applied: hasCase ? call.applied : undefined }),
					);
					const { ticket, drafts } = ticketOfContact(self, contact, { queue: frontOffice });
					const written = [...openTicket({ ...ticket, number: ticketNumber(104, 1) }), ...drafts];
					const folded = foldTicket(
						facts(Object.fromEntries(written.map((draft, n) => [`t${n + 1}`, { ...draft, at: 2000 + n }]))),
					)!;
					expect(folded).toMatchObject({
						...{ line: support, queue: frontOffice, channel: 'phone', from: call.from },
						persons: person === undefined ? [] : [person],
					});
					const [message] = folded.timeline.filter((entry) => entry.kind === 'message');
					expect(message?.text).toBe(contact.request);
					expect(folded.subject).not.toBe('');
					const kinds = folded.timeline.map(({ kind }) => kind);
					expect(kinds).toContain('interaction-linked');
					expect(kinds).toContain('categorised');
					expect(kinds.includes('case-applied')).toBe(hasCase);
					expect(linkContact(folded, self)).toEqual({ kind: 'refused', reason: 'nothing-to-change' });
				},
			),
			{ numRuns: 50 },
		);
	});

	test('[F4] [F63] what was ticked and written down goes into the ticket, and what stands there stays', () => {
		const field = (id: string) => ({ id, label: id, required: true, choices: [] });
		const applied = { ...call.applied!, steps: ['Reinigen', 'Testen'], documentation: [field('till'), field('shop')] };
		const begunAt = begun({ ...call, applied });
		const work = { ticked: [1], documented: { till: ' 12 ', shop: '', other: 'x' } };
		const worked = after(begunAt, workOnCase(fold(begunAt), work));
		const contact = fold(worked);
		expect(contact.applied[0]?.steps.map(({ done }) => done !== undefined)).toEqual([false, true]);
		expect([...contact.applied[0]!.values]).toEqual([['till', '12']]);
		expect(workOnCase(contact, work).kind).toBe('refused');
		const less = fold(after(worked, workOnCase(contact, { ticked: [], documented: {} })));
		expect([less.applied[0]?.steps[1]?.done, less.applied[0]?.values.size]).toEqual([undefined, 0]);

		const told = (drafts: readonly Draft[]) =>
			foldTicket(facts(Object.fromEntries(drafts.map((draft, n) => [`t${n + 1}`, { ...draft, at: 2000 + n }]))))!;
		const { ticket, drafts } = ticketOfContact(self, contact, { queue: frontOffice });
		const made = [...openTicket({ ...ticket, number: ticketNumber(104, 1) }), ...drafts];
		const handed = told(after(made, handCases(told(made), contact)));
		expect(handed.applied[0]?.steps.map(({ done }) => done !== undefined)).toEqual([false, true]);
		expect(handed.applied[0]?.values.get('till')).toBe('12');
		expect(handCases(handed, contact)).toEqual({ kind: 'refused', reason: 'nothing-to-change' });

		// A ticket that was there already gets the case first.
		const other = [...openTicket({ ...ticket, number: ticketNumber(104, 2) })];
		const once = after(other, handCases(told(other), contact));
		const twice = told(after(once, handCases(told(once), contact)));
		expect(twice).toMatchObject({ system: 'seller', applied: [{ title: 'Streifen' }] });
		expect(twice.applied[0]?.values.get('till')).toBe('12');
	});

	test('a subject is the first line, cut at a word; without a request the case or the caller names the ticket', () => {
		expect(subjectOf('Kurz\nund mehr')).toBe('Kurz');
		const long = subjectOf('wort '.repeat(60));
		expect(long.length).toBeLessThan(130);
		expect(long).toMatch(/wort …$/);
		const subject = (contact: NewContact) =>
			ticketOfContact(self, fold(begun(contact)), { queue: frontOffice }).ticket.subject;
		expect(subject({ ...call, request: '' })).toBe('Streifen');
		expect(subject({ ...call, request: '', applied: undefined })).toBe('Kim Weiß');
	});
});
