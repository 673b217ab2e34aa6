/** What the relay accepts, in bytes and counts; devices keep to it before they send. */
export const limits = {
	/** One frame on a socket. */
	frameBytes: 256 * 1024,
	/** One Yjs update. */
	updateBytes: 128 * 1024,
	/** A whole document: from here it warns, above the other it is refused. */
	documentWarnBytes: 512 * 1024,
	documentBytes: 1024 * 1024,
	/** One document that is handed over after a restore: with all that the relay itself had written into it. */
	offerBytes: 1536 * 1024,
	/** One push request. */
	pushBytes: 2 * 1024 * 1024,
	pushEdits: 500,
	/** One answer to pull or bootstrap; a single document may be larger. Fifty devices may wait for one at once, on lines that break. */
	pageBytes: 512 * 1024,
	/** Documents asked for by name in one request. */
	askedDocuments: 100,
	/** One JSON body. */
	jsonBytes: 64 * 1024,
	/** Who writes where, in one message on the poke channel. */
	writers: 500,
	blobBytes: 50 * 1024 * 1024,
	blobChunkBytes: 1024 * 1024,
} as const;

/** Raised when the meaning of a message changes; a relay talks to this version and the one before. */
export const protocolVersion = 1;
export const oldestProtocolVersion = 1;
/** Every request of the app carries it. */
export const versionHeader = 'x-tresen-version';
