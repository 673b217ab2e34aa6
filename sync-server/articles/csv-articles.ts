import * as v from 'valibot';
import type { DeskConfig, Language } from '../../src/lib/domain/desk-config.ts';
import { articleStateSchema, type ArticleWords } from '../../src/lib/domain/article-entry.ts';
import { blocksToHtml, htmlToBlocks } from '../../src/lib/domain/rich-html.ts';
import { blocksToText, linesToBlocks, tidyBlocks } from '../../src/lib/domain/rich-text.ts';
import { readCsv, writeCsv } from './csv.ts';
import { derivedId, isLanguage, type PortableArticle, type Problem } from './portable-article.ts';

/**
 * Standard cases as a table, a row a case and language. The first row names the columns, in German or English; `title` must be
 * among them.
 *
 *   CA1 Cells are plain text: paragraphs stand an empty line apart.
 *   CA2 Where a cell of pattern or steps has lines, each is one; in one line ` | ` divides. So do lines, else commas and semicolons,
 *       in tags and lines.
 *   CA3 Rows with one id and different languages are one article; what is no text comes from the first of them.
 *   CA4 What is exported and comes back unchanged is the same article. Text that says the same as what stands there leaves it as it
 *       is formatted (`keepFormatting`); so does what a table has no column for.
 */
const columns = {
	id: ['id'],
	language: ['language', 'sprache'],
	title: ['title', 'titel', 'case', 'musterfall', 'name'],
	pattern: ['pattern', 'question', 'frage', 'fragemuster', 'anfrage'],
	body: ['body', 'text', 'hintergrund', 'background'],
	steps: ['steps', 'schritte', 'vorgehen', 'procedure'],
	answer: ['answer', 'antwort', 'lösung', 'loesung', 'solution', 'reply'],
	system: ['system'],
	category: ['category', 'kategorie'],
	level: ['level', 'stufe'],
	lines: ['lines', 'line', 'linie'],
	tags: ['tags', 'schlagworte', 'stichworte'],
	state: ['state', 'stand', 'status'],
	visibility: ['visibility', 'sichtbarkeit'],
	type: ['type', 'typ', 'art'],
} as const;
type Column = keyof typeof columns;

const words: Readonly<Record<string, string>> = {
	...{
		entwurf: 'draft',
		'in prüfung': 'in-review',
		abgestimmt: 'agreed',
		standard: 'standard',
		archiviert: 'archived',
	},
	...{ artikel: 'article', musterfall: 'case', fall: 'case' },
	...{ intern: 'internal', öffentlich: 'public', deutsch: 'de', englisch: 'en', german: 'de', english: 'en' },
};

export type CsvArticles =
	| { kind: 'ok'; articles: { line: number; article: PortableArticle }[]; problems: Problem[] }
	| { kind: 'refused'; problems: Problem[] };

export function csvToArticles(file: string, fallback: Language): CsvArticles {
	const reading = readCsv(file);
	if (reading.kind === 'refused') return { kind: 'refused', problems: [reading] };
	const [head, ...rows] = reading.rows;
	if (head === undefined) return { kind: 'refused', problems: [{ line: 1, message: 'the file is empty' }] };
	const names = head.cells.map((cell) => columnOf(cell));
	const strange = head.cells.filter((cell, i) => names[i] === undefined && cell !== '');
	const twice = names.filter((name, i) => name !== undefined && names.indexOf(name) !== i);
	const problems: Problem[] = [
		...strange.map((cell) => ({ line: head.line, message: `the column "${cell.slice(0, 60)}" is not known` })),
		...twice.map((name) => ({ line: head.line, message: `the column ${String(name)} is there twice` })),
	];
	if (!names.includes('title')) problems.push({ line: head.line, message: 'a column "title" is missing' });
	if (problems.length > 0) {
		const all = `The columns are: ${Object.keys(columns).join(', ')}.`;
		return { kind: 'refused', problems: [...problems, { line: head.line, message: all }] };
	}
	const articles: { line: number; article: PortableArticle }[] = [];
	const lineOfRow = new Map<string, number>();
	const articleById = new Map<string, PortableArticle>();
	for (const { line, cells } of rows) {
		if (cells.length > names.length && cells.slice(names.length).some((cell) => cell !== '')) {
			problems.push({ line, message: `${cells.length} cells, but ${names.length} columns` });
			continue;
		}
		const row = Object.fromEntries(names.flatMap((name, i) => (name === undefined ? [] : [[name, cells[i] ?? '']])));
		const made = rowToArticle(row, fallback);
		if (typeof made === 'string') {
			problems.push({ line, message: made });
			continue;
		}
		const key = `${made.id} ${Object.keys(made.words).join()}`;
		if (lineOfRow.has(key)) {
			problems.push({ line, message: `the same case as in line ${lineOfRow.get(key)}` });
			continue;
		}
		lineOfRow.set(key, line);
		const other = articleById.get(made.id);
		if (other !== undefined) {
			Object.assign(other.words, made.words);
			continue;
		}
		articleById.set(made.id, made);
		articles.push({ line, article: made });
	}
	return { kind: 'ok', articles, problems };
}

