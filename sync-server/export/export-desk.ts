import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { deskRoot } from '../../src/lib/document/desk-document.ts';
import { meRoot } from '../../src/lib/document/me-document.ts';
import { toPortable } from '../../src/lib/document/portable-record.ts';
import { deskDocument, recordKinds, type DocumentId, type RecordKind } from '../../src/lib/domain/ids.ts';
import type { ArchiveFile } from '../../src/lib/protocol/zip-archive.ts';
import { blobPath, hashOfFile, sizeOf } from '../backup/durable-files.ts';
import { ownVersion } from '../backup/make-backup.ts';
import { readEra } from '../store/database.ts';
import {
	deskName,
	exportFormat,
	exportVersion,
	fileOfKind,
	filesFolder,
	lists,
	manifestName,
	readmeName,
	type DeskManifest,
} from './desk-format.ts';
import { openSnapshot, type DeskSnapshot } from './desk-snapshot.ts';
import { readmeText } from './readme-text.ts';
import { writeArchive } from '../archive/write-archive.ts';

export interface DeskExportOrder {
	/** The data directory; a relay may be writing there. */
	data: string;
	/** The archive to write. */
	out: string;
	now: number;
}

/**
 * Writes everything of a desk into one archive.
 *
 * XD1 It tells of one moment, read beside the relay, which does not wait.
 * XD2 One record after another is read and written: memory does not grow with their number.
 * XD3 No password, key, session or invitation is in it.
 * XD4 A file whose bytes are not what its name says is left out and named.
 * XD5 It has its name only when it is whole.
 */
export async function exportDesk({
	data,
	out,
	now,
}: DeskExportOrder): Promise<{ manifest: DeskManifest; size: number }> {
	const snapshot = openSnapshot(data);
	try {
		const manifest: DeskManifest = {
			...{ format: exportFormat, version: exportVersion, tresen: await ownVersion(), madeAt: now, era: readEra(data) },
			...{ highestBlock: await highestBlock(data, snapshot.db), counts: {}, files: [] },
			...{ blobs: { count: 0, bytes: 0 }, missing: [] },
		};
		const size = await writeArchive(out, deskFiles(snapshot, data, manifest), now);
		return { manifest, size };
	} finally {
		snapshot.close();
	}
}

export function isInside(folder: string, path: string): boolean {
	const way = relative(resolve(folder), resolve(path));
	return way === '' || !way.startsWith('..');
}

/** The files of the archive in their order; the manifest, which comes last, is filled on the way. */
export async function* deskFiles(
	snapshot: DeskSnapshot,
	data: string,
	manifest: DeskManifest,
): AsyncGenerator<ArchiveFile> {
	const { db } = snapshot;
	const noted = (path: string, content: AsyncIterable<Uint8Array>) => ({
		name: path,
		content: noting(path, content, manifest),
	});
	const list = (path: string, lines: () => Iterable<object>) => noted(path, jsonLines(path, lines(), manifest));

	yield noted(readmeName, once(readmeText));
	yield noted(deskName, once(`${JSON.stringify(configuration(snapshot), null, '\t')}\n`));
	yield list(lists.agents, () => agents(db));
	yield list(lists.personal, () => personal(snapshot));
	const names = new Map<string, Set<string>>();
	for (const kind of recordKinds) yield list(fileOfKind[kind], () => records(snapshot, kind, names));
	yield list(
		lists.erased,
		() =>
			db
				.prepare('SELECT id, gone_at AS erasedAt FROM docs WHERE gone_at IS NOT NULL ORDER BY key')
				.iterate() as Iterable<object>,
	);
	yield list(lists.outgoing, () => outgoing(db));
	yield list(lists.mailIndex, () => mailIndex(db));
	yield list(lists.mailboxes, () => mailboxes(db));
	yield list(lists.audit, () => audit(db));
	const whole = await wholeBlobs(db, data, manifest);
	yield list(lists.files, () => whole.map(({ id, size, storedAt }) => fileLine(db, id, size, storedAt, names.get(id))));
	for (const { id, size } of whole) {
		manifest.blobs.count++;
		manifest.blobs.bytes += size;
		yield { name: `${filesFolder}${id}`, content: createReadStream(blobPath(data, id)) };
	}
	yield { name: manifestName, content: new TextEncoder().encode(`${JSON.stringify(manifest, null, '\t')}\n`) };
}

async function* noting(
	path: string,
	content: AsyncIterable<Uint8Array>,
	{ files }: DeskManifest,
): AsyncGenerator<Uint8Array> {
	const hash = createHash('sha256');
	let size = 0;
	for await (const piece of content) {
		hash.update(piece);
		size += piece.length;
		yield piece;
	}
	files.push({ path, size, sha256: hash.digest('hex') });
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
	yield new TextEncoder().encode(text);
}

/** In pieces of many lines: a piece costs more than a line. */
const pieceLength = 64 * 1024;

async function* jsonLines(path: string, lines: Iterable<object>, { counts }: DeskManifest): AsyncGenerator<Uint8Array> {
	const encoder = new TextEncoder();
	let piece = '';
	let count = 0;
	for (const line of lines) {
		piece += `${JSON.stringify(line)}\n`;
		count++;
		if (piece.length < pieceLength) continue;
		yield encoder.encode(piece);
		piece = '';
	}
	if (piece !== '') yield encoder.encode(piece);
	counts[path] = count;
}

function configuration(snapshot: DeskSnapshot): object {
	const doc = snapshot.read(deskDocument);
	const stored = doc?.getMap(deskRoot).toJSON() ?? {};
	doc?.destroy();
	const values = Object.entries(stored).filter(([key]) => !key.startsWith('agent:'));
	return {
		generation: generationOf(snapshot.db, deskDocument),
		values: Object.fromEntries(values.sort(([a], [b]) => (a < b ? -1 : 1))),
	};
}

