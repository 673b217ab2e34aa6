import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as v from 'valibot';
import { agentIdSchema, documentIdSchema, isDocumentId, type DocumentId } from '../domain/ids.ts';
import { mostTierDays } from '../domain/tier.ts';
import { limits } from './limits.ts';

/**
 * The background channel: what devices push and pull over HTTP.
 *
 *   POST /replica/push       body encodePush(edits)        -> JSON PushAnswer
 *   POST /replica/pull       body JSON PullRequest         -> encodePage(page)
 *   POST /replica/bootstrap  body JSON BootstrapRequest    -> encodePage(page)
 *   POST /replica/documents  body JSON DocumentsRequest    -> encodePage(page): these documents, as far as they may be seen
 *   POST /replica/blocks     body JSON {}                  -> JSON {block}: a new block of ticket numbers
 *   GET  /replica/poke       WebSocket; the relay sends JSON Poke when there is something to pull, and at least every 20 s,
 *                            and JSON WritingNews when somebody begins or ends to write in a record
 *
 * Push is idempotent by (device, n): the same n again is answered `duplicate` with the seq it got.
 * Pull returns whole documents' news (a snapshot, or the tail of updates after the cursor), so a page applied twice changes nothing.
 * Bootstrap walks all documents once, open tickets first and newest first; what changes meanwhile comes with the next pull,
 * which starts at the cursor of the *first* bootstrap page.
 * A device with `recentDays` gets the headers of tickets that are cold for it (domain/tier.ts) instead of the documents. What it then lacks,
 * the beginning of a document whose tail came or a document that it holds and of which only the header came, it asks for by name.
 */
export interface Edit {
	/** The outbox number, rising, unique on the device. */
	n: number;
	document: DocumentId;
	generation: number;
	/** A Yjs V1 update. */
	update: Uint8Array;
}

export type RejectionCode =
	| 'malformed'
	| 'too-big'
	| 'document-too-big'
	| 'forged-client'
	| 'forged-author'
	| 'overwrites-entry'
	| 'deletes-entry'
	| 'touches-verdicts'
	| 'invalid-entry'
	| 'no-permission'
	| 'no-access'
	| 'other-generation'
	| 'gone'
	| 'foreign-number'
	| 'missing-base';

export type EditAnswer =
	| { n: number; kind: 'ok'; seq: number }
	| { n: number; kind: 'duplicate'; seq: number }
	| { n: number; kind: 'rejected'; code: RejectionCode };

export interface PushAnswer {
	answers: EditAnswer[];
	/** The relay's clock, ms since 1970. */
	relayTime: number;
	era: number;
}

export interface DocumentNews {
	document: DocumentId;
	generation: number;
	/** The newest sequence number of the document. */
	head: number;
	/** snapshot: `updates` are the whole document · tail: `updates` follow what the device has up to its cursor. */
	from: 'snapshot' | 'tail';
	updates: Uint8Array[];
}

/** What a device that does not hold a ticket is told of it. */
export interface HeaderNews {
	document: DocumentId;
	generation: number;
	head: number;
	/** See ticket-header.ts. */
	header: string;
}

export interface Page {
	documents: DocumentNews[];
	/** Only where the device asked with `recentDays`. */
	headers?: HeaderNews[];
	/** Erased for everybody. */
	gone: DocumentId[];
	/** No longer visible to this device: it deletes its copy. */
	dropped: DocumentId[];
	/** Where the next pull starts. On a bootstrap page: the head of the feed when this page was read. */
	cursor: number;
	/** Pull: there is more. Bootstrap: the key of the next page, null at the end. */
	next: string | null;
	/** How many documents there are in all (bootstrap), or still to come (pull); for the progress bar. */
	total: number;
	relayTime: number;
	era: number;
	/** Rises when the agent's lines change: the device then asks for its scopes again. */
	scopeRevision: number;
}

