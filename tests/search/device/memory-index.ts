import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { IndexDatabase } from '../../../src/lib/search/device/index-database.ts';
import type { Sql, SqlValue } from '../../../src/lib/search/sql.ts';

/** What lies under an index, kept over its openings, with ways to break it. */
export interface Disk {
	open(): IndexDatabase;
	readonly sql: Sql;
	/** How often it was thrown away. */
	renewals: number;
	/** The next statements fail as on a damaged file. */
	damaged: boolean;
}

export function createDisk(): Disk {
	let db = new DatabaseSync(':memory:');
	let statements = new Map<string, StatementSync>();
	const check = () => {
		if (disk.damaged) throw new Error('SQLITE_CORRUPT: database disk image is malformed');
	};
	const prepare = (text: string) => {
		check();
		const known = statements.get(text) ?? db.prepare(text);
		statements.set(text, known);
		return known;
	};
	const sql: Sql = {
		exec(text) {
			check();
			db.exec(text);
		},
		run: (text, params) => void prepare(text).run(...params),
		all: <Row>(text: string, params: readonly SqlValue[]) => prepare(text).all(...params) as Row[],
	};
	const disk: Disk = {
		renewals: 0,
		damaged: false,
		sql,
		open: () => ({
			sql,
			where: 'disk',
			renew() {
				disk.renewals++;
				disk.damaged = false;
				statements = new Map();
				db = new DatabaseSync(':memory:');
			},
			close: () => undefined,
		}),
	};
	return disk;
}
