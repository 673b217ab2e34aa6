import { splitWords, splitWordsJoined } from '../../src/lib/search/fold.ts';
import { stemEnglish } from '../../src/lib/search/stem-english.ts';
import { stemGerman } from '../../src/lib/search/stem-german.ts';
import { isStopWord } from '../../src/lib/search/stop-words.ts';

/**
 * How a text becomes tokens of the archive, and what was typed a question to it. The analyser is the app's; but what a word may mean is
 * decided by the word alone. A device asks the vocabulary of all that it holds; here that would tell what stands in tickets of others.
 *
 *   drucker     the word as it is folded
 *   _druck      its stem, where that differs
 *   <kcurd...   a long word's stem from behind, so that "Drucker" finds "Netzwerkdrucker"
 *   @support    an id: a scope, a queue, a person
 */
export const tokenCharacters = '_<@';

const mostWords = 4000;
const mostTyped = 8;
/** Compounds and inflections of shorter words are mostly other words. */
const shortestStem = 4;
const longCompound = 8;

export function tokensOf(text: string): Set<string> {
	const tokens = new Set<string>();
	for (const { word } of splitWordsJoined(text).slice(0, mostWords)) {
		if (tokens.has(word)) continue;
		tokens.add(word);
		if (!isStemmed(word)) continue;
		for (const stem of stemsOf(word)) if (stem !== word) tokens.add(`_${stem}`);
		if (word.length >= longCompound) tokens.add(`<${reversed(stemGerman(word))}`);
	}
	return tokens;
}

/** An id as a token. Two that differ in signs and case alone are the same: it only narrows what is looked at. */
export function idToken(id: string): string {
	return `@${id.toLowerCase().replace(/[^a-z0-9]/g, '')}`;
}

/** The words that choose; empty where nothing was typed that could choose anything. */
export function typedWords(text: string): string[] {
	const typed = [...new Set(splitWords(text).map(({ word }) => word))];
	const telling = typed.filter((word) => !isStopWord(word) && (word.length > 1 || /\p{N}/u.test(word)));
	return [...telling].sort((a, b) => b.length - a.length).slice(0, mostTyped);
}

/** For FTS5. The words are letters and digits only, so that quotes make each of them harmless. */
export function matchOf(words: readonly string[]): string {
	return words.map((word) => `(${meaningsOf(word).join(' OR ')})`).join(' AND ');
}

function meaningsOf(word: string): string[] {
	if (!isStemmed(word)) return [`"${word}"`];
	const stems = stemsOf(word);
	return [
		...new Set([
			`"${word}" *`,
			...stems.flatMap((stem) => [`"${stem}"`, `"_${stem}"`]),
			`"<${reversed(stemGerman(word))}" *`,
		]),
	];
}

/** Whether a word of a text is one that this typed word stands for; the same that `matchOf` asks. */
export function isMeant(word: string, typed: string): boolean {
	if (word === typed) return true;
	if (!isStemmed(typed)) return false;
	if (word.startsWith(typed)) return true;
	if (!isStemmed(word)) return false;
	const [known, wanted] = [stemsOf(word), stemsOf(typed)];
	if (wanted.some((stem) => stem === word || known.includes(stem))) return true;
	return word.length >= longCompound && stemGerman(word).endsWith(stemGerman(typed));
}

function isStemmed(word: string): boolean {
	return word.length >= shortestStem && !/\p{N}/u.test(word);
}

function stemsOf(word: string): string[] {
	return [...new Set([stemGerman(word), stemEnglish(word)])].filter((stem) => stem.length > 1);
}

function reversed(word: string): string {
	return [...word].reverse().join('');
}
