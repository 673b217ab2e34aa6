import type { BlockContent, DefinitionContent, ListItem, Nodes, PhrasingContent, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmStrikethroughFromMarkdown, gfmStrikethroughToMarkdown } from 'mdast-util-gfm-strikethrough';
import { toMarkdown } from 'mdast-util-to-markdown';
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough';
import { blocksToHtml, htmlToBlocks } from '../../src/lib/domain/rich-html.ts';
import { deepest, tidyBlocks, type Block, type Mark, type Run } from '../../src/lib/domain/rich-text.ts';

/**
 * Rich text as Markdown and back.
 *
 *   MD1 Reading takes any Markdown: raw HTML is read as `htmlToBlocks` reads it, so that nothing of it can run; pictures become
 *       links, tables keep their lines.
 *   MD2 Reading what was written gives the same blocks. Where Markdown cannot say it, a block is written as HTML of few tags.
 *   MD3 A comment such as <!-- steps --> that stands alone divides a file; text that looks like one is escaped.
 */
export type MarkdownPart = { kind: 'blocks'; blocks: Block[] } | { kind: 'marker'; name: string };

const reading = { extensions: [gfmStrikethrough()], mdastExtensions: [gfmStrikethroughFromMarkdown()] };
const writing = {
	extensions: [gfmStrikethroughToMarkdown()],
	...({ bullet: '-', emphasis: '_', fences: true, rule: '-', listItemIndent: 'one' } as const),
};

export function markdownToBlocks(markdown: string): Block[] {
	return markdownToParts(markdown).flatMap((part) => (part.kind === 'blocks' ? part.blocks : []));
}

/** In the order of the file, with the markers between. */
export function markdownToParts(markdown: string): MarkdownPart[] {
	const parts: MarkdownPart[] = [];
	let blocks: Block[] = [];
	const end = () => {
		const tidy = tidyBlocks(blocks);
		if (tidy.length > 0) parts.push({ kind: 'blocks', blocks: tidy });
		blocks = [];
	};
	for (const node of parse(markdown)) {
		const [, name] = node.type === 'html' ? (/^<!--\s*([a-z]{1,20})\s*-->\s*$/.exec(node.value) ?? []) : [];
		if (name === undefined) blocks.push(...nodeToBlocks(node, 0));
		else {
			end();
			parts.push({ kind: 'marker', name });
		}
	}
	end();
	return parts;
}

function parse(markdown: string): RootContent[] {
	// Deep nesting costs the parser's own stack; nobody writes it by hand.
	const calm = markdown.replace(/^((?:[ \t]*(?:>|[-+*]|\d{1,9}[.)])[ \t]*){20})[^\n]*$/gm, '');
	return fromMarkdown(calm, { extensions: reading.extensions, mdastExtensions: reading.mdastExtensions }).children;
}

function nodeToBlocks(node: Nodes, depth: number): Block[] {
	switch (node.type) {
		case 'paragraph':
			return [{ kind: 'paragraph', runs: phrasesToRuns(node.children) }];
		case 'heading':
			return [{ kind: 'heading', level: node.depth, runs: phrasesToRuns(node.children) }];
		case 'code':
			return [{ kind: 'code', text: node.value }];
		case 'thematicBreak':
			return [{ kind: 'rule' }];
		case 'html':
			return htmlToBlocks(node.value);
		case 'blockquote':
			return [{ kind: 'quote', blocks: node.children.flatMap((child) => nodeToBlocks(child, depth + 1)) }];
		case 'list': {
			const items = node.children.map((item) => item.children.flatMap((child) => nodeToBlocks(child, depth + 1)));
			return [{ kind: 'list', ordered: node.ordered === true, items }];
		}
		default:
			return [];
	}
}

