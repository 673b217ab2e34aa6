import {
	closeSync,
	existsSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrations, type Migration } from './migrations.ts';
import { readRestored, restoringFile, type Restored } from './restored.ts';

export interface RelayDatabase {
	db: DatabaseSync;
	/** Rises when a backup is restored; lives beside the database, never in it. */
	era: number;
	/** Where this era began with a backup that was put back. */
	restored?: Restored | undefined;
	/** The data directory, or undefined in memory. */
	dataDir: string | undefined;
	close(): void;
}

export type OpenResult =
	| { kind: 'open'; database: RelayDatabase }
	/** Another relay works on this directory. */
	| { kind: 'locked'; dataDir: string }
	/** A newer relay wrote it; this one would damage it. */
	| { kind: 'newer'; version: number; known: number };

export interface OpenOptions {
	/** False for a command that only looks, or adds its own small rows, beside a running relay. */
	lock?: boolean;
	migrations?: readonly Migration[];
}

export const databaseFile = 'tresen.sqlite';
const lockFile = 'LOCK';
const eraFile = 'ERA';

/** Opens (and makes) the database of a data directory; `:memory:` for one that is gone after closing. */
export function openDatabase(dataDir: string, options: OpenOptions = {}): OpenResult {
	const list = options.migrations ?? migrations;
	if (dataDir === ':memory:') return opened(new DatabaseSync(':memory:'), undefined, 1, undefined, list);
	if (existsSync(path.join(dataDir, restoringFile)))
		throw new Error(
			'a backup was being put back here and did not come to its end. Restore it into an empty directory.',
		);
	mkdirSync(dataDir, { recursive: true, mode: 0o700 });
	const lock = options.lock === false ? undefined : takeLock(path.join(dataDir, lockFile));
	if (lock === 'taken') return { kind: 'locked', dataDir };
	let result: OpenResult | undefined;
	try {
		const era = readEra(dataDir);
		result = opened(new DatabaseSync(path.join(dataDir, databaseFile)), dataDir, era, lock, list);
		return result;
	} finally {
		if (result?.kind !== 'open') lock?.close();
	}
}

/** Like openDatabase, for callers to whom a refusal is an error. */
export function mustOpenDatabase(dataDir: string, options: OpenOptions = {}): RelayDatabase {
	const result = openDatabase(dataDir, options);
	if (result.kind === 'open') return result.database;
	throw new Error(
		result.kind === 'locked'
			? `A relay is already running on ${result.dataDir}. Stop it first.`
			: `This database has version ${result.version}, this relay knows ${result.known}. Update the relay.`,
	);
}

function opened(
	db: DatabaseSync,
	dataDir: string | undefined,
	era: number,
	lock: DatabaseSync | undefined,
	list: readonly Migration[],
): OpenResult {
	try {
		db.exec('PRAGMA busy_timeout = 5000');
		const version = versionOf(db);
		if (version > list.length) {
			db.close();
			return { kind: 'newer', version, known: list.length };
		}
		// Before anything is written: what is damaged stays as it is.
		if (dataDir !== undefined && lock !== undefined) {
			refuseDamage(db);
			keepBeforeUpgrade(db, dataDir, version, list.length);
		}
		db.exec(`
			PRAGMA journal_mode = WAL;
			PRAGMA synchronous = FULL;
			PRAGMA foreign_keys = ON;
			-- A checkpoint costs as much as many commits, so it comes rarely: every 16 MB.
			PRAGMA wal_autocheckpoint = 4000;
		`);
		migrate(db, list);
	} catch (error) {
		if (db.isOpen) db.close();
		throw isDamage(error) ? new Error(damageText((error as Error).message, dataDir)) : error;
	}
	let closed = false;
	const close = () => {
		if (closed) return;
		closed = true;
		db.close();
		lock?.close();
	};
	const restored = dataDir === undefined ? undefined : readRestored(dataDir, era);
	return { kind: 'open', database: { db, era, dataDir, close, ...(restored === undefined ? {} : { restored }) } };
}

/** Working on with a damaged page would spread the damage into backups and devices. */
function refuseDamage(db: DatabaseSync): void {
	const found = db.prepare('PRAGMA quick_check(1)').get()?.quick_check;
	if (found !== 'ok') throw Object.assign(new Error(String(found)), { errcode: sqliteCorrupt });
}

