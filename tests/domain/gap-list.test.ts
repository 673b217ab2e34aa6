import { expect, test } from 'vitest';
import { caseFromGap, caseFromTicket, gapList, type Request } from '../../src/lib/domain/gap-list.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { CategoryId, DocumentId, LineId } from '../../src/lib/domain/ids.ts';
import { facts, message, opened, support } from '../support/facts.ts';

let made = 0;
const request = (category: string | null, more: Partial<Request> = {}): Request => ({
	...{ document: `interaction/${made++}` as DocumentId, line: support, category: category as CategoryId | null },
	...{ system: null, cases: 0, text: '', at: 10, outcome: 'solved' },
	...more,
});

test('[F64, GL3] ten contacts without a case are a list grouped by category, the most frequent first', () => {
	const contacts = [
		...['print', 'login', 'print', null, 'print', 'login', null, null, null, null].map((category) => request(category)),
		request('login', { cases: 1 }),
	];
	const gaps = gapList(contacts, [], { since: 0 });
	expect(gaps.map(({ category, requests }) => [category, requests.length])).toEqual([
		['print', 3],
		['login', 2],
		[null, 5],
	]);
});

test('[GL1] wrong place, missed, no answer and what still goes on are no gaps', () => {
	const outcomes = ['wrong-place', 'missed', 'no-answer', undefined, 'call-back'] as const;
	const gaps = gapList(
		outcomes.map((outcome) => request('a', { outcome })),
		[],
		{ since: 0 },
	);
	expect(gaps[0]?.requests.map(({ outcome }) => outcome)).toEqual(['call-back']);
});

test('[GL2] a contact counts with its ticket, not twice; old ones and other lines do not count', () => {
	const ticket = request('a', { document: 'ticket/1' as DocumentId, outcome: undefined });
	const call = request('a', { outcome: 'ticket', ticket: ticket.document });
	const old = request('a', { at: 1 });
	const other = request('a', { line: 'other' as LineId });
	const gaps = gapList([call, old, other], [ticket], { since: 5, lines: [support] });
	expect(gaps).toEqual([{ category: 'a', requests: [ticket] }]);
});

test('[F64] a case from a ticket asks as the customer did and answers as we did', () => {
	const ticket = foldTicket(
		facts({
			open: { ...opened, subject: 'AW: [T-104] Drucker druckt nicht', at: 1 },
			ask: {
				...message('in', 'Guten Tag Frau Vogt,\n\nseit heute früh druckt der Drucker nicht mehr. Er ist an.\n\nGruß'),
				at: 2,
			},
			say: { ...message('out', 'Hallo,\n\nbitte den Dienst <neu> starten.\nDanke'), at: 3 },
		}),
	)!;
	expect(caseFromTicket(ticket, 'de')).toEqual({
		name: 'Drucker druckt nicht',
		words: {
			de: {
				title: 'Drucker druckt nicht',
				pattern: ['AW: [T-104] Drucker druckt nicht', 'seit heute früh druckt der Drucker nicht mehr.'],
				body: '',
				steps: [],
				answer: '<p>Hallo,</p><p>bitte den Dienst &lt;neu&gt; starten.<br>Danke</p>',
			},
		},
		values: { type: 'case', system: null, category: null },
		lines: [support],
	});
});

test('[F64] a gap becomes a draft in the words of its requests, each said once', () => {
	const asked = (n: number, text: string, system: string | null): Request => ({
		...{
			document: `interaction/${n}` as never,
			line: (n === 3 ? 'sales' : 'main') as never,
			category: 'print' as never,
		},
		...{ system: system as never, cases: 0, text, at: n },
	});
	const requests = [
		asked(1, 'Guten Tag,\nder Drucker druckt Streifen. Seit gestern.', 'printer'),
		asked(2, 'AW: der drucker druckt streifen.', 'printer'),
		asked(3, 'Papierstau', null),
		asked(4, ' ', null),
	];
	const draft = caseFromGap(requests, 'de')!;
	expect(draft.name).toBe('der Drucker druckt Streifen.');
	expect(draft.words.de?.pattern).toEqual(['der Drucker druckt Streifen.', 'Papierstau']);
	expect(draft.values).toEqual({ type: 'case', system: null, category: 'print' });
	expect(draft.lines).toEqual(['main', 'sales']);
	expect(caseFromGap(requests.slice(0, 2), 'de')?.values.system).toBe('printer');
	expect(caseFromGap([requests[3]!], 'de')).toBeUndefined();
	expect(caseFromGap([], 'de')).toBeUndefined();
});
