import * as v from 'valibot';
import type { Language } from '../../src/lib/domain/desk-config.ts';
import { articleStateSchema } from '../../src/lib/domain/article-entry.ts';
import { blocksToHtml } from '../../src/lib/domain/rich-html.ts';
import { linesToBlocks, tidyBlocks } from '../../src/lib/domain/rich-text.ts';
import { readCsv } from './csv.ts';
import { derivedId, isLanguage, type PortableArticle, type Problem } from './portable-article.ts';

/**
 * Standard cases as a table, a case a row. The first row names the columns, in German or English; `title` must be among them.
 * Several lines or ` | ` in a cell of pattern or steps are several; tags and lines are divided by commas.
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
	const lineOfId = new Map<string, number>();
	for (const { line, cells } of rows) {
		if (cells.length > names.length && cells.slice(names.length).some((cell) => cell !== '')) {
			problems.push({ line, message: `${cells.length} cells, but ${names.length} columns` });
			continue;
		}
		const row = Object.fromEntries(names.flatMap((name, i) => (name === undefined ? [] : [[name, cells[i] ?? '']])));
		const made = rowToArticle(row, fallback);
		if (typeof made === 'string') problems.push({ line, message: made });
		else if (lineOfId.has(made.id))
			problems.push({ line, message: `the same case as in line ${lineOfId.get(made.id)}` });
		else {
			lineOfId.set(made.id, line);
			articles.push({ line, article: made });
		}
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
	if (title === '') return 'the title is missing';
	if (title.length > 200) return 'the title is longer than 200 characters';
	const language = word('language') || fallback;
	if (!isLanguage(language)) return `language must be de or en, not "${text('language')}"`;
	const level = text('level') === '' ? 1 : Number(text('level').replace(/^(level|stufe)\s*/i, ''));
	if (![1, 2, 3].includes(level)) return `level must be 1, 2 or 3, not "${text('level')}"`;
	const state = v.safeParse(articleStateSchema, word('state') || 'draft');
	if (!state.success) return `state must be draft, in-review, agreed, standard or archived, not "${text('state')}"`;
	const visibility = word('visibility') || 'internal';
	if (visibility !== 'internal' && visibility !== 'public') return `visibility must be internal or public`;
	const given = text('id');
	if (given !== '' && !/^article\/[0-9A-HJKMNP-TV-Z]{26}$/.test(given))
		return `"${given.slice(0, 60)}" is not an id of an article`;
	const several = (column: Column) =>
		text(column)
			.split(/\n| \| /)
			.map((line) => line.trim())
			.filter((line) => line !== '');
	const listed = (column: Column) =>
		text(column)
			.split(/[,;\n]/)
			.map((line) => line.trim())
			.filter((line) => line !== '');
	const html = (value: string) => blocksToHtml(tidyBlocks(linesToBlocks(value.split(/\n\s*\n/))));
	const steps = several('steps')
		.map((step) => html(step.replace(/^(\d{1,2}[.)]|[-*•])\s+/, '')))
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
			...{ type: 'case', visibility, level },
			...(text('system') === '' ? {} : { system: text('system') }),
			...(text('category') === '' ? {} : { category: text('category') }),
		},
		words: {
			[language]: { title, pattern: several('pattern').map((line) => line.slice(0, 998)), body, steps, answer },
		},
	};
}