function phrasesToRuns(nodes: readonly PhrasingContent[], marks: readonly Mark[] = [], href?: string): Run[] {
	const runs: Run[] = [];
	let underlined = false;
	const say = (text: string, own: readonly Mark[] = []) => {
		const all: Mark[] = [...marks, ...own, ...(underlined ? (['underline'] as const) : [])];
		runs.push({ text, marks: all, ...(href === undefined ? {} : { href }) });
	};
	const within = (children: readonly PhrasingContent[], mark?: Mark, to = href) => {
		const all: Mark[] = [
			...marks,
			...(mark === undefined ? [] : [mark]),
			...(underlined ? (['underline'] as const) : []),
		];
		runs.push(...phrasesToRuns(children, all, to));
	};
	for (const node of nodes) {
		if (node.type === 'text') say(softBreaks(node.value));
		else if (node.type === 'inlineCode') say(node.value, ['code']);
		else if (node.type === 'break') say('\n');
		else if (node.type === 'strong') within(node.children, 'bold');
		else if (node.type === 'emphasis') within(node.children, 'italic');
		else if (node.type === 'delete') within(node.children, 'strike');
		else if (node.type === 'link') within(node.children, undefined, node.url);
		else if (node.type === 'image') runs.push({ text: node.alt ?? node.url, marks: [...marks], href: node.url });
		else if (node.type === 'html') {
			if (/^<br\s*\/?>$/i.test(node.value)) say('\n');
			else if (/^<\/?(u|ins)>$/i.test(node.value)) underlined = !node.value.startsWith('</');
		} else if ('children' in node) within(node.children);
	}
	return runs;
}

/** A line break in Markdown's source is a blank, apart from the rows of a table. */
function softBreaks(text: string): string {
	return text.replace(/\n(?!\|)/g, ' ');
}

export function blocksToMarkdown(blocks: readonly Block[]): string {
	const whole = written(blocks);
	if (isSame(markdownToBlocks(whole), blocks)) return whole;
	return blocks
		.map((block) => {
			const alone = written([block]);
			return isSame(markdownToBlocks(alone), [block]) ? alone : asHtmlLine(block);
		})
		.join('\n\n<!-- -->\n\n');
}

function written(blocks: readonly Block[]): string {
	return toMarkdown({ type: 'root', children: blocks.map((block) => blockToNode(block)) }, writing).trimEnd();
}

/** One line, because an empty one would end the HTML. */
function asHtmlLine(block: Block): string {
	return blocksToHtml([block]).replaceAll('\n', '&#10;');
}

function isSame(a: readonly Block[], b: readonly Block[]): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}

function blockToNode(block: Block, depth = 0): BlockContent | DefinitionContent {
	switch (block.kind) {
		case 'paragraph':
			return { type: 'paragraph', children: runsToPhrases(block.runs) };
		case 'heading':
			return { type: 'heading', depth: block.level as 1, children: runsToPhrases(block.runs) };
		case 'code':
			return { type: 'code', value: block.text };
		case 'rule':
			return { type: 'thematicBreak' };
		case 'quote':
			return { type: 'blockquote', children: block.blocks.map((inner) => blockToNode(inner, depth + 1)) };
		case 'list': {
			const children = block.items.map((item): ListItem => ({
				type: 'listItem',
				spread: false,
				children: depth > deepest ? [] : item.map((inner) => blockToNode(inner, depth + 1)),
			}));
			return { type: 'list', ordered: block.ordered, spread: false, children };
		}
	}
}

const nesting: readonly Exclude<Mark, 'code'>[] = ['bold', 'italic', 'strike', 'underline'];

/** Neighbours that share a mark stand in one node of it. */
function runsToPhrases(runs: readonly Run[], from = -1): PhrasingContent[] {
	const mark = from < 0 ? undefined : nesting[from];
	if (from >= nesting.length) return runs.flatMap(runToPhrases);
	const has = (run: Run) => (mark === undefined ? run.href : run.marks.includes(mark) ? 'yes' : undefined);
	const phrases: PhrasingContent[] = [];
	for (let i = 0; i < runs.length;) {
		const held = has(runs[i] as Run);
		let end = i + 1;
		while (end < runs.length && has(runs[end] as Run) === held) end++;
		const inner = runsToPhrases(runs.slice(i, end), from + 1);
		if (held === undefined) phrases.push(...inner);
		else if (mark === undefined) phrases.push({ type: 'link', url: held, children: inner as never });
		else if (mark === 'underline')
			phrases.push({ type: 'html', value: '<u>' }, ...inner, { type: 'html', value: '</u>' });
		else
			phrases.push({
				type: ({ bold: 'strong', italic: 'emphasis', strike: 'delete' } as const)[mark],
				children: inner,
			});
		i = end;
	}
	return phrases;
}

function runToPhrases({ text, marks }: Run): PhrasingContent[] {
	if (marks.includes('code')) return [{ type: 'inlineCode', value: text }];
	return text
		.split('\n')
		.flatMap((line, i): PhrasingContent[] => [
			...(i > 0 ? [{ type: 'break' } as const] : []),
			...(line === '' ? [] : [{ type: 'text', value: line } as const]),
		]);
}
