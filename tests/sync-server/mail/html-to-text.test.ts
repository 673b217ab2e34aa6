import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { htmlToText } from '../../../sync-server/mail/html-to-text.ts';
import { sanitiseHtml } from '../../../sync-server/mail/sanitise-html.ts';

const textOf = (html: string) => htmlToText(sanitiseHtml(html));

describe('[F1] text from HTML', () => {
	test.each<[string, string, string]>([
		['paragraphs are apart by a blank line', '<p>a</p><p>b</p>', 'a\n\nb'],
		['lines and breaks', '<div>a</div><div>b<br>c<br><br>d</div>', 'a\nb\nc\n\nd'],
		['white space is folded', '<p>  a \n\t b&nbsp; c </p>', 'a b c'],
		['preformatted text keeps its lines', '<pre>a\n  b\n\nc</pre>', 'a\n  b\n\nc'],
		['lists have dashes', '<ul><li>a</li><li><b>b</b> c</li></ul>', '- a\n- b c'],
		['table rows are lines', '<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
		[
			'quotes have marks by depth',
			'<p>a</p><blockquote>b<blockquote>c<br>d</blockquote></blockquote>e',
			'a\n\n> b\n\n>> c\n>> d\n\ne',
		],
		['a link shows where it leads', '<a href="https://a.example/x">hier</a>', 'hier <https://a.example/x>'],
		[
			'a link that says where it leads says it once',
			'<a href="https://a.example/">https://a.example</a>',
			'https://a.example',
		],
		['pictures show their words', '<img src="cid:a" alt="Bild"> <img src="cid:b">', '[Bild]'],
		['entities become characters, once', '1 &lt; 2 &amp;amp; 3', '1 < 2 &amp; 3'],
		['nothing stays nothing', '<div><br></div>', ''],
	])('%s', (_, html, text) => {
		expect(textOf(html)).toBe(text);
	});

	test('any text comes back as it was, but for white space', () => {
		fc.assert(
			fc.property(fc.string({ size: 'max', maxLength: 2_000 }), (text) => {
				const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
				// eslint-disable-next-line no-control-regex
				const bare = (value: string) => value.replace(/[\s\0-\x1f\x7f]+/g, '');
				expect(bare(textOf(`<p>${escaped}</p>`))).toBe(bare(text));
			}),
		);
	});
});
