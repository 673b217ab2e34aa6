import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { documentIdSchema, recordKindOf, type DocumentId } from '../../src/lib/domain/ids.ts';
import { blockOf, type TicketNumber } from '../../src/lib/domain/ticket-number.ts';
import { isEmptyOrMissing, ownFolder, syncPath, writeDurably } from '../backup/durable-files.ts';
import { OperationRefused } from '../commands/operation.ts';
import type { Config } from '../config.ts';
import { openInstallation, type Installation } from '../installation.ts';
import { databaseFile, transaction, writeEra } from '../store/database.ts';
import { restoringFile } from '../store/restored.ts';
import { lists, type DeskManifest } from './desk-format.ts';
import { addAgents, addConfiguration, addPersonal, addRecords, type Filling } from './import-documents.ts';
import { addMailboxes, addMailIndex, addOutgoing, addRows, momentSchema, storeOrRefuse } from './import-rows.ts';
import { openArchive, type OpenArchive } from '../archive/open-archive.ts';
import { archiveLimits, checked, copyBlobs, fileLineSchema, recordsIn, verified } from './read-desk-archive.ts';

export interface DeskImportOrder {
	archive: string;
	/** `data` is empty, or not there yet. */
	config: Config;
	now: number;
	/** Told now and then how many records are stored. */
	onProgress?: (records: number) => void;
}

export type DeskImport =
	| {
			kind: 'imported';
			manifest: DeskManifest;
			era: number;
			admins: string[];
			agents: number;
			mailboxes: number;
			lost: string[];
	  }
	| { kind: 'refused'; message: string };

const workFolder = 'importing';

/**
 * Makes a desk of an archive.
 *
 * ID1 Only into an empty directory, and all of it or nothing: it is made in a folder of its own inside, and a file says that no relay
 *     may start until it has moved out of there.
 * ID2 The archive is looked at first: every part has the SHA-256 that the manifest says, and nothing else is in it.
 * ID3 Every record becomes a new document, of a higher generation than it had: what an old device still holds does not mix with it.
 * ID4 The era is higher than any before: new claims outrank all that come with the archive.
 * ID5 What was answered stays answered: the mails that went out come along. What was on its way is uncertain, never sent by itself.
 * ID6 Numbers go on above every block that was given away and every number in the archive.
 * ID7 Who had no right to open a file by its hash gets none.
 * ID8 No device comes along: agents are invited anew. Mailboxes come without passwords, and are switched off.
 */
export async function importDesk({ archive: path, config, now, onProgress }: DeskImportOrder): Promise<DeskImport> {
	const { data } = config;
	if (!(await isEmptyOrMissing(data)))
		return {
			kind: 'refused',
			message: `${data} is not empty, and nothing is overwritten. Name a new directory with --data.`,
		};
	let archive: OpenArchive | undefined;
	let installation: Installation | undefined;
	try {
		archive = await openArchive(path, await archiveLimits(data));
		const manifest = await verified(archive, config);
		await mkdir(join(data, workFolder), { recursive: true, mode: ownFolder });
		await writeDurably(join(data, restoringFile), `${path}\n`);
		const work = join(data, workFolder);
		const era = Math.max(manifest.era + 1, Math.floor(now / 1000));
		writeEra(work, era);
		const lost = await copyBlobs(archive, work, manifest);
		await writeNumbers(work, await highestBlockIn(archive, manifest));
		const opened = await openInstallation(
			{ ...config, data: work, publicUrl: '', logLevel: 'silent' },
			{ now: () => now },
		);
		if (opened.kind === 'refused') throw new OperationRefused(opened.message);
		installation = opened.installation;
		const generations = new Map<DocumentId, number>();
		const told = await fillDesk({
			archive,
			installation,
			generations,
			...(onProgress === undefined ? {} : { onProgress }),
		});
		await installation.relay.settled();
		await installation.close();
		installation = undefined;
		await raiseGenerations(join(work, databaseFile), archive, generations);
		await moveOut(work, data);
		return { kind: 'imported', manifest, era, ...told, lost };
	} catch (thrown) {
		await installation?.close().catch(() => {});
		await emptyFolder(data).catch(() => {});
		if (thrown instanceof OperationRefused)
			return { kind: 'refused', message: `Nothing was imported. ${thrown.message}` };
		const { code, errcode, message } = thrown as NodeJS.ErrnoException & { errcode?: number };
		const isFull = code === 'ENOSPC' || code === 'EDQUOT' || errcode === 13;
		return { kind: 'refused', message: `Nothing was imported: ${isFull ? `there is no room in ${data}.` : message}` };
	} finally {
		archive?.close();
	}
}

