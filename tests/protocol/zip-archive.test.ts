import { Readable } from 'node:stream';
import { createDeflateRaw } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import yauzl from 'yauzl';
import { zipArchive, type ArchiveFile } from '../../src/lib/protocol/zip-archive.ts';

const deflate = (content: AsyncIterable<Uint8Array>) =>
	Readable.from(content, { objectMode: false }).pipe(createDeflateRaw()) as AsyncIterable<Uint8Array>;

async function packed(files: Iterable<ArchiveFile>, at = Date.UTC(2026, 2, 1, 12, 30, 10)): Promise<Buffer> {
	const pieces: Uint8Array[] = [];
	for await (const piece of zipArchive(files, { at, deflate })) pieces.push(piece);
	return Buffer.concat(pieces);
}

async function unpacked(bytes: Buffer): Promise<Map<string, string>> {
	const archive = await yauzl.fromBufferPromise(bytes, { strictFileNames: true });
	const found = new Map<string, string>();
	for await (const entry of archive.eachEntry()) {
		const pieces: Buffer[] = [];
		for await (const piece of await archive.openReadStreamPromise(entry)) pieces.push(piece as Buffer);
		found.set(entry.fileName, Buffer.concat(pieces).toString('base64'));
	}
	return found;
}

async function* inPieces(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
	yield* pieces;
}

test('an archive gives back every file, whether its bytes came whole or as a stream', async () => {
	const name = fc.stringMatching(/^[A-Za-zäöü0-9][A-Za-zäöü0-9 ._-]{0,30}$/u);
	const file = fc.record({
		pieces: fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 4 }),
		isStream: fc.boolean(),
	});
	await fc.assert(
		fc.asyncProperty(fc.dictionary(name, file, { maxKeys: 8, noNullPrototype: true }), async (files) => {
			const given = Object.entries(files).map(([path, { pieces, isStream }]) => ({
				name: path,
				content: isStream ? inPieces(pieces) : Buffer.concat(pieces),
			}));
			const wanted = Object.entries(files).map(([path, { pieces }]) => [
				path,
				Buffer.concat(pieces).toString('base64'),
			]);
			expect(await unpacked(await packed(given))).toEqual(new Map(wanted as [string, string][]));
		}),
		{ numRuns: 40, size: 'max' } as fc.Parameters<unknown>,
	);
});

test('more files than sixteen bits can count are written in the larger form', async () => {
	const none = new Uint8Array();
	const many = Array.from({ length: 66_000 }, (_, i) => ({ name: `files/${i}`, content: none }));
	const archive = await yauzl.fromBufferPromise(await packed(many), {});
	expect(archive.entryCount).toBe(66_000);
});

test('the files bear the time that they were given', async () => {
	const archive = await yauzl.fromBufferPromise(await packed([{ name: 'a', content: new Uint8Array() }]), {});
	for await (const entry of archive.eachEntry())
		expect(entry.getLastModDate({ timezone: 'UTC' }).toISOString()).toBe('2026-03-01T12:30:10.000Z');
});