function* agents(db: DatabaseSync): Generator<object> {
	for (const row of db
		.prepare('SELECT id, name, mail, role, lines, active, level, created_at FROM agents ORDER BY id')
		.iterate()) {
		const { id, name, mail, role, lines, active, level, created_at: createdAt } = row;
		yield { id, name, mail, role, lines: JSON.parse(lines as string), active: active === 1, level, createdAt };
	}
}

function* personal(snapshot: DeskSnapshot): Generator<object> {
	for (const document of snapshot.documentsOfKind('me')) {
		const doc = snapshot.read(document);
		const settings = doc?.getMap(meRoot).toJSON();
		doc?.destroy();
		if (settings !== undefined)
			yield { agent: document.slice('me:'.length), generation: generationOf(snapshot.db, document), settings };
	}
}

function* records(snapshot: DeskSnapshot, kind: RecordKind, names: Map<string, Set<string>>): Generator<object> {
	const waiting = snapshot.db.prepare(
		'SELECT entry FROM awaiting_verdict WHERE doc = (SELECT key FROM docs WHERE id = ?) ORDER BY id',
	);
	for (const id of snapshot.documentsOfKind(kind)) {
		const doc = snapshot.read(id);
		const record = doc === undefined ? undefined : toPortable(id, doc);
		doc?.destroy();
		if (record === undefined) continue;
		for (const { entry } of record.entries) noteNames(entry, names);
		const { id: document, now, ...rest } = record;
		const awaiting = waiting.all(id).map((row) => row.entry);
		yield { id: document, generation: generationOf(snapshot.db, id), now, ...rest, awaiting };
	}
}

const named = v.object({ blob: v.string(), name: v.string() });

function noteNames(entry: object, names: Map<string, Set<string>>): void {
	const { attachments, value } = entry as { attachments?: unknown; value?: unknown };
	for (const file of [attachments, value].flatMap((some) => (Array.isArray(some) ? (some as unknown[]) : []))) {
		if (!v.is(named, file)) continue;
		const known = names.get(file.blob) ?? new Set();
		names.set(file.blob, known.add(file.name));
	}
}

function* outgoing(db: DatabaseSync): Generator<object> {
	for (const row of db.prepare('SELECT * FROM outbound_mail ORDER BY id').iterate()) {
		const { id: _id, causes, ...mail } = row;
		yield { ...mail, causes: JSON.parse(causes as string) };
	}
}

function* mailIndex(db: DatabaseSync): Generator<object> {
	for (const row of db
		.prepare('SELECT key, content, ticket, imported_at AS at FROM imported_mails ORDER BY key')
		.iterate())
		yield { kind: 'mail', ...row };
	for (const row of db
		.prepare('SELECT message_id AS messageId, ticket FROM mail_threads ORDER BY message_id')
		.iterate())
		yield { kind: 'thread', ...row };
	for (const row of db.prepare('SELECT mail, mailbox FROM mail_arrivals ORDER BY mail, mailbox').iterate())
		yield { kind: 'arrival', ...row };
}

function* mailboxes(db: DatabaseSync): Generator<object> {
	const place = db.prepare('SELECT * FROM mailbox_places WHERE mailbox = ?');
	for (const { id, account } of db.prepare('SELECT id, account FROM mailboxes ORDER BY id').iterate())
		yield { id, account: JSON.parse(account as string) as unknown, place: place.get(id as string) ?? null };
}

function* audit(db: DatabaseSync): Generator<object> {
	for (const row of db.prepare('SELECT * FROM audit_log ORDER BY id').iterate()) {
		const { before, after, at, ...rest } = row;
		const read = (text: unknown) => (typeof text === 'string' ? (JSON.parse(text) as unknown) : null);
		yield { ...rest, at, time: new Date(at as number).toISOString(), before: read(before), after: read(after) };
	}
}

interface WholeBlob {
	id: string;
	size: number;
	storedAt: number;
}

async function wholeBlobs(db: DatabaseSync, data: string, { missing }: DeskManifest): Promise<WholeBlob[]> {
	const whole: WholeBlob[] = [];
	for (const row of db.prepare('SELECT id, size, stored_at AS storedAt FROM blobs ORDER BY id').iterate()) {
		const blob = row as unknown as WholeBlob;
		const path = blobPath(data, blob.id);
		if ((await sizeOf(path)) === blob.size && (await hashOfFile(path)) === blob.id) whole.push({ ...blob });
		else missing.push(blob.id);
	}
	return whole;
}

function fileLine(
	db: DatabaseSync,
	sha256: string,
	size: number,
	storedAt: number,
	names: Set<string> | undefined,
): object {
	const documents = db
		.prepare('SELECT DISTINCT document FROM blob_refs WHERE blob = ? AND vouched = 1 ORDER BY document')
		.all(sha256)
		.map((row) => row.document);
	return { sha256, size, storedAt, names: [...(names ?? [])], documents };
}

function generationOf(db: DatabaseSync, id: DocumentId): number {
	return (db.prepare('SELECT generation FROM docs WHERE id = ?').get(id)?.generation as number | undefined) ?? 0;
}

const given = v.object({ highestBlock: v.number() });

async function highestBlock(data: string, db: DatabaseSync): Promise<number> {
	const read = v.safeParse(given, JSON.parse(await readFile(join(data, 'numbers.json'), 'utf8').catch(() => '{}')));
	const known = db.prepare('SELECT coalesce(max(block), 0) AS block FROM number_blocks').get()?.block as number;
	return Math.max(known, read.success ? read.output.highestBlock : 0);
}
