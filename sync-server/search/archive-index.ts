import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { transaction } from '../store/database.ts';
import { tokenCharacters } from './archive-words.ts';

export const archiveFile = 'search.sqlite';

/** Raised when tables or tokens change; an index of another version is made anew. */
const indexVersion = 1;

/**
 *   about     version of this index, and the era of the desk it was read from
 *   resting   which tickets are in it, as they were: `row` rises with the time of their last change
 *   words     FTS5 over their tokens. No text is in it, and no place of a word
 */
const tables = `
	CREATE TABLE about (version INTEGER NOT NULL, era INTEGER NOT NULL) STRICT;
	CREATE TABLE resting (
		row INTEGER PRIMARY KEY,
		doc INTEGER NOT NULL UNIQUE,
		generation INTEGER NOT NULL,
		head INTEGER NOT NULL
	) STRICT;
	CREATE VIRTUAL TABLE words USING fts5(
		tokens, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '${tokenCharacters}'"
	);
`;

export interface RestingTicket {
	/** Its key in the relay's database. */
	doc: number;
	generation: number;
	head: number;
}

const rowsPerMs = 1000;

/** The first row of a time; rows of tickets that changed later are higher. */
export function rowOf(at: number): number {
	return Math.min(Math.max(0, Math.floor(at) || 0), 2 ** 42) * rowsPerMs;
}

export type ArchiveIndex = ReturnType<typeof openArchiveIndex>;

/**
 * The index in a file of its own beside the database: it is made of what stands there and may be deleted at any time. Opens what is there, or
 * begins anew; in memory where there is no directory.
 */
export function openArchiveIndex(directory: string | undefined, era: number) {
	const db = directory === undefined ? begin(new DatabaseSync(':memory:'), era) : openFile(directory, era);
	const known = db.prepare('SELECT doc, generation, head FROM resting WHERE doc > ? AND doc <= ?');
	const all = db.prepare('SELECT doc, generation, head FROM resting');
	const place = db.prepare('SELECT row FROM resting WHERE doc = ?');
	const last = db.prepare('SELECT max(row) AS row FROM resting WHERE row >= ? AND row < ?');
	const put = db.prepare('INSERT INTO resting (row, doc, generation, head) VALUES (?, ?, ?, ?)');
	const putWords = db.prepare('INSERT INTO words (rowid, tokens) VALUES (?, ?)');
	const drop = db.prepare('DELETE FROM resting WHERE row = ?');
	const dropWords = db.prepare('DELETE FROM words WHERE rowid = ?');
	const find = db.prepare(`
		SELECT doc, generation, head FROM words CROSS JOIN resting ON resting.row = words.rowid
			WHERE words MATCH ? AND words.rowid >= ? AND words.rowid < ? ORDER BY words.rowid DESC
	`);

	function remove(doc: number): void {
		const found = place.get(doc);
		if (found === undefined) return;
		drop.run(found.row as number);
		dropWords.run(found.row as number);
	}

	function freeRow(at: number): number {
		const first = rowOf(at);
		const taken = last.get(first, first + rowsPerMs)?.row as number | null;
		return taken === null ? first : taken + 1;
	}

	return {
		/** Those with a key above `after`, up to `until`. */
		known: (after: number, until: number) => known.all(after, until) as unknown as RestingTicket[],
		all: () => all.all() as unknown as RestingTicket[],
		/** Adds or replaces, in one commit; `isStill` is asked when nobody else can write here any more. */
		put(
			tickets: readonly (RestingTicket & { at: number; tokens: Iterable<string> })[],
			isStill: (ticket: RestingTicket) => boolean,
		): void {
			transaction(db, () => {
				for (const { doc, generation, head, at, tokens } of tickets) {
					if (!isStill({ doc, generation, head })) continue;
					remove(doc);
					const row = freeRow(at);
					put.run(row, doc, generation, head);
					putWords.run(row, [...tokens].join(' '));
				}
			});
		},
		remove(docs: readonly number[]): void {
			if (docs.length > 0) transaction(db, () => docs.forEach(remove));
		},
		/** The newest first. Throws for a match that FTS5 cannot read. */
		find: (match: string, from: number, before: number) =>
			find.iterate(match, from, before) as unknown as IterableIterator<RestingTicket>,
		/** FTS5 keeps words of what was removed until it merges; after this no byte of the files has them. */
		forgetRemoved(): boolean {
			db.exec("INSERT INTO words (words) VALUES ('optimize')");
			return directory === undefined || db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0;
		},
		close: () => db.close(),
	};
}

function openFile(directory: string, era: number): DatabaseSync {
	const file = join(directory, archiveFile);
	let db: DatabaseSync | undefined;
	try {
		db = new DatabaseSync(file);
		prepare(db);
		const about = db.prepare('SELECT version, era FROM about').get();
		if (about?.version === indexVersion && about.era === era) return db;
	} catch {
		// Not there yet, damaged, or of before: made anew.
	}
	if (db?.isOpen === true) db.close();
	removeArchiveIndex(directory);
	db = new DatabaseSync(file);
	try {
		prepare(db);
		return begin(db, era);
	} catch (error) {
		db.close();
		throw error;
	}
}

function begin(db: DatabaseSync, era: number): DatabaseSync {
	transaction(db, () => {
		db.exec(tables);
		db.prepare('INSERT INTO about (version, era) VALUES (?, ?)').run(indexVersion, era);
	});
	return db;
}

/** It is not waited for the disk at each commit: a power cut loses the newest of it, which is then read again. */
function prepare(db: DatabaseSync): void {
	db.exec(`
		PRAGMA busy_timeout = 5000;
		PRAGMA journal_mode = WAL;
		PRAGMA synchronous = NORMAL;
		PRAGMA secure_delete = ON;
		PRAGMA cache_size = -1024;
	`);
}

export function removeArchiveIndex(directory: string): void {
	for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(join(directory, archiveFile + ending), { force: true });
}
