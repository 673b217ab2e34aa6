import { createHash, getRandomValues } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import * as v from 'valibot';
import { readArticleValues } from '../../src/lib/domain/article-entry.ts';
import { writeDeskValue, type DeskKey } from '../../src/lib/document/desk-document.ts';
import { createClock } from '../../src/lib/domain/hlc.ts';
import { deskDocument, relayAgent, relayDevice, type EntryId } from '../../src/lib/domain/ids.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import { csvToArticles, keepFormatting } from '../articles/csv-articles.ts';
import {
	fileToArticle,
	joinLanguages,
	portableSchema,
	type PortableArticle,
	type Problem,
} from '../articles/portable-article.ts';
import { differenceOf, readPortable, resolveNames, storeArticle, type Difference } from '../articles/store-article.ts';
import type { Installation } from '../installation.ts';
import type { Command, CommandContext } from './command.ts';
import { OperationRefused, type Operation } from './operation.ts';

const bodySchema = v.strictObject({
	articles: v.pipe(
		v.array(
			v.strictObject({
				...{ article: portableSchema, file: v.string(), line: v.number() },
				/** Its text has no formatting, because there was no place for it. */
				isPlain: v.optional(v.boolean()),
			}),
		),
		v.maxLength(1000),
	),
});
const inputSchema = v.strictObject({ dryRun: v.boolean() });

interface ArticleLine {
	file: string;
	line: number;
	outcome: Difference | 'refused';
	reason?: string;
	id?: string;
	title?: string;
}

/** Stores articles, at most a thousand a call; the body is JSON. What is there already, word for word, is left alone. */
export const importArticles: Operation = async function* (installation, input, body) {
	const { dryRun } = v.parse(inputSchema, input);
	const { articles } = v.parse(bodySchema, JSON.parse(new TextDecoder().decode(body)));
	const { relay, now } = installation;
	if (!dryRun) await installation.auth.ensureDesk();
	const clock = createClock(now);
	const newId = () => createUlid(now(), (bytes) => getRandomValues(bytes)) as EntryId;
	const author = { agent: relayAgent, device: relayDevice, tick: () => clock.tick(), newId };
	for (const { article: given, file, line, isPlain = false } of articles) {
		const before = relay.read(given.id);
		const standing = isPlain && before !== undefined ? readPortable(given.id, before) : undefined;
		const wanted = standing === undefined ? given : keepFormatting(given, standing);
		const title = (wanted.words.de ?? wanted.words.en)?.title ?? '';
		const said = { file, line, id: wanted.id, title };
		const resolved = resolveNames(wanted, relay.readDesk());
		const missing = (readArticleValues(wanted.values).files ?? []).find(
			({ blob }) => installation.blobs.locate(blob) === undefined,
		);
		const problem =
			'problem' in resolved
				? resolved.problem
				: missing === undefined
					? undefined
					: `the document ${missing.name} is missing`;
		if ('problem' in resolved || (problem !== undefined && !dryRun)) {
			yield { ...said, outcome: 'refused', reason: problem ?? '' } satisfies ArticleLine;
			continue;
		}
		const outcome = differenceOf(before, resolved.article);
		if (!dryRun && outcome !== 'unchanged') {
			await addToDesk(installation, [
				...resolved.systems.map((system): [DeskKey, object] => [`system:${system.id}`, system]),
				...resolved.categories.map((category): [DeskKey, object] => [`category:${category.id}`, category]),
			]);
			const stored = await relay.write(wanted.id, (doc) =>
				storeArticle(doc, resolved.article, author, basename(file).slice(0, 200)),
			);
			if (stored.kind === 'storage-full')
				throw new OperationRefused('The disk is full. What was written so far is there.');
			if (stored.kind === 'stopped') throw new OperationRefused('The relay is stopping. Run the command again.');
			if (stored.kind === 'refused') {
				yield { ...said, outcome: 'refused', reason: stored.code } satisfies ArticleLine;
				continue;
			}
		}
		yield { ...said, outcome } satisfies ArticleLine;
	}
};

async function addToDesk({ relay }: Installation, values: readonly [DeskKey, object][]): Promise<void> {
	if (values.length === 0) return;
	await relay.write(deskDocument, (doc) => {
		for (const [key, value] of values) writeDeskValue(doc, key, value);
	});
}

/** Keeps a document of an article; the body is its bytes. */
export const storeBlob: Operation = async function* ({ blobs }, _input, body) {
	const stored = await blobs.store(body);
	if (stored.kind === 'storage-full') throw new OperationRefused('There is no room for more documents.');
	yield { id: stored.id };
};

interface Imported {
	article: PortableArticle;
	file: string;
	line: number;
	isPlain?: boolean;
}

const mostFileBytes = 20 * 1024 * 1024;
const mostFiles = 20_000;

