import { createHash } from 'node:crypto';
import * as v from 'valibot';
import {
	articleFields,
	articleStateSchema,
	articleVersionSchema,
	readArticleValues,
	type ArticleContent,
	type ArticleField,
} from '../../src/lib/domain/article-entry.ts';
import type { Language } from '../../src/lib/domain/desk-config.ts';
import { recordId, type DocumentId } from '../../src/lib/domain/ids.ts';
import { blocksToHtml, htmlToBlocks } from '../../src/lib/domain/rich-html.ts';
import { blocksToLines, type Block } from '../../src/lib/domain/rich-text.ts';
import { stepBlock, stepsOf } from '../../src/lib/document/article-content.ts';
import { readFrontMatter, writeFrontMatter } from './front-matter.ts';
import { blocksToMarkdown, markdownToParts } from './markdown.ts';

/**
 * An article outside of a desk. In a folder it is a Markdown file a language: the head holds the values, the body the text.
 *
 *   <!-- steps -->   what follows are steps, an item or a block each
 *   <!-- answer -->  what follows is the answer
 *
 * Files that were not written by an export may use headings instead: Frage, Schritte, Antwort; Question, Steps, Answer.
 */
export const portableSchema = v.strictObject({
	id: v.pipe(
		v.string(),
		v.regex(/^article\/[0-9A-HJKMNP-TV-Z]{26}$/),
		v.transform((id) => id as DocumentId),
	),
	/** Ids or names; empty is every line. */
	lines: v.array(v.string()),
	tags: v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(60))),
	state: articleStateSchema,
	agreed: v.optional(v.strictObject({ by: v.string(), at: v.number() })),
	/** As `articleFields`, but system and category may be names. */
	values: v.record(v.string(), v.unknown()),
	words: articleVersionSchema.entries.words,
});
export type PortableArticle = v.InferOutput<typeof portableSchema>;

export function isLanguage(value: unknown): value is Language {
	return value === 'de' || value === 'en';
}

export interface Problem {
	line: number;
	message: string;
}

const moments: readonly string[] = ['validFrom', 'validUntil', 'reviewAt'];
const known = ['id', 'language', 'title', 'pattern', 'lines', 'tags', 'state', 'agreedBy', 'agreedAt'];

/** An id that the same words always give, so that importing a file again finds what it made. */
export function derivedId(...words: string[]): DocumentId {
	const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
	const hash = createHash('sha256').update(JSON.stringify(words)).digest();
	const ulid = Array.from({ length: 26 }, (_, i) => letters[(hash[i] as number) % (i === 0 ? 8 : 32)]).join('');
	return recordId('article', ulid);
}

/** The files of an article by name, the language with its values first. */
export function articleToFiles(article: PortableArticle): { name: string; text: string }[] {
	const languages = (['de', 'en'] as const).filter((language) => article.words[language] !== undefined);
	return languages.map((language, i) => {
		const words = article.words[language] as NonNullable<ArticleContent[Language]>;
		const head: Record<string, unknown> = { id: article.id, language, title: words.title, pattern: words.pattern };
		if (i === 0) {
			Object.assign(head, { state: article.state, agreedBy: article.agreed?.by });
			if (article.agreed !== undefined) head['agreedAt'] = new Date(article.agreed.at).toISOString();
			Object.assign(head, { lines: article.lines, tags: article.tags });
			for (const [field, value] of Object.entries(article.values)) {
				if (value === null || (Array.isArray(value) && value.length === 0)) continue;
				head[field] = moments.includes(field) ? new Date(value as number).toISOString() : value;
			}
		}
		const steps = words.steps.flatMap((step) => stepBlock(htmlToBlocks(step)));
		const list: Block = { kind: 'list', ordered: true, items: steps.map((step) => [step]) };
		const parts = [
			blocksToMarkdown(htmlToBlocks(words.body)),
			...(steps.length === 0 ? [] : ['<!-- steps -->', blocksToMarkdown([list])]),
			...(words.answer === '' ? [] : ['<!-- answer -->', blocksToMarkdown(htmlToBlocks(words.answer))]),
		];
		const text = `${writeFrontMatter(head)}\n${parts.filter((part) => part !== '').join('\n\n')}\n`;
		return { name: `${slug(words.title)}-${article.id.slice(-6).toLowerCase()}.${language}.md`, text };
	});
}

function slug(title: string): string {
	const plain = title
		.toLowerCase()
		.replace(/ä/g, 'ae')
		.replace(/ö/g, 'oe')
		.replace(/ü/g, 'ue')
		.replace(/ß/g, 'ss')
		.normalize('NFD')
		.replace(/[^a-z0-9]+/g, '-');
	return plain.replace(/^-+|-+$/g, '').slice(0, 60) || 'article';
}

export type FileReading =
	{ kind: 'ok'; article: PortableArticle; hasValues: boolean } | { kind: 'refused'; problems: Problem[] };

const headings: Readonly<Record<string, 'pattern' | 'steps' | 'answer'>> = {
	...{ frage: 'pattern', fragen: 'pattern', question: 'pattern', questions: 'pattern' },
	...{ schritte: 'steps', vorgehen: 'steps', steps: 'steps', procedure: 'steps' },
	...{ antwort: 'answer', answer: 'answer', reply: 'answer' },
};

