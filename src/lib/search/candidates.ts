import type { Meanings } from './expand-word.ts';
import { fields, type Rankable } from './rank.ts';
import type { QueryWord } from './read-query.ts';
import type { SearchKind, SearchQuery } from './search-document.ts';
import type { Sql, SqlValue } from './sql.ts';

/** Where a kind is kept: what is written once, or what comes every day. */
export type Shelf = 'reference' | 'record';

export function shelfOf(kind: SearchKind): Shelf {
	return kind === 'ticket' || kind === 'interaction' ? 'record' : 'reference';
}

export interface Candidate extends Rankable {
	row: number;
	id: string;
	kind: SearchKind;
	number: string | null;
}

/** What was read for the last key strokes; the next one mostly asks for the same. */
export type ReadCandidates = Map<number, Candidate>;

/** So many documents are ranked word for word. */
const mostReference = 120;
const mostRecords = 100;
/** So many documents and words of them are kept between two key strokes. */
const mostKept = 500;
const mostKeptWords = 100_000;
/** So many meanings of a word choose among records; there are many, and most words mean few. */
const recordMeanings = 24;
/** And of all words together among the others. */
const referenceMeanings = 64;
/** Where so many articles hold all words, those that lack one are not asked for. */
const enoughReference = 30;

/** Reads what may fit, roughly chosen; ranking is the next step. */
export class CandidateReader {
	readonly #sql: Sql;
	readonly #kept: ReadCandidates;
	readonly #conditions: string;
	readonly #params: SqlValue[] = [];

	constructor(sql: Sql, kept: ReadCandidates, query: SearchQuery) {
		this.#sql = sql;
		this.#kept = kept;
		const conditions: string[] = [];
		const among = (column: string, values: readonly string[] | undefined) => {
			if (values === undefined || values.length === 0) return;
			conditions.push(`AND ${column} IN (${values.map(() => '?').join(', ')})`);
			this.#params.push(...values);
		};
		among('kind', query.kinds);
		const holding = (column: string, values: readonly string[] | undefined) => {
			if (values === undefined || values.length === 0) return;
			conditions.push(`AND (${values.map(() => `instr(' ' || ${column} || ' ', ?) > 0`).join(' OR ')})`);
			this.#params.push(...values.map((value) => ` ${value} `));
		};
		for (const column of ['status', 'queue'] as const) among(column, query[column]?.slice(0, 200));
		for (const column of ['person', 'lang'] as const) holding(column, query[column]?.slice(0, 200));
		if (query.line !== undefined && query.line.length > 0) holding('line', [...query.line.slice(0, 200), '*']);
		if (query.from !== undefined) {
			conditions.push('AND at >= ?');
			this.#params.push(query.from);
		}
		if (query.to !== undefined) {
			conditions.push('AND at < ?');
			this.#params.push(query.to);
		}
		this.#conditions = conditions.join(' ');
	}

	get isFiltered(): boolean {
		return this.#conditions !== '';
	}

