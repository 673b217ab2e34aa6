import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Contact } from '../../src/lib/domain/contact.ts';
import {
	contactFigures,
	fateOfTicket,
	figuresByLine,
	type ContactFigures,
	type TicketFate,
} from '../../src/lib/domain/contact-figures.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { Outcome } from '../../src/lib/domain/interaction-entry.ts';
import { contact } from './contacts.ts';

const ticket = (n: number) => `ticket/${n}` as DocumentId;
const open = (): TicketFate => 'open';
const times = (count: number, values: (n: number) => Partial<Contact>) =>
	Array.from({ length: count }, (_, n) => contact(values(n)));

describe('figures of contacts', () => {
	test('[F3] [C1] [CF1] ten contacts, five of them solved at once: 50 %, and five tickets', () => {
		const figures = contactFigures(
			[...times(5, () => ({ outcome: 'solved' })), ...times(5, (n) => ({ outcome: 'ticket', ticket: ticket(n) }))],
			open,
		);
		expect(figures).toMatchObject({ contacts: 10, solved: 5, tickets: 5 });
		expect(figures.firstContact).toEqual({ part: 5, whole: 10, share: 0.5 });
	});

	const cases: [string, Partial<Contact>[], Partial<Record<'firstContact' | 'answered' | 'ownResolution', string>>][] =
		[
			['[CF4] nothing', [], { firstContact: '0/0', answered: '0/0', ownResolution: '0/0' }],
			[
				'[CF1] a call back is not solved at once',
				[{ outcome: 'solved' }, { outcome: 'call-back' }],
				{ firstContact: '1/2' },
			],
			[
				'[CF1] the wrong place is no request',
				[{ outcome: 'solved' }, { outcome: 'wrong-place' }],
				{ firstContact: '1/1' },
			],
			['[CF1] missed calls were not taken', [{ outcome: 'solved' }, { outcome: 'missed' }], { firstContact: '1/1' }],
			[
				'[CF1] our own calls do not count',
				[{ outcome: 'solved', direction: 'out' }],
				{ firstContact: '0/0', answered: '0/0' },
			],
			['what goes on does not count', [{ outcome: undefined }], { firstContact: '0/0', answered: '0/0' }],
			[
				'[CF2] [C5] told something there and then: solved, ticket, right place',
				[
					{ outcome: 'solved' },
					{ outcome: 'ticket' },
					{ outcome: 'wrong-place' },
					{ outcome: 'missed' },
					{ outcome: 'call-back' },
				],
				{ answered: '3/5' },
			],
			['[CF2] mails are no calls', [{ outcome: 'solved', channel: 'mail' }], { answered: '0/0', firstContact: '1/1' }],
			[
				'[CF3] [C6] solved and closed without passing on are own; passed on is not; open and unknown do not count yet',
				[
					{ outcome: 'solved' },
					{ outcome: 'ticket', ticket: ticket(1) },
					{ outcome: 'ticket', ticket: ticket(2) },
					{ outcome: 'ticket', ticket: ticket(3) },
					{ outcome: 'ticket' },
				],
				{ ownResolution: '2/3' },
			],
		];
	test.each(cases)('%s', (_, contacts, expected) => {
		const fates: Record<string, TicketFate> = { 'ticket/1': 'closed', 'ticket/2': 'passed-on', 'ticket/3': 'open' };
		const figures = contactFigures(contacts.map(contact), (id) => fates[id]);
		for (const [name, text] of Object.entries(expected)) {
			const { part, whole, share } = figures[name as 'firstContact'];
			expect(`${part}/${whole}`, name).toBe(text);
			expect(share).toBe(whole === 0 ? undefined : part / whole);
		}
	});

	test.each([
		[undefined, undefined],
		[{ status: 'closed', handOvers: 0, leftQueue: false }, 'closed'],
		[{ status: 'open', handOvers: 0, leftQueue: false }, 'open'],
		[{ status: 'closed', handOvers: 1, leftQueue: false }, 'passed-on'],
		[{ status: 'open', handOvers: 0, leftQueue: true }, 'passed-on'],
	] as const)('[CF3] the fate of %j is %s', (row, fate) => {
		expect(fateOfTicket(row)).toBe(fate);
	});

	test('[F5] [C1] lines have figures of their own, the busiest first', () => {
		const lines = figuresByLine(
			[contact({ line: 'sales' as never }), ...times(2, () => ({ line: 'shop' as never, outcome: 'missed' as const }))],
			open,
		);
		expect(lines.map(({ line, figures }) => [line, figures.contacts, figures.missed])).toEqual([
			['shop', 2, 2],
			['sales', 1, 0],
		]);
	});

	test('[CF5] repeats are counted, and the median of the times', () => {
		const again = { persons: ['person/kim' as DocumentId], request: 'Drucker druckt nur Streifen' };
		const figures = contactFigures(
			[
				contact({ ...again, seconds: 10 }),
				contact({ ...again, began: 2000, seconds: 30 }),
				contact({ outcome: 'missed', seconds: 0 }),
			],
			open,
		);
		expect(figures).toMatchObject({ repeats: 1, seconds: 20 });
	});

	const outcomes: (Outcome | undefined)[] = [
		...(['solved', 'ticket', 'call-back', 'wrong-place', 'missed', 'no-answer'] as const),
		undefined,
	];
	const anyContact = fc
		.record({
			outcome: fc.constantFrom(...outcomes),
			direction: fc.constantFrom('in' as const, 'out' as const),
			channel: fc.constantFrom('phone' as const, 'mail' as const),
			ticket: fc.option(fc.integer({ min: 0, max: 5 }).map(ticket), { nil: undefined }),
			line: fc.constantFrom('a', 'b') as fc.Arbitrary<never>,
		})
		.map(contact);

	test('the order of contacts changes nothing, shares stay between 0 and 1, and lines add up to the whole', () => {
		fc.assert(
			fc.property(fc.array(anyContact, { size: 'max', maxLength: 40 }), (contacts) => {
				const fate = (id: DocumentId): TicketFate => (['open', 'closed', 'passed-on'] as const)[Number(id.at(-1)) % 3];
				const figures = contactFigures(contacts, fate);
				expect(contactFigures(contacts.toReversed(), fate)).toEqual(figures);
				for (const { share } of [figures.firstContact, figures.answered, figures.ownResolution])
					if (share !== undefined) expect(share >= 0 && share <= 1).toBe(true);
				const lines = figuresByLine(contacts, fate);
				const sum = (pick: (of: ContactFigures) => number) => lines.reduce((all, line) => all + pick(line.figures), 0);
				for (const pick of [
					(of: ContactFigures) => of.contacts,
					(of: ContactFigures) => of.firstContact.part,
					(of: ContactFigures) => of.answered.whole,
				])
					expect(sum(pick)).toBe(pick(figures));
			}),
			{ numRuns: 100 },
		);
	});
});
