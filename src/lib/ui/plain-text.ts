/** What of a rich text's JSON is needed to write it as the plain part of a mail. */
export interface TextNode {
	type?: string;
	text?: string;
	attrs?: Record<string, unknown>;
	marks?: readonly { type: string; attrs?: Record<string, unknown> }[];
	content?: readonly TextNode[];
}

/** Rich text as people write plain mail: blank lines between blocks, "- " lists, "> " quotes, links with their address. */
export function richToPlain(node: TextNode): string {
	return blocks(node.content ?? []).trim();
}

function blocks(nodes: readonly TextNode[]): string {
	return nodes.map(block).join('\n\n');
}

function block(node: TextNode): string {
	const content = node.content ?? [];
	switch (node.type) {
		case 'bulletList':
			return content.map((item) => listItem('- ', item)).join('\n');
		case 'orderedList': {
			const start = typeof node.attrs?.start === 'number' ? node.attrs.start : 1;
			return content.map((item, index) => listItem(`${start + index}. `, item)).join('\n');
		}
		case 'blockquote':
			return prefix(blocks(content), '> ', '> ');
		case 'horizontalRule':
			return '---';
		default:
			return content.map(inline).join('');
	}
}

function listItem(bullet: string, item: TextNode): string {
	const inside = (item.content ?? []).map(block).join('\n');
	return prefix(inside, bullet, ' '.repeat(bullet.length));
}

function prefix(text: string, first: string, rest: string): string {
	return text
		.split('\n')
		.map((line, index) => ((index === 0 ? first : rest) + line).trimEnd())
		.join('\n');
}

function inline(node: TextNode): string {
	if (node.type === 'hardBreak') return '\n';
	const text = node.text ?? (node.content ?? []).map(inline).join('');
	const href = node.marks?.find((mark) => mark.type === 'link')?.attrs?.href;
	return typeof href !== 'string' || href === text || href === `mailto:${text}` ? text : `${text} (${href})`;
}
