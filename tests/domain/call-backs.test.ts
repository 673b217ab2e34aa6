import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openCallBacks } from '../../src/lib/domain/call-backs.ts';
import type { Contact } from '../../src/lib/domain/contact.ts';
import type { Outcome } from '../../src/lib/domain/interaction-entry.ts';
import { contact, contactId } from './contacts.ts';

const promised = (until: number, values: Partial<Contact> = {}): Contact =>
	contact({ outcome: 'call-back', callBack: { until, phone: '030 555', agent: null }, ...values });
const attempt = (of: Contact, outcome: Outcome | undefined, values: Partial<Contact> = {}): Contact =>
	contact({ direction: 'out', callsBack: of.id, outcome, began: 5000, ...values });

describe('[F10] who waits to be called back', () => {
	test('[CB5] the earliest due first; a missed call is due since it came in', () => {
		const [late, soon] = [promised(9000), promised(3000)];
		const missed = contact({ outcome: 'missed', began: 2000, phone: '0171 1' });
		expect(openCallBacks([late, soon, missed]).map(({ contact, until }) => [contact.id, until])).toEqual([
			[missed.id, 2000],
			[soon.id, 3000],
			[late.id, 9000],
		]);
	});

	test.each(['solved', 'ticket', 'wrong-place'] as const)('[CB2] reached and %s: it leaves the list', (outcome) => {
		const first = promised(3000);
		expect(openCallBacks([first, attempt(first, outcome)])).toEqual([]);
	});

	test('[CB2] an attempt that goes on, or whose outcome was taken back, settles nothing', () => {
		const first = promised(3000);
		expect(openCallBacks([first, attempt(first, undefined)])).toHaveLength(1);
	});

	test('[CB3] not reached: a new time keeps it, giving up ends it', () => {
		const first = promised(3000);
		const again = attempt(first, 'no-answer', { callBack: { until: 8000, phone: '0171 2', agent: 'ben' as never } });
		expect(openCallBacks([first, again])).toEqual([
			{ contact: first, lastTry: again, tries: 1, until: 8000, phone: '0171 2', agent: 'ben' },
		]);
		// The second attempt may name the first attempt or the contact itself.
		for (const of of [first, again])
			expect(openCallBacks([first, again, attempt(of, 'no-answer', { began: 7000 })])).toEqual([]);
	});

	test('[CB4] two agents called back without knowing of each other: one outcome that settles is enough', () => {
		const first = promised(3000);
		const reached = attempt(first, 'solved');
		const vain = attempt(first, 'no-answer', {
			began: 6000,
			callBack: { until: 9000, phone: '', agent: null },
		});
		expect(openCallBacks([first, reached, vain])).toEqual([]);
	});

	test('attempts at what is not on this device, and circles, ask for nothing and hang nothing', () => {
		const lost = contact({ outcome: 'no-answer', callsBack: contactId('elsewhere') });
		const one = contact({ id: contactId('one'), outcome: 'call-back', callsBack: contactId('two') });
		const two = contact({ id: contactId('two'), outcome: 'call-back', callsBack: contactId('one') });
		expect(openCallBacks([lost])).toEqual([]);
		expect(openCallBacks([one, two]).length).toBeLessThanOrEqual(1);
	});

	test('[CB2] whatever happens, in whatever order it arrives: exactly those without an outcome that settles are waiting', () => {
		const outcome = fc.constantFrom<Outcome | undefined>('solved', 'ticket', 'wrong-place', 'no-answer', undefined);
		const tries = fc.array(fc.tuple(fc.nat(4), outcome, fc.boolean()), { size: 'max', maxLength: 12 });
		fc.assert(
			fc.property(tries, fc.integer(), (told, seed) => {
				const roots = Array.from({ length: 5 }, (_, n) => promised(1000 * n + 1000));
				const attempts = told.map(([root, outcome, again], n) =>
					attempt(roots[root]!, outcome, {
						began: 5000 + n,
						callBack: again ? { until: 9000 + n, phone: '', agent: null } : undefined,
					}),
				);
				const all = [...roots, ...attempts];
				const shuffled = all
					.map((one, n) => ({ one, place: Math.imul(n + 1, seed | 1) >>> 0 }))
					.sort((a, b) => a.place - b.place)
					.map(({ one }) => one);
				const waiting = openCallBacks(shuffled);
				expect(waiting).toEqual(openCallBacks(all));
				const settled = (root: Contact) =>
					attempts.some(
						(one) =>
							one.callsBack === root.id &&
							one.outcome !== undefined &&
							!(one.outcome === 'no-answer' && one.callBack !== undefined),
					);
				expect(new Set(waiting.map(({ contact }) => contact.id))).toEqual(
					new Set(roots.filter((root) => !settled(root)).map(({ id }) => id)),
				);
			}),
			{ numRuns: 100 },
		);
	});
});