	/** Of articles, people and organisations: all that hold every word, if those are neither few nor many; else the best by BM25 of any word. */
	reference(words: readonly QueryWord[]): Candidate[] {
		if (words.length === 0) return [];
		if (words.length > 1) {
			const every = this.#sql.all<{ row: number }>(
				`SELECT reference.rowid AS row FROM reference ${this.#joined('reference')}
					WHERE reference MATCH ? ${this.#conditions} LIMIT ?`,
				[words.map(matchOf).join(' AND '), ...this.#params, mostReference + 1],
			);
			if (every.length >= enoughReference && every.length <= mostReference) return this.#read(every);
		}
		const each = Math.max(8, Math.min(32, Math.floor(referenceMeanings / words.length)));
		const any = new Set(words.flatMap((word) => wordsOf(word, each)));
		return this.#read(
			this.#sql.all<{ row: number }>(
				`SELECT reference.rowid AS row FROM reference ${this.#joined('reference')}
					WHERE reference MATCH ? AND rank MATCH 'bm25(6, 4, 3, 1)' ${this.#conditions} ORDER BY rank LIMIT ?`,
				[oneOf([...any].slice(0, 2 * referenceMeanings)), ...this.#params, mostReference],
			),
		);
	}

	/**
	 * Of tickets and interactions: the newest that hold all words; where they are few, those that lack one; then those that hold the
	 * rarest word. Reading stops when there are enough, which keeps a key stroke short among many thousands.
	 */
	records(words: readonly QueryWord[], rarity: (word: QueryWord) => number): Candidate[] {
		const rarestFirst = words
			.map((word) => ({ match: matchOf(word), rarity: rarity(word) }))
			.sort((a, b) => b.rarity - a.rarity);
		const matches = rarestFirst.map(({ match }) => match).slice(0, 8);
		if (matches.length === 0) return [];
		const found = new Map<number, Candidate>();
		const read = (match: string, most: number) => {
			for (const candidate of this.#newest(match, most)) found.set(candidate.row, candidate);
		};
		if (matches.length === 1) read(`title : ${matches[0]}`, mostRecords / 2);
		read(matches.join(' AND '), matches.length === 1 ? mostRecords / 2 : mostRecords);
		if (found.size < mostRecords / 4 && matches.length > 2)
			for (let left = matches.length - 1; left >= 0 && found.size < mostRecords / 2; left--)
				read(matches.filter((_, i) => i !== left).join(' AND '), mostRecords / 4);
		if (found.size < mostRecords / 8 && matches.length > 1)
			for (const match of matches.slice(0, 2)) read(match, mostRecords / 4);
		return [...found.values()];
	}

	#newest(match: string, most: number): Candidate[] {
		return this.#read(
			this.#sql.all<{ row: number }>(
				`SELECT record.rowid AS row FROM record ${this.#joined('record')}
					WHERE record MATCH ? ${this.#conditions} ORDER BY record.rowid DESC LIMIT ?`,
				[match, ...this.#params, most],
			),
		);
	}

	/** Those whose number is or begins with these digits. */
	numbered(digits: string): Candidate[] {
		return this.#read(
			this.#sql.all<{ row: number }>(
				`SELECT row FROM document WHERE number >= ? AND number < ? ${this.#conditions} ORDER BY number = ? DESC, at DESC LIMIT 10`,
				[digits, `${digits}:`, ...this.#params, digits],
			),
		);
	}

	/** With filters and nothing typed: the newest. */
	newest(most: number): Candidate[] {
		return this.#read(
			this.#sql.all<{ row: number }>(
				`SELECT row FROM document WHERE 1 ${this.#conditions} ORDER BY at DESC, row LIMIT ?`,
				[...this.#params, most],
			),
		);
	}

	#joined(table: string): string {
		return this.isFiltered ? `CROSS JOIN document ON document.row = ${table}.rowid` : '';
	}

	#read(rows: readonly { row: number }[]): Candidate[] {
		const missing = rows.filter(({ row }) => !this.#kept.has(row));
		if (missing.length > 0) {
			if (this.#kept.size > mostKept || wordsIn(this.#kept) > mostKeptWords) this.#kept.clear();
			const read = this.#sql.all<Omit<Candidate, 'fields'> & { terms: string }>(
				`SELECT document.row, document.id, kind, lang, number, at, uses, terms FROM json_each(?) AS wanted
					CROSS JOIN document ON document.row = wanted.value CROSS JOIN content ON content.row = document.row`,
				[JSON.stringify(rows.filter(({ row }) => !this.#kept.has(row)).map(({ row }) => row))],
			);
			for (const { terms, ...document } of read)
				this.#kept.set(document.row, { ...document, fields: splitTerms(terms) });
		}
		return rows.flatMap(({ row }) => this.#kept.get(row) ?? []);
	}
}

function wordsIn(kept: ReadCandidates): number {
	let words = 0;
	for (const { fields: all } of kept.values()) for (const field of all) words += field.length;
	return words;
}

function wordsOf({ meanings, parts }: QueryWord, most: number): string[] {
	return [...surest(meanings, most), ...parts.flatMap((part) => surest(part, 12))];
}

function surest(meanings: Meanings, most: number): string[] {
	const all = [...meanings];
	if (all.length > most) all.sort(([, a], [, b]) => b - a);
	return all.slice(0, most).map(([word]) => word);
}

/** The words are letters and digits only, so that quotes make each of them harmless. */
function oneOf(words: readonly string[]): string {
	return words.map((word) => `"${word}"`).join(' OR ');
}

function matchOf({ meanings, parts }: QueryWord): string {
	const whole = meanings.size > 0 ? [oneOf(surest(meanings, recordMeanings))] : [];
	const isSplit = parts.length > 0 && parts.every((part) => part.size > 0);
	const together = isSplit ? [`(${parts.map((part) => `(${oneOf(surest(part, 12))})`).join(' AND ')})`] : [];
	return `(${[...whole, ...together].join(' OR ') || '""'})`;
}

/** Stored form of a document's words. */
export function joinTerms(words: Readonly<Record<(typeof fields)[number], readonly string[]>>): string {
	return fields.map((field) => words[field].join(' ')).join('\n');
}

function splitTerms(terms: string): string[][] {
	return terms.split('\n').map((field) => (field === '' ? [] : field.split(' ')));
}
