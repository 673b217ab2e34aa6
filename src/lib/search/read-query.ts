import { readTicketNumber } from '../domain/ticket-number.ts';
import type { Meanings, WordExpander } from './expand-word.ts';
import { splitWords } from './fold.ts';
import { isStopWord, languageOfWords } from './stop-words.ts';

/** One typed word and all that may be meant by it. */
export interface QueryWord {
	typed: string;
	meanings: Meanings;
	/** What the parts of a compound may mean; all of them together stand for the word. */
	parts: Meanings[];
	isLittle: boolean;
}

export interface ReadQuery {
	words: QueryWord[];
	/** The digits, if the whole query may be a number. */
	number: string | undefined;
	language: 'de' | 'en' | undefined;
}

/** More of what was typed or pasted is not read. */
const longestText = 2000;
const mostWords = 12;

/** Reads whatever was typed. Nothing in it is syntax; only letters and digits count. */
export function readQuery(text: string, expander: WordExpander): ReadQuery {
	const read = text.slice(0, longestText);
	const all = splitWords(read);
	const isUnfinished =
		all.length > 0 && text.length <= longestText && all.at(-1)?.end === read.trimEnd().length && !/\s$/.test(read);
	const typed: string[] = [];
	const last = all.at(-1)?.word;
	for (const { word } of all) if (!typed.includes(word)) typed.push(word);
	const chosen = mostTelling(typed, last);
	const words = chosen.map((word): QueryWord => {
		const { meanings, parts } = expander.expand(word, isUnfinished && word === last);
		return { typed: word, meanings: new Map(meanings), parts: [...parts], isLittle: isStopWord(word) };
	});
	for (let i = 0; i + 1 < words.length; i++) {
		const [first, second] = [words[i], words[i + 1]] as [QueryWord, QueryWord];
		const whole = expander.joined(first.typed, second.typed, isUnfinished && i + 2 === words.length);
		for (const [word, howSure] of whole)
			for (const one of [first, second]) one.meanings.set(word, Math.max(howSure, one.meanings.get(word) ?? 0));
	}
	const number = readTicketNumber(read);
	return {
		words: words.filter(({ meanings, parts }) => meanings.size > 0 || parts.some((part) => part.size > 0)),
		number: number.kind === 'none' ? undefined : number.kind === 'number' ? number.number : number.digits,
		language: languageOfWords(typed),
	};
}

/** The longest words of a long text, in their order, and the last, which is being typed. */
function mostTelling(typed: readonly string[], last: string | undefined): readonly string[] {
	if (typed.length <= mostWords) return typed;
	const value = (word: string) => (isStopWord(word) ? 0 : Math.min(word.length, 20));
	const kept = new Set([...typed].sort((a, b) => value(b) - value(a)).slice(0, mostWords - 1));
	if (last !== undefined) kept.add(last);
	return typed.filter((word) => kept.has(word));
}
