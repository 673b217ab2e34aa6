/**
 * Files, by the SHA-256 of their bytes.
 *
 *   HEAD  /blobs/<sha256>                  -> 200 complete | 206 with `x-tresen-received: bytes` | 404
 *   PATCH /blobs/<sha256>?offset=N&size=S  body: the next bytes, at most limits.blobChunkBytes
 *                                          -> 200 {complete, received} | 409 {received}: go on there
 *   GET   /blobs/<sha256>                  -> the bytes; only for devices that may see a record which names it
 *
 * When the last byte is there the relay hashes the file; a wrong hash is `malformed` and the upload begins anew.
 */
export const receivedHeader = 'x-tresen-received';
export interface BlobProgress {
	complete: boolean;
	received: number;
}
