import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import yauzl from 'yauzl';
import { OperationRefused } from '../commands/operation.ts';

/** An archive that somebody else may have made. What is wrong with it is an OperationRefused, in words. */
export interface OpenArchive {
	/** Size of each file in it, unpacked. */
	sizes: ReadonlyMap<string, number>;
	/** Its bytes; never more than `sizes` says. */
	read(name: string): AsyncGenerator<Uint8Array>;
	close(): void;
}

export interface ArchiveLimits {
	files: number;
	/** To how much all together may unpack. */
	totalBytes: number;
	/** To how much a file may unpack that takes so many bytes in the archive. */
	bytesOf(name: string, packed: number): number;
	/** Whether a name is one of those that such an archive has. */
	isKnown(name: string): boolean;
}

/**
 * OA1 A name is one of those that are known, once: nothing leads out of a folder, and nothing is read that was not asked for.
 * OA2 Nothing unpacks to more than it says, and what it says is limited before anything is unpacked.
 * OA3 An archive that ends too early, lies about its own places or is no archive is refused.
 */
export async function openArchive(path: string, limits: ArchiveLimits): Promise<OpenArchive> {
	const isFile = await stat(path).then(
		(found) => found.isFile(),
		() => false,
	);
	if (!isFile) throw new OperationRefused(`There is no file ${path}.`);
	const archive = await yauzl
		.openPromise(path, { autoClose: false, strictFileNames: true })
		.catch((thrown: unknown) => {
			throw new OperationRefused(`${path} is no whole ZIP archive (${wordsOf(thrown)}). Was it copied to its end?`);
		});
	const entries = new Map<string, yauzl.Entry>();
	try {
		let unpacked = 0;
		for await (const entry of archive.eachEntry()) {
			const name = entry.fileName;
			if (name.endsWith('/') && entry.uncompressedSize === 0) continue;
			if (!limits.isKnown(name)) throw new OperationRefused(`${shown(name)} is no part of such an archive.`);
			if (entries.has(name)) throw new OperationRefused(`${shown(name)} is in the archive twice.`);
			if (entries.size >= limits.files)
				throw new OperationRefused(`There are more than ${limits.files} files in the archive.`);
			if (entry.isEncrypted())
				throw new OperationRefused(`${shown(name)} is encrypted. Unpack the archive and pack it without a password.`);
			unpacked += entry.uncompressedSize;
			if (entry.uncompressedSize > limits.bytesOf(name, entry.compressedSize))
				throw new OperationRefused(
					`${shown(name)} would unpack to ${entry.uncompressedSize} bytes, more than it can hold. It was not unpacked.`,
				);
			if (unpacked > limits.totalBytes)
				throw new OperationRefused(
					`The archive would unpack to more than there is room for: ${unpacked} bytes and more.`,
				);
			entries.set(name, entry);
		}
	} catch (thrown) {
		archive.close();
		if (thrown instanceof OperationRefused) throw thrown;
		throw new OperationRefused(`The list of files in ${path} cannot be read (${wordsOf(thrown)}).`);
	}
	return {
		sizes: new Map([...entries].map(([name, entry]) => [name, entry.uncompressedSize])),
		async *read(name) {
			const entry = entries.get(name);
			if (entry === undefined) throw new OperationRefused(`${shown(name)} is missing in the archive.`);
			try {
				const stream = await archive.openReadStreamPromise(entry);
				for await (const piece of stream) yield piece as Uint8Array;
			} catch (thrown) {
				if (thrown instanceof OperationRefused) throw thrown;
				throw new OperationRefused(`${shown(name)} in the archive cannot be unpacked (${wordsOf(thrown)}).`);
			}
		},
		close: () => archive.close(),
	};
}

/** The SHA-256 of a file in the archive. */
export async function hashIn(archive: OpenArchive, name: string): Promise<string> {
	const hash = createHash('sha256');
	for await (const piece of archive.read(name)) hash.update(piece);
	return hash.digest('hex');
}

export async function textIn(archive: OpenArchive, name: string, mostBytes: number): Promise<string> {
	if ((archive.sizes.get(name) ?? 0) > mostBytes) throw new OperationRefused(`${shown(name)} is too large.`);
	const pieces: Uint8Array[] = [];
	for await (const piece of archive.read(name)) pieces.push(piece);
	return decoded(Buffer.concat(pieces), name);
}

/** Each line of a file in the archive as JSON, with its number. */
export async function* linesIn(
	archive: OpenArchive,
	name: string,
	mostBytes: number,
): AsyncGenerator<{ value: unknown; line: number }> {
	let rest: Uint8Array[] = [];
	let length = 0;
	let line = 0;
	const parse = (bytes: Uint8Array) => {
		line++;
		try {
			return { value: JSON.parse(decoded(bytes, name)) as unknown, line };
		} catch (thrown) {
			if (thrown instanceof OperationRefused) throw thrown;
			throw new OperationRefused(`${name}, line ${line}: no JSON.`);
		}
	};
	for await (const piece of archive.read(name)) {
		let from = 0;
		for (let end = piece.indexOf(newLine); end >= 0; end = piece.indexOf(newLine, from)) {
			yield parse(Buffer.concat([...rest, piece.subarray(from, end)]));
			rest = [];
			length = 0;
			from = end + 1;
		}
		rest.push(piece.subarray(from));
		length += piece.length - from;
		if (length > mostBytes) throw new OperationRefused(`${name}, line ${line + 1}: longer than ${mostBytes} bytes.`);
	}
	if (length > 0) yield parse(Buffer.concat(rest));
}

const newLine = 10;

function decoded(bytes: Uint8Array, name: string): string {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		throw new OperationRefused(`${name} is no text in UTF-8.`);
	}
}

function wordsOf(thrown: unknown): string {
	return (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 200);
}

/** A name of a stranger, for a message: short and without signs that move the cursor. */
function shown(name: string): string {
	const plain = name.replaceAll(/[^\x20-\x7e\u00a1-\u024f]/g, '?');
	return plain.length > 80 ? `${plain.slice(0, 80)}…` : plain;
}
