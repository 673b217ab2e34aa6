import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ArticleWords } from '../../../src/lib/domain/article-entry.ts';
import { blocksToHtml, htmlToBlocks } from '../../../src/lib/domain/rich-html.ts';
import { articleToRows, csvHead, csvToArticles, keepFormatting } from '../../../sync-server/articles/csv-articles.ts';
import { readCsv, writeCsv } from '../../../sync-server/articles/csv.ts';
import { derivedId, type PortableArticle } from '../../../sync-server/articles/portable-article.ts';
import { resolveNames } from '../../../sync-server/articles/store-article.ts';

const desk = {
	lines: ['a', 'b'].map((id) => ({ id, name: `Linie ${id}` })),
	systems: [
		{ id: 'till', name: 'Kasse' },
		{ id: 'till-2', name: 'kasse ' },
		{ id: 'odd', name: '=Lager; Süd' },
	],
	categories: [
		{ id: 'tech', name: 'Technik', group: null },
		{ id: 'print', name: 'Drucken', group: 'tech' },
		{ id: 'cash', name: 'Geld', group: null },
		{ id: 'bar', name: 'Bar > alles', group: 'cash' },
		{ id: 'other', name: 'Drucken', group: 'cash' },
	],
} as never as Parameters<typeof resolveNames>[1];

const words = (said: Partial<ArticleWords>): ArticleWords => ({
	...{ title: 'Fall', pattern: [], body: '', steps: [], answer: '' },
	...said,
});
const article = (said: Partial<PortableArticle>): PortableArticle => ({
	...{ id: derivedId('test', '1'), lines: [], tags: [], state: 'draft', words: { de: words({}) } },
	values: { type: 'case', visibility: 'internal', level: 1, system: null, category: null },
	...said,
});

/** Out, in again, and onto the same desk. */
function thereAndBack(before: PortableArticle): PortableArticle {
	const read = csvToArticles(`\uFEFF${writeCsv([csvHead, ...articleToRows(before, desk)])}`, 'de');
	if (read.kind === 'refused' || read.problems.length > 0) throw new Error(JSON.stringify(read.problems));
	expect(read.articles).toHaveLength(1);
	const resolved = resolveNames(keepFormatting(read.articles[0]!.article, before), desk);
	if ('problem' in resolved) throw new Error(resolved.problem);
	expect([resolved.systems, resolved.categories]).toEqual([[], []]);
	return resolved.article;
}

const text = fc.oneof(
	fc.constantFrom(
		'=1+1',
		'@SUM(A1)',
		'+49 30',
		'-',
		'1. eins',
		'• x',
		'a | b',
		'a; b, c',
		'"so"',
		"'=x",
		'ä\u00a0ß',
		'12) x',
	),
	fc.string({ maxLength: 12, unit: 'grapheme' }),
);
const line = text.map((raw) => raw.replace(/\s+/g, ' ').trim()).filter((said) => said !== '');
const html = fc
	.array(fc.tuple(fc.constantFrom('<p>#</p>', '<p><strong>#</strong> x</p>', '<ul><li><p>#</p></li></ul>'), line), {
		maxLength: 3,
	})
	.map((parts) =>
		blocksToHtml(
			htmlToBlocks(parts.map(([shape, said]) => shape.replace('#', () => said.replace(/[&<>]/g, '·'))).join('')),
		),
	);
const anyWords = fc.record({
	title: line,
	pattern: fc.array(line, { maxLength: 3 }),
	body: html,
	steps: fc.array(html, { maxLength: 3 }),
	answer: html,
});
const anyArticle: fc.Arbitrary<PortableArticle> = fc
	.record({
		state: fc.constantFrom('draft', 'in-review', 'agreed', 'standard', 'archived'),
		lines: fc.subarray(['a', 'b']),
		tags: fc.uniqueArray(line, { maxLength: 3 }),
		values: fc.record({
			...{ type: fc.constantFrom('case', 'article'), visibility: fc.constantFrom('internal', 'public') },
			...{ level: fc.constantFrom(1, 2, 3), system: fc.constantFrom('till', 'till-2', 'odd') },
			category: fc.constantFrom('tech', 'print', 'bar', 'other'),
		}),
		words: fc.record({ de: anyWords, en: anyWords }, { requiredKeys: ['de'] }),
	})
	.map((said) => article(said as Partial<PortableArticle>));

test('[F65] [CA4] whatever an article says, out to a table and in again it is the same', () => {
	fc.assert(
		fc.property(anyArticle, (before) => {
			expect(thereAndBack(before)).toEqual(before);
		}),
		{ numRuns: 300 },
	);
});

test('[F65] [CA4] one changed cell changes that text alone; the formatting of the rest stays', () => {
	const before = article({
		words: {
			de: words({
				body: '<p>Mit <strong>Nachdruck</strong></p>',
				steps: ['<p>eins</p>', '<p><strong>zwei</strong></p>'],
				answer: '<p>alt</p>',
			}),
			en: words({ title: 'Case', answer: '<p><em>old</em></p>' }),
		},
	});
	const [de, en] = articleToRows(before, desk) as [string[], string[]];
	de[csvHead.indexOf('answer')] = 'neu';
	de[csvHead.indexOf('steps')] = '1. null\n2. zwei';
	const read = csvToArticles(writeCsv([csvHead, de, en]), 'de');
	const back = keepFormatting(read.kind === 'ok' ? read.articles[0]!.article : before, before);
	expect(back.words).toEqual({
		de: { ...before.words.de, answer: '<p>neu</p>', steps: ['<p>null</p>', '<p><strong>zwei</strong></p>'] },
		en: before.words.en,
	});
});

test('[F65] [CS3] no cell of an exported table begins like a formula; paragraphs stay apart', () => {
	const rows = articleToRows(
		article({ words: { de: words({ title: '=HYPERLINK("x")', answer: '<p>+1</p><p>zwei</p>', pattern: ['@a'] }) } }),
		desk,
	);
	const file = writeCsv([csvHead, ...rows]);
	expect(file).toContain(`"'=HYPERLINK(""x"")"`);
	const shown = readCsv(file.replaceAll("'", '’'));
	if (shown.kind !== 'ok') throw new Error(shown.message);
	for (const { cells } of shown.rows) for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
	expect(rows[0]![csvHead.indexOf('answer')]).toBe('+1\n\nzwei');
});

test('[F65] [CA3] two languages of one id are one article, the same language twice is refused', () => {
	const id = derivedId('x');
	const row = (language: string, title: string) => [id, language, title];
	const read = csvToArticles(
		writeCsv([['id', 'language', 'title'], row('de', 'Eins'), row('en', 'One'), row('de', 'Zwei')]),
		'de',
	);
	if (read.kind === 'refused') throw new Error('refused');
	expect(read.articles.map(({ article }) => [article.words.de?.title, article.words.en?.title])).toEqual([
		['Eins', 'One'],
	]);
	expect(read.problems).toEqual([{ line: 4, message: 'the same case as in line 2' }]);
});
