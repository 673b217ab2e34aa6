/** What two lists have in common, in order (a longest common subsequence), and what differs between. */
export type Piece<T> =
	| { kind: 'same'; from: T; to: T }
	| { kind: 'changed'; from: T; to: T }
	| { kind: 'removed'; from: T }
	| { kind: 'added'; to: T };

/** Above so many comparisons what differs is taken as a whole: nobody reads such a difference, and nobody should wait for it. */
const mostComparisons = 4_000_000;

/** For each place of `from` the place of `to` that it is matched with, or -1; rising. */
export function matchSequences<T>(from: readonly T[], to: readonly T[], isSame: (a: T, b: T) => boolean): number[] {
	const matches = new Array<number>(from.length).fill(-1);
	let start = 0;
	while (start < from.length && start < to.length && isSame(from[start] as T, to[start] as T)) {
		matches[start] = start;
		start++;
	}
	let fromEnd = from.length;
	let toEnd = to.length;
	while (fromEnd > start && toEnd > start && isSame(from[fromEnd - 1] as T, to[toEnd - 1] as T)) {
		matches[--fromEnd] = --toEnd;
	}
	const rows = fromEnd - start;
	const columns = toEnd - start;
	if (rows * columns > mostComparisons) return matches;
	const width = columns + 1;
	const lengths = new Uint32Array((rows + 1) * width);
	for (let i = rows - 1; i >= 0; i--) {
		for (let k = columns - 1; k >= 0; k--) {
			const at = i * width + k;
			lengths[at] = isSame(from[start + i] as T, to[start + k] as T)
				? (lengths[at + width + 1] as number) + 1
				: Math.max(lengths[at + width] as number, lengths[at + 1] as number);
		}
	}
	for (let i = 0, k = 0; i < rows && k < columns;) {
		const at = i * width + k;
		if (isSame(from[start + i] as T, to[start + k] as T)) {
			matches[start + i++] = start + k++;
		} else if ((lengths[at + width] as number) >= (lengths[at + 1] as number)) i++;
		else k++;
	}
	return matches;
}

/** What is removed and added at one place counts as changed, pair by pair. */
export function diffSequences<T>(
	from: readonly T[],
	to: readonly T[],
	isSame: (a: T, b: T) => boolean = (a, b) => a === b,
): Piece<T>[] {
	const matches = matchSequences(from, to, isSame);
	const pieces: Piece<T>[] = [];
	let next = 0;
	let gone: T[] = [];
	const between = (until: number) => {
		const come = to.slice(next, until);
		const pairs = Math.min(gone.length, come.length);
		for (let i = 0; i < pairs; i++) pieces.push({ kind: 'changed', from: gone[i] as T, to: come[i] as T });
		for (const item of gone.slice(pairs)) pieces.push({ kind: 'removed', from: item });
		for (const item of come.slice(pairs)) pieces.push({ kind: 'added', to: item });
		gone = [];
	};
	for (const [i, item] of from.entries()) {
		const match = matches[i] as number;
		if (match < 0) {
			gone.push(item);
			continue;
		}
		between(match);
		pieces.push({ kind: 'same', from: item, to: to[match] as T });
		next = match + 1;
	}
	between(to.length);
	return pieces;
}
