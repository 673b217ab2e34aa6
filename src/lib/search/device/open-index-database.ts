import sqlite3InitModule, { type Database, type PreparedStatement, type SAHPoolUtil } from '@sqlite.org/sqlite-wasm';
import type { Sql, SqlValue } from '../sql.ts';
import type { IndexDatabase } from './index-database.ts';
import { filesFree, indexDirectory } from './index-files.ts';

/** A worker that was just ended lets go of its files a moment later. */
const longestWaitMs = 4000;
const stepMs = 100;

type Sqlite = Awaited<ReturnType<typeof sqlite3InitModule>>;

/**
 * SQLite in files of this origin (`opfs-sahpool`: one worker at a time, no special headers); in memory where the browser has no such
 * files, as in private windows, or somebody else holds them. Only in a worker.
 */
export async function openIndexDatabase(): Promise<IndexDatabase> {
	Object.assign(globalThis, { sqlite3ApiConfig: quiet });
	const sqlite = await sqlite3InitModule();
	const pool = (await waitForFiles()) ? await openPool(sqlite) : undefined;
	let where: IndexDatabase['where'] = pool === undefined ? 'memory' : 'disk';
	let db = open();
	let sql = toSql(db);

	function open(): Database {
		if (pool !== undefined && where === 'disk') {
			try {
				return prepared(new pool.OpfsSAHPoolDb('/index.sqlite3'));
			} catch {
				return fresh();
			}
		}
		return prepared(new sqlite.oo1.DB(':memory:'));
	}
	function fresh(): Database {
		try {
			pool?.unlink('/index.sqlite3');
			pool?.unlink('/index.sqlite3-journal');
			if (pool !== undefined) return prepared(new pool.OpfsSAHPoolDb('/index.sqlite3'));
		} catch {
			// The files are no good: memory is.
		}
		where = 'memory';
		return prepared(new sqlite.oo1.DB(':memory:'));
	}

	return {
		get sql() {
			return sql;
		},
		get where() {
			return where;
		},
		renew() {
			close(db);
			db = where === 'disk' ? fresh() : open();
			sql = toSql(db);
		},
		close() {
			close(db);
			try {
				pool?.pauseVfs();
			} catch {
				// The worker ends, and its files with it.
			}
		},
	};
}

/** Kept small: the worker shares its memory with the app. The journal lets a tab end at any moment. */
function prepared(db: Database): Database {
	db.exec(`
		PRAGMA locking_mode = EXCLUSIVE;
		PRAGMA page_size = 8192;
		PRAGMA journal_mode = TRUNCATE;
		PRAGMA synchronous = NORMAL;
		PRAGMA cache_size = -8000;
		PRAGMA temp_store = MEMORY;
		PRAGMA secure_delete = ON;
	`);
	db.selectValue('SELECT count(*) FROM sqlite_schema');
	return db;
}

async function waitForFiles(): Promise<boolean> {
	for (let waited = 0; ; waited += stepMs) {
		const state = await filesFree();
		if (state === 'none') return false;
		if (state === 'free') return true;
		if (waited >= longestWaitMs) return false;
		await new Promise((resolve) => setTimeout(resolve, stepMs));
	}
}

async function openPool(sqlite: Sqlite): Promise<SAHPoolUtil | undefined> {
	try {
		return await sqlite.installOpfsSAHPoolVfs({ name: indexDirectory, directory: indexDirectory, initialCapacity: 6 });
	} catch {
		return undefined;
	}
}

function toSql(db: Database): Sql {
	const statements = new Map<string, PreparedStatement>();
	const prepare = (text: string, params: readonly SqlValue[]) => {
		let statement = statements.get(text);
		if (statement === undefined) {
			statement = db.prepare(text);
			statements.set(text, statement);
		}
		return params.length > 0 ? statement.bind([...params]) : statement;
	};
	return {
		exec: (text) => void db.exec(text),
		run(text, params) {
			const statement = prepare(text, params);
			try {
				statement.step();
			} finally {
				statement.reset(true);
			}
		},
		all<Row>(text: string, params: readonly SqlValue[]): Row[] {
			const statement = prepare(text, params);
			const rows: Row[] = [];
			try {
				while (statement.step()) rows.push(statement.get({}) as Row);
			} finally {
				statement.reset(true);
			}
			return rows;
		},
	};
}

function close(db: Database): void {
	try {
		db.close();
	} catch {
		// Broken or closed.
	}
}

const silence = () => {};
/** Only the one file system is used; the others would announce what they miss. */
const quiet = {
	disable: { vfs: { kvvfs: true, opfs: true, 'opfs-vfs': true, 'opfs-wl': true } },
	...{ debug: silence, log: silence, warn: silence, error: silence },
};
