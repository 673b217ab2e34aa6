import type { DocumentId } from '../../domain/ids.ts';
import type { DocumentStamp } from '../../store/record-store.ts';
import type { SearchKind } from '../search-document.ts';
import type { Sql } from '../sql.ts';

/** What the index was fed with: which documents, as they were stored then. Lies beside the index and goes with it. */
export interface FedTable {
	/** False if somebody else's documents are in here. */
	readonly isOurs: boolean;
	/** Much was being written when the last worker ended: a power cut may have left it half written. */
	readonly isUnsafe: boolean;
	/** From now on the disk is not waited for, and from `false` on it is again. A tab that ends loses nothing either way. */
	setUnsafe(now: boolean): void;
	/** How many of them can be found. */
	readonly searchable: number;
	counts(): Partial<Record<SearchKind, number>>;
	/** The stamps of those after one name and up to another. */
	between(after: DocumentId | undefined, last: DocumentId | undefined): Map<DocumentId, string>;
	/** `searchable` names those that went into the index; the others hold nothing that can be found. */
	set(stamps: readonly DocumentStamp[], searchable: readonly string[]): void;
	remove(documents: readonly DocumentId[]): void;
	/**
	 * Another generation took the place of a document, or one left this device: not even its words may stay in the file. Holds over
	 * restarts, until `forgotten`.
	 */
	readonly owesForgetting: boolean;
	forgotten(): void;
	/** Keeps the names that articles are read with; if they are other ones, articles and interactions have to be read again: true. */
	takeNames(names: string): boolean;
}

const tables = `
	CREATE TABLE IF NOT EXISTS fed (document TEXT PRIMARY KEY, stamp TEXT NOT NULL, searchable INTEGER NOT NULL) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS fed_count (kind TEXT PRIMARY KEY, documents INTEGER NOT NULL) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS fed_owner (owner TEXT NOT NULL, names TEXT NOT NULL, unsafe INTEGER NOT NULL);
	CREATE TABLE IF NOT EXISTS fed_owed (owed INTEGER PRIMARY KEY);
`;

export function createFedTable(sql: Sql, owner: string): FedTable {
	sql.exec(tables);
	const known = sql.all<{ owner: string }>('SELECT owner FROM fed_owner', [])[0]?.owner;
	if (known === undefined) sql.run('INSERT INTO fed_owner VALUES (?, ?, 0)', [owner, '[]']);
	let unsafe = false;
	let owes = sql.all('SELECT 1 FROM fed_owed', []).length > 0;
	const wasUnsafe = sql.all('SELECT 1 FROM fed_owner WHERE unsafe = 1', []).length > 0;
	const counts = new Map(
		sql
			.all<{ kind: string; documents: number }>('SELECT kind, documents FROM fed_count', [])
			.map(({ kind, documents }) => [kind, documents]),
	);

	function inTransaction(work: () => void): void {
		const before = new Map(counts);
		const owedBefore = owes;
		sql.exec('BEGIN');
		try {
			work();
			for (const [kind, documents] of counts)
				if (before.get(kind) !== documents)
					sql.run('INSERT OR REPLACE INTO fed_count VALUES (?, ?)', [kind, documents]);
			sql.exec('COMMIT');
		} catch (error) {
			counts.clear();
			for (const [kind, documents] of before) counts.set(kind, documents);
			owes = owedBefore;
			sql.exec('ROLLBACK');
			throw error;
		}
	}

	function owe(): void {
		if (owes) return;
		sql.exec('INSERT OR IGNORE INTO fed_owed VALUES (1)');
		owes = true;
	}

	function forget(document: string): boolean {
		const found = sql.all<{ searchable: number }>('SELECT searchable FROM fed WHERE document = ?', [document])[0];
		if (found === undefined) return false;
		sql.run('DELETE FROM fed WHERE document = ?', [document]);
		if (found.searchable === 1) count(document, -1);
		return true;
	}

	function isOtherGeneration(document: string, stamp: string): boolean {
		const before = sql.all<{ stamp: string }>('SELECT stamp FROM fed WHERE document = ?', [document])[0]?.stamp ?? '';
		return before !== '' && generationOf(before) !== generationOf(stamp);
	}

	function count(document: string, by: 1 | -1): void {
		const kind = document.slice(0, document.indexOf('/'));
		counts.set(kind, (counts.get(kind) ?? 0) + by);
	}

	return {
		isOurs: known === undefined || known === owner,
		isUnsafe: wasUnsafe,
		setUnsafe(now) {
			if (now === unsafe) return;
			unsafe = now;
			sql.exec('PRAGMA synchronous = NORMAL');
			sql.run('UPDATE fed_owner SET unsafe = ?', [now ? 1 : 0]);
			if (now) sql.exec('PRAGMA synchronous = OFF');
		},
		get searchable() {
			let sum = 0;
			for (const documents of counts.values()) sum += documents;
			return sum;
		},
		counts: () => Object.fromEntries(counts),
		between(after, last) {
			const rows = sql.all<{ document: DocumentId; stamp: string }>(
				"SELECT document, stamp FROM fed WHERE document > ? AND (? = '' OR document <= ?)",
				[after ?? '', last ?? '', last ?? ''],
			);
			return new Map(rows.map(({ document, stamp }) => [document, stamp]));
		},
		set(stamps, searchable) {
			const found = new Set(searchable);
			inTransaction(() => {
				for (const { document, stamp } of stamps) {
					if (isOtherGeneration(document, stamp)) owe();
					forget(document);
					const isSearchable = found.has(document);
					sql.run('INSERT INTO fed VALUES (?, ?, ?)', [document, stamp, isSearchable ? 1 : 0]);
					if (isSearchable) count(document, 1);
				}
			});
		},
		get owesForgetting() {
			return owes;
		},
		forgotten() {
			sql.exec('DELETE FROM fed_owed');
			owes = false;
		},
		takeNames(names) {
			if (sql.all('SELECT 1 FROM fed_owner WHERE names = ?', [names]).length > 0) return false;
			inTransaction(() => {
				sql.run('UPDATE fed_owner SET names = ?', [names]);
				sql.run("UPDATE fed SET stamp = '' WHERE document LIKE 'article/%' OR document LIKE 'interaction/%'", []);
			});
			return true;
		},
		remove(documents) {
			if (documents.length === 0) return;
			inTransaction(() => {
				for (const document of documents) if (forget(document)) owe();
			});
		},
	};
}

/** See `stampOf` and `coldStampOf`. */
function generationOf(stamp: string): string | undefined {
	const parts = stamp.split('.');
	return parts[0] === 'cold' ? parts[1] : parts[0];
}