const sqliteBusy = 5;
const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

export function isDamage(error: unknown): boolean {
	const { errcode } = error as { errcode?: number };
	return errcode !== undefined && [sqliteCorrupt, sqliteNotADatabase].includes(errcode & 0xff);
}

function damageText(found: string, dataDir: string | undefined): string {
	return [
		`the database is damaged (${found}). Nothing was changed.`,
		`Keep the directory as it is. \`tresen verify ${dataDir ?? ''}\` says how far the damage goes,`,
		'and `tresen restore BACKUP NEW_DIRECTORY` brings the newest backup back; devices then hand over what it lacks.',
	].join(' ');
}

export const upgradeFolder = 'before-upgrade';
const keptForMs = 14 * 24 * 60 * 60_000;

/**
 * The database as the version before had it, whole before the first change is made to it. The copy of the last upgrade alone is kept, and for
 * two weeks: what is erased in the desk must not live on in it.
 */
function keepBeforeUpgrade(db: DatabaseSync, dataDir: string, version: number, newest: number): void {
	const folder = path.join(dataDir, upgradeFolder);
	if (version > 0 && version < newest) {
		rmSync(folder, { recursive: true, force: true });
		mkdirSync(folder, { mode: 0o700 });
		const copy = path.join(folder, `tresen-v${version}.sqlite`);
		closeSync(openSync(`${copy}.new`, 'wx', 0o600));
		db.prepare('VACUUM INTO ?').run(`${copy}.new`);
		const handle = openSync(`${copy}.new`, 'r');
		fsyncSync(handle);
		closeSync(handle);
		renameSync(`${copy}.new`, copy);
	} else if (existsSync(folder) && Date.now() - statSync(folder).mtimeMs > keptForMs)
		rmSync(folder, { recursive: true, force: true });
}

function versionOf(db: DatabaseSync): number {
	return (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

function migrate(db: DatabaseSync, list: readonly Migration[]): void {
	for (let version = versionOf(db); version < list.length; version++) {
		const migration = list[version];
		if (migration === undefined) return;
		transaction(db, () => {
			if (typeof migration.up === 'string') db.exec(migration.up);
			else migration.up(db);
			db.exec(`PRAGMA user_version = ${version + 1}`);
		});
	}
}

/** Runs `work` in one transaction: all of it, or nothing. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
	db.exec('BEGIN IMMEDIATE');
	try {
		const result = work();
		db.exec('COMMIT');
		return result;
	} catch (error) {
		if (db.isTransaction) db.exec('ROLLBACK');
		throw error;
	}
}

/** The same where it may already be part of a transaction: then it is kept or lost with all of that. */
export function together<T>(db: DatabaseSync, work: () => T): T {
	return db.isTransaction ? work() : transaction(db, work);
}

/**
 * The lock is a database of its own, held exclusively: the operating system lets go of it when the process dies, however it
 * dies, so that no stale lock can keep a relay from starting.
 */
function takeLock(file: string): DatabaseSync | 'taken' {
	const lock = new DatabaseSync(file);
	try {
		lock.exec('PRAGMA journal_mode = DELETE; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
		return lock;
	} catch (error) {
		lock.close();
		if (((error as { errcode?: number }).errcode ?? 0) % 256 === sqliteBusy) return 'taken';
		throw error;
	}
}

export function readEra(dataDir: string): number {
	const file = path.join(dataDir, eraFile);
	if (!existsSync(file)) {
		writeEra(dataDir, 1);
		return 1;
	}
	const era = Number(readFileSync(file, 'utf8').trim());
	if (!Number.isSafeInteger(era) || era < 1) throw new Error(`${file} does not hold an era. Restore it from its copy.`);
	return era;
}

/** Durable before it returns: an epoch must never be given twice. */
export function writeEra(dataDir: string, era: number): void {
	const file = path.join(dataDir, eraFile);
	const handle = openSync(`${file}.new`, 'w', 0o600);
	writeSync(handle, `${era}\n`);
	fsyncSync(handle);
	closeSync(handle);
	renameSync(`${file}.new`, file);
	const folder = openSync(dataDir, 'r');
	fsyncSync(folder);
	closeSync(folder);
}
