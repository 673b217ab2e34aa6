import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import type { SearchDocument } from '../../src/lib/search/search-document.ts';
import { createSearchIndex } from '../../src/lib/search/search-index.ts';
import { nodeSql } from '../search/node-sql.ts';
import type { Command } from './command.ts';
import { OperationRefused } from './operation.ts';

const identity = v.pipe(v.union([v.string(), v.number()]), v.transform(String));
const optionalText = v.nullish(v.string(), '');

const articles = v.array(
	v.object({
		id: identity,
		lang: optionalText,
		title: optionalText,
		body: optionalText,
		system: optionalText,
		tags: v.nullish(v.array(v.string()), []),
	}),
);
const queries = v.array(v.object({ id: identity, query: v.string() }));

/** So many articles per query are named. */
const mostRanked = 50;
const largestFile = 200 * 1024 * 1024;

export const searchCommand: Command = {
	usage: 'search --articles FILE --queries FILE [--json]',
	help: 'ranks articles [{id, lang, title, body, system, tags}] for queries [{id, query}] as the app does; prints [{id, ranked: [article id, ...]}]',
	shape: { values: ['articles', 'queries'], switches: ['json'] },
	async run({ line, print, complain }) {
		const [articlesFile, queriesFile] = [line.value('articles'), line.value('queries')];
		if (articlesFile === undefined || queriesFile === undefined) {
			complain('Name both files: search --articles FILE --queries FILE');
			return 2;
		}
		const known = readList('articles', articlesFile, articles);
		const asked = readList('queries', queriesFile, queries);
		const ids = new Set<string>();
		for (const { id } of known) {
			if (ids.has(id))
				throw new OperationRefused(
					`${articlesFile}: the article ${id} is there twice. Give each article an id of its own.`,
				);
			ids.add(id);
		}
		const ranked = rank(known, asked);
		if (line.has('json')) print(JSON.stringify(ranked));
		else for (const { id, ranked: ids } of ranked) print(`${id}: ${ids.slice(0, 10).join(', ') || 'nothing found'}`);
		return 0;
	},
};

function rank(
	known: v.InferOutput<typeof articles>,
	asked: v.InferOutput<typeof queries>,
): { id: string; ranked: string[] }[] {
	const database = new DatabaseSync(':memory:');
	try {
		const index = createSearchIndex(nodeSql(database));
		index.put(
			known.map(({ lang, tags, ...article }): SearchDocument => ({
				...{ ...article, kind: 'article', tags: tags ?? [], at: 0, uses: 0 },
				...(lang === '' || lang === null ? {} : { lang }),
			})),
		);
		return asked.map(({ id, query }) => ({
			id,
			// The queries of a file are finished, as if Enter had been pressed; a beginning of a word is found all the same.
			ranked: index.search({ text: query, limit: mostRanked }).map((hit) => hit.id),
		}));
	} finally {
		database.close();
	}
}

function readList<Schema extends v.GenericSchema>(what: string, file: string, schema: Schema): v.InferOutput<Schema> {
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch (thrown) {
		const { code } = thrown as NodeJS.ErrnoException;
		throw new OperationRefused(
			code === 'ENOENT'
				? `${file} is not there. Name the file of the ${what}.`
				: `${file} could not be read (${code}).`,
		);
	}
	if (text.length > largestFile) throw new OperationRefused(`${file} is larger than 200 MB. Split it.`);
	let json: unknown;
	try {
		json = JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch (thrown) {
		throw new OperationRefused(`${file} is no JSON: ${(thrown as Error).message}.`);
	}
	const read = v.safeParse(schema, json);
	if (read.success) return read.output;
	const [issue] = read.issues;
	const path = v.getDotPath(issue);
	throw new OperationRefused(
		path === null
			? `${file}: the ${what} must be a list, ${what === 'articles' ? '[{"id", "lang", "title", "body", "system", "tags"}]' : '[{"id", "query"}]'}.`
			: `${file}: ${path.replace(/^\d+/, (n) => `entry ${Number(n) + 1}`)}: ${issue.message}.`,
	);
}
