/** How good a ranking is, from 0 to 1. Grades count as 2^grade - 1. */
export interface Measures {
	ndcg10: number;
	success1: number;
	mrr: number;
}

export type Grades = ReadonlyMap<string, number>;

export function measure(rankings: readonly { ranked: readonly string[]; grades: Grades }[]): Measures {
	const mean = (of: (one: (typeof rankings)[number]) => number) =>
		rankings.reduce((sum, one) => sum + of(one), 0) / Math.max(1, rankings.length);
	return { ndcg10: mean(ndcg10), success1: mean(success1), mrr: mean(reciprocalRank) };
}

function ndcg10({ ranked, grades }: { ranked: readonly string[]; grades: Grades }): number {
	const gain = (list: readonly number[]) =>
		list.slice(0, 10).reduce((sum, grade, i) => sum + (2 ** grade - 1) / Math.log2(i + 2), 0);
	const ideal = gain([...grades.values()].sort((a, b) => b - a));
	return ideal === 0 ? 0 : gain(ranked.map((id) => grades.get(id) ?? 0)) / ideal;
}

/** Whether the first hit is one of the best there are. */
function success1({ ranked, grades }: { ranked: readonly string[]; grades: Grades }): number {
	const [first = ''] = ranked;
	return grades.get(first) === Math.max(...grades.values()) ? 1 : 0;
}

function reciprocalRank({ ranked, grades }: { ranked: readonly string[]; grades: Grades }): number {
	const place = ranked.findIndex((id) => (grades.get(id) ?? 0) >= 2);
	return place < 0 ? 0 : 1 / (place + 1);
}
