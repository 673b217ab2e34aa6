import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { foldRecord } from '../../src/lib/domain/fold-record.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { factsOf, openDocument } from '../admission/open-document.ts';
import { databaseFile } from '../store/database.ts';
import { migrations } from '../store/migrations.ts';
import { createUpdateLog } from '../store/update-log.ts';
import { blobPath, hashOfFile, sizeOf } from './durable-files.ts';
import { readManifest, type Manifest } from './manifest.ts';

export interface Verification {
	/** What is wrong, a sentence each; empty if all is well. */
	problems: string[];
	/** Undefined for a data directory, or where it could not be read. */
	manifest: Manifest | undefined;
	documents: number;
	blobs: number;
}

/** A damaged disk can have thousands of problems; so many are told. */
const mostProblems = 50;

/**
 * Looks at every byte of a backup, or of a data directory in which a relay may be working.
 *
 * VF1 The manifest can be read, and every file it names has its size and SHA-256; nothing was made by a newer Tresen.
 * VF2 SQLite finds no damage, and no row points nowhere.
 * VF3 Every document loads whole and says what it is.
 * VF4 Every file that the database names is there, under its hash.
 */
export async function verifyBackup(folder: string): Promise<Verification> {
	const problems: string[] = [];
	const seen: Verification = { problems, manifest: undefined, documents: 0, blobs: 0 };
	const reading = await readManifest(folder);
	if (reading.kind === 'unreadable') problems.push(`manifest.json cannot be read: ${reading.why}.`);
	if (reading.kind === 'read') {
		seen.manifest = reading.manifest;
		problems.push(...(await filesAgainst(reading.manifest, folder)));
	}
	const file = join(folder, databaseFile);
	if (!existsSync(file)) {
		problems.push(`${databaseFile} is missing: ${folder} is neither a backup nor a data directory.`);
		return seen;
	}
	let db: DatabaseSync | undefined;
	try {
		db = new DatabaseSync(file, { readOnly: true });
		db.exec('PRAGMA busy_timeout = 5000');
		// One moment, whatever a relay writes meanwhile.
		db.exec('BEGIN');
		problems.push(...inDatabase(db, seen.manifest));
		if (problems.length === 0) {
			const documents = inDocuments(db);
			seen.documents = documents.seen;
			problems.push(...documents.problems);
		}
		const blobs = await inBlobs(db, folder);
		seen.blobs = blobs.seen;
		problems.push(...blobs.problems);
	} catch (thrown) {
		problems.push(`The database cannot be read: ${(thrown as Error).message}.`);
	} finally {
		if (db?.isOpen) db.close();
	}
	return seen;
}

async function filesAgainst(manifest: Manifest, folder: string): Promise<string[]> {
	const problems: string[] = [];
	if (!manifest.files.some(({ path }) => path === databaseFile))
		problems.push(`manifest.json does not name ${databaseFile}.`);
	for (const { path, size, sha256 } of manifest.files) {
		const file = join(folder, path);
		const found = await sizeOf(file);
		if (found === undefined) problems.push(`${path} is missing.`);
		else if (found !== size || (await hashOfFile(file)) !== sha256)
			problems.push(`${path} is not what was stored: its bytes have changed.`);
	}
	return problems;
}

function inDatabase(db: DatabaseSync, manifest: Manifest | undefined): string[] {
	const tables = db.prepare('PRAGMA user_version').get()?.user_version as number;
	if (tables > migrations.length)
		return [`It was made by a newer Tresen (tables ${tables}, this one knows ${migrations.length}). Update Tresen.`];
	const damage = db
		.prepare(`PRAGMA integrity_check(${mostProblems})`)
		.all()
		.map((row) => String(row.integrity_check))
		.filter((text) => text !== 'ok');
	const problems = damage.map((text) => `The database is damaged: ${text}.`);
	if (problems.length > 0) return problems;
	if (db.prepare('PRAGMA foreign_key_check').get() !== undefined) problems.push('Rows in the database point nowhere.');
	if (manifest === undefined) return problems;
	const kinds = db.prepare('SELECT kind, count(*) AS n FROM docs WHERE gone_at IS NULL GROUP BY kind').all();
	for (const { kind, n } of kinds)
		if (manifest.documents[kind as string] !== n)
			problems.push(`There are ${String(n)} documents of the kind ${String(kind)}; the manifest says otherwise.`);
	return problems;
}

function inDocuments(db: DatabaseSync): { seen: number; problems: string[] } {
	const log = createUpdateLog({ db, era: 0, dataDir: undefined, close: () => {} });
	const problems: string[] = [];
	let seen = 0;
	for (const { id } of db.prepare('SELECT id FROM docs WHERE gone_at IS NULL ORDER BY key').all()) {
		if (problems.length >= mostProblems) break;
		const document = id as DocumentId;
		seen++;
		try {
			const open = openDocument(document, log.load(document));
			if (open.doc.store.pendingStructs !== null) problems.push(`${document} lacks a part of what it builds on.`);
			else if (open.record !== undefined && foldRecord(open.record, factsOf(open)) === undefined)
				problems.push(`${document} does not say what it is.`);
			open.doc.destroy();
		} catch (thrown) {
			problems.push(`${document} cannot be read: ${(thrown as Error).message}.`);
		}
	}
	return { seen, problems };
}

async function inBlobs(db: DatabaseSync, folder: string): Promise<{ seen: number; problems: string[] }> {
	const problems: string[] = [];
	const rows = db.prepare('SELECT id, size FROM blobs ORDER BY id').all();
	for (const { id, size } of rows) {
		if (problems.length >= mostProblems) break;
		const path = blobPath(folder, id as string);
		const found = await sizeOf(path);
		if (found === undefined) problems.push(`The file ${String(id)} is missing.`);
		else if (found !== size || (await hashOfFile(path)) !== id)
			problems.push(`The file ${String(id)} is not what its name says: its bytes have changed.`);
	}
	return { seen: rows.length, problems };
}