async function highestBlockIn(archive: OpenArchive, manifest: DeskManifest): Promise<number> {
	let highest = manifest.highestBlock;
	for await (const { record } of recordsIn(archive, 'ticket'))
		for (const [, entry] of record.entries)
			if (entry.kind === 'opened') highest = Math.max(highest, blockOf(entry.number as TicketNumber));
	return highest;
}

async function writeNumbers(work: string, highestBlock: number): Promise<void> {
	await writeDurably(join(work, 'numbers.json'), JSON.stringify({ highestBlock, relayBlock: null, relayNext: 0 }));
}

async function fillDesk(filling: Filling): Promise<{ admins: string[]; agents: number; mailboxes: number }> {
	const { archive, installation } = filling;
	const { db } = installation.database;
	await addConfiguration(filling);
	const told = await addAgents(filling);
	await addPersonal(filling);
	await addRows(
		archive,
		lists.files,
		fileLineSchema,
		db,
		'INSERT INTO blobs (id, size, stored_at) VALUES (?, ?, ?)',
		({ sha256, size, storedAt }) => [sha256, size, storedAt],
	);
	await addOutgoing(archive, db);
	await addMailIndex(archive, db);
	const mailboxes = await addMailboxes(archive, db);
	await addRecords(filling);
	return { ...told, mailboxes };
}

const erasedSchema = v.object({ id: documentIdSchema, erasedAt: momentSchema });

/** After the relay has let go of the database: generations above the old ones, who may open a file, and what was erased. */
async function raiseGenerations(
	file: string,
	archive: OpenArchive,
	generations: ReadonlyMap<DocumentId, number>,
): Promise<void> {
	const db = new DatabaseSync(file);
	try {
		db.exec('PRAGMA synchronous = FULL');
		const raise = db.prepare('UPDATE docs SET generation = ? WHERE id = ?');
		const bind = db.prepare('UPDATE clients SET generation = ? WHERE doc = (SELECT key FROM docs WHERE id = ?)');
		transaction(db, () => {
			for (const [id, generation] of generations) {
				bind.run(generation + 1, id);
				raise.run(generation + 1, id);
			}
			db.exec('UPDATE blob_refs SET vouched = 0');
		});
		const vouch = db.prepare('UPDATE blob_refs SET vouched = 1 WHERE blob = ? AND document = ?');
		for await (const { sha256, documents } of checked(archive, lists.files, fileLineSchema))
			transaction(db, () => {
				for (const document of documents) vouch.run(sha256, document);
			});
		let head = db.prepare('SELECT coalesce(max(head), 0) AS head FROM docs').get()?.head as number;
		const erase = db.prepare(
			'INSERT INTO docs (id, kind, generation, head, rank, changed_at, gone_at) VALUES (?, ?, 0, ?, 4, ?, ?)',
		);
		for await (const { id, erasedAt } of checked(archive, lists.erased, erasedSchema))
			storeOrRefuse(
				lists.erased,
				() => void erase.run(id, recordKindOf(id) ?? id.replace(/:.*/, ''), ++head, erasedAt, erasedAt),
			);
		db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
	} finally {
		db.close();
	}
}

/** The desk takes its place; the last thing to go is the file that keeps a relay from starting. */
async function moveOut(work: string, data: string): Promise<void> {
	for (const name of await readdir(work)) if (name !== 'LOCK') await rename(join(work, name), join(data, name));
	await rm(join(work, 'LOCK'), { force: true });
	await rmdir(work);
	await syncPath(data);
	await rm(join(data, restoringFile));
	await syncPath(data);
}

async function emptyFolder(folder: string): Promise<void> {
	if (!existsSync(folder)) return;
	for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}
