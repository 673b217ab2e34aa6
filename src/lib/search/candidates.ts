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

/** So many documents are ranked word for word. */
const mostReference = 160;
const mostRecords = 120;
/** So many meanings of a word choose among records; there are many, and most words mean few. */
const recordMeanings = 24;

const columns = 'document.row, id, kind, lang, number, at, uses, terms';

/** Reads what may fit, roughly chosen; ranking is the next step. */
export class CandidateReader {
	readonly #sql: Sql;
	readonly #conditions: string;
	readonly #params: SqlValue[] = [];

	constructor(sql: Sql, query: SearchQuery) {
		this.#sql = sql;
		const conditions: string[] = [];
		const among = (column: string, values: readonly string[] | undefined) => {
			if (values === undefined || values.length === 0) return;
			conditions.push(`AND ${column} IN (${values.map(() => '?').join(', ')})`);
			this.#params.push(...values);
		};
		among('kind', query.kinds);
		for (const column of ['status', 'line', 'queue', 'person', 'lang'] as const)
			among(column, query[column]?.slice(0, 200));
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

	/** Of articles, people and organisations: any that hold one of the words, the best by BM25. */
	reference(words: readonly QueryWord[]): Candidate[] {
		const any = new Set(
			words.flatMap(({ meanings, parts }) => [...meanings.keys(), ...parts.flatMap((part) => [...part.keys()])]),
		);
		if (any.size === 0) return [];
		return this.#sql.all<Candidate>(
			`SELECT ${columns} FROM reference JOIN document ON document.row = reference.rowid JOIN content ON content.row = reference.rowid
				WHERE reference MATCH ? ${this.#conditions} ORDER BY bm25(reference, 6, 4, 3, 1) LIMIT ?`,
			[oneOf([...any].slice(0, 240)), ...this.#params, mostReference],
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
		const inTitle = matches.map((match) => `title : (${match})`).join(' AND ');
		read(inTitle, mostRecords / 2);
		read(matches.join(' AND '), mostRecords);
		if (found.size < mostRecords / 4 && matches.length > 2)
			for (let left = matches.length - 1; left >= 0 && found.size < mostRecords / 2; left--)
				read(matches.filter((_, i) => i !== left).join(' AND '), mostRecords / 4);
		if (found.size < mostRecords / 8 && matches.length > 1)
			for (const match of matches.slice(0, 2)) read(match, mostRecords / 4);
		return [...found.values()];
	}

	#newest(match: string, most: number): Candidate[] {
		return this.#sql.all<Candidate>(
			`SELECT ${columns} FROM record CROSS JOIN document ON document.row = record.rowid CROSS JOIN content ON content.row = record.rowid
				WHERE record MATCH ? ${this.#conditions} ORDER BY record.rowid DESC LIMIT ?`,
			[match, ...this.#params, most],
		);
	}

	/** Those whose number is or begins with these digits. */
	numbered(digits: string): Candidate[] {
		return this.#sql.all<Candidate>(
			`SELECT ${columns} FROM document CROSS JOIN content ON content.row = document.row
				WHERE number >= ? AND number < ? ${this.#conditions} ORDER BY number = ? DESC, at DESC LIMIT 10`,
			[digits, `${digits}:`, ...this.#params, digits],
		);
	}

	/** With filters and nothing typed: the newest. */
	newest(most: number): Candidate[] {
		return this.#sql.all<Candidate>(
			`SELECT ${columns} FROM document JOIN content ON content.row = document.row
				WHERE 1 ${this.#conditions} ORDER BY at DESC, document.row LIMIT ?`,
			[...this.#params, most],
		);
	}
}

/** The words are letters and digits only, so that quotes make each of them harmless. */
function oneOf(words: readonly string[]): string {
	return words.map((word) => `"${word}"`).join(' OR ');
}

function matchOf({ meanings, parts }: QueryWord): string {
	const surest = (all: Meanings) =>
		[...all]
			.sort(([, a], [, b]) => b - a)
			.slice(0, recordMeanings)
			.map(([word]) => word);
	const whole = meanings.size > 0 ? [oneOf(surest(meanings))] : [];
	const isSplit = parts.length > 0 && parts.every((part) => part.size > 0);
	const together = isSplit ? [`(${parts.map((part) => `(${oneOf(surest(part).slice(0, 12))})`).join(' AND ')})`] : [];
	const some = [...whole, ...together];
	return some.length === 0 ? '"" ' : `(${some.join(' OR ')})`;
}

/** Stored form of a document's words. */
export function joinTerms(words: Readonly<Record<(typeof fields)[number], readonly string[]>>): string {
	return fields.map((field) => words[field].join(' ')).join('\n');
}
