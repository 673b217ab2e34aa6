/** What a SQLite value can be here. */
export type SqlValue = string | number | null;

/**
 * The part of SQLite that the index needs. Both node:sqlite and sqlite-wasm fulfil it in a few lines.
 * Everything is synchronous; adapters keep prepared statements by their text, because the same few are run all the time.
 */
export interface Sql {
	/** Runs one or more statements without values. */
	exec(sql: string): void;
	run(sql: string, params: readonly SqlValue[]): void;
	all<Row>(sql: string, params: readonly SqlValue[]): Row[];
}
