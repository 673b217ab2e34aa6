import { isSameRoot, isSameStem, splitCompound, type KnownWords } from './compound.ts';
import { rootGerman, separablePrefixes, stemGerman } from './stem-german.ts';
import { stemEnglish } from './stem-english.ts';
import { isStopWord } from './stop-words.ts';
import type { KnownWord, Vocabulary } from './vocabulary.ts';

/** Words of the index that a typed word may stand for, each with how sure that is, up to 1 for the word itself. */
export type Meanings = Map<string, number>;

export interface Expansion {
	meanings: Meanings;
	/** A compound's parts, which count together. */
	parts: Meanings[];
	/** Whether the word, or a form of it, stands in the corpus as it was typed. */
	isKnown: boolean;
}

const sure = { stem: 0.92, root: 0.74, head: 0.66, part: 0.6, begun: 0.9, within: 0.4, near: 0.78, further: 0.55 };
/** So many words at most stand for one; the surest and commonest stay. */
const mostMeanings = 48;

/** Asks the vocabulary what a typed word can mean. Keeps answers until the vocabulary changes: most of a query is typed before. */
export class WordExpander implements KnownWords {
	readonly #vocabulary: Vocabulary;
	#generation = -1;
	readonly #expansions = new Map<string, Expansion>();
	readonly #splits = new Map<string, string[] | undefined>();
	readonly #stems = new Map<string, boolean>();

	constructor(vocabulary: Vocabulary) {
		this.#vocabulary = vocabulary;
	}

