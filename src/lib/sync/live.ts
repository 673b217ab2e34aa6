import { WebsocketProvider } from 'y-websocket';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { isRecordId, type DocumentId } from '../domain/ids.ts';
import { isCloseReason, type CloseReason } from '../protocol/close-reasons.ts';
import { liveRoom } from '../protocol/live.ts';
import { backoffDelay } from './backoff.ts';
import { reasonOfCode } from './http-transport.ts';
import type { Sessions } from './session.ts';
import type { Time } from './time.ts';

/**
 * The fast path for what is on screen: letters and carets of others as they type. Nothing depends on it: every edit also goes through
 * the outbox, and comes back by the pull.
 */
export interface Live {
	/** Connects the document until the returned function is called. */
	join(document: DocumentId, generation: number, doc: Y.Doc, awareness: Awareness): () => void;
	/** The network may be back, or somebody looks again. */
	wake(): void;
	close(): void;
}

export interface LiveParts {
	/** `wss://…/live`, without a slash at the end. */
	url: string;
	time: Time;
	sessions: Sessions;
	/** The relay closed a document for a reason that the replica must look into. */
	refused(document: DocumentId, reason: CloseReason): void;
	WebSocket?: typeof WebSocket;
}

/** Records that are connected at once; the standing documents are not counted. */
const mostRecords = 6;

/** A record that is only leafed through needs no connection, and its first frame none either. */
const settleMs = 200;

/** What a refusal asks of us. Reasons that are not here end the connection until the document is opened anew. */
const afterwards: Partial<Record<CloseReason, 'prove' | 'again'>> = {
	'sign-in': 'prove',
	// The document may have been written here a moment ago, and its first edit is still in the outbox.
	'not-found': 'again',
	'too-many': 'again',
};

interface Joined {
	document: DocumentId;
	provider: WebsocketProvider;
	failures: number;
	callOff: () => void;
}

export function createLive(parts: LiveParts): Live {
	const { time, sessions } = parts;
	const joined = new Set<Joined>();
	let closed = false;

	function leave(one: Joined): void {
		if (!joined.delete(one)) return;
		one.callOff();
		one.provider.destroy();
	}

	function makeRoom(): void {
		const records = [...joined].filter(({ document }) => isRecordId(document));
		for (const one of records.slice(0, Math.max(0, records.length - mostRecords))) one.provider.disconnect();
	}

	async function answerRefusal(one: Joined, reason: CloseReason): Promise<void> {
		const next = afterwards[reason];
		if (next === undefined) return parts.refused(one.document, reason);
		one.failures++;
		if (next === 'prove') {
			const renewed = await sessions.renew();
			if (renewed.kind === 'refused') return parts.refused(one.document, renewed.reason);
		}
		one.callOff();
		one.callOff = time.schedule(
			() => {
				if (joined.has(one)) one.provider.connect();
			},
			backoffDelay(one.failures, time.random()),
		);
	}

	return {
		join(document, generation, doc, awareness) {
			if (closed) return () => {};
			const provider = new WebsocketProvider(parts.url, liveRoom(document, generation), doc, {
				awareness,
				connect: !isRecordId(document),
				disableBc: true,
				maxBackoffTime: 30_000,
				...(parts.WebSocket === undefined ? {} : { WebSocketPolyfill: parts.WebSocket }),
			});
			const one: Joined = { document, provider, failures: 0, callOff: () => {} };
			provider.on('closed', ({ code, reason }: { code: number; reason: string }) => {
				const named = isCloseReason(reason) ? reason : reasonOfCode(code);
				if (named !== undefined && !closed) void answerRefusal(one, named);
			});
			provider.on('sync', (synced: boolean) => {
				if (synced) one.failures = 0;
			});
			joined.add(one);
			if (isRecordId(document))
				one.callOff = time.schedule(() => {
					provider.connect();
					makeRoom();
				}, settleMs);
			return () => leave(one);
		},
		wake() {
			const records = [...joined].filter(({ document }) => isRecordId(document)).slice(-mostRecords);
			for (const one of joined)
				if ((!isRecordId(one.document) || records.includes(one)) && !one.provider.wsconnected) one.provider.connect();
		},
		close() {
			if (closed) return;
			closed = true;
			for (const one of [...joined]) leave(one);
		},
	};
}
