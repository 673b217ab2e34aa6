import type { Sql } from './sql.ts';

/** Rises with every change of tables or analyser that makes stored indexes wrong; they are then rebuilt. */
export const indexVersion = 1;

const tables = `
	CREATE TABLE search_meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
	CREATE TABLE document (
		row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, lang TEXT, status TEXT, line TEXT, queue TEXT,
		person TEXT, number TEXT, at INTEGER NOT NULL, uses INTEGER NOT NULL
	);
	CREATE INDEX document_by_number ON document (number) WHERE number IS NOT NULL;
	CREATE TABLE content (row INTEGER PRIMARY KEY, title TEXT NOT NULL, excerpt TEXT NOT NULL);
	CREATE VIRTUAL TABLE reference USING fts5(title, question, label, body, content='', contentless_delete=1, tokenize='ascii');
`;

/** The version of the index in this database; undefined where there is none. */
export function storedVersion(sql: Sql): number | undefined {
	const known = sql.all("SELECT 1 FROM sqlite_schema WHERE name = 'search_meta'", []);
	if (known.length === 0) return undefined;
	return sql.all<{ value: number }>("SELECT value FROM search_meta WHERE key = 'version'", [])[0]?.value ?? 0;
}

/** Makes an empty index; whatever stood there before is gone, for it can be made again. */
export function createTables(sql: Sql): void {
	const old = sql.all<{ name: string; sql: string }>(
		"SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
		[],
	);
	sql.exec('BEGIN');
	try {
		for (const { name } of old.filter((table) => table.sql.startsWith('CREATE VIRTUAL')))
			sql.exec(`DROP TABLE IF EXISTS "${name.replaceAll('"', '""')}"`);
		for (const { name } of old.filter((table) => !table.sql.startsWith('CREATE VIRTUAL')))
			sql.exec(`DROP TABLE IF EXISTS "${name.replaceAll('"', '""')}"`);
		sql.exec(tables);
		sql.run("INSERT INTO search_meta (key, value) VALUES ('version', ?), ('sequence', 0)", [indexVersion]);
		sql.exec('COMMIT');
	} catch (thrown) {
		sql.exec('ROLLBACK');
		throw thrown;
	}
}