	/** `unfinished` for the word that is still being typed. */
	expand(typed: string, unfinished: boolean): Expansion {
		this.#forgetOld();
		const key = unfinished ? `${typed}*` : typed;
		let expansion = this.#expansions.get(key);
		if (expansion === undefined) {
			expansion = this.#workOut(typed, unfinished);
			if (this.#expansions.size > 500) this.#expansions.clear();
			this.#expansions.set(key, expansion);
		}
		return expansion;
	}

	has(word: string): boolean {
		return this.#vocabulary.has(word);
	}

	hasStem(stem: string): boolean {
		if (stem.length < 4) return false;
		let known = this.#stems.get(stem);
		if (known === undefined) {
			known = this.#vocabulary.beginning(stem, 12).some(({ word }) => stemGerman(word) === stem);
			if (this.#stems.size > 20_000) this.#stems.clear();
			this.#stems.set(stem, known);
		}
		return known;
	}

	/** The compound that two words make when written together, where the corpus has one. */
	joined(first: string, second: string, unfinished: boolean): Meanings {
		const meanings: Meanings = new Map();
		for (const link of ['', 's', 'n', 'en', 'es', 'er', 'e']) {
			const whole = first + link + second;
			if (whole.length > 48) continue;
			if (this.#vocabulary.has(whole)) meanings.set(whole, 0.97);
			for (const { word } of this.#vocabulary.beginning(whole, 40))
				if (word !== whole && (isSameStem(word, whole) || (unfinished && second.length > 2)))
					raise(meanings, word, 0.9);
		}
		return meanings;
	}

	#forgetOld(): void {
		if (this.#generation === this.#vocabulary.generation) return;
		this.#generation = this.#vocabulary.generation;
		this.#expansions.clear();
		this.#splits.clear();
		this.#stems.clear();
	}

	#workOut(typed: string, unfinished: boolean): Expansion {
		const found = new Map<string, { sure: number; word: KnownWord }>();
		const add = (word: KnownWord, howSure: number) => {
			if ((found.get(word.word)?.sure ?? 0) < howSure) found.set(word.word, { sure: howSure, word });
		};
		const exact = this.#vocabulary.find(typed);
		if (exact !== undefined) add(exact, 1);
		if (/\d/.test(typed)) {
			// Numbers are kept whole: a wrong digit is another number.
			for (const word of this.#vocabulary.beginning(typed, 200))
				if (unfinished || typed.length >= 5) add(word, sure.begun * (typed.length / word.word.length));
			return { meanings: fewest(found), parts: [], isKnown: found.size > 0 };
		}
		const isLittle = isStopWord(typed);
		if (!isLittle) this.#addForms(typed, 1, add);
		const isKnown = found.size > 0;
		if (unfinished) this.#addBegun(typed, add);
		if (typed.length >= 3 && !isLittle) this.#addCompounds(typed, 1, add);
		const rare = exact === undefined || (exact.reference === 0 && exact.record < 3);
		if (typed.length >= 4 && !isLittle && rare) this.#addNear(typed, unfinished, isKnown, found.size, add);
		const parts = isLittle ? [] : this.#partsOf(typed, isKnown);
		return { meanings: fewest(found), parts, isKnown };
	}

	/** Inflections and derivations. */
	#addForms(typed: string, factor: number, add: (word: KnownWord, howSure: number) => void): void {
		const stem = stemGerman(typed);
		const root = rootGerman(typed);
		const english = stemEnglish(typed);
		const beginnings = new Set([root.length >= 3 ? root : stem, english.length > 3 ? english.slice(0, -1) : english]);
		if (root.length >= 4) {
			beginnings.add(`ge${root}`);
			for (const prefix of separablePrefixes)
				if (root.startsWith(prefix) && root.length - prefix.length >= 3) {
					beginnings.add(`${prefix}ge${root.slice(prefix.length)}`);
					beginnings.add(`${prefix}zu${root.slice(prefix.length)}`);
				}
		}
		for (const beginning of beginnings) {
			if (beginning.length < 3 || minimal(beginnings, beginning)) continue;
			for (const word of this.#vocabulary.beginning(beginning, 1500)) {
				if (word.word.length > typed.length + 8) continue;
				if (word.word === typed) add(word, factor);
				else if (stemGerman(word.word) === stem || stemEnglish(word.word) === english) add(word, sure.stem * factor);
				else if (root.length >= 3 && rootGerman(word.word) === root && !isStopWord(word.word))
					add(word, sure.root * factor);
			}
		}
	}

	/** Words that begin as typed. */
	#addBegun(typed: string, add: (word: KnownWord, howSure: number) => void): void {
		for (const word of this.#vocabulary.commonest(typed, mostMeanings))
			add(word, sure.begun * (0.55 + 0.45 * (typed.length / word.word.length)));
	}

	/** Compounds that the word is a part of. */
	#addCompounds(typed: string, factor: number, add: (word: KnownWord, howSure: number) => void): void {
		const stem = stemGerman(typed);
		const key = stem.length >= 4 ? stem : typed;
		const holding = this.#vocabulary.holding(key).filter(({ word }) => word.length >= typed.length + 2);
		holding.sort((a, b) => b.reference * 20 + b.record - (a.reference * 20 + a.record));
		for (const word of holding.slice(0, 80)) {
			const edge = this.#edgeOf(word.word, typed, stem);
			if (edge !== undefined) {
				add(word, edge * factor);
				continue;
			}
			const parts = this.#split(word.word, typed);
			const place = parts?.findLastIndex((part) => isSameStem(part, typed)) ?? -1;
			if (parts !== undefined && place >= 0) add(word, (place === parts.length - 1 ? sure.head : sure.part) * factor);
			else if (parts?.some((part) => part.length > 3 && isSameRoot(part, typed))) add(word, 0.8 * sure.part * factor);
			else if (key.length >= 5 && (word.word.startsWith(key) || word.word.endsWith(typed)))
				add(word, sure.within * factor);
		}
	}

	/** The common case, which needs no search for parts: the word itself, and one other that is known. */
	#edgeOf(compound: string, typed: string, stem: string): number | undefined {
		const head = compound.lastIndexOf(stem);
		if (head >= 3 && compound.length - head <= typed.length + 2 && stemGerman(compound.slice(head)) === stem) {
			const modifier = compound.slice(0, head);
			if (this.has(modifier) || (/(?:en|[esn])$/.test(modifier) && this.has(modifier.replace(/(?:en|[esn])$/, ''))))
				return sure.head;
		}
		if (compound.startsWith(typed)) {
			const rest = compound.slice(typed.length);
			if (rest.length > 3 && (this.has(rest) || (/^[sn]/.test(rest) && rest.length > 4 && this.has(rest.slice(1)))))
				return sure.part;
		}
		return undefined;
	}

	/** Words that were meant where the typed one has errors. */
	#addNear(
		typed: string,
		unfinished: boolean,
		isKnown: boolean,
		already: number,
		add: (word: KnownWord, howSure: number) => void,
	): void {
		if (isKnown && already > 3) return;
		const most = typed.length < 6 ? 1 : 2;
		let near = this.#vocabulary.near(typed, most, false).filter(({ word }) => word !== typed && word.length > 2);
		if (unfinished && !near.some(({ distance }) => distance === 1) && already === 0) {
			const begun = this.#vocabulary.near(typed, typed.length < 8 ? 1 : 2, true);
			near = [...near, ...begun.filter(({ word }) => word.length > typed.length)];
		}
		const judged = near
			.map((word) => ({ word, howSure: nearness(typed, word.word, word.distance) * (isKnown ? 0.6 : 1) }))
			.filter(({ howSure }) => howSure > 0.3)
			.sort((a, b) => b.howSure - a.howSure || weightOf(b.word) - weightOf(a.word));
		const best = judged[0]?.howSure ?? 0;
		for (const { word, howSure } of judged.filter((one) => one.howSure > best * 0.72).slice(0, 8)) {
			if (isStopWord(word.word)) continue;
			add(word, howSure);
			if (howSure > best * 0.85) {
				this.#addForms(word.word, howSure, add);
				this.#addCompounds(word.word, howSure, add);
			}
		}
	}

