import type * as Y from 'yjs';
import type { ArticleContent, ArticleWords } from '../domain/article-entry.ts';
import type { Language } from '../domain/desk-config.ts';
import { limits } from '../domain/entry-parts.ts';
import { blocksToHtml, htmlToBlocks } from '../domain/rich-html.ts';
import { blocksToLines, paragraph, runsToText, type Block } from '../domain/rich-text.ts';
import { articleLanguages, articleLines, articleText, type ArticlePart } from './article-text.ts';
import { fragmentToBlocks, writeBlocks } from './rich-fragment.ts';

/**
 * The whole text of an article as it stands now: what a version keeps. Title and pattern are lines; body, steps and answer are HTML
 * of the few tags in `rich-html.ts`. A language in which nothing is written is left out.
 */
export function readContent(doc: Y.Doc): ArticleContent {
	const content: ArticleContent = {};
	for (const language of articleLanguages) {
		const words = readWords(doc, language);
		if (!isBlank(words)) content[language] = words;
	}
	return content;
}

export function readWords(doc: Y.Doc, language: Language): ArticleWords {
	const rich = (part: ArticlePart) => fragmentToBlocks(articleText(doc, part, language));
	return {
		title: clean(articleLines(doc, 'title', language).join(' ')).slice(0, limits.name),
		pattern: linesOf(articleLines(doc, 'pattern', language)),
		body: fitting(rich('body')),
		steps: stepsOf(rich('steps')).slice(0, limits.list),
		answer: fitting(rich('answer')),
	};
}

export function isBlank(words: ArticleWords): boolean {
	return words.title + words.body + words.answer === '' && words.pattern.length + words.steps.length === 0;
}

/** Puts this content in the place of what stands there, in the languages that it names. One transaction. */
export function writeContent(doc: Y.Doc, content: ArticleContent, origin?: unknown): void {
	doc.transact(() => {
		for (const language of articleLanguages) {
			const words = content[language];
			if (words !== undefined) writeWords(doc, language, words);
		}
	}, origin);
}

/** Puts a version in the place of what stands there: a language that it does not have is emptied. */
export function restoreContent(doc: Y.Doc, content: ArticleContent, origin?: unknown): void {
	const none: ArticleWords = { title: '', pattern: [], body: '', steps: [], answer: '' };
	writeContent(
		doc,
		Object.fromEntries(articleLanguages.map((language) => [language, content[language] ?? none])),
		origin,
	);
}

function writeWords(doc: Y.Doc, language: Language, words: ArticleWords): void {
	const put = (part: ArticlePart, blocks: Block[]) => {
		const fragment = articleText(doc, part, language);
		// What is the same is left alone: others may be writing in it, and every change stays in the document for ever.
		if (blocksToHtml(fragmentToBlocks(fragment)) !== blocksToHtml(blocks)) writeBlocks(fragment, blocks);
	};
	put('title', words.title === '' ? [] : [paragraph(clean(words.title))]);
	put('pattern', linesOf(words.pattern).map(paragraph));
	put('body', htmlToBlocks(words.body));
	put(
		'steps',
		words.steps.flatMap((step) => stepBlock(htmlToBlocks(step))),
	);
	put('answer', htmlToBlocks(words.answer));
}

/** A block a step; the items of a list are a step each. */
export function stepsOf(blocks: readonly Block[]): string[] {
	return blocks.flatMap((block) => {
		const steps = block.kind === 'list' ? block.items : [[block]];
		return steps.flatMap((step) => stepBlock(step)).map((step) => blocksToHtml([step]));
	});
}

/** One step is one block: several are joined as lines of one. */
export function stepBlock(blocks: readonly Block[]): Block[] {
	const [first, ...others] = blocks;
	if (first === undefined || first.kind === 'rule') return others.length === 0 ? [] : stepBlock(others);
	if (others.length === 0 && (first.kind === 'paragraph' || first.kind === 'code')) return [first];
	if (others.length === 0 && first.kind === 'heading') return [{ kind: 'paragraph', runs: first.runs }];
	const runs = blocks.flatMap((block, i) => {
		const own = 'runs' in block ? block.runs : [{ text: blocksToLines([block]).join('\n'), marks: [] }];
		return i === 0 ? own : [{ text: '\n', marks: [] }, ...own];
	});
	return runsToText(runs) === '' ? [] : [{ kind: 'paragraph', runs }];
}

/** As HTML that fits into an entry: what is too long loses whole blocks at its end. */
function fitting(blocks: Block[]): string {
	const kept = [...blocks];
	let html = blocksToHtml(kept);
	while (html.length > limits.text) {
		kept.length = Math.floor((kept.length * limits.text) / html.length) || 0;
		html = blocksToHtml(kept);
	}
	return html;
}

function linesOf(lines: readonly string[]): string[] {
	return lines
		.map((line) => clean(line).slice(0, limits.line))
		.filter((line) => line !== '')
		.slice(0, limits.list);
}

function clean(text: string): string {
	return text.replace(/\s+/g, ' ').trim();
}
