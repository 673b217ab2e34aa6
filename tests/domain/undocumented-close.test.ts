import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { undocumentedClose } from '../../src/lib/domain/undocumented-close.ts';
import { facts, id, message, opened } from '../support/facts.ts';

const applied: Draft = {
	...{ kind: 'case-applied', article: `article/${id('druck')}` as DocumentId, version: null },
	...{ title: 'Drucker', steps: [] },
	documentation: [
		{ id: 'pc', label: 'Gerät', required: true, choices: [] },
		{ id: 'more', label: 'Bemerkung', required: false, choices: [] },
	],
};
const documented = (value: string, at: number) => ({
	...{ kind: 'documented' as const, applied: id('c'), replaces: [] },
	...{ fields: [{ id: 'pc', label: 'Gerät', value }], at },
});
const closed = { kind: 'status-set' as const, status: 'closed' as const, seen: null, replaces: [] };
type Told = Parameters<typeof facts>[0];
const begun: Told = { a: { ...opened, at: 1 }, c: { ...applied, at: 2 } };
const read = (told: Told) => undocumentedClose(foldTicket(facts(told))!);

test('[UC1] [UC2] [F63] a close without what a case asks for stands, and says who, when and what is missing', () => {
	const told = { ...begun, z: { ...closed, at: 5 } };
	expect(foldTicket(facts(told))!.status).toBe('closed');
	expect(read(told)).toMatchObject({
		...{ close: id('z'), why: 'skipped' },
		missing: [{ applied: id('c'), title: 'Drucker', field: 'pc', label: 'Gerät' }],
	});
});

test('[UC2] what a colleague wrote down without a network settles it when it arrives, without reopening', () => {
	const told = { ...begun, z: { ...closed, at: 5 } };
	expect(read({ ...told, d: documented('PC-7', 3) })).toBeUndefined();
	expect(read({ ...told, d: documented('PC-7', 9) })).toBeUndefined();
	expect(read({ ...told, d: documented('  ', 3) })).toBeDefined();
	expect(read({ ...told, u: { kind: 'undone', entry: id('c'), at: 9 } })).toBeUndefined();
});

test('[UC2] a case that was applied after the close is told apart from one that was skipped', () => {
	const told: Told = { a: { ...opened, at: 1 }, z: { ...closed, at: 2 }, c: { ...applied, at: 5 } };
	expect(read(told)?.why).toBe('later');
});

test('[UC2] [UC3] a ticket that is open again is not named', () => {
	const told = { ...begun, z: { ...closed, at: 5 } };
	expect(read({ ...told, o: { ...closed, status: 'open', replaces: [id('z')], at: 6 } })).toBeUndefined();
	expect(read({ ...told, m: { ...message('in'), at: 7 } })).toBeUndefined();
	expect(read({ ...told, u: { kind: 'undone', entry: id('z'), at: 9 } })).toBeUndefined();
});

test('[UC1] it is the same in whatever order the entries came', () => {
	const told = { ...begun, z: { ...closed, at: 5 }, d: documented('PC', 3), e: documented('', 4) };
	const right = read(told);
	fc.assert(
		fc.property(fc.shuffledSubarray(Object.entries(told), { minLength: 5 }), (entries) => {
			expect(read(Object.fromEntries(entries) as Told)).toEqual(right);
		}),
	);
});
