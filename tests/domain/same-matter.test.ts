import { describe, expect, test } from 'vitest';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { duplicatesOf, isSameCaller, isSameMatter, repeatContacts } from '../../src/lib/domain/same-matter.ts';
import { contact } from './contacts.ts';

const kim = 'person/kim' as DocumentId;
const printing = 'printing' as never;
const day = 24 * 60 * 60_000;

describe('[F9] the same request once more', () => {
	test.each([
		[{ persons: [kim], phone: '' }, { persons: [kim], phone: '' }, true],
		[{ persons: [], phone: '+49 30 555 0119' }, { persons: [], phone: '030/5550119' }, true],
		[{ persons: [], phone: '' }, { persons: [], phone: '' }, false],
		[{ persons: [], phone: '110' }, { persons: [], phone: '110' }, false],
		[{ persons: [kim], phone: '030 5550119' }, { persons: [], phone: '030 5550118' }, false],
	])('[SM1] caller %j and %j: %s', (a, b, same) => {
		expect(isSameCaller(a, b)).toBe(same);
	});

	test.each([
		['printing', 'printing', '', 'Etwas anderes', true],
		[null, null, 'Drucker druckt nur Streifen', 'Streifen auf dem Drucker', true],
		[null, null, 'Rechnung fehlt', 'Die Rechnungen fehlen noch immer', true],
		[null, null, 'Häuser anlegen', 'Hauser anlegen', true],
		[null, null, 'Drucker druckt nicht', 'Passwort vergessen', false],
		[null, null, '', '', false],
		[null, null, 'aber hallo', 'aber hallo', false],
		['printing', null, 'Toner', 'Passwort', false],
	])('[SM2] [SM3] %s/%s, "%s" and "%s": %s', (a, b, one, other, same) => {
		expect(isSameMatter({ category: a as never, text: one }, { category: b as never, text: other })).toBe(same);
	});

	test('finds what the caller has open of the same kind, and nobody else’s', () => {
		const open = [
			{ persons: [kim], phone: '', category: printing, text: 'Toner' },
			{ persons: ['person/lee' as DocumentId], phone: '', category: printing, text: 'Toner' },
			{ persons: [kim], phone: '', category: null, text: 'Passwort' },
		];
		expect(duplicatesOf({ persons: [kim], phone: '', category: printing, text: 'Papierstau' }, open)).toEqual([
			open[0],
		]);
	});

	test('marks contacts that repeat one within seven days; missed calls and our own repeat nothing', () => {
		const about = { persons: [kim], category: printing };
		const first = contact({ ...about, began: day });
		const second = contact({ ...about, began: 7 * day });
		const late = contact({ ...about, began: 15 * day });
		const missed = contact({ ...about, began: 8 * day, outcome: 'missed' });
		const ours = contact({ ...about, began: 8 * day, direction: 'out' });
		const other = contact({ persons: [kim], category: 'login' as never, began: 8 * day });
		expect(repeatContacts([late, other, ours, missed, second, first])).toEqual(new Set([second.id]));
	});
});
