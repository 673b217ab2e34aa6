/** A word of a text as the index knows it, with where it stands in the text. */
export interface Word {
	word: string;
	start: number;
	end: number;
}

/** Longer runs of letters are no words; they are cut, so that nobody can fill the index with one. */
const longestWord = 48;

const special: Readonly<Record<string, string>> = {
	ß: 'ss',
	æ: 'ae',
	œ: 'oe',
	ø: 'o',
	đ: 'd',
	ð: 'd',
	ł: 'l',
	þ: 'th',
	ı: 'i',
};

/**
 * One spelling for all: no case, no accents, ß is ss, and ä, ae and a are the same, as are ö and ü.
 * The fold of the beginning of a word is the beginning of the fold of the word, which finding by prefix relies on.
 */
export function foldWord(text: string): string {
	let bare = text.toLowerCase();
	if (!/^[a-z0-9]+$/.test(bare))
		bare = bare
			.normalize('NFKD')
			.toLowerCase()
			.replace(/[^\p{L}\p{N}]/gu, '')
			.replace(/[ßæœøđðłþı]/g, (letter) => special[letter] ?? letter);
	// "ue" in "neue", "Frequenz" or "Bauer" is no umlaut: the letter before tells.
	return /[aou]e/.test(bare) ? bare.replace(/(?<![aeiouyq])([aou])e/g, '$1') : bare;
}

const wordPattern = /[\p{L}\p{N}\p{M}]+(?:['’][\p{L}]{1,2}(?![\p{L}\p{N}]))?/gu;

/** The words of a text in order. */
export function splitWords(text: string): Word[] {
	const words: Word[] = [];
	for (const match of text.matchAll(wordPattern)) {
		const word = foldWord(match[0].replace(/['’].*$/u, '')).slice(0, longestWord);
		if (word !== '') words.push({ word, start: match.index, end: match.index + match[0].length });
	}
	return words;
}

/**
 * The words of a text that goes into the index: what is written with hyphens stands there in one word too,
 * so that "E-Mail" is found by "email" and "VPN-Zugang" by "vpnzugang".
 */
export function splitWordsJoined(text: string): Word[] {
	const words: Word[] = [];
	let chain: Word[] = [];
	const close = () => {
		const [first] = chain;
		const last = chain.at(-1);
		if (first !== undefined && last !== undefined && chain.length > 1 && chain.length <= 4) {
			const word = chain.map((one) => one.word).join('');
			if (word.length <= longestWord && !/^\d+$/.test(word)) words.push({ word, start: first.start, end: last.end });
		}
		chain = [];
	};
	for (const word of splitWords(text)) {
		const before = chain.at(-1);
		if (before !== undefined && !(word.start === before.end + 1 && /[-\u2010\u2011]/.test(text.charAt(before.end))))
			close();
		words.push(word);
		chain.push(word);
	}
	close();
	return words;
}
