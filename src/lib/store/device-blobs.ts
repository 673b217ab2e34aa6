import type { BlobId } from '../domain/ids.ts';

/**
 * Files on the device, by SHA-256. `local` ones are the only copy and stay until the relay has them; `sent` ones are copies and go
 * first, the least recently used before the others, when the disk is full.
 */
export interface DeviceBlobs {
	/** A file that was added here. Throws StoreFailure `quota` where there is no room. */
	add(bytes: Uint8Array): Promise<BlobId>;
	/** A file that came from the relay. False if the bytes are not those of that name, or there is no room for a copy. */
	keepCopy(id: BlobId, bytes: Uint8Array): Promise<boolean>;
	get(id: BlobId): Promise<Uint8Array<ArrayBuffer> | undefined>;
	/** Those of them that are on this device. */
	states(ids: readonly BlobId[]): Promise<Map<BlobId, 'local' | 'sent'>>;
	/** What the relay does not have yet. */
	unsent(): Promise<{ id: BlobId; size: number }[]>;
	markSent(id: BlobId): Promise<void>;
	remove(id: BlobId): Promise<void>;
	/** Drops copies until `bytes` are free; returns how many bytes went. */
	dropCopies(bytes: number): Promise<number>;
	count(): Promise<number>;
}

export async function blobIdOf(bytes: Uint8Array): Promise<BlobId> {
	const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('') as BlobId;
}