	/** The meanings of each part of a compound; with a typing error in one of them where the word as a whole is unknown. */
	#partsOf(typed: string, isKnown: boolean): Meanings[] {
		if (typed.length < 7) return [];
		const parts =
			this.#split(typed, undefined) ??
			(isKnown ? undefined : (this.#splitAtRemainder(typed) ?? this.#splitWithError(typed)));
		if (parts === undefined) return [];
		return parts.map((part) => {
			const found = new Map<string, { sure: number; word: KnownWord }>();
			const add = (word: KnownWord, howSure: number) => {
				if ((found.get(word.word)?.sure ?? 0) < howSure) found.set(word.word, { sure: howSure, word });
			};
			const exact = this.#vocabulary.find(part);
			if (exact !== undefined) add(exact, 1);
			this.#addForms(part, 1, add);
			this.#addCompounds(part, 0.8, add);
			return fewest(found, 24);
		});
	}

	/** A part that stands nowhere alone still shows itself at the edge of other compounds: "Paketverfolgung" beside "Sendungsverfolgung". */
	#splitAtRemainder(typed: string): string[] | undefined {
		const isEdge = (piece: string) =>
			piece.length >= 5 &&
			this.#vocabulary.holding(piece, 40).some(({ word }) => word.endsWith(piece) || word.startsWith(piece));
		for (let at = typed.length - 4; at >= 4; at--) {
			const first = typed.slice(0, at);
			const second = typed.slice(at);
			const bare = [first, first.replace(/(?:en|es|[nse])$/, '')].find((part) => part.length >= 4 && this.has(part));
			if (bare !== undefined && isEdge(second)) return [bare, second];
			if (this.has(second) && isEdge(first)) return [first, second];
		}
		return undefined;
	}

