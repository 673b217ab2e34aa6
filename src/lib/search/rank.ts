import type { ReadQuery } from './read-query.ts';

/** The fields of a document in the order in which their words are stored. */
export const fields = ['title', 'question', 'label', 'body'] as const;

/** What a word counts in each field. */
const fieldWeights = [5, 3.5, 2.5, 1];
/** How soon more of the same word stops to matter. */
const saturation = 1.6;
const littleWeight = 0.12;

export interface Rankable {
	kind: string;
	lang: string | null;
	at: number;
	uses: number;
	/** The words of each field. */
	fields: readonly (readonly string[])[];
}

export interface Score {
	score: number;
	/** The words that matched, the surest first. */
	words: string[];
}

/** Scores documents for one query: how telling the found words are, where they stand, how sure they are what was meant, and together. */
export class Ranking {
	readonly #slotsByWord = new Map<string, { slot: number; howSure: number }[]>();
	readonly #groups: { weight: number; direct: number; parts: number[]; partWeights: number[] }[] = [];
	readonly #query: ReadQuery;
	readonly #now: number | undefined;
	#slots = 0;

	/** `rarity` of the words that stand for one typed word. */
	constructor(query: ReadQuery, rarity: (words: Iterable<string>) => number, now: number | undefined) {
		this.#query = query;
		this.#now = now;
		for (const { meanings, parts, isLittle } of query.words) {
			const factor = isLittle ? littleWeight : 1;
			const sure = [...meanings].filter(([, howSure]) => howSure > 0.7).map(([word]) => word);
			const partWeights = parts.map((part) => rarity(part.keys()));
			// A compound is rarer than any of its parts.
			const compound = Math.min(rarity([]), 0.75 * partWeights.reduce((sum, weight) => sum + weight, 0));
			const own = sure.length > 0 || meanings.size > 0 ? rarity(sure.length > 0 ? sure : meanings.keys()) : compound;
			this.#groups.push({
				weight: own * factor,
				direct: this.#slot(meanings),
				parts: parts.map((part) => this.#slot(part)),
				partWeights,
			});
		}
	}

	#slot(meanings: ReadonlyMap<string, number>): number {
		const slot = this.#slots++;
		for (const [word, howSure] of meanings) {
			const slots = this.#slotsByWord.get(word);
			if (slots === undefined) this.#slotsByWord.set(word, [{ slot, howSure }]);
			else slots.push({ slot, howSure });
		}
		return slot;
	}

	score(document: Rankable, averageLength: number): Score {
		const counts = new Float64Array(this.#slots);
		const best = new Float64Array(this.#slots);
		const found = new Map<string, number>();
		const titleSlots: (readonly { slot: number; howSure: number }[])[] = [];
		let titleWords = 0;
		let titleFound = 0;
		for (let field = 0; field < fields.length; field++) {
			const words = document.fields[field] ?? [];
			if (words.length === 0) continue;
			const weight =
				(fieldWeights[field] ?? 1) /
				(field === 3 ? 0.55 + 0.45 * (words.length / averageLength) : 0.9 + 0.02 * words.length);
			for (const word of words) {
				const slots = this.#slotsByWord.get(word);
				if (field === 0) {
					titleWords++;
					titleSlots.push(slots ?? []);
					if (slots !== undefined) titleFound++;
				}
				if (slots === undefined) continue;
				for (const { slot, howSure } of slots) {
					counts[slot] = (counts[slot] ?? 0) + weight * howSure;
					if (howSure > (best[slot] ?? 0)) best[slot] = howSure;
					if (howSure > (found.get(word) ?? 0)) found.set(word, howSure);
				}
			}
		}
		let sum = 0;
		let all = 0;
		let covered = 0;
		const valueOf = (slot: number) => {
			const count = counts[slot] ?? 0;
			return ((0.35 + 0.65 * (best[slot] ?? 0)) * count * (saturation + 1)) / (count + saturation);
		};
		for (const { weight, direct, parts, partWeights } of this.#groups) {
			all += weight;
			let value = valueOf(direct);
			let sure = best[direct] ?? 0;
			if (parts.length > 0) {
				let total = 0;
				let partValue = 0;
				let partSure = 0;
				parts.forEach((slot, i) => {
					const partWeight = partWeights[i] ?? 1;
					total += partWeight;
					partValue += partWeight * valueOf(slot);
					partSure += partWeight * (best[slot] ?? 0);
				});
				const isWhole = parts.every((slot) => (best[slot] ?? 0) > 0);
				const factor = isWhole ? 0.85 : 0.5;
				if ((factor * partValue) / total > value) value = (factor * partValue) / total;
				sure = Math.max(sure, (factor * partSure) / total);
			}
			sum += weight * value;
			covered += weight * sure;
		}
		if (sum === 0 || all === 0) return { score: 0, words: [] };
		const together = this.#sideBySide(titleSlots);
		const coverage = covered / all;
		const language = this.#query.language !== undefined && document.lang === this.#query.language ? 1.08 : 1;
		const score =
			sum *
			(0.3 + 0.7 * coverage) *
			(1 + 0.25 * together) *
			(1 + 0.15 * (titleWords === 0 ? 0 : titleFound / titleWords)) *
			language *
			(1 + Math.min(0.25, 0.04 * Math.log2(1 + Math.max(0, document.uses)))) *
			this.#freshness(document);
		const words = [...found].sort(([, a], [, b]) => b - a).map(([word]) => word);
		return { score, words };
	}

	/** How many neighbours of the query are neighbours in the title too, in their order. */
	#sideBySide(title: readonly (readonly { slot: number; howSure: number }[])[]): number {
		if (this.#groups.length < 2) return 0;
		const holds = (place: number, group: number) => {
			const direct = this.#groups[group]?.direct;
			return (title[place] ?? []).some(({ slot, howSure }) => slot === direct && howSure > 0.7);
		};
		let pairs = 0;
		for (let group = 0; group + 1 < this.#groups.length; group++) {
			for (let place = 0; place < title.length; place++) {
				if (!holds(place, group)) continue;
				if (holds(place + 1, group + 1) || holds(place + 2, group + 1) || holds(place, group + 1)) {
					pairs++;
					break;
				}
			}
		}
		return pairs / (this.#groups.length - 1);
	}

	/** What comes every day ages; what is written once does not. */
	#freshness({ kind, at }: Rankable): number {
		if (this.#now === undefined || (kind !== 'ticket' && kind !== 'interaction')) return 1;
		const days = Math.max(0, this.#now - at) / 86_400_000;
		return 0.85 + 0.3 * 2 ** (-days / 60);
	}
}
