import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Index as FlexSearch } from 'flexsearch';
import MiniSearch from 'minisearch';
import { createSearchIndex } from '../../src/lib/search/search-index.ts';
import type { SearchDocument } from '../../src/lib/search/search-document.ts';
import { nodeSql } from '../../sync-server/search/node-sql.ts';
import { tunedQueries } from '../search/judged/queries-tuned.ts';
import type { Bench, Figure } from './row.ts';
import { createCorpus, keyStrokes } from './search-corpus.ts';
import { median, quantile } from './spread.ts';

const batch = 500;
/** MiniSearch takes a second for some; a tenth of the key strokes tells enough of it. */
const slowShare = 10;

interface Engine {
	name: string;
	isSlow?: boolean;
	search(text: string): unknown;
}

/** From the text in the box to the ranked hits with their marks, for every key stroke; and what it takes to have an index. */
export const search: Bench = {
	name: 'search',
	async run({ quick, rounds, say }) {
		const corpus = createCorpus(quick ? { tickets: 2000, articles: 300 } : { tickets: 50_000, articles: 2500 });
		const all = [...corpus.articles, ...corpus.tickets];
		const folder = mkdtempSync(join(tmpdir(), 'tresen-bench-search-'));
		try {
			const first = timed(() => put(createSearchIndex(nodeSql(open(join(folder, 'first.db')))), corpus.articles));
			say(`${corpus.articles.length} articles indexed in ${Math.round(first.ms)} ms`);
			const file = join(folder, 'ours.db');
			const filling = open(file);
			const whole = timed(() => put(createSearchIndex(nodeSql(filling)), all));
			filling.close();
			say(`all ${all.length} in ${Math.round(whole.ms)} ms, ${Math.round(statSync(file).size / 1e6)} MB`);

			const heapBefore = settledHeap();
			const database = open(file);
			const opened = timed(() => createSearchIndex(nodeSql(database)));
			const ours = opened.result;
			const firstAnswer = timed(() => ours.search({ text: 'drucker', now: Date.now() }));
			const typed = keyStrokes(tunedQueries.filter((_, i) => i % (quick ? 10 : 5) === 0).map(([, query]) => query));
			for (const text of typed.slice(0, 100)) ours.search({ text, now: Date.now() });
			const heap = settledHeap() - heapBefore;
			say(
				`opened in ${opened.ms.toFixed(1)} ms, first answer ${firstAnswer.ms.toFixed(0)} ms, heap ${heap.toFixed(1)} MB`,
			);

			// One after the other: what the others keep in memory would make each collection of garbage longer for all.
			const engines: (() => Engine)[] = [
				() => ({ name: 'ours', search: (text) => ours.search({ text, now: Date.now() }) }),
				() => rawFts5(join(folder, 'raw.db'), all),
				() => miniSearch(all),
				() => flexSearch(all),
			];
			const names: string[] = [];
			const p50s = engines.map((): number[] => []);
			const p95s = engines.map((): number[] => []);
			engines.forEach((make, i) => {
				const { search: ask, name, isSlow } = make();
				names.push(name);
				const asked = isSlow ? typed.filter((_, at) => at % slowShare === 0) : typed;
				for (let round = 0; round < Math.min(rounds, 3); round++) {
					globalThis.gc?.();
					const times = asked.map((text) => timed(() => ask(text)).ms);
					p50s[i]?.push(quantile(times, 0.5));
					p95s[i]?.push(quantile(times, 0.95));
					say(
						`${name}: p50 ${quantile(times, 0.5).toFixed(1)}, p95 ${quantile(times, 0.95).toFixed(1)}, most ${Math.max(...times).toFixed(0)} ms`,
					);
				}
			});
			const figure = (what: string, runs: number[][]): Figure => ({
				what,
				unit: 'ms',
				value: median(runs[0] ?? []),
				runs: runs[0] ?? [],
				peers: names.slice(1).map((name, i) => ({ name, value: median(runs[i + 1] ?? []) })),
			});
			return [
				{
					...figure(`search, per key stroke over ${all.length} documents, p95`, p95s),
					budget: { kind: 'at-most', value: 50 },
					notes: [
						'ours forgives typing errors, splits compounds, ranks and marks; raw FTS5 asks for prefixes and ranks by bm25',
					],
				},
				figure('search, per key stroke, p50', p50s),
				{
					what: `search, first index of ${corpus.articles.length} articles`,
					value: first.ms / 1000,
					unit: 's',
					budget: { kind: 'at-most', value: 5 },
				},
				{
					what: 'search, opening the index',
					value: opened.ms,
					unit: 'ms',
					budget: { kind: 'at-most', value: 50 },
					notes: [`the words are read with the first question, which took ${firstAnswer.ms.toFixed(0)} ms`],
				},
				{ what: 'search, heap of the index in use', value: heap, unit: 'MB', budget: { kind: 'at-most', value: 32 } },
			];
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	},
};

function put(index: ReturnType<typeof createSearchIndex>, documents: readonly SearchDocument[]): void {
	for (let i = 0; i < documents.length; i += batch) index.put(documents.slice(i, i + batch), i);
}

/** As on a device: on disk, and not waiting for it; what is lost is indexed again. */
function open(file: string): DatabaseSync {
	const database = new DatabaseSync(file);
	database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
	return database;
}

function rawFts5(file: string, documents: readonly SearchDocument[]): Engine {
	const database = open(file);
	database.exec(
		"CREATE VIRTUAL TABLE raw USING fts5(title, label, body, content='', tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
	);
	database.exec('BEGIN');
	const insert = database.prepare('INSERT INTO raw (rowid, title, label, body) VALUES (?, ?, ?, ?)');
	documents.forEach(({ title, system, tags, body }, i) =>
		insert.run(i + 1, title, `${system} ${tags.join(' ')}`, body),
	);
	database.exec('COMMIT');
	const ask = database.prepare('SELECT rowid FROM raw WHERE raw MATCH ? ORDER BY bm25(raw, 6, 3, 1) LIMIT 20');
	return {
		name: 'raw FTS5',
		search: (text) => {
			const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
			return words.length === 0 ? [] : ask.all(words.map((word) => `"${word}"*`).join(' '));
		},
	};
}

function miniSearch(documents: readonly SearchDocument[]): Engine {
	const index = new MiniSearch({ fields: ['title', 'system', 'body'] });
	index.addAll(documents);
	return {
		name: 'MiniSearch',
		isSlow: true,
		search: (text) => index.search(text, { prefix: true, fuzzy: 0.2 }).slice(0, 20),
	};
}

function flexSearch(documents: readonly SearchDocument[]): Engine {
	const index = new FlexSearch({ tokenize: 'forward' });
	documents.forEach(({ title, system, body }, i) => index.add(i, `${title} ${system ?? ''} ${body}`));
	return { name: 'FlexSearch', search: (text) => index.search(text, { limit: 20, suggest: true }) };
}

function timed<Result>(work: () => Result): { ms: number; result: Result } {
	const began = performance.now();
	const result = work();
	return { ms: performance.now() - began, result };
}

function settledHeap(): number {
	globalThis.gc?.();
	return process.memoryUsage().heapUsed / 2 ** 20;
}
