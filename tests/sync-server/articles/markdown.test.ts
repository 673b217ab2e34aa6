import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { blocksToLines, tidyBlocks } from '../../../src/lib/domain/rich-text.ts';
import { blocksToHtml } from '../../../src/lib/domain/rich-html.ts';
import { blocksToMarkdown, markdownToBlocks, markdownToParts } from '../../../sync-server/articles/markdown.ts';
import { richBlocks } from '../../support/rich-blocks.ts';

test('[MD2] reading what was written gives the same blocks, whatever the text', () => {
	fc.assert(
		fc.property(richBlocks, (blocks) => {
			expect(markdownToBlocks(blocksToMarkdown(blocks))).toEqual(blocks);
		}),
		{ numRuns: 80 },
	);
});

test('[MD2] usual text is written as Markdown, not as HTML', () => {
	const html =
		'<h2>Grenze</h2><p>Ab <strong>10 </strong><strong><em>Euro</em></strong>, siehe <a href="https://a.example">hier</a>.</p><ol><li><p>eins</p></li><li><p>zwei</p></li></ol><blockquote><p>alt</p></blockquote>';
	const markdown = '## Grenze\n\nAb **10 _Euro_**, siehe [hier](https://a.example).\n\n1. eins\n2. zwei\n\n> alt';
	expect(blocksToHtml(markdownToBlocks(markdown))).toBe(html);
	expect(blocksToMarkdown(markdownToBlocks(markdown))).toBe(markdown);
});

test.each([
	['<script>alert(1)</script>\n\nText', ['Text']],
	['a <img src=x onerror=alert(1)> b', ['a b']],
	['[press](javascript:alert(1)) <b onclick="x">on</b>', ['press on']],
	['![plan](https://a.example/p.png)', ['plan']],
	['| a | b |\n|---|---|\n| 1 | 2 |', ['| a | b |', '|---|---|', '| 1 | 2 |']],
	['<div>\n<p>in <b>HTML</b></p>\n</div>', ['in HTML']],
	['one\ntwo  \nthree', ['one two', 'three']],
])('[MD1] %j is read as its text', (markdown, lines) => {
	expect(blocksToLines(markdownToBlocks(markdown))).toEqual(lines);
});

test('[MD3] markers divide; text that looks like one does not', () => {
	const looks = tidyBlocks([{ kind: 'paragraph', runs: [{ text: '<!-- steps -->', marks: [] }] }]);
	const parts = markdownToParts(`${blocksToMarkdown(looks)}\n\n<!-- steps -->\n\n1. eins`);
	expect(parts.map((part) => (part.kind === 'marker' ? part.name : part.blocks.length))).toEqual([1, 'steps', 1]);
});

test('[MD1] what is nested a thousand times is read without falling over', () => {
	expect(markdownToBlocks(`${'> '.repeat(5000)}deep\n\nafter`).length).toBeGreaterThan(0);
	expect(markdownToBlocks(`${'- '.repeat(5000)}deep`).length).toBeLessThan(3);
	expect(markdownToBlocks('**'.repeat(20_000)).length).toBeLessThan(3);
});
