import { markWords, snippetOf } from './highlight.ts';
import { splitWords } from './fold.ts';
import { createTables, indexVersion, storedVersion } from './schema.ts';
import type { SearchDocument, SearchHit, SearchKind, SearchQuery } from './search-document.ts';
import type { Sql, SqlValue } from './sql.ts';

/** Whether the stored index was used as it was, or had to be begun anew and wants to be fed from the start. */
export type IndexOrigin = 'kept' | 'new' | 'replaced-older' | 'replaced-newer';

/** The index of a device: may be deleted at any time, and is then fed again from rows and documents. */
export interface SearchIndex {
	/** Version of tables and analyser; an index of another version is thrown away when it is opened. */
	readonly version: number;
	readonly origin: IndexOrigin;
	/** What the feeder last stored with `put` or `remove`; 0 in a new index. */
	readonly sequence: number;
	/** How many documents are in it. */
	readonly size: number;
	/** Adds or replaces documents in one transaction; together with the feeder's position, if given. Batches of 100 to 500 are good. */
	put(documents: readonly SearchDocument[], sequence?: number): void;
	/** Removes what is there of these; in one transaction. */
	remove(ids: readonly string[], sequence?: number): void;
	/** Never throws, whatever was typed. The best hit comes first. */
	search(query: SearchQuery): SearchHit[];
}

interface DocumentRow {
	row: number;
	id: string;
	kind: SearchKind;
	lang: string | null;
	number: string | null;
	at: number;
	title: string;
	excerpt: string;
	score: number;
}

/** Opens the index in this database, or begins a new one. */
export function createSearchIndex(sql: Sql): SearchIndex {
	const stored = storedVersion(sql);
	const origin: IndexOrigin =
		stored === undefined
			? 'new'
			: stored === indexVersion
				? 'kept'
				: stored < indexVersion
					? 'replaced-older'
					: 'replaced-newer';
	if (origin !== 'kept') createTables(sql);
	const readMeta = (key: string) =>
		sql.all<{ value: number }>('SELECT value FROM search_meta WHERE key = ?', [key])[0]?.value ?? 0;
	let sequence = readMeta('sequence');

	function inTransaction(newSequence: number | undefined, work: () => void): void {
		sql.exec('BEGIN');
		try {
			work();
			if (newSequence !== undefined)
				sql.run('INSERT OR REPLACE INTO search_meta (key, value) VALUES (?, ?)', ['sequence', newSequence]);
			sql.exec('COMMIT');
		} catch (thrown) {
			sql.exec('ROLLBACK');
			throw thrown;
		}
		if (newSequence !== undefined) sequence = newSequence;
	}

	function removeOne(id: string): void {
		const [found] = sql.all<{ row: number }>('SELECT row FROM document WHERE id = ?', [id]);
		if (found === undefined) return;
		for (const table of ['document', 'content']) sql.run(`DELETE FROM ${table} WHERE row = ?`, [found.row]);
		sql.run('DELETE FROM reference WHERE rowid = ?', [found.row]);
	}

	function putOne(document: SearchDocument): void {
		removeOne(document.id);
		const terms = (text: string | undefined) =>
			splitWords(text ?? '')
				.map(({ word }) => word)
				.join(' ');
		const nullable = (text: string | undefined): SqlValue => text ?? null;
		sql.run(
			'INSERT INTO document (id, kind, lang, status, line, queue, person, number, at, uses) VALUES (?,?,?,?,?,?,?,?,?,?)',
			[
				...[document.id, document.kind, nullable(document.lang), nullable(document.status)],
				...[nullable(document.line), nullable(document.queue), nullable(document.person)],
				...[nullable(document.number), document.at, document.uses],
			],
		);
		const [{ row } = { row: 0 }] = sql.all<{ row: number }>('SELECT row FROM document WHERE id = ?', [document.id]);
		sql.run('INSERT INTO content (row, title, excerpt) VALUES (?,?,?)', [
			...[row, document.title, document.body.slice(0, 4000)],
		]);
		sql.run('INSERT INTO reference (rowid, title, question, label, body) VALUES (?,?,?,?,?)', [
			row,
			terms(`${document.title} ${document.number ?? ''} ${document.customer ?? ''}`),
			terms(document.question),
			terms(`${document.system ?? ''} ${document.tags.join(' ')}`),
			terms(document.body),
		]);
	}

	function search(query: SearchQuery): SearchHit[] {
		const words = splitWords(query.text.slice(0, 400))
			.map(({ word }) => word)
			.slice(0, 16);
		const conditions: string[] = [];
		const params: SqlValue[] = [];
		const among = (column: string, values: readonly string[] | undefined) => {
			if (values === undefined || values.length === 0) return;
			conditions.push(`${column} IN (SELECT value FROM json_each(?))`);
			params.push(JSON.stringify(values));
		};
		among('kind', query.kinds);
		for (const column of ['status', 'line', 'queue', 'person', 'lang'] as const) among(column, query[column]);
		if (query.from !== undefined) {
			conditions.push('at >= ?');
			params.push(query.from);
		}
		if (query.to !== undefined) {
			conditions.push('at < ?');
			params.push(query.to);
		}
		if (words.length === 0) return [];
		const match = words.map((word) => `"${word}"*`).join(' OR ');
		const rows = sql.all<DocumentRow>(
			`SELECT document.*, title, excerpt, score FROM
				(SELECT rowid AS found, bm25(reference, 8, 5, 3, 1) AS score FROM reference WHERE reference MATCH ?)
				JOIN document ON document.row = found JOIN content ON content.row = found
				${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''} ORDER BY score LIMIT ?`,
			[match, ...params, query.limit ?? 20],
		);
		return rows.map((row) => ({
			id: row.id,
			kind: row.kind,
			score: -row.score,
			at: row.at,
			...(row.lang === null ? {} : { lang: row.lang }),
			...(row.number === null ? {} : { number: row.number }),
			title: { text: row.title, ranges: markWords(row.title, words) },
			snippet: snippetOf(row.excerpt, words),
			words,
		}));
	}

	return {
		version: indexVersion,
		origin,
		get sequence() {
			return sequence;
		},
		get size() {
			return sql.all<{ size: number }>('SELECT count(*) AS size FROM document', [])[0]?.size ?? 0;
		},
		put: (documents, newSequence) =>
			inTransaction(newSequence, () => {
				for (const document of documents) putOne(document);
			}),
		remove: (ids, newSequence) =>
			inTransaction(newSequence, () => {
				for (const id of ids) removeOne(id);
			}),
		search,
	};
}
