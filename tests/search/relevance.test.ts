import MiniSearch from 'minisearch';
import { describe, expect, test } from 'vitest';
import { gradesOf, judgedArticles } from './judged/judged-set.ts';
import { measure, type Measures } from './judged/measures.ts';
import { heldOutQueries } from './judged/queries-held-out.ts';
import { tunedQueries, type JudgedQuery } from './judged/queries-tuned.ts';
import { indexOf } from './open-index.ts';

const index = indexOf(...judgedArticles);
const miniSearch = new MiniSearch({ fields: ['title', 'body', 'system', 'tags'] });
miniSearch.addAll(judgedArticles.map((one) => ({ ...one, tags: one.tags.join(' ') })));

const ours = (query: string) => index.search({ text: query }).map(({ id }) => id);
const theirs = (query: string) => miniSearch.search(query).map(({ id }) => String(id));

function judge(queries: readonly JudgedQuery[], rank: (query: string) => string[]): Measures {
	return measure(queries.map((query) => ({ ranked: rank(query[1]), grades: gradesOf(query) })));
}

const shown = ({ ndcg10, success1, mrr }: Measures) =>
	`nDCG@10 ${ndcg10.toFixed(3)}  success@1 ${success1.toFixed(3)}  MRR ${mrr.toFixed(3)}`;

describe('the judged set', () => {
	test('has 150 articles and 100 queries or more, in both languages, and judges only what is there', () => {
		expect(judgedArticles.filter(({ lang }) => lang === 'de').length).toBeGreaterThanOrEqual(110);
		expect(judgedArticles.filter(({ lang }) => lang === 'en').length).toBeGreaterThanOrEqual(40);
		const queries = [...tunedQueries, ...heldOutQueries];
		expect(queries.length).toBeGreaterThanOrEqual(100);
		expect(heldOutQueries.length / queries.length).toBeGreaterThanOrEqual(0.3);
		const known = new Set(judgedArticles.map(({ id }) => id));
		expect(known.size).toBe(judgedArticles.length);
		expect(queries.flatMap((query) => [...gradesOf(query).keys()].filter((id) => !known.has(id)))).toEqual([]);
		expect(new Set(queries.map(([id]) => id)).size).toBe(queries.length);
	});

	test.for([
		{ name: 'tuned', queries: tunedQueries, floor: { ndcg10: 0.92, success1: 0.85, mrr: 0.92 } },
		{ name: 'held out', queries: heldOutQueries, floor: { ndcg10: 0.85, success1: 0.78, mrr: 0.85 } },
	])('[F59] [F90] is ranked clearly better than by MiniSearch: queries $name', ({ name, queries, floor }) => {
		const own = judge(queries, ours);
		const other = judge(queries, theirs);
		process.stdout.write(`${name} (${queries.length})\n  ours        ${shown(own)}\n  MiniSearch  ${shown(other)}\n`);
		for (const key of ['ndcg10', 'success1', 'mrr'] as const) {
			expect(own[key], key).toBeGreaterThan(floor[key]);
			expect(own[key], key).toBeGreaterThan(other[key] + 0.12);
		}
	});
});
