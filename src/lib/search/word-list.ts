/** How many documents hold a word, apart for what is written once and what comes every day. */
export interface WordCount {
	reference: number;
	record: number;
}

/**
 * Many words in little memory: sorted, one after the other in one string, with their counts beside them.
 * 150,000 words are 3 MB instead of 15, and are searched through without making any of them.
 */
export interface WordList {
	readonly size: number;
	/** `\n` after each word. */
	readonly text: string;
	/** Where each word starts; one more at the end. */
	readonly starts: Int32Array;
	/** How many letters a word shares with the one before. */
	readonly shared: Uint8Array;
	readonly reference: Int32Array;
	readonly record: Int32Array;
}

/** `entries` sorted by UTF-16 units. */
export function makeWordList(entries: readonly (readonly [string, WordCount])[]): WordList {
	const size = entries.length;
	const starts = new Int32Array(size + 1);
	const shared = new Uint8Array(size);
	const reference = new Int32Array(size);
	const record = new Int32Array(size);
	const words: string[] = [];
	let at = 0;
	let before = '';
	for (let index = 0; index < size; index++) {
		const [word, count] = entries[index] as readonly [string, WordCount];
		starts[index] = at;
		at += word.length + 1;
		reference[index] = count.reference;
		record[index] = count.record;
		let same = 0;
		while (same < word.length && word.charCodeAt(same) === before.charCodeAt(same)) same++;
		shared[index] = Math.min(same, 255);
		words.push(word, '\n');
		before = word;
	}
	starts[size] = at;
	return { size, text: words.join(''), starts, shared, reference, record };
}

export function wordAt(list: WordList, index: number): string {
	return list.text.slice(list.starts[index], (list.starts[index + 1] ?? 1) - 1);
}

/** The first place whose word is not before the given one. */
export function placeOf(list: WordList, word: string): number {
	let low = 0;
	let high = list.size;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (compareAt(list, middle, word) < 0) low = middle + 1;
		else high = middle;
	}
	return low;
}

export function holdsAt(list: WordList, index: number, word: string): boolean {
	const start = list.starts[index] ?? -1;
	return (
		index < list.size && (list.starts[index + 1] ?? 0) - 1 - start === word.length && list.text.startsWith(word, start)
	);
}

export function beginsAt(list: WordList, index: number, beginning: string): boolean {
	const start = list.starts[index] ?? 0;
	return (
		index < list.size &&
		(list.starts[index + 1] ?? 0) - 1 - start >= beginning.length &&
		list.text.startsWith(beginning, start)
	);
}

/** Calls for each word that holds the letters anywhere. */
export function eachHolding(list: WordList, letters: string, visit: (index: number) => void): void {
	for (let at = list.text.indexOf(letters); at >= 0;) {
		const index = indexAt(list, at);
		visit(index);
		at = list.text.indexOf(letters, list.starts[index + 1]);
	}
}

function compareAt(list: WordList, index: number, word: string): number {
	const start = list.starts[index] ?? 0;
	const length = (list.starts[index + 1] ?? 0) - 1 - start;
	const both = Math.min(length, word.length);
	for (let i = 0; i < both; i++) {
		const difference = list.text.charCodeAt(start + i) - word.charCodeAt(i);
		if (difference !== 0) return difference;
	}
	return length - word.length;
}

function indexAt(list: WordList, position: number): number {
	let low = 0;
	let high = list.size;
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if ((list.starts[middle] ?? 0) <= position) low = middle;
		else high = middle;
	}
	return low;
}