function columnOf(cell: string): Column | undefined {
	const name = cell.trim().toLowerCase();
	return (Object.keys(columns) as Column[]).find((column) => (columns[column] as readonly string[]).includes(name));
}

/** What is wrong with it, or the article. */
function rowToArticle(row: Partial<Record<Column, string>>, fallback: Language): PortableArticle | string {
	const text = (column: Column) => (row[column] ?? '').trim();
	const word = (column: Column) => words[text(column).toLowerCase()] ?? text(column).toLowerCase();
	const title = text('title').replace(/\s+/g, ' ');
	const given = text('id');
	if (title === '' && given === '') return 'the title is missing';
	if (title.length > 200) return 'the title is longer than 200 characters';
	const language = word('language') || fallback;
	if (!isLanguage(language)) return `language must be de or en, not "${text('language')}"`;
	const level = text('level') === '' ? 1 : Number(text('level').replace(/^(level|stufe)\s*/i, ''));
	if (![1, 2, 3].includes(level)) return `level must be 1, 2 or 3, not "${text('level')}"`;
	const state = v.safeParse(articleStateSchema, word('state') || 'draft');
	if (!state.success) return `state must be draft, in-review, agreed, standard or archived, not "${text('state')}"`;
	const visibility = word('visibility') || 'internal';
	if (visibility !== 'internal' && visibility !== 'public') return `visibility must be internal or public`;
	const type = word('type') || 'case';
	if (type !== 'case' && type !== 'article') return 'type must be case or article';
	if (given !== '' && !/^article\/[0-9A-HJKMNP-TV-Z]{26}$/.test(given))
		return `"${given.slice(0, 60)}" is not an id of an article`;
	const divided = (column: Column, inOneLine: RegExp) =>
		text(column)
			.split((row[column] ?? '').includes('\n') ? '\n' : inOneLine)
			.map((line) => line.trim())
			.filter((line) => line !== '');
	const several = (column: Column) => divided(column, / \| /);
	const listed = (column: Column) => divided(column, /[,;]/);
	const html = (value: string) => blocksToHtml(tidyBlocks(linesToBlocks(value.split(/\n\s*\n/))));
	const steps = several('steps')
		.map((step) => html(step.replace(/^(\d{1,3}[.)]|[-*•])\s+/, '')))
		.filter((step) => step !== '');
	const [body, answer] = [html(text('body')), html(text('answer'))];
	if (body.length > 50_000 || answer.length > 50_000) return 'a text is longer than 50,000 characters';
	if (steps.length > 100 || several('pattern').length > 100) return 'more than 100 steps or questions';
	return {
		id:
			(given as PortableArticle['id']) || derivedId('csv', language, text('system').toLowerCase(), title.toLowerCase()),
		lines: listed('lines'),
		tags: listed('tags').map((tag) => tag.slice(0, 60)),
		state: state.output,
		values: {
			...{ type, visibility, level },
			...(text('system') === '' ? {} : { system: text('system') }),
			...(text('category') === '' ? {} : { category: text('category') }),
		},
		words: {
			[language]: { title, pattern: several('pattern').map((line) => line.slice(0, 998)), body, steps, answer },
		},
	};
}

export const csvHead = Object.keys(columns) as Column[];

/** A row a language. Systems, categories and lines are named as the desk names them, or by id where a name is not clear. */
export function articleToRows(article: PortableArticle, desk: Names): string[][] {
	return (['de', 'en'] as const).flatMap((language) => {
		const words = article.words[language];
		return words === undefined ? [] : [csvHead.map((column) => cellOf(column, article, language, words, desk))];
	});
}

