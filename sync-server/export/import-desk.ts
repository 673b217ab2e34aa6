import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { parseDeskValue, writeDeskValue, type DeskKey } from '../../src/lib/document/desk-document.ts';
import { meRoot } from '../../src/lib/document/me-document.ts';
import { readPortable, writePortable, type ReadableRecord } from '../../src/lib/document/portable-record.ts';
import { agentSchema } from '../../src/lib/domain/desk-config.ts';
import {
	agentIdSchema,
	deskDocument,
	documentIdSchema,
	entryIdSchema,
	lineIdSchema,
	meDocument,
	recordKindOf,
	recordKinds,
	type DocumentId,
	type EntryId,
	type RecordKind,
} from '../../src/lib/domain/ids.ts';
import { blockOf, type TicketNumber } from '../../src/lib/domain/ticket-number.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import type { ChangeOutcome, DocumentChange } from '../admission/submission.ts';
import { createAgents } from '../auth/agents.ts';
import { blobPath, isEmptyOrMissing, ownFile, ownFolder, syncPath, writeDurably } from '../backup/durable-files.ts';
import { OperationRefused } from '../commands/operation.ts';
import type { Config } from '../config.ts';
import { openInstallation, type Installation } from '../installation.ts';
import { databaseFile, transaction, writeEra } from '../store/database.ts';
import { restoringFile } from '../store/restored.ts';
import {
	dataFiles,
	deskManifestSchema,
	deskName,
	exportFormat,
	exportVersion,
	fileOfKind,
	filesFolder,
	lists,
	manifestName,
	readmeName,
	sha256Schema,
	type DeskManifest,
} from './desk-format.ts';
import { hashIn, linesIn, openArchive, textIn, type ArchiveLimits, type OpenArchive } from './open-archive.ts';

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

/** Records of one transaction. */
const batchSize = 250;
/** One record as JSON: its document is limited, and JSON is larger. */
const mostLineBytes = 8 * limits.documentBytes;
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

/** A file of a device is smaller; a whole mail that was fetched may be larger than that. */
const mostBlobBytes = 256 * 1024 * 1024;
const smallBytes = 64 * 1024 * 1024;
/** JSON of a desk packs to a tenth or so; what packs to less than a hundredth is made to fill disks. */
const mostRatio = 100;

async function archiveLimits(data: string): Promise<ArchiveLimits> {
	return {
		files: 1_000_000,
		totalBytes: await freeBytesAt(data),
		bytesOf: (name, packed) => (name.startsWith(filesFolder) ? mostBlobBytes : smallBytes + packed * mostRatio),
		isKnown: (name) =>
			name === manifestName || name === readmeName || dataFiles.includes(name) || /^files\/[0-9a-f]{64}$/.test(name),
	};
}

/** Of the disk that the folder lies on, or will lie on. */
async function freeBytesAt(folder: string): Promise<number> {
	const found = await statfs(folder).catch(() => undefined);
	if (found !== undefined) return found.bavail * found.bsize;
	return dirname(folder) === folder ? Number.MAX_SAFE_INTEGER : freeBytesAt(dirname(folder));
}

