import { describe, expect, it } from 'vitest';
import type { Application } from '../../src/lib/domain/apply-case.ts';
import { applyCaseToCall, placeNamed, takeCaseFromCall, tickInCall } from '../../src/lib/domain/call-case.ts';
import { emptyCall, readCall, type CallDraft } from '../../src/lib/domain/call-draft.ts';
import { contactEndOf, endsOf, inAnHour, missingFor, type CallMissing } from '../../src/lib/domain/call-outcome.ts';
import type { AgentId } from '../../src/lib/domain/ids.ts';

const draftOf = (values: object = {}): CallDraft => ({ ...emptyCall('ada' as AgentId, 0), ...values });
const caseOf = (n: number, about: object = {}, more: object = {}) =>
	({
		applied: {
			...{
				article: `article/0000000000000000000000000${n}`,
				version: null,
				title: `Fall ${n}`,
				steps: ['Eins', 'Zwei'],
			},
			...{ documentation: [], handOver: [], ...more },
		},
		about: { system: null, category: null, ...about },
	}) as unknown as Pick<Application, 'applied' | 'about'>;

describe('[F58] a standard case in a call', () => {
	it('[CC1] takes the place of another with its own ticks and fields; the same text anew keeps them', () => {
		const first = draftOf(applyCaseToCall(draftOf(), caseOf(1), true));
		const worked = { ...first, ticked: tickInCall(first, 1), documented: { till: '12' } };
		expect(tickInCall(worked, 1)).toEqual([]);
		expect(applyCaseToCall(worked, caseOf(1), true)).not.toHaveProperty('ticked');
		expect(applyCaseToCall(worked, caseOf(2), true)).toMatchObject({ ticked: [], documented: {} });
		expect(takeCaseFromCall(worked)).toMatchObject({ applied: null, ticked: [], documented: {} });
	});

	it.each([
		['gives what nobody chose', {}, { system: 'till', category: 'start' }],
		['leaves what somebody chose', { system: 'shop' }, { system: 'shop', category: 'start' }],
	])('[CC2] %s', (_, before, after) => {
		const applied = draftOf(applyCaseToCall(draftOf(before), caseOf(1, { system: 'till', category: 'start' }), true));
		expect(applied).toMatchObject(after);
		expect(readCall({ ...applied, agent: 'ada' })).toBeDefined();
		const another = { ...applied, ...applyCaseToCall(applied, caseOf(2, { category: 'print' }), true) };
		expect(another).toMatchObject({ system: 'system' in before ? 'shop' : null, category: 'print' });
		expect(takeCaseFromCall(another)).toMatchObject({ category: null });
		expect(takeCaseFromCall({ ...another, category: 'own' as never })).toMatchObject({ category: 'own' });
	});

	it('[CC3] [F62] that may only be passed on makes a ticket of it; one that may be answered does not', () => {
		expect(applyCaseToCall(draftOf(), caseOf(1), false).end).toBe('ticket');
		expect(applyCaseToCall(draftOf({ end: 'call-back' }), caseOf(1), false)).not.toHaveProperty('end');
		expect(applyCaseToCall(draftOf(), caseOf(1), true)).not.toHaveProperty('end');
	});

	it('[CC4] names the right place', () => {
		const handOver = [
			{ when: '', queue: null, to: ' ' },
			{ when: '', queue: null, to: 'Werk Süd ' },
		];
		expect(placeNamed(draftOf(applyCaseToCall(draftOf(), caseOf(1, {}, { handOver }), true)))).toBe('Werk Süd');
		expect(placeNamed(draftOf())).toBe('');
	});
});

describe('the end of a call', () => {
	const field = { id: 'till', label: 'Kasse', required: true, choices: [] };
	const applied = caseOf(1, {}, { documentation: [field, { ...field, id: 'more', required: false }] }).applied;
	const known = { line: 'main', queue: 'first', phone: '', mayAnswer: true };
	const solved = { caller: 'Kim', request: 'Drucker' };
	it.each<[string, object, object, CallMissing[]]>([
		['nothing', {}, {}, ['who', 'request']],
		['[CE1] a mail of nobody', { channel: 'mail', request: 'x' }, {}, []],
		['a solved call', solved, {}, []],
		['[CE2] a case alone', { caller: 'Kim', applied: caseOf(2).applied }, {}, []],
		['a ticket without words', { caller: 'Kim', end: 'ticket' }, {}, ['request']],
		['a ticket that is there', { caller: 'Kim', end: 'ticket', ticket: 'ticket/1' }, { queue: undefined }, []],
		['a ticket without a queue', { ...solved, end: 'ticket' }, { queue: undefined }, ['line']],
		['no line', solved, { line: undefined }, ['line']],
		['a call back without a number', { caller: 'Kim', end: 'call-back', callBackAt: 5 }, {}, ['phone']],
		['a call back without a time', { caller: 'Kim', end: 'call-back' }, { phone: '030' }, ['time']],
		['[CE3] [F63] a case with a field', { ...solved, applied }, {}, ['field:till']],
		['a case with its field', { ...solved, applied, documented: { till: '12' } }, {}, []],
		['a blank field', { ...solved, applied, documented: { till: ' ' } }, {}, ['field:till']],
		['a ticket with a case', { ...solved, applied, end: 'ticket' }, {}, []],
		['[CE4] [F62] no permission', { ...solved, applied: caseOf(2).applied }, { mayAnswer: false }, ['permission']],
		['no permission, a ticket', { ...solved, applied, end: 'ticket' }, { mayAnswer: false }, []],
	])('%s', (_, draft, more, missing) => {
		expect(missingFor(draftOf(draft), { ...known, ...more } as never)).toEqual(missing);
	});

	it('is kept as the contact knows it', () => {
		const end = (draft: object) => contactEndOf(draftOf(draft), { phone: '030', seconds: 7, now: 9 });
		expect(end({ end: 'solved' })).toEqual({ outcome: 'solved', seconds: 7 });
		expect(end({ end: 'given-up' })).toEqual({ outcome: 'no-answer', seconds: 7 });
		expect(end({ end: 'wrong-place', passedTo: 'Werk' })).toMatchObject({ outcome: 'wrong-place', passedTo: 'Werk' });
		expect(end({ end: 'call-back', callBackAt: 50 })).toMatchObject({
			outcome: 'call-back',
			callBack: { until: 50, phone: '030', agent: null },
		});
		expect(end({ end: 'no-answer' })).toMatchObject({ outcome: 'no-answer', callBack: { until: 9 } });
		expect(endsOf({ callsBack: null })).not.toContain('no-answer');
		expect(endsOf({ callsBack: 'interaction/1' as never })).toContain('given-up');
		expect(inAnHour(1)).toBe(4_500_000);
	});
});