/** `path` names a file without an id: the same path is the same article. */
export function fileToArticle(path: string, file: string, fallback: Language): FileReading {
	const head = readFrontMatter(file);
	if (head.kind === 'refused') return { kind: 'refused', problems: [head] };
	const { values, body } = head;
	const said = values.get('language') ?? /\.(de|en)\.(md|markdown)$/i.exec(path)?.[1]?.toLowerCase() ?? fallback;
	if (!isLanguage(said)) return refusedAt(1, `language must be de or en, not ${String(said)}`);
	const sorted = sortParts(body);
	const [first] = sorted.body;
	const titled = first?.kind === 'heading' && first.level === 1 && values.get('title') === undefined;
	if (titled) sorted.body.shift();
	const heading = titled && first.kind === 'heading' ? first.runs.map(({ text }) => text).join('') : undefined;
	const title = values.get('title') ?? heading ?? titleOfPath(path);
	const pattern = [values.get('pattern') ?? []].flat().map(String).concat(blocksToLines(sorted.pattern));
	const fields = Object.fromEntries([...values].filter(([key]) => key in articleFields)) as Record<
		ArticleField,
		unknown
	>;
	const problems: Problem[] = [...values.keys()]
		.filter((key) => !known.includes(key) && !(key in articleFields))
		.map((key) => ({ line: 1, message: `"${key}" is not known here` }));
	for (const field of moments as ArticleField[]) {
		if (typeof fields[field] === 'string') fields[field] = Date.parse(fields[field]);
	}
	for (const [field, value] of Object.entries(readable(fields)))
		if (value === undefined) problems.push({ line: 1, message: `the value of ${field} is not one of its kind` });
	const agreedAt = Date.parse(String(values.get('agreedAt') ?? ''));
	const agreedBy = values.get('agreedBy');
	const article = v.safeParse(portableSchema, {
		id: values.get('id') ?? derivedId('markdown', path.replace(/\.(de|en)(?=\.(md|markdown)$)/i, '')),
		lines: [values.get('lines') ?? []].flat(),
		tags: [values.get('tags') ?? []].flat().map(String),
		state: values.get('state') ?? 'draft',
		...(typeof agreedBy === 'string' ? { agreed: { by: agreedBy, at: Number.isNaN(agreedAt) ? 0 : agreedAt } } : {}),
		values: fields,
		words: {
			[said]: {
				title: String(title),
				pattern,
				body: blocksToHtml(sorted.body),
				steps: stepsOf(sorted.steps),
				answer: blocksToHtml(sorted.answer),
			},
		},
	});
	if (!article.success)
		problems.push({ line: 1, message: `${v.getDotPath(article.issues[0]) ?? 'file'}: ${article.issues[0].message}` });
	if (!article.success || problems.length > 0) return { kind: 'refused', problems };
	const saysMore = [...values.keys()].some((key) => !['id', 'language', 'title', 'pattern'].includes(key));
	return { kind: 'ok', article: article.output, hasValues: values.has('type') || (!values.has('id') && saysMore) };
}

/** Each field with what it is worth, undefined where it cannot be read; system and category may be names. */
function readable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const read = readArticleValues(fields) as Record<string, unknown>;
	return Object.fromEntries(
		Object.entries(fields).map(([field, value]) => {
			if ((field === 'system' || field === 'category') && typeof value === 'string') return [field, value];
			return [field, read[field]];
		}),
	);
}

function sortParts(body: string): Record<'body' | 'pattern' | 'steps' | 'answer', Block[]> {
	const parts = markdownToParts(body);
	const sorted: Record<'body' | 'pattern' | 'steps' | 'answer', Block[]> = {
		body: [],
		pattern: [],
		steps: [],
		answer: [],
	};
	const hasMarkers = parts.some(({ kind }) => kind === 'marker');
	let at: keyof typeof sorted = 'body';
	for (const part of parts) {
		if (part.kind === 'marker') {
			at = part.name === 'steps' || part.name === 'answer' ? part.name : at;
			continue;
		}
		for (const block of part.blocks) {
			const text = block.kind === 'heading' && block.level <= 3 ? block.runs.map(({ text }) => text).join('') : '';
			const named = hasMarkers ? undefined : headings[text.trim().toLowerCase().replace(/:$/, '')];
			if (named === undefined) sorted[at].push(block);
			else at = named;
		}
	}
	return sorted;
}

function titleOfPath(path: string): string {
	const name = path.split('/').at(-1) ?? path;
	return name
		.replace(/(\.(de|en))?\.(md|markdown)$/i, '')
		.replace(/[-_]+/g, ' ')
		.trim();
}

function refusedAt(line: number, message: string): FileReading {
	return { kind: 'refused', problems: [{ line, message }] };
}

/** Files of one article are one: each language from the file that has it, the values from the one that has them. */
export function joinLanguages(
	readings: readonly { article: PortableArticle; hasValues: boolean }[],
): PortableArticle[] {
	return [...Map.groupBy(readings, ({ article }) => article.id).values()].map((files) => {
		const main = (files.find(({ hasValues }) => hasValues) ?? files[0]) as { article: PortableArticle };
		const words = Object.assign({}, ...files.map(({ article }) => article.words)) as ArticleContent;
		return { ...main.article, words };
	});
}