async function verified(archive: OpenArchive, config: Config): Promise<DeskManifest> {
	if (!archive.sizes.has(manifestName))
		throw new OperationRefused(
			`There is no ${manifestName} in the archive: it is no export of a desk, or the export was cut off.`,
		);
	let given: unknown;
	try {
		given = JSON.parse(await textIn(archive, manifestName, 64 * 1024 * 1024));
	} catch (thrown) {
		if (thrown instanceof OperationRefused) throw thrown;
		throw new OperationRefused(`${manifestName} is no JSON.`);
	}
	const { format, version } = (given ?? {}) as { format?: unknown; version?: unknown };
	if (format !== exportFormat)
		throw new OperationRefused('It is no export of a desk: the manifest names another format.');
	if (version !== exportVersion)
		throw new OperationRefused(
			`It has version ${String(version).slice(0, 20)} of the format, and this Tresen reads ${exportVersion}. Update Tresen, or export again.`,
		);
	const parsed = v.safeParse(deskManifestSchema, given);
	if (!parsed.success)
		throw new OperationRefused(
			`${manifestName}: ${v.getDotPath(parsed.issues[0])?.slice(0, 80) ?? 'it'} is not usable.`,
		);
	const manifest = parsed.output;
	const told = new Map(manifest.files.map((file) => [file.path, file]));
	for (const name of dataFiles)
		if (!told.has(name)) throw new OperationRefused(`${manifestName} does not name ${name}.`);
	const blobs = { count: 0, bytes: 0 };
	for (const [name, size] of archive.sizes) {
		if (name === manifestName) continue;
		if (name.startsWith(filesFolder)) {
			blobs.count++;
			blobs.bytes += size;
			continue;
		}
		const file = told.get(name);
		if (file === undefined || file.size !== size || (await hashIn(archive, name)) !== file.sha256)
			throw new OperationRefused(`${name} is not what was exported: its bytes have changed.`);
		told.delete(name);
	}
	const [missing] = told.keys();
	if (missing !== undefined) throw new OperationRefused(`${missing} is missing in the archive.`);
	if (blobs.count !== manifest.blobs.count || blobs.bytes !== manifest.blobs.bytes)
		throw new OperationRefused(
			`There are ${blobs.count} files in the archive, and the manifest says ${manifest.blobs.count}.`,
		);
	if (blobs.bytes > config.blobQuota)
		throw new OperationRefused(
			`The files take ${blobs.bytes} bytes, and the desk may have ${config.blobQuota}. Raise --blob-quota.`,
		);
	return manifest;
}

const fileLineSchema = v.object({
	sha256: sha256Schema,
	size: v.pipe(v.number(), v.integer(), v.minValue(0)),
	storedAt: v.pipe(v.number(), v.integer(), v.minValue(0)),
	documents: v.array(documentIdSchema),
});

/** Files as they are named in `files.jsonl`, on the disk under their hash. Returns those that the archive lacks. */
async function copyBlobs(archive: OpenArchive, work: string, manifest: DeskManifest): Promise<string[]> {
	const wanted = new Set([...archive.sizes.keys()].filter((name) => name.startsWith(filesFolder)));
	for await (const { sha256 } of checked(archive, lists.files, fileLineSchema)) {
		const name = `${filesFolder}${sha256}`;
		if (!wanted.delete(name)) throw new OperationRefused(`${name} is missing in the archive.`);
		const path = blobPath(work, sha256);
		await mkdir(dirname(path), { recursive: true, mode: ownFolder });
		const hash = createHash('sha256');
		const file = await open(path, 'wx', ownFile);
		try {
			for await (const piece of archive.read(name)) {
				hash.update(piece);
				for (let at = 0; at < piece.length;) at += (await file.write(piece, at)).bytesWritten;
			}
			await file.sync();
		} finally {
			await file.close();
		}
		if (hash.digest('hex') !== sha256)
			throw new OperationRefused(`${name} is not what its name says: its bytes have changed.`);
	}
	const [stray] = wanted;
	if (stray !== undefined) throw new OperationRefused(`${stray} is not named in ${lists.files}.`);
	return manifest.missing;
}

async function* checked<Schema extends v.GenericSchema>(
	archive: OpenArchive,
	name: string,
	schema: Schema,
): AsyncGenerator<v.InferOutput<Schema>> {
	for await (const { value, line } of linesIn(archive, name, mostLineBytes)) {
		const parsed = v.safeParse(schema, value);
		if (!parsed.success)
			throw new OperationRefused(
				`${name}, line ${line}: ${v.getDotPath(parsed.issues[0])?.slice(0, 80) ?? 'it'} is not usable.`,
			);
		yield parsed.output;
	}
}

const recordLineSchema = v.looseObject({
	generation: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 30)),
	awaiting: v.array(entryIdSchema),
});

interface RecordLine {
	record: ReadableRecord;
	generation: number;
	awaiting: ReadonlySet<EntryId>;
}