const recentDaysSchema = v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(mostTierDays)));

export const pullRequestSchema = v.strictObject({
	/** Tickets in which nothing happened for longer come as headers; absent: everything whole. */
	recentDays: recentDaysSchema,
	cursor: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
	/**
	 * Where the feed stood before the first of several pages. A document comes once, at the place of its newest change: what was written in it
	 * earlier, before the page that is asked for, comes with it.
	 */
	since: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
	scopeRevision: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
export type PullRequest = v.InferOutput<typeof pullRequestSchema>;

export const bootstrapRequestSchema = v.strictObject({
	/** `next` of the page before; null to begin. */
	after: v.nullable(v.pipe(v.string(), v.maxLength(80))),
	recentDays: recentDaysSchema,
	/** Only headers of what is cold: the app has come to show them in another way. */
	only: v.optional(v.literal('headers')),
	/** Only documents of these scopes; absent means all that the device may see. */
	scopes: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(60))), v.maxLength(200))),
});
export type BootstrapRequest = v.InferOutput<typeof bootstrapRequestSchema>;

export const documentsRequestSchema = v.strictObject({
	/** `head`: the newest number that the device has of it, 0 for nothing or for what may have gaps. */
	documents: v.pipe(
		v.array(
			v.strictObject({
				document: documentIdSchema,
				generation: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
				head: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
			}),
		),
		v.maxLength(limits.askedDocuments),
	),
});
export type DocumentsRequest = v.InferOutput<typeof documentsRequestSchema>;

const doingSchema = v.picklist(['replying', 'noting']);
const writingSchema = v.object({ document: documentIdSchema, agent: agentIdSchema, doing: doingSchema });
/** Somebody writes in a record now. Told to those who see the record, and never stored. */
export type Writing = v.InferOutput<typeof writingSchema>;

export const pokeSchema = v.object({
	head: v.number(),
	scopeRevision: v.number(),
	relayTime: v.number(),
	/** The relay's build, to notice that the app is older. */
	build: v.optional(v.string()),
	/** All who write now; what was known before is over. Where it is left out, nothing is said of it. */
	writing: v.optional(v.pipe(v.array(writingSchema), v.maxLength(limits.writers))),
});
export type Poke = v.InferOutput<typeof pokeSchema>;

/** What has changed in who writes; null: no longer. */
export const writingNewsSchema = v.object({
	writingNews: v.pipe(
		v.array(v.object({ ...writingSchema.entries, doing: v.nullable(doingSchema) })),
		v.maxLength(limits.writers),
	),
});
export type WritingNews = v.InferOutput<typeof writingNewsSchema>['writingNews'];

/** A message that is not what it should be. Thrown by the readers here only; callers answer `malformed`. */
export class MalformedMessage extends Error {
	override name = 'MalformedMessage';
}

export function encodePush(edits: readonly Edit[]): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, edits.length);
	for (const edit of edits) {
		encoding.writeVarUint(encoder, edit.n);
		encoding.writeVarString(encoder, edit.document);
		encoding.writeVarUint(encoder, edit.generation);
		encoding.writeVarUint8Array(encoder, edit.update);
	}
	return encoding.toUint8Array(encoder);
}

/** Throws MalformedMessage. The updates are views into `bytes`. */
export function decodePush(bytes: Uint8Array): Edit[] {
	return reading(bytes, (decoder) => {
		const count = decoding.readVarUint(decoder);
		if (count > limits.pushEdits) throw new MalformedMessage('too many edits');
		const edits: Edit[] = [];
		for (let i = 0; i < count; i++) {
			const n = decoding.readVarUint(decoder);
			const document = readDocumentId(decoder);
			const generation = decoding.readVarUint(decoder);
			edits.push({ n, document, generation, update: decoding.readVarUint8Array(decoder) });
		}
		return edits;
	});
}

