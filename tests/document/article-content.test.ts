import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { readContent, restoreContent, writeContent } from '../../src/lib/document/article-content.ts';
import { articleText } from '../../src/lib/document/article-text.ts';
import { fragmentToBlocks, writeBlocks } from '../../src/lib/document/rich-fragment.ts';
import { htmlToBlocks } from '../../src/lib/domain/rich-html.ts';
import { richBlocks } from '../support/rich-blocks.ts';

const words = {
	title: 'Barzahlung annehmen',
	pattern: ['Kann der Kunde bar zahlen?', 'Kasse nimmt Barzahlung nicht'],
	body: '<h2>Grenze</h2><p>Ab <strong>10.000 Euro</strong> braucht es einen <a href="https://a.example">Ausweis</a>.</p>',
	steps: ['<p>Vorgang öffnen</p>', '<p>Ausweisdaten eintragen</p>'],
	answer: '<p>Guten Tag,</p><p>bitte tragen Sie die Daten ein.</p>',
};

test('what is written into a document is read from it, whatever the text', () => {
	fc.assert(
		fc.property(richBlocks, (blocks) => {
			const doc = new Y.Doc();
			writeBlocks(doc.getXmlFragment('x'), blocks);
			expect(fragmentToBlocks(doc.getXmlFragment('x'))).toEqual(blocks);
		}),
	);
});

test('[F61] a version holds all words of every language, and brings them back', () => {
	const doc = new Y.Doc();
	writeContent(doc, { de: words });
	expect(readContent(doc)).toEqual({ de: words });
	writeContent(doc, { en: { ...words, title: 'Cash', steps: [] } });
	expect(readContent(doc)).toEqual({ de: words, en: { ...words, title: 'Cash', steps: [] } });
	restoreContent(doc, { de: words });
	expect(readContent(doc)).toEqual({ de: words });
});

test('writing what stands there already makes no update', () => {
	const doc = new Y.Doc();
	writeContent(doc, { de: words });
	let updates = 0;
	doc.on('update', () => updates++);
	writeContent(doc, { de: words });
	expect(updates).toBe(0);
});

test('a list in the steps is a step an item; a step of several blocks is one', () => {
	const doc = new Y.Doc();
	const html = '<ol><li><p>one</p></li><li><p>two</p><p>more</p></li></ol><p>three</p><hr>';
	doc.transact(() => writeBlocks(articleText(doc, 'steps', 'de'), htmlToBlocks(html)));
	expect(readContent(doc).de?.steps).toEqual(['<p>one</p>', '<p>two<br>more</p>', '<p>three</p>']);
});

test('foreign HTML in a version of another device is read as its text', () => {
	const doc = new Y.Doc();
	writeContent(doc, { de: { ...words, body: '<img src=x onerror=alert(1)><p onclick="x">ok</p><script>no</script>' } });
	expect(readContent(doc).de?.body).toBe('<p>ok</p>');
});
