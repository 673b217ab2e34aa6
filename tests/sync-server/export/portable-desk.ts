import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { readFileSync, writeFileSync } from 'node:fs';
import yauzl from 'yauzl';
import { toPortable } from '../../../src/lib/document/portable-record.ts';
import { readRecord } from '../../../src/lib/document/record-document.ts';
import { foldRecord } from '../../../src/lib/domain/fold-record.ts';
import { recordKinds } from '../../../src/lib/domain/ids.ts';
import { zipArchive } from '../../../src/lib/protocol/zip-archive.ts';
import { deflated } from '../../../sync-server/archive/write-archive.ts';
import { openSnapshot } from '../../../sync-server/export/desk-snapshot.ts';

/** JSON in which the same values are the same text, maps and sets among them. */
export function canonical(value: unknown): string {
	return JSON.stringify(value, (_key, part: unknown) => {
		if (part instanceof Map) return ['map', [...part.entries()].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))];
		if (part instanceof Set) return ['set', [...part].sort()];
		if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
		return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
	});
}

/** Of every record of a data directory the hash of what it folds to, of its entries, verdicts and texts. */
export function hashesOf(data: string): Record<string, string> {
	const snapshot = openSnapshot(data);
	const hashes: Record<string, string> = {};
	try {
		for (const kind of recordKinds)
			for (const id of snapshot.documentsOfKind(kind)) {
				const doc = snapshot.read(id);
				const reading = doc && readRecord(doc);
				if (doc === undefined || reading === undefined || reading.kind === 'empty') continue;
				const { entries, verdicts } = reading.facts;
				const texts = toPortable(id, doc)?.texts;
				const all = canonical({ folded: foldRecord(kind, reading.facts), entries, verdicts, texts });
				hashes[id] = createHash('sha256').update(all).digest('hex');
			}
		return hashes;
	} finally {
		snapshot.close();
	}
}

export async function unpack(path: string): Promise<Map<string, Buffer>> {
	const archive = await yauzl.fromBufferPromise(readFileSync(path), { strictFileNames: true });
	const files = new Map<string, Buffer>();
	for await (const entry of archive.eachEntry()) {
		const pieces: Buffer[] = [];
		for await (const piece of await archive.openReadStreamPromise(entry)) pieces.push(piece as Buffer);
		files.set(entry.fileName, Buffer.concat(pieces));
	}
	return files;
}

export async function pack(path: string, files: ReadonlyMap<string, Uint8Array>, isDeflated = false): Promise<void> {
	const pieces: Uint8Array[] = [];
	const given = [...files].map(([name, content]) => ({
		name,
		content: isDeflated ? (Readable.from([content], { objectMode: false }) as AsyncIterable<Uint8Array>) : content,
	}));
	for await (const piece of zipArchive(given, { at: 0, deflate: deflated })) pieces.push(piece);
	writeFileSync(path, Buffer.concat(pieces));
}

/** The manifest says what the files are now: as somebody would write it who knows the format. */
export function withManifest(files: ReadonlyMap<string, Buffer>, change: object = {}): Map<string, Buffer> {
	const manifest = JSON.parse(String(files.get('manifest.json'))) as {
		files: { path: string; size: number; sha256: string }[];
	};
	const told = manifest.files.flatMap(({ path }) => {
		const bytes = files.get(path);
		return bytes === undefined
			? []
			: [{ path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }];
	});
	return new Map([...files, ['manifest.json', Buffer.from(JSON.stringify({ ...manifest, files: told, ...change }))]]);
}
