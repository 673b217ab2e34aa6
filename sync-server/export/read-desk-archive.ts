import { createHash } from 'node:crypto';
import { mkdir, open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { readPortable, type ReadableRecord } from '../../src/lib/document/portable-record.ts';
import {
	documentIdSchema,
	entryIdSchema,
	recordKindOf,
	type EntryId,
	type RecordKind,
} from '../../src/lib/domain/ids.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import { blobPath, ownFile, ownFolder } from '../backup/durable-files.ts';
import { OperationRefused } from '../commands/operation.ts';
import type { Config } from '../config.ts';
import {
	dataFiles,
	deskManifestSchema,
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
import { hashIn, linesIn, textIn, type ArchiveLimits, type OpenArchive } from '../archive/open-archive.ts';

/** One record as JSON: its document is limited, and JSON is larger. */
const mostLineBytes = 8 * limits.documentBytes;

/** A file of a device is smaller; a whole mail that was fetched may be larger than that. */
const mostBlobBytes = 256 * 1024 * 1024;
const smallBytes = 64 * 1024 * 1024;
/** JSON of a desk packs to a tenth or so; what packs to less than a hundredth is made to fill disks. */
const mostRatio = 100;

export async function archiveLimits(data: string): Promise<ArchiveLimits> {
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

export async function verified(archive: OpenArchive, config: Config): Promise<DeskManifest> {
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

export const fileLineSchema = v.object({
	sha256: sha256Schema,
	size: v.pipe(v.number(), v.integer(), v.minValue(0)),
	storedAt: v.pipe(v.number(), v.integer(), v.minValue(0)),
	documents: v.array(documentIdSchema),
});

/** Files as they are named in `files.jsonl`, on the disk under their hash. Returns those that the archive lacks. */
export async function copyBlobs(archive: OpenArchive, work: string, manifest: DeskManifest): Promise<string[]> {
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

export async function* checked<Schema extends v.GenericSchema>(
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

export interface RecordLine {
	record: ReadableRecord;
	generation: number;
	awaiting: ReadonlySet<EntryId>;
}

export async function* recordsIn(archive: OpenArchive, kind: RecordKind): AsyncGenerator<RecordLine> {
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
