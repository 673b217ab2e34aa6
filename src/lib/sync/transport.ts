import type { BlobId } from '../domain/ids.ts';
import type { BlobProgress } from '../protocol/blob.ts';
import type { CloseReason } from '../protocol/close-reasons.ts';
import type { CompareAnswer, CompareRequest } from '../protocol/compare.ts';
import type { PictureRequest } from '../protocol/picture.ts';
import type {
	BootstrapRequest,
	DocumentsRequest,
	Page,
	Poke,
	PullRequest,
	PushAnswer,
	WritingNews,
} from '../protocol/replica.ts';

/**
 * The way to the relay. One for the browser (`http-transport.ts`); the simulator has its own. Nothing here throws: no network and
 * every refusal are answers.
 */
export interface Transport {
	push(edits: Uint8Array): Promise<Answer<PushAnswer>>;
	pull(request: PullRequest): Promise<Answer<Page>>;
	bootstrap(request: BootstrapRequest): Promise<Answer<Page>>;
	/** Documents by name. */
	documents(request: DocumentsRequest): Promise<Answer<Page>>;
	/** After a restore: what the relay lacks of these, and handing it over. */
	compare(request: CompareRequest): Promise<Answer<CompareAnswer>>;
	offer(edits: Uint8Array): Promise<Answer<PushAnswer>>;
	/** A new block of ticket numbers. */
	block(): Promise<Answer<number>>;
	/** How much of a blob the relay has; `received: 0` if it knows nothing of it. */
	blobProgress(blob: BlobId): Promise<Answer<BlobProgress>>;
	sendBlobChunk(
		blob: BlobId,
		chunk: { offset: number; size: number; bytes: Uint8Array },
	): Promise<Answer<BlobProgress>>;
	readBlob(blob: BlobId): Promise<Answer<Blob>>;
	/** A foreign picture that a message names; its type is the one that its bytes have. */
	readPicture(request: PictureRequest): Promise<Answer<Blob>>;
	/** Who one is: the JSON paths of `protocol/session.ts`. The caller checks what comes back. */
	auth(method: 'GET' | 'POST', path: `/auth/${string}`, body?: unknown): Promise<Answer<unknown>>;
	/** Opens the channel on which the relay says that there is news. Returns the way to close it. */
	openPoke(listener: PokeListener): () => void;
}

export type Answer<T> = { kind: 'ok'; value: T } | NoAnswer;
export type NoAnswer = { kind: 'offline' } | { kind: 'refused'; reason: CloseReason; detail?: string };

export interface PokeListener {
	opened(): void;
	poked(poke: Poke): void;
	/** Colleagues began or ended to write. */
	wrote(news: WritingNews): void;
	/** Called once, also when it could not be opened. Without a reason the line was lost. */
	closed(reason: CloseReason | undefined): void;
}
