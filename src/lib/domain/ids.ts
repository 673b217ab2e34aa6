import * as v from 'valibot';

type Branded<Name extends string> = string & { readonly __brand: Name };

/** A document's name: `<kind of record>/<ulid>`, `desk` or `me:<agent>`. */
export type DocumentId = Branded<'DocumentId'>;
export type EntryId = Branded<'EntryId'>;
export type AgentId = Branded<'AgentId'>;
export type DeviceId = Branded<'DeviceId'>;
export type LineId = Branded<'LineId'>;
export type QueueId = Branded<'QueueId'>;
/** SHA-256 in lower-case hex: the name of a blob. */
export type BlobId = Branded<'BlobId'>;
/** A system that customers use and agents know about. */
export type SystemId = Branded<'SystemId'>;
export type CategoryId = Branded<'CategoryId'>;

/** The author of everything the relay itself writes (mail that came in, for one). */
export const relayAgent = 'relay' as AgentId;
export const relayDevice = 'relay' as DeviceId;

export const recordKinds = ['ticket', 'person', 'organisation', 'article', 'interaction'] as const;
export type RecordKind = (typeof recordKinds)[number];

const ulidPattern = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const recordPattern = /^(ticket|person|organisation|article|interaction)\/[0-9A-HJKMNP-TV-Z]{26}$/;
const namePattern = /^[A-Za-z0-9_-]{1,40}$/;

export const documentIdSchema = v.pipe(
	v.string(),
	v.check(isDocumentId, 'a document id'),
	v.transform((text) => text as DocumentId),
);
export const entryIdSchema = v.pipe(
	v.string(),
	v.regex(ulidPattern),
	v.transform((text) => text as EntryId),
);
export const agentIdSchema = v.pipe(
	v.string(),
	v.regex(namePattern),
	v.transform((text) => text as AgentId),
);
export const deviceIdSchema = v.pipe(
	v.string(),
	v.regex(namePattern),
	v.transform((text) => text as DeviceId),
);
export const lineIdSchema = v.pipe(
	v.string(),
	v.regex(namePattern),
	v.transform((text) => text as LineId),
);
export const queueIdSchema = v.pipe(
	v.string(),
	v.regex(namePattern),
	v.transform((text) => text as QueueId),
);
export const systemIdSchema = v.pipe(
	v.string(),
	v.regex(namePattern),
	v.transform((text) => text as SystemId),
);
export const categoryIdSchema = v.pipe(
	v.string(),
	v.regex(namePattern),
	v.transform((text) => text as CategoryId),
);
export const blobIdSchema = v.pipe(
	v.string(),
	v.regex(/^[0-9a-f]{64}$/),
	v.transform((text) => text as BlobId),
);

export function isDocumentId(text: string): text is DocumentId {
	return text === 'desk' || recordPattern.test(text) || (text.startsWith('me:') && namePattern.test(text.slice(3)));
}

export function isRecordId(document: DocumentId): boolean {
	return recordPattern.test(document);
}

/** The kind of a record document, or undefined for a standing one. */
export function recordKindOf(document: DocumentId): RecordKind | undefined {
	const kind = document.slice(0, Math.max(0, document.indexOf('/')));
	return recordKinds.find((known) => known === kind);
}

export function recordId(kind: RecordKind, ulid: string): DocumentId {
	return `${kind}/${ulid}` as DocumentId;
}

export function meDocument(agent: AgentId): DocumentId {
	return `me:${agent}` as DocumentId;
}

export const deskDocument = 'desk' as DocumentId;
