import * as Y from 'yjs';
import { toBase64 } from 'lib0/buffer';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { lacksSomething, readVector, stateOfDocument } from '../../src/lib/document/document-state.ts';
import type { CompareAnswer, CompareRequest } from '../../src/lib/protocol/compare.ts';
import type { EditAnswer, PushAnswer } from '../../src/lib/protocol/replica.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import type { DocumentCache } from '../admission/document-cache.ts';
import type { Intake } from '../admission/intake.ts';
import { isVisibleTo } from '../admission/rules.ts';
import type { Screening } from '../admission/screening.ts';
import type { TokenBuckets } from '../admission/token-buckets.ts';
import type { DeviceIdentity } from '../device-identity.ts';
import type { Restored } from '../store/restored.ts';
import type { Answer } from './push.ts';
import { readPush } from './read-push.ts';

export interface CompareParts {
	cache: DocumentCache;
	intake: Intake;
	screening: Screening;
	buckets: TokenBuckets;
	now(): number;
	era: number;
	restored: Restored | undefined;
	/** Lets others have their turn. */
	pause(): Promise<void>;
	/** Configuration came back: what the relay itself keeps there is written anew. */
	onDeskOffered(): void;
}

/** For so long after a restore devices may hand over what others wrote. */
export const handingOverMs = 30 * 24 * 60 * 60_000;
/** What is named to a device waits for its offer; more than that it asks again for. */
const mostNamed = 500;

/** The relay's side of handing over after a restore; protocol/compare.ts names the words. */
export function createComparing(parts: CompareParts) {
	const { cache, intake, screening, buckets, now, era, restored } = parts;
	const namedTo = new Map<string, Set<DocumentId>>();
	const isOpen = () => restored !== undefined && now() < restored.at + handingOverMs;

	/** What the relay has of it, if that is less; undefined if there is nothing to offer. */
	function lackedOf(
		identity: DeviceIdentity,
		{ document, generation, vector, deleted }: CompareRequest['documents'][number],
	): string | undefined {
		const theirs = readVector(vector);
		if (theirs === undefined || theirs.clocks.size === 0) return undefined;
		const open = cache.open(document);
		if (open.goneAt !== undefined || (open.key !== undefined && open.generation !== generation)) return undefined;
		const mine = Y.decodeStateVector(Y.encodeStateVector(open.doc));
		// One that moved to this agent's line after the backup is out of sight here: whoever has all of it was given it.
		const isTheirs = open.key === undefined || isVisibleTo(open, identity) || !lacksSomething(theirs.clocks, mine);
		if (!isTheirs) return undefined;
		if (!lacksSomething(mine, theirs.clocks) && deleted <= stateOfDocument(open.doc).deleted) return undefined;
		return toBase64(Y.encodeStateVector(open.doc));
	}

	/** No feed tells it of that: where its copy is not in the backup, the record never left its lines here. */
	function isHidden(identity: DeviceIdentity, document: DocumentId): boolean {
		const open = cache.open(document);
		return open.key !== undefined && (open.goneAt !== undefined || !isVisibleTo(open, identity));
	}

	return {
		async compare(identity: DeviceIdentity, { documents }: CompareRequest): Promise<Answer<CompareAnswer>> {
			const answer: CompareAnswer = { era, backupAt: restored?.backupAt ?? null, lacking: [], hidden: [] };
			if (!isOpen()) return { kind: 'ok', body: answer };
			if (!buckets.take(identity.device, documents.length, 0)) return { kind: 'refused', reason: 'too-many' };
			const named = new Set(namedTo.get(identity.device));
			for (const [i, asked] of documents.entries()) {
				const vector = lackedOf(identity, asked);
				if (isHidden(identity, asked.document)) answer.hidden.push(asked.document);
				if (vector !== undefined) {
					answer.lacking.push({ document: asked.document, vector });
					if (named.size < mostNamed) named.add(asked.document);
				}
				if (i % 5 === 4) await parts.pause();
			}
			cache.trim();
			if (named.size > 0) namedTo.set(identity.device, named);
			return { kind: 'ok', body: answer };
		},

		async offer(identity: DeviceIdentity, bytes: Uint8Array): Promise<Answer<PushAnswer>> {
			const reading = readPush(buckets, identity, bytes);
			if (reading.kind === 'refused') return reading;
			const named = namedTo.get(identity.device);
			const answers: EditAnswer[] = [];
			for (const { n, document, generation, update } of reading.edits) {
				if (!isOpen() || named?.delete(document) !== true) {
					answers.push({ n, kind: 'rejected', code: 'no-access' });
					continue;
				}
				const trial = await screening.tryOut(update, limits.offerBytes);
				if (trial === 'undecided') return { kind: 'refused', reason: 'try-later' };
				const outcome =
					trial === 'plausible'
						? await intake.submit({ identity, document, generation, update, n: undefined, isOffer: true })
						: ({ kind: 'rejected', code: 'malformed' } as const);
				if (outcome.kind === 'storage-full') return { kind: 'refused', reason: 'storage-full' };
				if (outcome.kind === 'stopped') return { kind: 'refused', reason: 'try-later' };
				if (outcome.kind === 'ok' && document === 'desk') parts.onDeskOffered();
				answers.push({ n, ...outcome });
			}
			if (named?.size === 0) namedTo.delete(identity.device);
			return { kind: 'ok', body: { answers, relayTime: now(), era } };
		},
	};
}
