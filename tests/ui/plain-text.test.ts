import { describe, expect, it } from 'vitest';
import { richToPlain, type TextNode } from '../../src/lib/ui/plain-text.ts';

const text = (value: string, href?: string): TextNode => ({
	type: 'text',
	text: value,
	...(href === undefined ? {} : { marks: [{ type: 'link', attrs: { href } }] }),
});
const paragraph = (...content: TextNode[]): TextNode => ({ type: 'paragraph', content });
const doc = (...content: TextNode[]): TextNode => ({ type: 'doc', content });
const item = (...content: TextNode[]): TextNode => ({ type: 'listItem', content });

describe('the plain part of a reply', () => {
	it('sets paragraphs apart by a blank line and keeps line breaks', () => {
		expect(richToPlain(doc(paragraph(text('Guten Tag')), paragraph(text('a'), { type: 'hardBreak' }, text('b'))))).toBe(
			'Guten Tag\n\na\nb',
		);
	});

	it('writes lists and quotes as people do', () => {
		const list = { type: 'bulletList', content: [item(paragraph(text('eins'))), item(paragraph(text('zwei')))] };
		const numbered = {
			type: 'orderedList',
			attrs: { start: 3 },
			content: [item(paragraph(text('drei'), { type: 'hardBreak' }, text('weiter')))],
		};
		const quote = { type: 'blockquote', content: [paragraph(text('so')), paragraph(text('war es'))] };
		expect(richToPlain(doc(list, numbered, quote))).toBe('- eins\n- zwei\n\n3. drei\n   weiter\n\n> so\n>\n> war es');
	});

	it('shows where a link leads, once', () => {
		expect(richToPlain(doc(paragraph(text('hier', 'https://example.org/a'))))).toBe('hier (https://example.org/a)');
		expect(richToPlain(doc(paragraph(text('https://example.org', 'https://example.org'))))).toBe('https://example.org');
	});

	it('is empty for an empty text', () => {
		expect(richToPlain(doc(paragraph()))).toBe('');
		expect(richToPlain({})).toBe('');
	});
});
