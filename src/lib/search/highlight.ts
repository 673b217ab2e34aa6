import { splitWords, type Word } from './fold.ts';
import type { MarkedText, TextRange } from './search-document.ts';

const snippetLength = 180;

/** Where words of the index stand in a text, as it is shown. */
export function markWords(
	text: string,
	words: readonly string[],
	split: readonly Word[] = splitWords(text),
): TextRange[] {
	const wanted = new Set(words);
	return split.filter(({ word }) => wanted.has(word)).map(({ start, end }) => [start, end]);
}

/** The piece of a text in which most different words stand, cut at words; the beginning where none does. */
export function snippetOf(
	text: string,
	words: readonly string[],
	split: readonly Word[] = splitWords(text),
): MarkedText {
	const wanted = new Set(words);
	const found = split.filter(({ word }) => wanted.has(word));
	let best = 0;
	let most = 0;
	for (let i = 0; i < found.length; i++) {
		const from = found[i]?.start ?? 0;
		const seen = new Set<string>();
		for (let j = i; j < found.length && (found[j]?.end ?? 0) <= from + snippetLength - 30; j++)
			seen.add(found[j]?.word ?? '');
		if (seen.size > most) {
			most = seen.size;
			best = from;
		}
	}
	const start = best <= 60 ? 0 : text.lastIndexOf(' ', best - 30) + 1 || best;
	let end = Math.min(text.length, start + snippetLength);
	if (end < text.length) {
		const space = text.lastIndexOf(' ', end);
		if (space > start + snippetLength / 2) end = space;
	}
	const piece = text.slice(start, end).replace(/\s/g, ' ');
	const before = start > 0 ? '… ' : '';
	const shown = `${before}${piece}${end < text.length ? ' …' : ''}`;
	return {
		text: shown,
		ranges: found
			.filter((word) => word.start >= start && word.end <= end)
			.map((word) => [word.start - start + before.length, word.end - start + before.length]),
	};
}