export function encodePage(page: Page): Uint8Array {
	const encoder = encoding.createEncoder();
	// Room for all of it at once: an encoder that grows holds several times what it has written.
	encoder.cbuf = new Uint8Array(roomFor(page));
	encoding.writeVarString(
		encoder,
		JSON.stringify({
			gone: page.gone,
			dropped: page.dropped,
			cursor: page.cursor,
			next: page.next,
			total: page.total,
			relayTime: page.relayTime,
			era: page.era,
			scopeRevision: page.scopeRevision,
		}),
	);
	encoding.writeVarUint(encoder, page.documents.length);
	for (const news of page.documents) {
		encoding.writeVarString(encoder, news.document);
		encoding.writeVarUint(encoder, news.generation);
		encoding.writeVarUint(encoder, news.head);
		encoding.writeUint8(encoder, news.from === 'snapshot' ? 1 : 0);
		encoding.writeVarUint(encoder, news.updates.length);
		for (const update of news.updates) encoding.writeVarUint8Array(encoder, update);
	}
	// Only who asks for headers knows of them.
	if (page.headers !== undefined && page.headers.length > 0) {
		encoding.writeVarUint(encoder, page.headers.length);
		for (const { document, generation, head, header } of page.headers) {
			encoding.writeVarString(encoder, document);
			encoding.writeVarUint(encoder, generation);
			encoding.writeVarUint(encoder, head);
			encoding.writeVarString(encoder, header);
		}
	}
	return encoding.toUint8Array(encoder);
}

/** About the bytes of a page, rather too many. */
function roomFor({ documents, headers = [], gone, dropped }: Page): number {
	const perDocument = 100;
	const updates = documents.reduce((sum, news) => news.updates.reduce((all, { length }) => all + length + 5, sum), 0);
	const texts = headers.reduce((sum, { header }) => sum + header.length, 0);
	return 1000 + updates + texts + perDocument * (documents.length + headers.length + gone.length + dropped.length);
}

/** Throws MalformedMessage. The updates are views into `bytes`. */
export function decodePage(bytes: Uint8Array): Page {
	return reading(bytes, (decoder) => {
		const head = JSON.parse(decoding.readVarString(decoder)) as Omit<Page, 'documents' | 'headers'>;
		const documents: DocumentNews[] = [];
		for (let count = decoding.readVarUint(decoder); count > 0; count--) {
			const document = readDocumentId(decoder);
			const generation = decoding.readVarUint(decoder);
			const newest = decoding.readVarUint(decoder);
			const from = decoding.readUint8(decoder) === 1 ? 'snapshot' : 'tail';
			const updates: Uint8Array[] = [];
			for (let rest = decoding.readVarUint(decoder); rest > 0; rest--)
				updates.push(decoding.readVarUint8Array(decoder));
			documents.push({ document, generation, head: newest, from, updates });
		}
		if (!decoding.hasContent(decoder)) return { ...head, documents };
		const headers: HeaderNews[] = [];
		for (let count = decoding.readVarUint(decoder); count > 0; count--) {
			const document = readDocumentId(decoder);
			const generation = decoding.readVarUint(decoder);
			const newest = decoding.readVarUint(decoder);
			headers.push({ document, generation, head: newest, header: decoding.readVarString(decoder) });
		}
		return { ...head, documents, headers };
	});
}

function readDocumentId(decoder: decoding.Decoder): DocumentId {
	const text = decoding.readVarString(decoder);
	if (!isDocumentId(text)) throw new MalformedMessage('not a document id');
	return text;
}

function reading<T>(bytes: Uint8Array, read: (decoder: decoding.Decoder) => T): T {
	try {
		const decoder = decoding.createDecoder(bytes);
		const value = read(decoder);
		if (decoding.hasContent(decoder)) throw new MalformedMessage('bytes left over');
		return value;
	} catch (error) {
		throw error instanceof MalformedMessage ? error : new MalformedMessage(String(error));
	}
}
