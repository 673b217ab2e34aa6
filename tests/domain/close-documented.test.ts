import { expect, test } from 'vitest';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { setStatus } from '../../src/lib/domain/ticket-command.ts';
import { facts, id, opened } from '../support/facts.ts';

const applied: Draft = {
	...{
		kind: 'case-applied',
		article: `article/${id('druck')}` as DocumentId,
		version: null,
		title: 'Drucker',
		steps: [],
	},
	documentation: [
		{ id: 'pc', label: 'Gerät', required: true, choices: [] },
		{ id: 'who', label: 'Gesprochen mit', required: true, choices: [] },
		{ id: 'more', label: 'Bemerkung', required: false, choices: [] },
	],
};
const documented = (...fields: [string, string][]): Draft => ({
	...{ kind: 'documented', applied: id('c'), replaces: [] },
	fields: fields.map(([id, value]) => ({ id, label: id, value })),
});
const closing = (...drafts: Draft[]) => {
	const told = Object.fromEntries(drafts.map((draft, i) => [`d${i}`, { ...draft, at: 3 + i }]));
	return setStatus(foldTicket(facts({ a: { ...opened, at: 1 }, c: { ...applied, at: 2 }, ...told }))!, {
		status: 'closed',
	});
};

test.each([
	[[], ['Gerät', 'Gesprochen mit']],
	[[documented(['pc', 'PC-7'])], ['Gesprochen mit']],
	[[documented(['pc', 'PC-7'], ['who', '   '])], ['Gesprochen mit']],
	[[documented(['more', 'x'])], ['Gerät', 'Gesprochen mit']],
] as const)('[F63] a missing field blocks closing and is named', (drafts, missing) => {
	expect(closing(...drafts)).toEqual({ kind: 'refused', reason: 'undocumented', missing });
});

test('[F63] with every required field closing is free; so it is when the case was taken back', () => {
	expect(closing(documented(['pc', 'PC-7'], ['who', 'Frau Vogt'])).kind).toBe('ok');
	expect(closing({ kind: 'undone', entry: id('c') }).kind).toBe('ok');
});

test('[F63] waiting and opening ask for nothing', () => {
	const ticket = foldTicket(facts({ a: { ...opened, at: 1 }, c: { ...applied, at: 2 } }))!;
	expect(setStatus(ticket, { status: 'waiting', reason: 'customer' }).kind).toBe('ok');
});
