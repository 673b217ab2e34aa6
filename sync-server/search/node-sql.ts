import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Sql } from '../../src/lib/search/sql.ts';

/** The search index's SQLite in Node. */
export function nodeSql(database: DatabaseSync): Sql {
	const prepared = new Map<string, StatementSync>();
	const prepare = (text: string) => {
		let statement = prepared.get(text);
		if (statement === undefined) {
			// Statements with lists differ by their length; a few hundred are all there are.
			if (prepared.size > 300) prepared.clear();
			statement = database.prepare(text);
			prepared.set(text, statement);
		}
		return statement;
	};
	return {
		exec: (text) => {
			database.exec(text);
		},
		run: (text, params) => {
			prepare(text).run(...params);
		},
		all: <Row>(text: string, params: readonly (string | number | null)[]) => prepare(text).all(...params) as Row[],
	};
}
