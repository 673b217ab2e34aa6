import type { Sql } from './sql.ts';

/**
 * Rises with every change of tables or of how words are folded that makes stored indexes wrong; they are then made anew.
 *
 *   search_meta  version, sequence: how far the feeder has come
 *   document     one row each: what is filtered by. Rows of records rise with their time, so that the newest are met first
 *   content      title and beginning of the body as they are shown; the words of each field for ranking
 *   reference    FTS5 over the words of articles, people, organisations
 *   record       FTS5 over the words of tickets and interactions
 *   vocabulary   each word with the number of documents that hold it
 */
export const indexVersion = 3;

const columns = 'title, question, label, body';
// The words are folded already, and the ascii tokenizer of FTS5 leaves them as they are.
const options = "content='', contentless_delete=1, tokenize='ascii'";

const tables = `
	CREATE TABLE search_meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
	CREATE TABLE document (
		row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, lang TEXT, status TEXT, line TEXT, queue TEXT,
		person TEXT, number TEXT, at INTEGER NOT NULL, uses INTEGER NOT NULL
	);
	CREATE INDEX document_by_number ON document (number) WHERE number IS NOT NULL;
	CREATE INDEX document_by_time ON document (at);
	CREATE TABLE content (row INTEGER PRIMARY KEY, title TEXT NOT NULL, excerpt TEXT NOT NULL, terms TEXT NOT NULL);
	CREATE VIRTUAL TABLE reference USING fts5(${columns}, ${options});
	CREATE VIRTUAL TABLE record USING fts5(${columns}, ${options}, detail=column);
	CREATE TABLE vocabulary (word TEXT PRIMARY KEY, reference INTEGER NOT NULL, record INTEGER NOT NULL) WITHOUT ROWID;
`;

/** The version of the index in this database; undefined where there is none. */
export function storedVersion(sql: Sql): number | undefined {
	const known = sql.all("SELECT 1 FROM sqlite_schema WHERE name = 'search_meta'", []);
	if (known.length === 0) return undefined;
	return sql.all<{ value: number }>("SELECT value FROM search_meta WHERE key = 'version'", [])[0]?.value ?? 0;
}

/** Makes an empty index in a database of its own; whatever stood there before is gone, for it can be made again. */
export function createTables(sql: Sql): void {
	const old = sql.all<{ name: string; sql: string }>(
		"SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
		[],
	);
	const isVirtual = (table: { sql: string }) => table.sql.startsWith('CREATE VIRTUAL');
	sql.exec('BEGIN');
	try {
		for (const { name } of [...old.filter(isVirtual), ...old.filter((table) => !isVirtual(table))])
			sql.exec(`DROP TABLE IF EXISTS "${name.replaceAll('"', '""')}"`);
		sql.exec(tables);
		sql.run("INSERT INTO search_meta (key, value) VALUES ('version', ?), ('sequence', 0)", [indexVersion]);
		sql.exec('COMMIT');
	} catch (thrown) {
		sql.exec('ROLLBACK');
		throw thrown;
	}
}