async function* recordsIn(archive: OpenArchive, kind: RecordKind): AsyncGenerator<RecordLine> {
	const name = fileOfKind[kind];
	for await (const { value, line } of linesIn(archive, name, mostLineBytes)) {
		const around = v.safeParse(recordLineSchema, value);
		const read = readPortable(value);
		if (read.kind === 'refused') throw new OperationRefused(`${name}, line ${line}: ${read.why}.`);
		if (!around.success || recordKindOf(read.record.id) !== kind)
			throw new OperationRefused(`${name}, line ${line}: ${read.record.id} is not usable.`);
		yield { record: read.record, generation: around.output.generation, awaiting: new Set(around.output.awaiting) };
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

interface Filling {
	archive: OpenArchive;
	installation: Installation;
	/** Of each document the generation that it had. */
	generations: Map<DocumentId, number>;
	onProgress?: (records: number) => void;
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

const deskFileSchema = v.object({
	generation: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 30)),
	values: v.record(v.pipe(v.string(), v.maxLength(100)), v.unknown()),
});

async function addConfiguration({ archive, installation, generations }: Filling): Promise<void> {
	const text = await textIn(archive, deskName, 8 * limits.documentBytes);
	const parsed = v.safeParse(deskFileSchema, readJson(text));
	if (!parsed.success) throw new OperationRefused(`${deskName} is not usable.`);
	const values = Object.entries(parsed.output.values).map(([key, value]): [DeskKey, object | null] => {
		const read = key.startsWith('agent:') ? undefined : parseDeskValue(key, value);
		if (read === undefined)
			throw new OperationRefused(`${deskName}: this Tresen does not understand ${key.slice(0, 60)}.`);
		return [key as DeskKey, read as object | null];
	});
	generations.set(deskDocument, parsed.output.generation);
	mustBeStored(
		await installation.relay.write(deskDocument, (doc) => {
			for (const [key, value] of values) writeDeskValue(doc, key, value);
		}),
		deskDocument,
	);
}

const agentLineSchema = v.object({
	...v.pick(agentSchema, ['id', 'name', 'mail', 'role', 'lines', 'active']).entries,
	level: v.nullable(v.picklist([1, 2, 3])),
});

async function addAgents({ archive, installation }: Filling): Promise<{ admins: string[]; agents: number }> {
	const { auth, database, now } = installation;
	const agents = createAgents(database.db, now);
	const admins: string[] = [];
	let count = 0;
	for await (const { level, ...agent } of checked(archive, lists.agents, agentLineSchema)) {
		if (agents.byId(agent.id) !== undefined || agents.byMail(agent.mail) !== undefined)
			throw new OperationRefused(`${lists.agents}: ${agent.mail} is there twice.`);
		agents.add({ ...agent, ...(level === null ? {} : { level }) });
		if (agent.role === 'admin' && agent.active) admins.push(agent.mail);
		count++;
	}
	await auth.publishAgents();
	return { admins, agents: count };
}

const personalSchema = v.object({
	agent: agentIdSchema,
	generation: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 30)),
	settings: v.record(
		v.pipe(v.string(), v.regex(/^.{1,60}$/su)),
		v.union([v.string(), v.number(), v.boolean(), v.null()]),
	),
});

async function addPersonal({ archive, installation, generations }: Filling): Promise<void> {
	for await (const { agent, generation, settings } of checked(archive, lists.personal, personalSchema)) {
		const document = meDocument(agent);
		generations.set(document, generation);
		mustBeStored(
			await installation.relay.write(document, (doc) => {
				for (const [key, value] of Object.entries(settings)) doc.getMap(meRoot).set(key, value);
			}),
			document,
		);
	}
}

type Row = (string | number | null)[];

async function addRows<Schema extends v.GenericSchema>(
	archive: OpenArchive,
	name: string,
	schema: Schema,
	db: DatabaseSync,
	sql: string,
	rowOf: (line: v.InferOutput<Schema>) => Row,
): Promise<number> {
	const insert = db.prepare(sql);
	const store = (rows: readonly Row[]) =>
		transaction(db, () => {
			for (const row of rows) insert.run(...row);
		});
	let rows: Row[] = [];
	let count = 0;
	for await (const line of checked(archive, name, schema)) {
		rows.push(rowOf(line));
		count++;
		if (rows.length < batchSize) continue;
		storeOrRefuse(name, () => store(rows));
		rows = [];
	}
	storeOrRefuse(name, () => store(rows));
	return count;
}

