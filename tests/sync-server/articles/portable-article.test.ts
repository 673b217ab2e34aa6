import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { readContent, writeContent } from '../../../src/lib/document/article-content.ts';
import { blocksToHtml } from '../../../src/lib/domain/rich-html.ts';
import { readFrontMatter, writeFrontMatter } from '../../../sync-server/articles/front-matter.ts';
import {
	articleToFiles,
	fileToArticle,
	joinLanguages,
	type PortableArticle,
} from '../../../sync-server/articles/portable-article.ts';
import { anyText, richBlocks } from '../../support/rich-blocks.ts';

const id = 'article/01J9Z3K8V7Q2M4N6P8R0S2T4V6' as PortableArticle['id'];
const line = anyText.map((text) => text.replace(/\s+/g, ' ').trim());
const html = richBlocks.map((blocks) => blocksToHtml(blocks));
const words = fc.record({
	title: line.filter((text) => text !== ''),
	pattern: fc.array(line, { maxLength: 3 }),
	body: html,
	steps: fc.array(html, { maxLength: 4 }),
	answer: html,
});
/** As a document holds it. */
const content = fc.record({ de: words, en: words }, { requiredKeys: ['de'] }).map((some) => {
	const doc = new Y.Doc();
	writeContent(doc, some);
	return readContent(doc);
});
const article: fc.Arbitrary<PortableArticle> = fc.record({
	id: fc.constant(id),
	lines: fc.constantFrom([], ['shop']),
	tags: fc.array(
		line.filter((text) => text !== ''),
		{ maxLength: 3 },
	),
	state: fc.constantFrom('draft', 'in-review', 'agreed', 'standard', 'archived'),
	agreed: fc.option(fc.record({ by: line, at: fc.integer({ min: 0, max: 2e12 }) }), { nil: undefined }),
	values: fc.constant({
		...{ type: 'case', visibility: 'public', level: 2, system: 'wawi', category: 'print', reviewAt: 1_700_000_000_000 },
		permissions: [{ line: null, category: null, role: 'admin', may: 'change' }],
		documentation: [{ id: 'pc', label: 'Gerät: "welches"?', required: true, choices: ['a', 'b'] }],
		handOver: [{ when: 'defekt', queue: null, to: 'Technik' }],
	}),
	words: content,
});

function importOf(files: { name: string; text: string }[]): PortableArticle[] {
	const readings = files.map(({ name, text }) => fileToArticle(name, text, 'de'));
	return joinLanguages(
		readings.map((reading) => {
			if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.problems));
			return reading;
		}),
	);
}

test('[F65] import(export(x)) = x, whatever the text', () => {
	fc.assert(
		fc.property(article, (some) => {
			fc.pre(some.words.de !== undefined);
			const { agreed, ...rest } = some;
			const expected = agreed === undefined ? rest : { ...rest, agreed };
			expect(importOf(articleToFiles(some))).toEqual([expected]);
		}),
		{ numRuns: 20 },
	);
});

describe('a file that nobody exported', () => {
	const read = (text: string, path = 'druck/Drucker-im-Lager.md') => {
		const reading = fileToArticle(path, text, 'de');
		if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.problems));
		return reading.article;
	};

	test('headings divide it, the first one is its title', () => {
		const { words, state, values } = read(
			'# Drucker steht\n\nHintergrund\n\n## Frage\n\nDruckt nicht?\n\n## Schritte\n\n1. Prüfen\n2. Starten\n\n## Antwort\n\nEr läuft.',
		);
		expect(words.de).toEqual({
			...{ title: 'Drucker steht', pattern: ['Druckt nicht?'], body: '<p>Hintergrund</p>' },
			...{ steps: ['<p>Prüfen</p>', '<p>Starten</p>'], answer: '<p>Er läuft.</p>' },
		});
		expect([state, values]).toEqual(['draft', {}]);
	});

	test('without a head its name is its title, and the same path is the same article', () => {
		expect(read('nur Text').words.de?.title).toBe('Drucker im Lager');
		expect(read('nur Text').id).toBe(read('anderer Text').id);
		expect(read('nur Text').id).toBe(read('only text', 'druck/Drucker-im-Lager.en.md').id);
		expect(read('nur Text').id).not.toBe(read('nur Text', 'anders.md').id);
	});

	test('a head as others write it is understood', () => {
		const { tags, values, words } = read(
			"---\ntitle: 'Anna''s Drucker'\ntags:\n  - druck\n  - lager\nlevel: 2\nsystem: Kassenmodul\nreviewAt: 2027-01-31\n---\nText",
		);
		expect([words.de?.title, tags]).toEqual(["Anna's Drucker", ['druck', 'lager']]);
		expect(values).toEqual({ level: 2, system: 'Kassenmodul', reviewAt: Date.UTC(2027, 0, 31) });
	});

	test.each([
		['---\ntitle: a\n', 1, 'no end'],
		['---\ntitle: {a\n---\n', 2, 'cannot be read'],
		['---\nno colon\n---\n', 2, 'name: value'],
		['---\ncolour: red\n---\n', 1, '"colour" is not known'],
		['---\nlevel: 7\n---\n', 1, 'level'],
		['---\nstate: great\n---\n', 1, 'state'],
		['---\nid: ../../etc\n---\n', 1, 'id'],
		['---\nlanguage: fr\n---\n', 1, 'language'],
	])('%j is refused and says where and why', (text, line, message) => {
		const reading = fileToArticle('a.md', text, 'de');
		expect(reading).toMatchObject({ kind: 'refused', problems: [{ line }] });
		expect(JSON.stringify(reading)).toContain(message.replaceAll('"', '\\"'));
	});

	test('script in it is text that is gone', () => {
		const { words } = read('<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\nText <b onclick="x">fett</b>');
		expect(words.de?.body).toBe('<p>Text fett</p>');
	});
});

test('a head reads as it was written', () => {
	fc.assert(
		fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue({ maxDepth: 2 })), (values) => {
			const reading = readFrontMatter(`${writeFrontMatter(values)}body`);
			if (reading.kind === 'refused') throw new Error(reading.message);
			expect(JSON.parse(JSON.stringify(Object.fromEntries(reading.values)))).toEqual(
				JSON.parse(JSON.stringify(values)),
			);
			expect(reading.body).toBe('body');
		}),
	);
});
