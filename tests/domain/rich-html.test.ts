import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { blocksToHtml, htmlToBlocks } from '../../src/lib/domain/rich-html.ts';
import { blocksToLines, tidyBlocks } from '../../src/lib/domain/rich-text.ts';
import { richBlocks } from '../support/rich-blocks.ts';

test('[RT3] tidying what is tidy changes nothing', () => {
	fc.assert(
		fc.property(richBlocks, (blocks) => {
			expect(tidyBlocks(blocks)).toEqual(blocks);
		}),
	);
});

test('[RH1] reading what was written gives the same blocks', () => {
	fc.assert(
		fc.property(richBlocks, (blocks) => {
			expect(htmlToBlocks(blocksToHtml(blocks))).toEqual(blocks);
		}),
	);
});

test('[RH2] whatever is read, nothing can run, and writing it is stable', () => {
	const piece = fc.oneof(
		fc.constantFrom(
			...[
				'<script>',
				'</script>',
				'<p onclick="x()">',
				'<a href="javascript:x()">',
				'<li>',
				'</ul>',
				'<ul>',
				'<pre>',
				'</pre>',
			],
			...[
				'<svg/onload=x>',
				'<img src=x onerror=x>',
				'<b',
				'"',
				'>',
				'<!--',
				'&#0;',
				'&#xD800;',
				'</blockquote>',
				'<h1>',
				'<td>',
			],
		),
		fc.string({ maxLength: 8 }),
	);
	fc.assert(
		fc.property(fc.array(piece, { maxLength: 30 }), (parts) => {
			const html = blocksToHtml(htmlToBlocks(parts.join('')));
			expect(html).not.toMatch(
				/<(?!\/?(?:p|h[1-6]|ul|ol|li|blockquote|pre|code|hr|br|strong|em|s|u|a href="(?:https?|mailto|tel):[^"]*"|a)>)/i,
			);
			expect(blocksToHtml(htmlToBlocks(html))).toBe(html);
		}),
	);
});

test.each([
	['<p>one<br>two</p><script>alert(1)</script><style>p{}</style>three', ['one', 'two', 'three']],
	['<a href="javascript:alert(1)">press</a> <b onmouseover=x>here</b>', ['press here']],
	['<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>', ['a | b', '1 | 2']],
	['<ol><li>first</li><li>second<ul><li>inner</li></ul></li></ol>', ['1. first', '2. second', '   - inner']],
	['1 < 2 & 3 &gt; 2 &auml; &#228; &bogus;', ['1 < 2 & 3 > 2 ä ä &bogus;']],
	['<pre><code>a  b\n c</code></pre>', ['a  b', ' c']],
	['<img src=x onerror=alert(1)>', []],
])('[RH2, RH3] %s is read as its text', (html, lines) => {
	expect(blocksToLines(htmlToBlocks(html))).toEqual(lines);
});

test('[RH2] a huge table and a thousand open tags are read in reasonable time', () => {
	expect(htmlToBlocks(`<table>${'<tr><td>x</td><td>y</td></tr>'.repeat(20_000)}</table>`)).toHaveLength(20_000);
	expect(htmlToBlocks('<ul><li>'.repeat(5_000) + 'deep').length).toBeLessThan(10);
	expect(htmlToBlocks('<'.repeat(50_000)).length).toBe(1);
	expect(htmlToBlocks('<b "'.repeat(5_000)).length).toBeLessThan(2);
});
