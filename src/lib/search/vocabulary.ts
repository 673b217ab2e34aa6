import { nearWords } from './near-words.ts';
import {
	beginsAt,
	eachHolding,
	holdsAt,
	makeWordList,
	placeOf,
	wordAt,
	type WordCount,
	type WordList,
} from './word-list.ts';

export interface KnownWord extends WordCount {
	word: string;
}

/** So many new words are held apart before the whole list is written anew. */
const mostRecent = 4000;

/** All words of the index, asked at every key stroke. New ones wait in a short list of their own. */
export class Vocabulary {
	#main: WordList;
	#recent: WordList = makeWordList([]);
	readonly #waiting = new Map<string, WordCount>();
	/** Rises when words came or went: what was worked out from the vocabulary before may be wrong. */
	generation = 0;

	constructor(entries: readonly (readonly [string, WordCount])[]) {
		this.#main = makeWordList(entries);
	}

	/** Counts documents that came with a word, or went. */
	count(word: string, change: WordCount): void {
		this.generation++;
		const place = placeOf(this.#main, word);
		if (holdsAt(this.#main, place, word)) {
			this.#main.reference[place] = (this.#main.reference[place] ?? 0) + change.reference;
			this.#main.record[place] = (this.#main.record[place] ?? 0) + change.record;
			return;
		}
		const known = this.#waiting.get(word);
		if (known === undefined) this.#waiting.set(word, { ...change });
		else {
			known.reference += change.reference;
			known.record += change.record;
		}
	}

	get size(): number {
		return this.#main.size + this.#waiting.size;
	}

	find(word: string): KnownWord | undefined {
		for (const list of this.#lists()) {
			const place = placeOf(list, word);
			if (holdsAt(list, place, word)) return known(list, place);
		}
		return undefined;
	}

	has(word: string): boolean {
		return this.find(word) !== undefined;
	}

	/** Words that begin with these letters, at most so many a list. */
	beginning(letters: string, most = 3000): KnownWord[] {
		const found: KnownWord[] = [];
		for (const list of this.#lists()) {
			let place = placeOf(list, letters);
			for (let left = most; left > 0 && beginsAt(list, place, letters); left--, place++) push(found, list, place);
		}
		return found;
	}

	/** Of the words that begin with these letters those in most documents. */
	commonest(letters: string, most: number): KnownWord[] {
		const found: KnownWord[] = [];
		for (const list of this.#lists()) {
			const top: { place: number; weight: number }[] = [];
			const end = placeOf(list, `${letters}\uffff`);
			for (let place = placeOf(list, letters); place < end; place++) {
				const weight = (list.reference[place] ?? 0) * 20 + (list.record[place] ?? 0);
				if (top.length === most && weight <= (top.at(-1)?.weight ?? 0)) continue;
				let at = top.length;
				while (at > 0 && (top[at - 1]?.weight ?? 0) < weight) at--;
				top.splice(at, 0, { place, weight });
				if (top.length > most) top.pop();
			}
			for (const { place } of top) push(found, list, place);
		}
		return found;
	}

	/** Words that hold these letters anywhere. */
	holding(letters: string, most = 1500): KnownWord[] {
		const found: KnownWord[] = [];
		for (const list of this.#lists())
			eachHolding(list, letters, (index) => {
				if (found.length < most) push(found, list, index);
			});
		return found;
	}

	/** Words within so many typing errors. */
	near(typed: string, most: number, unfinished: boolean): (KnownWord & { distance: number })[] {
		const found: (KnownWord & { distance: number })[] = [];
		for (const list of this.#lists())
			for (const { index, distance } of nearWords(list, typed, most, unfinished)) {
				const word = known(list, index);
				if (word !== undefined) found.push({ ...word, distance });
			}
		return found;
	}

	#lists(): readonly WordList[] {
		if (this.#waiting.size > mostRecent) {
			this.#main = makeWordList(merge(this.#main, sorted(this.#waiting)));
			this.#waiting.clear();
			this.#recent = makeWordList([]);
		} else if (this.#recentGeneration !== this.generation) {
			this.#recent = makeWordList(sorted(this.#waiting));
		}
		this.#recentGeneration = this.generation;
		return [this.#main, this.#recent];
	}
	#recentGeneration = 0;
}

/** A word that no document holds any more stays in the list until it is written anew, and is not found. */
function known(list: WordList, index: number): KnownWord | undefined {
	const reference = list.reference[index] ?? 0;
	const record = list.record[index] ?? 0;
	return reference + record > 0 ? { word: wordAt(list, index), reference, record } : undefined;
}

function push(found: KnownWord[], list: WordList, index: number): void {
	const word = known(list, index);
	if (word !== undefined) found.push(word);
}

type Entry = readonly [string, WordCount];

function sorted(words: ReadonlyMap<string, WordCount>): Entry[] {
	return [...words].sort(([a], [b]) => (a < b ? -1 : 1));
}

function merge(list: WordList, added: readonly Entry[]): Entry[] {
	const merged: Entry[] = [];
	let next = 0;
	for (let index = 0; index < list.size; index++) {
		const word = known(list, index);
		if (word === undefined) continue;
		for (; next < added.length && (added[next] as Entry)[0] < word.word; next++) merged.push(added[next] as Entry);
		merged.push([word.word, word]);
	}
	return [...merged, ...added.slice(next)];
}
