import { rootGerman, stemGerman } from './stem-german.ts';
import { isStopWord } from './stop-words.ts';

/** Letters that German puts between the parts of a compound: Auftrag-s-nummer, Kunde-n-nummer, Freund-es-kreis. */
const links = ['', 's', 'n', 'en', 'es', 'er', 'e', 'ns'];
const shortestPart = 3;
const mostParts = 4;

/** What the splitter must know of the corpus. */
export interface KnownWords {
	has(word: string): boolean;
	/** Whether some known word has this stem. */
	hasStem(stem: string): boolean;
}

/**
 * The parts of a compound, as they stand in it and without linking letters; undefined for what is none.
 * The corpus itself is the dictionary: a part is what stands alone somewhere else.
 */
export function splitCompound(word: string, words: KnownWords): string[] | undefined {
	if (word.length < 2 * shortestPart || /[^\p{L}]/u.test(word)) return undefined;
	interface Split {
		cost: number;
		parts: string[];
	}
	const until: (Split | undefined)[] = [{ cost: 0, parts: [] }];
	for (let end = shortestPart; end <= word.length; end++) {
		for (let start = 0; start <= end - shortestPart; start++) {
			const before = until[start];
			if (before === undefined || (start === 0 && end === word.length) || before.parts.length >= mostParts) continue;
			const part = partOf(word.slice(start, end), end === word.length, words);
			if (part === undefined) continue;
			const cost = before.cost + 1 + part.cost;
			const known = until[end];
			if (known === undefined || cost < known.cost) until[end] = { cost, parts: [...before.parts, part.word] };
		}
	}
	const whole = until[word.length];
	return whole === undefined || whole.parts.length < 2 ? undefined : whole.parts;
}

function partOf(piece: string, isLast: boolean, words: KnownWords): { word: string; cost: number } | undefined {
	if (isPart(piece, words)) return { word: piece, cost: piece.length === shortestPart ? 0.6 : 0 };
	if (isLast) return piece.length > 3 && words.hasStem(stemGerman(piece)) ? { word: piece, cost: 0.1 } : undefined;
	for (const link of links) {
		if (!piece.endsWith(link)) continue;
		const bare = piece.slice(0, piece.length - link.length);
		if (bare.length < shortestPart) continue;
		if (link !== '' && isPart(bare, words)) return { word: bare, cost: bare.length === shortestPart ? 0.7 : 0.1 };
	}
	// "Adressbuch" is of "Adresse", "Speicherort" of "speichern".
	return piece.length > 3 && words.hasStem(piece) ? { word: piece, cost: 0.2 } : undefined;
}

function isPart(piece: string, words: KnownWords): boolean {
	return piece.length >= shortestPart && words.has(piece) && !(piece.length <= 4 && isStopWord(piece));
}

/** How well one word covers another as a part: as itself, inflected, or derived. */
export function isSameStem(a: string, b: string): boolean {
	return a === b || stemGerman(a) === stemGerman(b);
}

export function isSameRoot(a: string, b: string): boolean {
	return rootGerman(a) === rootGerman(b);
}
