import * as Y from 'yjs';
import { deepest, isLinkTarget, marks, tidyBlocks, type Block, type Mark, type Run } from '../domain/rich-text.ts';

/**
 * Rich text in a document, as the editor (Tiptap's starter kit) writes it: an element a block, marks as formats of Y.XmlText.
 *
 *   element                    block
 *   paragraph, heading{level}  paragraph, heading
 *   bulletList, orderedList    list of listItem
 *   blockquote, codeBlock, horizontalRule, hardBreak
 */
export function fragmentToBlocks(fragment: Y.XmlFragment): Block[] {
	return tidyBlocks(fragment.toArray().flatMap((node) => nodeToBlocks(node, 0)));
}

function nodeToBlocks(node: unknown, depth: number): Block[] {
	if (node instanceof Y.XmlText) return [{ kind: 'paragraph', runs: textToRuns(node) }];
	if (!(node instanceof Y.XmlElement)) return [];
	const children = () => (depth > deepest * 3 ? [] : node.toArray().flatMap((child) => nodeToBlocks(child, depth + 1)));
	switch (node.nodeName) {
		case 'paragraph':
			return [{ kind: 'paragraph', runs: childrenToRuns(node) }];
		case 'heading': {
			const level = Number(node.getAttribute('level'));
			const runs = childrenToRuns(node);
			return [{ kind: 'heading', level: level >= 1 && level <= 6 ? Math.floor(level) : 1, runs }];
		}
		case 'codeBlock':
			return [{ kind: 'code', text: childrenToRuns(node).reduce((text, run) => text + run.text, '') }];
		case 'blockquote':
			return [{ kind: 'quote', blocks: children() }];
		case 'bulletList':
		case 'orderedList': {
			const items = node.toArray().map((item) => nodeToBlocks(item, depth + 1));
			return [{ kind: 'list', ordered: node.nodeName === 'orderedList', items }];
		}
		case 'horizontalRule':
			return [{ kind: 'rule' }];
		case 'hardBreak':
			return [];
		default:
			return children();
	}
}

function childrenToRuns(element: Y.XmlElement): Run[] {
	return element.toArray().flatMap((child): Run[] => {
		if (child instanceof Y.XmlText) return textToRuns(child);
		if (child instanceof Y.XmlElement)
			return child.nodeName === 'hardBreak' ? [{ text: '\n', marks: [] }] : childrenToRuns(child);
		return [];
	});
}

function textToRuns(text: Y.XmlText): Run[] {
	const delta = text.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[];
	return delta.flatMap(({ insert, attributes = {} }): Run[] => {
		if (typeof insert !== 'string') return [];
		const has = (mark: Mark) =>
			attributes[mark] !== undefined && attributes[mark] !== null && attributes[mark] !== false;
		const href = (attributes['link'] as { href?: unknown } | null | undefined)?.href;
		const link = typeof href === 'string' && isLinkTarget(href) ? { href } : {};
		return [{ text: insert, marks: marks.filter(has), ...link }];
	});
}

/** Puts these blocks in the place of what stands there. Call in a transaction. */
export function writeBlocks(fragment: Y.XmlFragment, blocks: readonly Block[]): void {
	if (fragment.length > 0) fragment.delete(0, fragment.length);
	fragment.insert(0, blocks.map(blockToNode));
}

function blockToNode(block: Block): Y.XmlElement {
	switch (block.kind) {
		case 'paragraph':
			return element('paragraph', runsToNodes(block.runs));
		case 'heading': {
			const heading = element('heading', runsToNodes(block.runs));
			heading.setAttribute('level', block.level as unknown as string);
			return heading;
		}
		case 'code':
			return element('codeBlock', [new Y.XmlText(block.text)]);
		case 'quote':
			return element('blockquote', block.blocks.map(blockToNode));
		case 'rule':
			return element('horizontalRule', []);
		case 'list': {
			// The editor wants an item to begin with a paragraph.
			const items = block.items.map((item) => {
				const nodes = item.map(blockToNode);
				return element('listItem', item[0]?.kind === 'paragraph' ? nodes : [element('paragraph', []), ...nodes]);
			});
			return element(block.ordered ? 'orderedList' : 'bulletList', items);
		}
	}
}

function element(name: string, children: (Y.XmlElement | Y.XmlText)[]): Y.XmlElement {
	const made = new Y.XmlElement(name);
	made.insert(0, children);
	return made;
}

function runsToNodes(runs: readonly Run[]): (Y.XmlElement | Y.XmlText)[] {
	const nodes: (Y.XmlElement | Y.XmlText)[] = [];
	let text: { insert: string; attributes: Record<string, object> }[] = [];
	const endText = () => {
		if (text.length === 0) return;
		const node = new Y.XmlText();
		node.applyDelta(text);
		nodes.push(node);
		text = [];
	};
	for (const run of runs) {
		const attributes: Record<string, object> = Object.fromEntries(run.marks.map((mark) => [mark, {}]));
		if (run.href !== undefined) attributes['link'] = { href: run.href };
		for (const [i, part] of run.text.split('\n').entries()) {
			if (i > 0) {
				endText();
				nodes.push(element('hardBreak', []));
			}
			if (part !== '') text.push({ insert: part, attributes });
		}
	}
	endText();
	return nodes;
}
