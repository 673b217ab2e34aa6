import { describe, expect, it } from 'vitest';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { ArticleRow } from '../../src/lib/projection/rows.ts';
import { matchCases } from '../../src/lib/views/case-match.ts';

function article(n: number, title: string, changes: Partial<Record<keyof ArticleRow, unknown>> = {}): ArticleRow {
	return {
		...{ id: `article/${String(n).padStart(26, '0')}` as DocumentId, kind: 'article', type: 'case' },
		...{ titles: { de: title }, preview: '', state: 'standard', visibility: 'internal', system: null, category: null },
		...{ level: 1, lines: [], tags: [], base: null, published: 1, versions: 1, readBy: [], validUntil: null },
		...{ reviewAt: null, conflicts: 0, createdAt: 1, changedAt: 1, newer: false },
		...changes,
	} as ArticleRow;
}
const till = article(1, 'Kasse startet nicht', { preview: 'Der Bildschirm bleibt schwarz' });
const printer = article(2, 'Bondrucker druckt nicht', { tags: ['papier'] });
const all = [till, printer, article(3, 'Lieferschein korrigieren'), article(4, 'Kasse alt', { state: 'archived' })];
const found = (text: string, more: object = {}, options: object = {}) =>
	matchCases(all, { text, ...more }, options).map(({ id }) => Number(id.slice(-2)));

describe('[F58] standard cases for a ticket', () => {
	it('are found by what the customer wrote, whatever stands around it', () => {
		expect(found('Guten Tag, unsere Kassen starten seit heute früh nicht mehr. Bitte um Hilfe.')).toEqual([1]);
		expect(found('Drucker streikt, neues Papier ist drin')).toEqual([2]);
		expect(found('der Bildschirm ist schwarz')).toEqual([1]);
		expect(found('Guten Tag, danke und viele Grüße')).toEqual([]);
		expect(found('')).toEqual([]);
	});

	it('are those of its system and category too, of its line, and never archived', () => {
		const rows = [article(5, 'Anmeldung', { system: 'till' }), article(6, 'Anmeldung', { lines: ['other'] })];
		const ids = (request: object) => matchCases(rows, { text: '', ...request }).map(({ id }) => Number(id.slice(-2)));
		expect(ids({ system: 'till' })).toEqual([5]);
		expect(ids({ text: 'Anmeldung', line: 'main' })).toEqual([5]);
		expect(ids({ text: 'Anmeldung', line: 'other' })).toHaveLength(2);
		expect(found('Kasse alt')).toEqual([1]);
	});

	it('that somebody types must have every word', () => {
		expect(found('kasse schw', {}, { typed: true })).toEqual([1]);
		expect(found('kasse papier', {}, { typed: true })).toEqual([]);
	});

	it('take a text of any length', () => {
		expect(found(`${'kasse startet '.repeat(5000)}`)).toEqual([1]);
	});
});
