import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { readArticleValues } from '../../src/lib/domain/article-entry.ts';
import { articleToFiles, type PortableArticle } from '../articles/portable-article.ts';
import { readPortable } from '../articles/store-article.ts';
import type { Command } from './command.ts';
import type { Operation } from './operation.ts';

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
	usage: 'export articles --out DIR [--drafts] [--json]',
	help: 'writes every article as Markdown with its documents beside it; --drafts takes the text that is being written',
	shape: { values: ['out'], switches: ['drafts', 'json'] },
	async run({ line, reachDesk, print, complain }) {
		const out = line.value('out');
		if (out === undefined) {
			complain('Name the folder to write to: export articles --out DIR');
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
