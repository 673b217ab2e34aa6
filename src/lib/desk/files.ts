import type { BlobId } from '../domain/ids.ts';
import { limits } from '../protocol/limits.ts';
import { pictureTypes } from '../protocol/picture.ts';
import { blobIdOf } from '../store/device-blobs.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { Transport } from '../sync/transport.ts';
import type { Desk } from '../desk.ts';
import { createTurns } from './in-turn.ts';

/** The relay has no more of one device on their way. */
const mostPictures = 4;
const plainMime = /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/i;

/** Files beside messages: stored here first, sent when it can be. */
export function createFiles(parts: {
	store: RecordStore;
	transport: Transport;
	added(): void;
}): Pick<Desk, 'addFile' | 'readFile' | 'readPicture' | 'fileStates'> {
	const { store, transport } = parts;
	const inTurn = createTurns(mostPictures);
	return {
		async addFile(file) {
			if (file.size > limits.blobBytes) return { kind: 'failed', why: 'too-large' };
			try {
				const blob = await store.blobs.add(new Uint8Array(await file.arrayBuffer()));
				parts.added();
				const mime = plainMime.test(file.type) ? file.type.slice(0, 127) : 'application/octet-stream';
				const name = file.name.slice(0, 200) || 'file';
				return { kind: 'ok', attachment: { blob, name, mime, size: file.size } };
			} catch {
				return { kind: 'failed', why: 'quota' };
			}
		},
		async fileStates(blobs) {
			const states = await store.blobs.states(blobs).catch(() => new Map<BlobId, 'local' | 'sent'>());
			return new Map([...states].map(([blob, state]) => [blob, state === 'local' ? 'waiting' : 'here']));
		},
		readPicture: (document, entry, url) =>
			inTurn(async () => {
				const answer = await transport.readPicture({ document, entry, url });
				if (answer.kind === 'offline') return { kind: 'missing', why: 'offline' };
				const types: readonly string[] = pictureTypes;
				if (answer.kind === 'refused' || !types.includes(answer.value.type)) return { kind: 'missing', why: 'refused' };
				return { kind: 'ok', bytes: answer.value };
			}),
		async readFile(blob: BlobId) {
			const here = await store.blobs.get(blob).catch(() => undefined);
			if (here !== undefined) return { kind: 'ok', bytes: new Blob([here]) };
			const answer = await transport.readBlob(blob);
			if (answer.kind === 'offline') return { kind: 'missing', why: 'offline' };
			if (answer.kind === 'refused') {
				const lost = answer.reason === 'not-found' || answer.reason === 'gone' || answer.reason === 'no-access';
				return { kind: 'missing', why: lost ? 'gone' : 'offline' };
			}
			const bytes = new Uint8Array(await answer.value.arrayBuffer());
			if ((await blobIdOf(bytes)) !== blob) return { kind: 'missing', why: 'gone' };
			await store.blobs.keepCopy(blob, bytes).catch(() => false);
			return { kind: 'ok', bytes: new Blob([bytes]) };
		},
	};
}