const sqliteConstraint = 19;

function storeOrRefuse(name: string, store: () => void): void {
	try {
		store();
	} catch (thrown) {
		const { errcode = 0, message } = thrown as { errcode?: number; message: string };
		if ((errcode & 0xff) !== sqliteConstraint) throw thrown;
		throw new OperationRefused(`${name}: two lines contradict each other (${message}).`);
	}
}

const text = v.pipe(v.string(), v.maxLength(2000));
const moment = v.pipe(v.number(), v.integer(), v.minValue(0));

const outgoingSchema = v.object({
	...{
		ticket: documentIdSchema,
		slot: v.nullable(text),
		request: entryIdSchema,
		kind: v.picklist(['reply', 'acknowledgement']),
	},
	...{ line: v.union([lineIdSchema, v.literal('')]), agent: agentIdSchema, recipient: text, message_id: text },
	state: v.picklist(['queued', 'sending', 'sent', 'failed', 'uncertain', 'withdrawn']),
	...{ causes: v.array(entryIdSchema), accepted_at: moment, not_before: moment, attempts: moment },
	...{ first_tried_at: v.nullable(moment), reason: v.nullable(text), era: moment },
});

/** With the era in which they were queued: what had not left then is uncertain now. */
const addOutgoing = (archive: OpenArchive, db: DatabaseSync) =>
	addRows(
		archive,
		lists.outgoing,
		outgoingSchema,
		db,
		`INSERT INTO outbound_mail (ticket, slot, request, kind, line, agent, recipient, message_id, state, causes,
			accepted_at, not_before, attempts, first_tried_at, reason, era) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		(mail) => [
			...[mail.ticket, mail.slot, mail.request, mail.kind, mail.line, mail.agent, mail.recipient, mail.message_id],
			...[mail.state, JSON.stringify(mail.causes), mail.accepted_at, mail.not_before, mail.attempts],
			...[mail.first_tried_at, mail.reason, Math.min(mail.era, 1)],
		],
	);

const mailIndexSchema = v.variant('kind', [
	v.object({ kind: v.literal('mail'), key: text, content: text, ticket: documentIdSchema, at: moment }),
	v.object({ kind: v.literal('thread'), messageId: text, ticket: documentIdSchema }),
	v.object({ kind: v.literal('arrival'), mail: text, mailbox: text }),
]);

async function addMailIndex(archive: OpenArchive, db: DatabaseSync): Promise<void> {
	const insert = {
		mail: db.prepare('INSERT INTO imported_mails (key, content, ticket, imported_at) VALUES (?, ?, ?, ?)'),
		thread: db.prepare('INSERT INTO mail_threads (message_id, ticket) VALUES (?, ?)'),
		arrival: db.prepare('INSERT INTO mail_arrivals (mail, mailbox) VALUES (?, ?)'),
	};
	let batch: v.InferOutput<typeof mailIndexSchema>[] = [];
	const store = () =>
		storeOrRefuse(lists.mailIndex, () =>
			transaction(db, () => {
				for (const line of batch) {
					if (line.kind === 'mail') insert.mail.run(line.key, line.content, line.ticket, line.at);
					else if (line.kind === 'thread') insert.thread.run(line.messageId, line.ticket);
					else insert.arrival.run(line.mail, line.mailbox);
				}
			}),
		);
	for await (const line of checked(archive, lists.mailIndex, mailIndexSchema)) {
		batch.push(line);
		if (batch.length < batchSize) continue;
		store();
		batch = [];
	}
	store();
}

const server = {
	...{ host: text, port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)) },
	...{
		security: v.picklist(['tls', 'starttls', 'none']),
		allowPlain: v.optional(v.boolean()),
		trusted: v.optional(v.pipe(v.string(), v.maxLength(100_000))),
	},
};
const mailboxLineSchema = v.object({
	id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,40}$/)),
	account: v.object({
		...{ name: text, line: lineIdSchema, address: text, active: v.boolean(), plusAddressing: v.optional(v.boolean()) },
		imap: v.optional(
			v.object({
				...server,
				user: text,
				folder: text,
				start: v.picklist(['new', 'unseen', 'all']),
				after: v.picklist(['seen', 'leave', 'move']),
				moveTo: v.optional(text),
			}),
		),
		smtp: v.optional(v.object({ ...server, user: v.optional(text) })),
	}),
	place: v.nullable(
		v.object({
			...{
				folder: text,
				uid_validity: text,
				last_uid: moment,
				backlog_until: moment,
				since: v.nullable(moment),
				begun_at: moment,
			},
			...{
				last_fetch_at: v.nullable(moment),
				last_mail_at: v.nullable(moment),
				taken: moment,
				duplicates: moment,
				skipped: moment,
			},
		}),
	),
});

/** Switched off: two desks must not fetch from one mailbox, and the passwords are not there. */
async function addMailboxes(archive: OpenArchive, db: DatabaseSync): Promise<number> {
	const insert = db.prepare('INSERT INTO mailboxes (id, account, created_at, changed_at) VALUES (?, ?, ?, ?)');
	const place =
		db.prepare(`INSERT INTO mailbox_places (mailbox, folder, uid_validity, last_uid, backlog_until, since, begun_at,
		last_fetch_at, last_mail_at, taken, duplicates, skipped) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
	let count = 0;
	for await (const { id, account, place: read } of checked(archive, lists.mailboxes, mailboxLineSchema)) {
		storeOrRefuse(lists.mailboxes, () => {
			insert.run(id, JSON.stringify({ ...account, active: false }), count, count);
			if (read === null) return;
			place.run(
				...[id, read.folder, read.uid_validity, read.last_uid, read.backlog_until, read.since, read.begun_at],
				...[read.last_fetch_at, read.last_mail_at, read.taken, read.duplicates, read.skipped],
			);
		});
		count++;
	}
	return count;
}

