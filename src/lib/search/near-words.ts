import type { WordList } from './word-list.ts';

/** A word that a typed one may have meant. */
export interface NearWord {
	index: number;
	/** Missing, extra, wrong and swapped letters. */
	distance: number;
}

const widest = 49;

/**
 * Every word of the list within so many typing errors (optimal string alignment). Walks the sorted list as the tree it is:
 * what begins alike is compared once, and what cannot come near any more is skipped.
 * With `unfinished` a word also counts when a beginning of it is near.
 */
export function nearWords(list: WordList, typed: string, most: number, unfinished: boolean): NearWord[] {
	const { text, starts, shared, size } = list;
	const width = typed.length + 1;
	if (typed.length === 0 || typed.length >= widest) return [];
	const cells = new Uint8Array((widest + 1) * width);
	for (let j = 0; j < width; j++) cells[j] = j;
	// best[d]: the nearest that a beginning of length <= d has come to the whole typed word.
	const best = new Uint8Array(widest + 1).fill(255);
	const found: NearWord[] = [];
	let deadFrom = widest + 1;
	for (let index = 0; index < size; index++) {
		const start = starts[index] ?? 0;
		const length = Math.min((starts[index + 1] ?? 0) - 1 - start, widest);
		let depth = index === 0 ? 0 : Math.min(shared[index] ?? 0, length);
		if (depth >= deadFrom) continue;
		deadFrom = widest + 1;
		for (; depth < length; depth++) {
			const letter = text.charCodeAt(start + depth);
			const row = (depth + 1) * width;
			const above = row - width;
			let lowest = (cells[row] = depth + 1);
			for (let j = 1; j < width; j++) {
				const same = typed.charCodeAt(j - 1) === letter;
				let cost = Math.min(
					(cells[above + j] ?? 0) + 1,
					(cells[row + j - 1] ?? 0) + 1,
					(cells[above + j - 1] ?? 0) + (same ? 0 : 1),
				);
				if (
					!same &&
					j > 1 &&
					depth > 0 &&
					typed.charCodeAt(j - 2) === letter &&
					typed.charCodeAt(j - 1) === text.charCodeAt(start + depth - 1)
				)
					cost = Math.min(cost, (cells[above - width + j - 2] ?? 0) + 1);
				cells[row + j] = cost;
				if (cost < lowest) lowest = cost;
			}
			const whole = cells[row + width - 1] ?? 255;
			best[depth + 1] = Math.min(best[depth] ?? 255, whole);
			if (lowest > most && !(unfinished && (best[depth + 1] ?? 255) <= most)) {
				deadFrom = depth + 1;
				break;
			}
		}
		if (deadFrom <= length) continue;
		const distance = unfinished ? (best[length] ?? 255) : (cells[length * width + width - 1] ?? 255);
		if (distance <= most) found.push({ index, distance });
	}
	return found;
}
