import * as Y from 'yjs';

/** One stroke of writing: `place` says where in the text, and whether it adds, takes away or begins a paragraph. */
export function typeInto(doc: Y.Doc, fragment: Y.XmlFragment, place: number, text: string): void {
	doc.transact(() => {
		const paragraphs = fragment.toArray().filter((node) => node instanceof Y.XmlElement);
		const written = paragraphs[Math.floor(place * paragraphs.length)]?.get(0);
		if (written instanceof Y.XmlText && place < 0.8) {
			const at = Math.floor(place * written.length);
			if (place > 0.6 && written.length > at + 2) written.delete(at, 2);
			else written.insert(at, text);
		} else {
			const paragraph = new Y.XmlElement('paragraph');
			paragraph.insert(0, [new Y.XmlText(text)]);
			fragment.insert(paragraphs.length, [paragraph]);
		}
	});
}
