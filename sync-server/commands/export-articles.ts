import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { readArticleValues } from '../../src/lib/domain/article-entry.ts';
import { articleToRows, csvHead } from '../articles/csv-articles.ts';
import { writeCsv } from '../articles/csv.ts';
import { articleToFiles, type PortableArticle } from '../articles/portable-article.ts';
import { readPortable } from '../articles/store-article.ts';
import type { Command, CommandContext } from './command.ts';
import type { Operation } from './operation.ts';

/** Every article as the rows of a table. */
export const exportTable: Operation = async function* ({ relay }, input) {
	const { asWritten } = v.parse(v.strictObject({ asWritten: v.boolean() }), input);
	for (const id of relay.documentsOfKind('article')) {
		const doc = relay.read(id);
		const article = doc === undefined ? undefined : readPortable(id, doc, asWritten);
		if (article !== undefined) yield { rows: articleToRows(article, relay.readDesk()) } satisfies TableLine;
	}
};

interface TableLine {
	rows: string[][];
}

/** With a byte order mark, without which spreadsheet programs take it for another encoding. */
async function writeTable({ line, reachDesk, print }: CommandContext, path: string): Promise<number> {
	const desk = await reachDesk();
	const rows: (readonly string[])[] = [csvHead];
	let articles = 0;
	try {
		for await (const news of desk.run('export-table', { asWritten: line.has('drafts') })) {
			rows.push(...(news as TableLine).rows);
			articles++;
		}
	} finally {
		await desk.close();
	}
	const table = `\uFEFF${writeCsv(rows)}`;
	if (path === '-') {
		print(table.trimEnd());
		return 0;
	}
	await writeFile(path, table);
	print(line.has('json') ? JSON.stringify({ articles, file: path }) : `${articles} articles written to ${path}.`);
	return 0;
}

interface ExportLine {
	article: PortableArticle;
	/** Where the documents of the article lie on this machine. */
	files: { blob: string; path: string }[];
}

/** Every article, as others answer from it; with `asWritten`, as it stands in the editor. */
export const exportArticles: Operation = async function* ({ relay, blobs }, input) {
	const { asWritten } = v.parse(v.strictObject({ asWritten: v.boolean() }), input);
	for (const id of relay.documentsOfKind('article')) {
		const doc = relay.read(id);
		const article = doc === undefined ? undefined : readPortable(id, doc, asWritten);
		if (article === undefined) continue;
		const files = (readArticleValues(article.values).files ?? []).flatMap(({ blob }) => {
			const found = blobs.locate(blob);
			return found === undefined ? [] : [{ blob, path: found.path }];
		});
		yield { article, files } satisfies ExportLine;
	}
};

export const exportArticlesCommand: Command = {
	usage: 'export articles --out DIR | --csv FILE|- [--drafts] [--json]',
	help: 'writes every article, as Markdown with its documents beside it or as a table; --drafts takes the text that is being written',
	shape: { values: ['out', 'csv'], switches: ['drafts', 'json'] },
	async run(context) {
		const { line, reachDesk, print, complain } = context;
		const [out, table] = [line.value('out'), line.value('csv')];
		if (table !== undefined && out === undefined) return writeTable(context, table);
		if (out === undefined || table !== undefined) {
			complain('Name the folder or the table to write to: export articles --out DIR, or --csv FILE, - for the output');
			return 2;
		}
		await mkdir(out, { recursive: true });
		const counts = { articles: 0, files: 0, documents: 0 };
		const desk = await reachDesk();
		try {
			for await (const news of desk.run('export-articles', {
				asWritten: line.has('drafts'),
			}) as AsyncIterable<ExportLine>) {
				const written = articleToFiles(news.article);
				for (const { name, text } of written) await writeFile(join(out, name), text);
				if (news.files.length > 0) await mkdir(join(out, 'files'), { recursive: true });
				for (const { blob, path } of news.files) await copyFile(path, join(out, 'files', blob));
				counts.articles++;
				counts.files += written.length;
				counts.documents += news.files.length;
				if (line.has('json')) print(JSON.stringify({ id: news.article.id, files: written.map(({ name }) => name) }));
			}
		} finally {
			await desk.close();
		}
		if (!line.has('json')) {
			const { articles, files, documents } = counts;
			print(`${articles} articles written to ${out}, as ${files} Markdown files and ${documents} documents.`);
		}
		return 0;
	},
};
