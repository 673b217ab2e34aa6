import type { BlobId } from '../domain/ids.ts';
import { limits } from '../protocol/limits.ts';
import type { DeviceBlobs } from '../store/device-blobs.ts';
import type { NoAnswer, Transport } from './transport.ts';

/**
 * Sends the files that only this device has, one after the other, each from where the relay has it. A file may arrive before or after
 * the entry that names it. A file that the relay refuses is left for the next time; the others go on.
 */
export async function sendFiles(blobs: DeviceBlobs, transport: Transport): Promise<{ kind: 'ok' } | NoAnswer> {
	for (const { id } of await blobs.unsent()) {
		const bytes = await blobs.get(id);
		if (bytes === undefined) continue;
		const sent = await sendFile(transport, id, bytes);
		if (sent.kind === 'ok') await blobs.markSent(id);
		else if (sent.kind === 'offline' || !isAboutTheFile(sent)) return sent;
	}
	return { kind: 'ok' };
}

/** One file, from where the relay has it; at once where it has all of it. */
export async function sendFile(
	transport: Transport,
	id: BlobId,
	bytes: Uint8Array,
): Promise<{ kind: 'ok' } | NoAnswer> {
	const size = bytes.byteLength;
	let progress = await transport.blobProgress(id);
	// The relay may lose a half file (wrong hash, tidied up) and ask from the start, but not for ever.
	const chunks = Math.ceil(size / limits.blobChunkBytes) + 1;
	for (let tries = 0; tries < 2 * chunks + 2; tries++) {
		if (progress.kind !== 'ok') return progress;
		if (progress.value.complete) return { kind: 'ok' };
		const offset = Math.min(progress.value.received, size);
		const chunk = { offset, size, bytes: bytes.slice(offset, offset + limits.blobChunkBytes) };
		progress = await transport.sendBlobChunk(id, chunk);
	}
	return { kind: 'refused', reason: 'malformed' };
}

function isAboutTheFile(answer: NoAnswer): boolean {
	return (
		answer.kind === 'refused' &&
		(answer.reason === 'too-big' || answer.reason === 'malformed' || answer.reason === 'no-access')
	);
}