	#splitWithError(typed: string): string[] | undefined {
		let tries = 4;
		for (let at = typed.length - 4; at >= 4 && tries > 0; at--) {
			const first = typed.slice(0, at);
			const second = typed.slice(at);
			const isFirst = this.has(first) || this.hasStem(first) || (first.endsWith('s') && this.has(first.slice(0, -1)));
			const isSecond = this.has(second) || this.hasStem(stemGerman(second));
			if (isFirst === isSecond) continue;
			const wrong = isFirst ? second : first;
			if (wrong.length < 5) continue;
			tries--;
			const [meant] = this.#vocabulary
				.near(wrong, 1, false)
				.sort((a, b) => nearness(wrong, b.word, 1) - nearness(wrong, a.word, 1) || weightOf(b) - weightOf(a));
			if (meant !== undefined) return isFirst ? [first, meant.word] : [meant.word, second];
		}
		return undefined;
	}

	#split(word: string, typed: string | undefined): string[] | undefined {
		const key = typed === undefined ? word : `${word} ${typed}`;
		if (this.#splits.has(key)) return this.#splits.get(key);
		const stem = typed === undefined ? undefined : stemGerman(typed);
		const words: KnownWords =
			typed === undefined
				? this
				: {
						has: (part) => part === typed || this.has(part),
						hasStem: (part) => (part === stem && part.length > 3) || this.hasStem(part),
					};
		const parts = splitCompound(word, words);
		if (this.#splits.size > 5000) this.#splits.clear();
		this.#splits.set(key, parts);
		return parts;
	}
}

function weightOf(word: KnownWord): number {
	return word.reference * 20 + word.record;
}

function minimal(beginnings: ReadonlySet<string>, beginning: string): boolean {
	for (const other of beginnings)
		if (other !== beginning && beginning.startsWith(other) && other.length >= 3) return true;
	return false;
}

function raise(meanings: Meanings, word: string, howSure: number): void {
	if ((meanings.get(word) ?? 0) < howSure) meanings.set(word, howSure);
}

function fewest(found: ReadonlyMap<string, { sure: number; word: KnownWord }>, most = mostMeanings): Meanings {
	let all = [...found.values()];
	if (all.length > most) {
		const value = (one: { sure: number; word: KnownWord }) => one.sure + 0.04 * Math.log2(1 + weightOf(one.word));
		all = all.sort((a, b) => value(b) - value(a)).slice(0, most);
	}
	return new Map(all.map((one) => [one.word.word, one.sure]));
}

/** Neighbours on the keyboards in use. */
const keyRows = ['qwertzuiop', 'asdfghjkl', 'yxcvbnm', 'qwerty', 'zxcv'];
const neighbours = new Set(
	keyRows.flatMap((row) => [...row].slice(1).flatMap((key, i) => [`${row[i]}${key}`, `${key}${row[i]}`])),
);
/** What sounds alike is written for one another. */
const soundAlike = new Set(
	['dt', 'bp', 'gk', 'fv', 'vw', 'sz', 'ck', 'iy', 'ei', 'ea', 'kc', 'xs'].flatMap((s) => [
		s,
		[...s].reverse().join(''),
	]),
);

/** How likely the typed word is the other one with errors. */
function nearness(typed: string, word: string, distance: number): number {
	if (distance === 0) return 0.85;
	let howSure = distance === 1 ? sure.near : sure.further;
	if (distance === 1 && isSmallSlip(typed, word)) howSure += 0.08;
	if (typed[0] !== word[0]) howSure *= 0.8;
	// One error in four letters says less than one in twelve.
	return howSure * Math.min(1, 0.72 + (0.28 * (Math.min(typed.length, word.length) - distance)) / 8);
}

function isSmallSlip(typed: string, word: string): boolean {
	let i = 0;
	while (i < typed.length && typed[i] === word[i]) i++;
	if (typed.length !== word.length) {
		const [longer] = typed.length > word.length ? [typed] : [word];
		return longer[i] === longer[i - 1] || 'hec'.includes(longer[i] ?? '');
	}
	const pair = `${typed[i]}${word[i]}`;
	if (typed[i] === word[i + 1] && typed[i + 1] === word[i]) return true;
	return neighbours.has(pair) || soundAlike.has(pair);
}