type Names = Pick<DeskConfig, 'lines' | 'systems' | 'categories'>;
const noNames: Names = { lines: [], systems: [], categories: [] };

function cellOf(
	column: Column,
	{ id, values, state, tags, lines }: PortableArticle,
	language: Language,
	words: ArticleWords,
	desk: Names,
): string {
	const value = (field: string) => String(values[field] ?? '');
	switch (column) {
		case 'id':
			return id;
		case 'language':
			return language;
		case 'title':
			return words.title;
		case 'pattern':
			return linesToCell(words.pattern, ' | ');
		case 'body':
			return htmlToCell(words.body);
		case 'answer':
			return htmlToCell(words.answer);
		case 'steps':
			return linesToCell(
				words.steps.map((step) => htmlToCell(step).replace(/\s+/g, ' ')).filter((step) => step !== ''),
				' | ',
				(step, i) => `${i + 1}. ${step}`,
			);
		case 'state':
			return state;
		case 'tags':
			return linesToCell(tags, ', ');
		case 'lines':
			return linesToCell(
				lines.map((line) => nameOf(line, desk.lines)),
				', ',
			);
		case 'system':
			return nameOf(value('system'), desk.systems);
		case 'category':
			return categoryName(value('category'), desk.categories);
		case 'type':
		case 'visibility':
		case 'level':
			return value(column);
	}
}

/** In lines of their own, for a person to read; a single one that has the divider in it ends with a line end, so that it stays one. */
function linesToCell(
	lines: readonly string[],
	divider: ' | ' | ', ',
	shown = (line: string, _i: number) => line,
): string {
	const texts = lines.map((line) => line.replace(/\s+/g, ' ').trim()).filter((line) => line !== '');
	const isList = divider === ', ';
	const isDivided = texts.some((text) => (isList ? /[,;]/.test(text) : text.includes('|')));
	if (isList && !isDivided) return texts.join(divider);
	return texts.map(shown).join('\n') + (isDivided && texts.length === 1 ? '\n' : '');
}

function htmlToCell(html: string): string {
	return blocksToText(htmlToBlocks(html)).trim();
}

interface Named {
	id: string;
	name: string;
}

/** The name, where it leads back to this one alone and nothing in it divides. */
function nameOf(id: string, known: readonly Named[]): string {
	const found = known.find((one) => one.id === id);
	if (found === undefined || /[,;>/\n]|^\s|\s$/.test(found.name)) return id;
	const same = found.name.trim().toLowerCase();
	const isClear = !known.some(
		(one) => one !== found && (one.name.trim().toLowerCase() === same || one.id === found.name),
	);
	return isClear ? found.name : id;
}

function categoryName(id: string, categories: DeskConfig['categories']): string {
	const category = categories.find((one) => one.id === id);
	const name = nameOf(id, categories);
	if (category === undefined || category.group === null || name === id) return name;
	const group = nameOf(category.group, categories);
	return group === category.group ? name : `${group} > ${name}`;
}

/** What was not changed in the table stays as it was formatted. */
export function keepFormatting(wanted: PortableArticle, standing: PortableArticle): PortableArticle {
	const back = csvToArticles(writeCsv([csvHead, ...articleToRows(standing, noNames)]), 'de');
	const plain = back.kind === 'ok' ? back.articles[0]?.article.words : undefined;
	const words = Object.entries(wanted.words).map(([language, said]) => {
		const [was, asPlain] = [standing.words[language as Language], plain?.[language as Language]];
		return [language, was === undefined || asPlain === undefined ? said : keepWords(said, was, asPlain)];
	});
	return { ...wanted, words: Object.fromEntries(words) as PortableArticle['words'] };
}

function keepWords(said: ArticleWords, was: ArticleWords, asPlain: ArticleWords): ArticleWords {
	const isSame = (field: keyof ArticleWords) => JSON.stringify(said[field]) === JSON.stringify(asPlain[field]);
	const steps = was.steps.filter((step) => htmlToCell(step) !== '');
	return {
		title: isSame('title') ? was.title : said.title,
		pattern: isSame('pattern') ? was.pattern : said.pattern,
		body: isSame('body') ? was.body : said.body,
		steps: isSame('steps') ? was.steps : said.steps.map((step) => steps[asPlain.steps.indexOf(step)] ?? step),
		answer: isSame('answer') ? was.answer : said.answer,
	};
}
