import type { ArticleRow } from '../projection/rows.ts';
import { splitWords } from '../search/fold.ts';
import { isStopWord } from '../search/stop-words.ts';

const longestText = 4000;
const mostWords = 16;

/** The words of a request that tell something, as the search spells them; of many the longest. */
export function tellingWords(text: string): string[] {
	const all = [...new Set(splitWords(text.slice(0, longestText)).map(({ word }) => word))].filter(
		(word) => word.length >= 2 && !isStopWord(word),
	);
	if (all.length <= mostWords) return all;
	const kept = new Set([...all].sort((a, b) => b.length - a.length).slice(0, mostWords));
	return all.filter((word) => kept.has(word));
}

interface RowWords {
	title: string[];
	rest: string[];
}
const wordsByRow = new WeakMap<ArticleRow, RowWords>();

function wordsOf(row: ArticleRow): RowWords {
	let words = wordsByRow.get(row);
	if (words === undefined) {
		const inText = (text: string) => [...new Set(splitWords(text).map(({ word }) => word))];
		words = {
			title: inText(Object.values(row.titles).join(' ')),
			rest: inText(`${row.preview} ${row.tags.join(' ')}`),
		};
		wordsByRow.set(row, words);
	}
	return words;
}

/** How much a list row has of what was asked: a word of the title counts three times one of question and tags. */
export function rowLikeness(row: ArticleRow, asked: readonly string[]): { score: number; found: number } {
	const { title, rest } = wordsOf(row);
	let score = 0;
	let found = 0;
	for (const word of asked) {
		const own = Math.max(3 * likenessIn(word, title), likenessIn(word, rest));
		score += own;
		if (own > 0) found++;
	}
	return { score, found };
}

/** 1 for the same word, less for one that begins alike; a compound holds its parts. */
function likenessIn(word: string, words: readonly string[]): number {
	let best = 0;
	for (const other of words) {
		if (other === word) return 1;
		if (word.length >= 3 && other.startsWith(word)) best = Math.max(best, 0.8);
		else if (other.length >= 5 && word.startsWith(other.slice(0, -1))) best = Math.max(best, 0.7);
		else if (word.length >= 5 && other.length > word.length && other.includes(word)) best = Math.max(best, 0.6);
		else if (other.length >= 6 && word.length > other.length && word.includes(other.slice(0, -1)))
			best = Math.max(best, 0.6);
		else if (word.length >= 6 && other.length >= 6 && isOneSlipApart(word, other)) best = Math.max(best, 0.6);
	}
	return best;
}

/** One letter wrong, missing, too many, or two exchanged. */
function isOneSlipApart(a: string, b: string): boolean {
	if (Math.abs(a.length - b.length) > 1) return false;
	let start = 0;
	while (start < a.length && a[start] === b[start]) start++;
	const [restA, restB] = [a.slice(start), b.slice(start)];
	if (restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1)) return true;
	return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}
