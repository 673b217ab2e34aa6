import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as v from 'valibot';
import * as Y from 'yjs';
import { blobIdSchema, documentIdSchema, type BlobId } from '../domain/ids.ts';
import { limits } from '../protocol/limits.ts';
import { blobIdOf } from './device-blobs.ts';
import type { OutboxEdit } from './record-store.ts';

/**
 * What the relay does not have yet, as a file.
 *
 *   "tresen-unsent\n"      14 bytes
 *   version                varuint, 1
 *   edits                  varuint count, then each: varstring JSON {document, generation, at, what, rejected?}, varbytes update
 *   files                  varuint count, then each: varstring SHA-256, varbytes content
 */
export interface UnsentFile {
	edits: Omit<OutboxEdit, 'n' | 'attempts'>[];
	blobs: { id: BlobId; bytes: Uint8Array }[];
}

export type UnsentReading =
	{ kind: 'ok'; edits: number; blobs: number } | { kind: 'malformed' } | { kind: 'newer'; version: number };

const signature = new TextEncoder().encode('tresen-unsent\n');
const version = 1;

const editSchema = v.object({
	document: documentIdSchema,
	generation: v.pipe(v.number(), v.integer(), v.minValue(0)),
	at: v.pipe(v.number(), v.finite(), v.minValue(0)),
	what: v.pipe(v.string(), v.maxLength(200)),
	rejected: v.optional(
		v.picklist([
			'malformed',
			'too-big',
			'document-too-big',
			'forged-client',
			'forged-author',
			'overwrites-entry',
			'deletes-entry',
			'touches-verdicts',
			'invalid-entry',
			'no-permission',
			'no-access',
			'other-generation',
			'gone',
			'foreign-number',
			'missing-base',
		]),
	),
});

export function encodeUnsent(file: UnsentFile): Uint8Array<ArrayBuffer> {
	const encoder = encoding.createEncoder();
	encoding.writeUint8Array(encoder, signature);
	encoding.writeVarUint(encoder, version);
	encoding.writeVarUint(encoder, file.edits.length);
	for (const { update, ...about } of file.edits) {
		encoding.writeVarString(encoder, JSON.stringify(about));
		encoding.writeVarUint8Array(encoder, update);
	}
	encoding.writeVarUint(encoder, file.blobs.length);
	for (const { id, bytes } of file.blobs) {
		encoding.writeVarString(encoder, id);
		encoding.writeVarUint8Array(encoder, bytes);
	}
	return encoding.toUint8Array(encoder) as Uint8Array<ArrayBuffer>;
}

export function decodeUnsent(
	bytes: Uint8Array,
): { kind: 'ok'; file: UnsentFile } | { kind: 'malformed' } | { kind: 'newer'; version: number } {
	try {
		const decoder = decoding.createDecoder(bytes);
		const start = decoding.readUint8Array(decoder, signature.length);
		if (start.some((byte, i) => byte !== signature[i])) return { kind: 'malformed' };
		const found = decoding.readVarUint(decoder);
		if (found > version) return { kind: 'newer', version: found };
		const file: UnsentFile = { edits: [], blobs: [] };
		for (let rest = decoding.readVarUint(decoder); rest > 0; rest--) {
			const about = v.parse(editSchema, JSON.parse(decoding.readVarString(decoder)));
			const update = readBytes(decoder, limits.updateBytes);
			file.edits.push({ ...about, update, rejected: about.rejected });
		}
		for (let rest = decoding.readVarUint(decoder); rest > 0; rest--) {
			const id = v.parse(blobIdSchema, decoding.readVarString(decoder));
			file.blobs.push({ id, bytes: readBytes(decoder, limits.blobBytes) });
		}
		return decoding.hasContent(decoder) ? { kind: 'malformed' } : { kind: 'ok', file };
	} catch {
		return { kind: 'malformed' };
	}
}

function readBytes(decoder: decoding.Decoder, most: number): Uint8Array {
	const bytes = decoding.readVarUint8Array(decoder);
	if (bytes.length > most) throw new RangeError('too long');
	return bytes.slice();
}

/** A file from outside: every update must be one, every file must be what its name says. */
export async function isSound(file: UnsentFile): Promise<boolean> {
	try {
		for (const { update } of file.edits) Y.decodeUpdate(update);
	} catch {
		return false;
	}
	for (const { id, bytes } of file.blobs) if ((await blobIdOf(bytes)) !== id) return false;
	return true;
}

export function isSameEdit(
	a: Pick<OutboxEdit, 'document' | 'generation' | 'update'>,
	b: Pick<OutboxEdit, 'document' | 'generation' | 'update'>,
): boolean {
	if (a.document !== b.document || a.generation !== b.generation) return false;
	return a.update.length === b.update.length && a.update.every((byte, i) => byte === b.update[i]);
}
