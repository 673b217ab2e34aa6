import { createReadStream } from 'node:fs';
import { startsWith } from './raw-mail.ts';

const LF = 0x0a;
const CR = 0x0d;
const GREATER = 0x3e;

/** A From_ line is decided by its start; longer lines are passed on in pieces, so memory stays bounded. */
const PIECE_MAX = 64 * 1024;

export type MboxMail =
	{ kind: 'mail'; index: number; raw: Uint8Array } | { kind: 'too-large'; index: number; size: number };

/** A line, or a piece of a long one. Line ends belong to it. */
type Piece = { bytes: Uint8Array; starts: boolean; ends: boolean };

/**
 * The mails of an mbox file, one at a time. A new mail begins at a "From " line at the start or after a blank line that looks like a
 * separator and is followed by a header; ">From " is unquoted by one level (mboxrd, mboxo). LF and CRLF.
 */
export async function* readMbox(path: string, maxBytes: number): AsyncGenerator<MboxMail> {
	yield* splitMbox(createReadStream(path, { highWaterMark: PIECE_MAX }), maxBytes);
}

export async function* splitMbox(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<MboxMail> {
	let mail = createMail(maxBytes);
	let index = 0;
	let afterBlank = true;
	let separator: Uint8Array | undefined;

	for await (const piece of linePieces(chunks)) {
		if (separator) {
			// Only with a header behind it was the line above a separator and not a sentence.
			if (piece.starts && (isHeaderLine(piece.bytes) || startsWith(piece.bytes, 0, '>From '))) {
				if (!mail.isEmpty()) yield mail.finish(index++);
				mail = createMail(maxBytes);
			} else {
				mail.append(separator);
				afterBlank = false;
			}
			separator = undefined;
		}
		if (piece.starts && piece.ends && afterBlank && isSeparator(piece.bytes)) {
			separator = piece.bytes;
			continue;
		}
		mail.append(piece.starts ? unquoted(piece.bytes) : piece.bytes);
		afterBlank = piece.starts && isBlank(piece.bytes);
	}
	// A separator with nothing behind it is the mark of a file that was cut.
	if (!mail.isEmpty()) yield mail.finish(index);
}

function createMail(maxBytes: number) {
	let pieces: Uint8Array[] = [];
	let size = 0;
	let hasText = false;
	return {
		append(bytes: Uint8Array) {
			size += bytes.length;
			hasText ||= !isBlank(bytes);
			if (size > maxBytes) pieces = [];
			else pieces.push(bytes);
		},
		isEmpty: () => !hasText,
		finish(index: number): MboxMail {
			if (size > maxBytes) return { kind: 'too-large', index, size };
			return { kind: 'mail', index, raw: withoutLastBlankLine(Buffer.concat(pieces)) };
		},
	};
}

async function* linePieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Piece> {
	let rest: Uint8Array = new Uint8Array(0);
	let starts = true;
	for await (const chunk of chunks) {
		const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
		let from = 0;
		for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, from)) {
			yield { bytes: bytes.subarray(from, end + 1), starts, ends: true };
			from = end + 1;
			starts = true;
		}
		rest = bytes.subarray(from);
		if (rest.length >= PIECE_MAX) {
			yield { bytes: rest, starts, ends: false };
			rest = new Uint8Array(0);
			starts = false;
		}
	}
	if (rest.length > 0) yield { bytes: rest, starts, ends: true };
}

/** "From name@host Mon Jan  1 10:00:00 2024" in its many forms, "From -", or "From" alone. */
function isSeparator(line: Uint8Array): boolean {
	if (!startsWith(line, 0, 'From ')) return false;
	const rest = Buffer.from(line.subarray(5, 505)).toString('latin1').trim();
	return rest === '' || rest === '-' || (/\b\d{1,2}:\d{2}\b/.test(rest) && /\b\d{4}\b/.test(rest));
}

function isHeaderLine(line: Uint8Array): boolean {
	return /^[!-9;-~]{1,200}[ \t]{0,8}:/.test(Buffer.from(line.subarray(0, 220)).toString('latin1'));
}

function isBlank(line: Uint8Array): boolean {
	return line.length <= 2 && line.every((byte) => byte === LF || byte === CR);
}

function unquoted(line: Uint8Array): Uint8Array {
	let marks = 0;
	while (line[marks] === GREATER) marks++;
	return marks > 0 && startsWith(line, marks, 'From ') ? line.subarray(1) : line;
}

/** The blank line before the next separator belongs to the format, not to the mail. */
function withoutLastBlankLine(raw: Uint8Array): Uint8Array {
	for (const blank of ['\r\n\r\n', '\n\n']) {
		if (raw.length >= blank.length && startsWith(raw, raw.length - blank.length, blank)) {
			return raw.subarray(0, raw.length - blank.length / 2);
		}
	}
	return raw;
}