async function addRecords({ archive, installation, generations, onProgress }: Filling): Promise<void> {
	const numbers = new Set<string>();
	let stored = 0;
	let batch: DocumentChange[] = [];
	const store = async () => {
		if (batch.length === 0) return;
		const outcome = await installation.relay.change({ documents: batch });
		mustBeStored(outcome, batch.length === 1 ? (batch[0] as DocumentChange).id : 'one of the records');
		stored += batch.length;
		batch = [];
		onProgress?.(stored);
	};
	for (const kind of recordKinds)
		for await (const line of recordsIn(archive, kind)) {
			const { record, generation } = line;
			if (generations.has(record.id)) throw new OperationRefused(`${fileOfKind[kind]}: ${record.id} is there twice.`);
			generations.set(record.id, generation);
			for (const [, entry] of record.entries) {
				if (entry.kind !== 'opened') continue;
				if (numbers.has(entry.number))
					throw new OperationRefused(`${fileOfKind[kind]}: two tickets have the number ${entry.number}.`);
				numbers.add(entry.number);
			}
			batch.push(toChange(line));
			if (batch.length >= batchSize) await store();
		}
	await store();
}

/** What the relay has answered is answered; what it had not comes before the witness here. */
function toChange({ record, awaiting }: RecordLine): DocumentChange {
	return {
		id: record.id,
		change: (doc) => writePortable(doc, record),
		answers: record.entries.map(([id]) => id).filter((id) => !awaiting.has(id)),
	};
}

const erasedSchema = v.object({ id: documentIdSchema, erasedAt: moment });

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

function mustBeStored(outcome: ChangeOutcome, what: string): void {
	if (outcome.kind === 'ok') return;
	if (outcome.kind === 'storage-full') throw new OperationRefused('The disk is full.');
	if (outcome.kind === 'refused') throw new OperationRefused(`${what} is larger than a document may be.`);
	throw new OperationRefused('It was interrupted.');
}

function readJson(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}
