import { describe, expect, it } from 'vitest';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { ArticleRow } from '../../src/lib/projection/rows.ts';
import { rankCases, type CaseQuestion, type TextHit } from '../../src/lib/views/rank-cases.ts';

function article(n: number, title: string, changes: Partial<Record<keyof ArticleRow, unknown>> = {}): ArticleRow {
	return {
		...{ id: idOf(n), kind: 'article', type: 'case' },
		...{ titles: { de: title }, preview: '', state: 'standard', visibility: 'internal', system: null, category: null },
		...{ level: 1, lines: [], tags: [], base: null, published: 1, versions: 1, readBy: [], validUntil: null },
		...{ reviewAt: null, conflicts: 0, createdAt: 1, changedAt: 1, newer: false },
		...changes,
	} as ArticleRow;
}
const idOf = (n: number) => `article/${String(n).padStart(26, '0')}` as DocumentId;
const numbers = (rows: readonly ArticleRow[]) => rows.map(({ id }) => Number(id.slice(-6)));

type Known = Partial<Record<keyof CaseQuestion, unknown>>;
const ask = (text: string, known: Known = {}) =>
	({
		...{ text, line: undefined, system: null, category: null, language: 'de', now: 1000, most: 5 },
		...known,
	}) as CaseQuestion;
const none = new Map<DocumentId, number>();
const inRows = (rows: readonly ArticleRow[], text: string, known: Known = {}, uses = none) =>
	numbers(rankCases({ rows, uses }, ask(text, known), { hits: [], withRows: true }));
const inHits = (rows: readonly ArticleRow[], text: string, hits: readonly TextHit[], known: Known = {}) =>
	numbers(rankCases({ rows, uses: none }, ask(text, known), { hits, withRows: false }));
const hit = (n: number, score: number, words = ['eins', 'zwei']): TextHit => ({ id: idOf(n), score, words });

const all = [
	article(1, 'Kasse startet nicht', { preview: 'Der Bildschirm bleibt schwarz' }),
	article(2, 'Bondrucker druckt nicht', { tags: ['papier'] }),
	article(3, 'Lieferschein korrigieren'),
	article(4, 'Drucker druckt Streifen'),
	article(5, 'Passwort zurücksetzen', { preview: 'Ich komme nicht mehr hinein' }),
	article(6, 'Häuser anlegen'),
];

describe('[F58] standard cases while there is no index', () => {
	it.each([
		['Guten Tag, unsere Kassen starten seit heute früh nicht mehr. Bitte um Hilfe.', [1]],
		['der Bildschirm ist schwarz', [1]],
		['Hallo, mein Drucker macht nur noch Streifen', [4, 2]],
		['passwrot', [5]],
		['Passwort vergessen', [5]],
		['ich komme nicht hinein', [5]],
		['haeuser', [6]],
		['Guten Tag, danke und viele Grüße', []],
		['hallo ich habe da mal', []],
		['', []],
		['a " * NEAR OR '.repeat(1000), []],
		['kasse startet '.repeat(5000), [1]],
	])('%j finds %j', (text, found) => {
		expect(inRows(all, text)).toEqual(found);
	});

	it('[CM3] must have every word that somebody typed', () => {
		expect(inRows(all, 'kasse schw', { isTyped: true })).toEqual([1]);
		expect(inRows(all, 'kasse papier', { isTyped: true })).toEqual([]);
	});
});

describe('[F58] standard cases by what the index found', () => {
	it('stand in its order, and those that are faint or there by chance are left out of a request', () => {
		expect(inHits(all, 'Umsatz fehlt', [hit(3, 9), hit(1, 5), hit(2, 1)])).toEqual([3, 1]);
		expect(inHits(all, 'Umsatz fehlt', [hit(3, 9), hit(1, 5), hit(2, 1)], { isTyped: true })).toEqual([3, 1, 2]);
		const long = 'Umsatz fehlt Filiale Zwickau Kundin';
		expect(inHits(all, long, [hit(3, 9), hit(2, 5, ['filiale'])])).toEqual([3]);
	});

	it('are ranked anew by system, category, line, language, use and state', () => {
		const variants: [Known, Partial<Record<keyof ArticleRow, unknown>>][] = [
			[{ system: 'till' }, { system: 'till' }],
			[{ category: 'start' }, { category: 'start' }],
			[{ ownSystems: new Set(['till']) }, { system: 'till' }],
			[{ line: 'main' }, { lines: ['main'] }],
			[{ language: 'en' }, { titles: { en: 'Till' } }],
		];
		for (const [known, values] of variants) {
			const rows = [article(1, 'Kasse'), article(2, 'Kasse', { changedAt: 0, ...values })];
			expect(inHits(rows, 'Kasse', [hit(1, 10), hit(2, 9.8)], known), JSON.stringify(known)).toEqual([2, 1]);
		}
		const drafts = [article(1, 'Kasse', { state: 'draft' }), article(2, 'Kasse', { changedAt: 0 })];
		expect(inRows(drafts, 'Kasse')).toEqual([2, 1]);
		const used = [article(1, 'Kasse'), article(2, 'Kasse', { changedAt: 0 })];
		expect(inRows(used, 'Kasse')).toEqual([1, 2]);
		expect(inRows(used, 'Kasse', {}, new Map([[idOf(2), 3]]))).toEqual([2, 1]);
	});

	it('[CM1] are never archived, over, of another line, no case, or of a newer app', () => {
		const rows = [
			article(1, 'Kasse', { state: 'archived' }),
			article(2, 'Kasse', { validUntil: 999 }),
			article(3, 'Kasse', { lines: ['other'] }),
			article(4, 'Kasse', { type: 'article' }),
			article(5, 'Kasse', { newer: true }),
			article(6, 'Kasse', { lines: ['other', 'main'], validUntil: 1000 }),
		];
		const hits = [1, 2, 3, 4, 5, 6].map((n) => hit(n, 5));
		expect(inHits(rows, 'Kasse', hits, { line: 'main' })).toEqual([6]);
		expect(inRows(rows, 'Kasse', { line: 'main' })).toEqual([6]);
		expect(inHits([], 'Kasse', hits)).toEqual([]);
	});

	it('[CM2] are those of its system and category too, but not where somebody types', () => {
		const rows = [article(5, 'Anmeldung', { system: 'till' }), article(6, 'Anmeldung', { category: 'start' })];
		expect(inHits(rows, '', [], { system: 'till' })).toEqual([5]);
		expect(inHits(rows, 'Drucker', [], { category: 'start' })).toEqual([6]);
		expect(inHits(rows, 'Drucker', [], { isTyped: true, system: 'till' })).toEqual([]);
	});

	it('are completed by the rows while the index lacks some', () => {
		const shelf = { rows: all, uses: none };
		const found = rankCases(shelf, ask('Drucker Streifen'), { hits: [hit(2, 4)], withRows: true });
		expect(numbers(found).sort()).toEqual([2, 4]);
	});
});
