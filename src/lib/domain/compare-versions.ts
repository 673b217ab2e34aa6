import type { ArticleContent, ArticleWords } from './article-entry.ts';
import { isSameValue } from './article-command.ts';
import type { Agent, Language } from './desk-config.ts';
import type { ArticleVersion } from './fold-article.ts';
import { htmlToBlocks } from './rich-html.ts';
import { blocksToLines } from './rich-text.ts';
import { diffSequences, type Piece } from './sequence-diff.ts';

/**
 * What differs between two versions (F61).
 *
 *   CV1 Only what differs is named: parts in their order, German before English, then values.
 *   CV2 A part is compared line by line; a changed line word by word, and its words joined are the two lines.
 *   CV3 Whoever saved a version, or said so, has read it; it concerns those who see its lines and do more than look.
 */
export interface PartDifference {
	language: Language;
	part: keyof ArticleWords;
	lines: LinePiece[];
}

export type LinePiece = { kind: 'same' | 'added' | 'removed'; text: string } | { kind: 'changed'; words: WordPiece[] };

export interface WordPiece {
	kind: 'same' | 'added' | 'removed';
	text: string;
}

export interface ValueDifference {
	field: string;
	from: unknown;
	to: unknown;
}

const parts = ['title', 'pattern', 'body', 'steps', 'answer'] as const;

export function compareVersions(
	from: ArticleVersion['content'],
	to: ArticleVersion['content'],
): { parts: PartDifference[]; values: ValueDifference[] } {
	const fields = [...new Set([...Object.keys(from.values), ...Object.keys(to.values)])];
	return {
		parts: compareWords(from.words, to.words),
		values: fields
			.filter((field) => !isSameValue(from.values[field], to.values[field]))
			.map((field) => ({ field, from: from.values[field], to: to.values[field] })),
	};
}

export function compareWords(from: ArticleContent, to: ArticleContent): PartDifference[] {
	return (['de', 'en'] as const).flatMap((language) =>
		parts.flatMap((part) => {
			const before = linesOf(from[language], part);
			const after = linesOf(to[language], part);
			const isSame = before.length === after.length && before.every((line, i) => line === after[i]);
			return isSame ? [] : [{ language, part, lines: diffSequences(before, after).flatMap(lineOf) }];
		}),
	);
}

function linesOf(words: ArticleWords | undefined, part: keyof ArticleWords): string[] {
	if (words === undefined) return [];
	if (part === 'title') return words.title === '' ? [] : [words.title];
	if (part === 'pattern') return words.pattern;
	if (part === 'steps') return words.steps.map((step) => blocksToLines(htmlToBlocks(step)).join(' '));
	return blocksToLines(htmlToBlocks(words[part]));
}

function lineOf(piece: Piece<string>): LinePiece[] {
	if (piece.kind === 'same' || piece.kind === 'removed') return [{ kind: piece.kind, text: piece.from }];
	if (piece.kind === 'added') return [{ kind: 'added', text: piece.to }];
	const words = compareLine(piece.from, piece.to);
	// Two lines with nothing in common are not one line that changed.
	if (!words.some(({ kind, text }) => kind === 'same' && text.trim() !== ''))
		return [
			{ kind: 'removed', text: piece.from },
			{ kind: 'added', text: piece.to },
		];
	return [{ kind: 'changed', words }];
}

/** Word by word; joined, what is not added is the first line and what is not removed is the second. */
export function compareLine(from: string, to: string): WordPiece[] {
	const words: WordPiece[] = [];
	const put = (kind: WordPiece['kind'], text: string) => {
		const last = words.at(-1);
		if (last?.kind === kind) last.text += text;
		else words.push({ kind, text });
	};
	for (const piece of diffSequences(wordsOf(from), wordsOf(to))) {
		if (piece.kind === 'same') put('same', piece.from);
		if (piece.kind === 'removed' || piece.kind === 'changed') put('removed', piece.from);
		if (piece.kind === 'added' || piece.kind === 'changed') put('added', piece.to);
	}
	return words;
}

function wordsOf(line: string): string[] {
	return line.match(/[\p{L}\p{N}]+|\s+|[^\p{L}\p{N}\s]/gu) ?? [];
}

/** Who should know this version and has not said so (K18); `lines` empty is an article for every line. */
export function notReadBy(
	version: Pick<ArticleVersion, 'readBy'>,
	lines: readonly string[],
	agents: readonly Agent[],
): Agent[] {
	return agents.filter(
		(agent) =>
			agent.active &&
			agent.role !== 'observer' &&
			(lines.length === 0 || agent.role === 'admin' || agent.lines.some((line) => lines.includes(line))) &&
			!version.readBy.has(agent.id),
	);
}
