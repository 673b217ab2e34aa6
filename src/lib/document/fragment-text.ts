import * as Y from 'yjs';

/** Rich text as plain text, a line a block. */
export function fragmentLines(fragment: Y.XmlFragment): string[] {
	return fragment
		.toArray()
		.map((node) => (node instanceof Y.XmlElement || node instanceof Y.XmlText ? plainText(node) : ''));
}

function plainText(node: Y.XmlElement | Y.XmlText | Y.XmlHook): string {
	if (node instanceof Y.XmlText) {
		return (node.toDelta() as { insert: unknown }[])
			.map((part) => (typeof part.insert === 'string' ? part.insert : ''))
			.join('');
	}
	if (node instanceof Y.XmlElement)
		return node
			.toArray()
			.map((child) => plainText(child as Y.XmlElement | Y.XmlText))
			.join('');
	return '';
}