export const importMarkdownCommand: Command = {
	usage: 'import markdown DIR|FILE... [--dry-run] [--json]',
	help: 'makes articles of Markdown files; what an export wrote comes back as the same articles',
	shape: { switches: ['dry-run', 'json'], words: { most: 10_000 } },
	async run(context) {
		if (context.line.words.length === 0) {
			context.complain('Name the folder or the files to import: import markdown DIR|FILE...');
			return 2;
		}
		const readings: { article: PortableArticle; hasValues: boolean; file: string }[] = [];
		const refused: (Problem & { file: string })[] = [];
		let isMissing = false;
		for (const word of context.line.words) {
			const found = await markdownFiles(word).catch(() => undefined);
			if (found === undefined) {
				refused.push({ file: word, line: 0, message: 'not found' });
				isMissing = true;
				continue;
			}
			for (const { path, name } of found) {
				const text = await readText(path);
				const reading = text === undefined ? undefined : fileToArticle(name, text, 'de');
				if (reading === undefined) refused.push({ file: path, line: 0, message: 'larger than 20 MB, or no text' });
				else if (reading.kind === 'refused')
					refused.push(...reading.problems.map((problem) => ({ file: path, ...problem })));
				else readings.push({ ...reading, file: path });
			}
		}
		const fileOf = new Map(readings.map(({ article, file }) => [article.id, file]));
		const articles = joinLanguages(readings).map((article) => ({
			article,
			file: fileOf.get(article.id) ?? '',
			line: 1,
		}));
		return store(context, articles, refused, isMissing);
	},
};

export const importCsvCommand: Command = {
	usage: 'import csv FILE [--dry-run] [--json]',
	help: 'makes standard cases of the rows of a table; systems and categories that are new are added',
	shape: { switches: ['dry-run', 'json'], words: { most: 100 } },
	async run(context) {
		if (context.line.words.length === 0) {
			context.complain('Name the table to import: import csv FILE');
			return 2;
		}
		const articles: Imported[] = [];
		const refused: (Problem & { file: string })[] = [];
		let isUnusable = false;
		for (const file of context.line.words) {
			const text = await readText(file).catch(() => undefined);
			const read = text === undefined ? undefined : csvToArticles(text, 'de');
			if (read === undefined)
				refused.push({ file, line: 0, message: 'not found, larger than 20 MB, or no text in UTF-8' });
			else refused.push(...read.problems.map((problem) => ({ file, ...problem })));
			if (read?.kind === 'ok') articles.push(...read.articles.map((row) => ({ ...row, file, isPlain: true })));
			else isUnusable = true;
		}
		return store(context, articles, refused, isUnusable);
	},
};

async function store(
	{ line, reachDesk, print }: CommandContext,
	articles: readonly Imported[],
	refused: readonly (Problem & { file: string })[],
	isFailure: boolean,
): Promise<number> {
	const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
	const tell = (done: ArticleLine) => {
		counts[done.outcome]++;
		if (line.has('json')) print(JSON.stringify(done));
		else if (done.outcome !== 'unchanged') print(sentenceOf(done));
	};
	for (const { file, line, message } of refused) tell({ file, line, outcome: 'refused', reason: message });
	const dryRun = line.has('dry-run');
	const desk = await reachDesk();
	try {
		for (let i = 0; i < articles.length; i += 100) {
			const some = articles.slice(i, i + 100);
			if (!dryRun)
				for (const { article, file } of some)
					await sendDocuments(article, file, (bytes) => desk.run('store-blob', {}, bytes));
			const body = new TextEncoder().encode(JSON.stringify({ articles: some }));
			for await (const done of desk.run('import-articles', { dryRun }, body)) tell(done as ArticleLine);
		}
	} finally {
		await desk.close();
	}
	if (!line.has('json')) {
		const { created, updated, unchanged } = counts;
		const sum = `${created} created, ${updated} updated, ${unchanged} there already, ${counts.refused} refused`;
		print(`${dryRun ? 'Would be: ' : ''}${sum}.`);
	}
	return isFailure ? 1 : 0;
}

/** The documents that lie beside the files, in `files/<sha256>`; what is not there may be on the desk already. */
async function sendDocuments(
	article: PortableArticle,
	file: string,
	send: (bytes: Uint8Array) => AsyncIterable<unknown>,
): Promise<void> {
	for (const { blob } of readArticleValues(article.values).files ?? []) {
		const bytes = await readFile(join(dirname(file), 'files', blob)).catch(() => undefined);
		if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== blob) continue;
		for await (const _ of send(bytes));
	}
}

async function markdownFiles(word: string): Promise<{ path: string; name: string }[]> {
	if (!(await stat(word)).isDirectory()) return [{ path: word, name: basename(word) }];
	const found = await readdir(word, { recursive: true, withFileTypes: true });
	return found
		.filter((entry) => entry.isFile() && /\.(md|markdown)$/i.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name))
		.sort()
		.slice(0, mostFiles)
		.map((path) => ({ path, name: relative(word, path).replaceAll('\\', '/') }));
}

/** Undefined if it is too large or no text in UTF-8. */
async function readText(path: string): Promise<string | undefined> {
	if ((await stat(path)).size > mostFileBytes) return undefined;
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
	} catch {
		return undefined;
	}
}

function sentenceOf({ file, line, outcome, reason, title }: ArticleLine): string {
	const place = line > 0 ? `${file}:${line}` : file;
	return [place, outcome === 'refused' ? `refused: ${reason ?? ''}` : outcome, title]
		.filter((part) => part !== undefined && part !== '')
		.join(' · ');
}
