/**
 * Writes a ZIP archive piece by piece, as app and relay hand data out:
 *
 *   for each file   local header, its bytes, and after streamed bytes a descriptor with their size and checksum
 *   at the end      the directory of all files, and where it begins
 *
 * A file whose bytes are there is stored as it is, with its size in front: every program can read that. A stream is deflated by what the
 * caller brings. Sizes and places above 4 GB are written in 64 bits (ZIP64).
 */
export interface ArchiveFile {
	/** With `/` between folders. */
	name: string;
	content: Uint8Array | AsyncIterable<Uint8Array>;
}

export interface ArchiveOptions {
	/** The time that the files bear, ms since 1970. */
	at: number;
	/** For content that comes as a stream. */
	deflate?: (content: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

interface Listed {
	name: Uint8Array;
	isDeflated: boolean;
	checksum: number;
	packed: number;
	size: number;
	place: number;
}

const limit32 = 0xffffffff;
const limit16 = 0xffff;
/** Names are UTF-8. */
const utf8 = 0x0800;
const described = 0x0008;

export async function* zipArchive(
	files: AsyncIterable<ArchiveFile> | Iterable<ArchiveFile>,
	{ at, deflate }: ArchiveOptions,
): AsyncGenerator<Uint8Array> {
	const moment = dosMoment(at);
	const listed: Listed[] = [];
	let place = 0;
	const passed = (bytes: Uint8Array) => {
		place += bytes.length;
		return bytes;
	};
	for await (const { name: path, content } of files) {
		const name = new TextEncoder().encode(path);
		const file: Listed = { name, isDeflated: false, checksum: 0, packed: 0, size: 0, place };
		if (content instanceof Uint8Array) {
			file.checksum = checksumOf(content, 0);
			file.size = file.packed = content.length;
			yield passed(localHeader(file, moment));
			yield passed(content);
		} else {
			if (deflate === undefined) throw new Error('a stream needs a way to deflate it');
			file.isDeflated = true;
			yield passed(localHeader(file, moment));
			for await (const piece of deflate(measured(content, file))) {
				file.packed += piece.length;
				yield passed(piece);
			}
			yield passed(descriptor(file));
		}
		listed.push(file);
	}
	const directory = place;
	for (const file of listed) yield passed(directoryEntry(file, moment));
	yield ending(listed.length, directory, place - directory);
}

async function* measured(content: AsyncIterable<Uint8Array>, file: Listed): AsyncGenerator<Uint8Array> {
	for await (const piece of content) {
		file.size += piece.length;
		file.checksum = checksumOf(piece, file.checksum);
		yield piece;
	}
}

type Field = [size: 2 | 4 | 8, value: number];

function record(fields: readonly Field[], ...tail: readonly Uint8Array[]): Uint8Array {
	const head = fields.reduce((sum, [size]) => sum + size, 0);
	const bytes = new Uint8Array(tail.reduce((sum, piece) => sum + piece.length, head));
	const view = new DataView(bytes.buffer);
	let at = 0;
	for (const [size, value] of fields) {
		if (size === 2) view.setUint16(at, value, true);
		else if (size === 4) view.setUint32(at, value, true);
		else view.setBigUint64(at, BigInt(value), true);
		at += size;
	}
	for (const piece of tail) {
		bytes.set(piece, at);
		at += piece.length;
	}
	return bytes;
}

function localHeader({ name, isDeflated, checksum, packed, size }: Listed, [time, day]: DosMoment): Uint8Array {
	// The extra field says that the descriptor behind the stream has sizes of 64 bits.
	const extra = isDeflated ? record([...sized(1, 16), [8, 0], [8, 0]]) : new Uint8Array();
	const told = isDeflated ? limit32 : undefined;
	return record(
		[
			...([
				[4, 0x04034b50],
				[2, isDeflated ? 45 : 20],
				[2, isDeflated ? utf8 | described : utf8],
			] as Field[]),
			...([
				[2, isDeflated ? 8 : 0],
				[2, time],
				[2, day],
				[4, isDeflated ? 0 : checksum],
			] as Field[]),
			...([
				[4, told ?? packed],
				[4, told ?? size],
				[2, name.length],
				[2, extra.length],
			] as Field[]),
		],
		name,
		extra,
	);
}

function descriptor({ checksum, packed, size }: Listed): Uint8Array {
	return record([
		[4, 0x08074b50],
		[4, checksum],
		[8, packed],
		[8, size],
	]);
}

function directoryEntry(file: Listed, [time, day]: DosMoment): Uint8Array {
	const { name, isDeflated, checksum, packed, size, place } = file;
	const large = [size, packed, place].filter((value) => value >= limit32);
	const extra =
		large.length === 0
			? new Uint8Array()
			: record([...sized(1, large.length * 8), ...large.map((value): Field => [8, value])]);
	const madeBy = (3 << 8) | 45;
	const ownFile = 0o100644 * 0x10000;
	return record(
		[
			...([
				[4, 0x02014b50],
				[2, madeBy],
				[2, isDeflated ? 45 : 20],
				[2, isDeflated ? utf8 | described : utf8],
			] as Field[]),
			...([
				[2, isDeflated ? 8 : 0],
				[2, time],
				[2, day],
				[4, checksum],
			] as Field[]),
			...([
				[4, Math.min(packed, limit32)],
				[4, Math.min(size, limit32)],
				[2, name.length],
				[2, extra.length],
			] as Field[]),
			...([
				[2, 0],
				[2, 0],
				[2, 0],
				[4, ownFile],
				[4, Math.min(place, limit32)],
			] as Field[]),
		],
		name,
		extra,
	);
}

function ending(count: number, directory: number, size: number): Uint8Array {
	const end = record([
		...([
			[4, 0x06054b50],
			[2, 0],
			[2, 0],
			[2, Math.min(count, limit16)],
			[2, Math.min(count, limit16)],
		] as Field[]),
		...([
			[4, Math.min(size, limit32)],
			[4, Math.min(directory, limit32)],
			[2, 0],
		] as Field[]),
	]);
	if (count < limit16 && directory + size < limit32) return end;
	const large = record([
		...([
			[4, 0x06064b50],
			[8, 44],
			[2, 45],
			[2, 45],
			[4, 0],
			[4, 0],
		] as Field[]),
		...([
			[8, count],
			[8, count],
			[8, size],
			[8, directory],
		] as Field[]),
	]);
	return record(
		[],
		large,
		record([
			[4, 0x07064b50],
			[4, 0],
			[8, directory + size],
			[4, 1],
		]),
		end,
	);
}

function sized(id: number, length: number): Field[] {
	return [
		[2, id],
		[2, length],
	];
}

type DosMoment = [time: number, day: number];

/** In steps of two seconds since 1980, in UTC: the format has no time zone. */
function dosMoment(at: number): DosMoment {
	const date = new Date(at);
	const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
	const year = Math.min(Math.max(date.getUTCFullYear() - 1980, 0), 127);
	return [time, (year << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate()];
}

const checksums = Uint32Array.from({ length: 256 }, (_, n) => {
	let value = n;
	for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
	return value;
});

/** CRC-32 of the bytes, continued from that of the bytes before. */
function checksumOf(bytes: Uint8Array, before: number): number {
	let value = ~before;
	for (const byte of bytes) value = (checksums[(value ^ byte) & 0xff] as number) ^ (value >>> 8);
	return ~value >>> 0;
}
