import type { CloseReason } from '../../src/lib/protocol/close-reasons.ts';
import type { EditAnswer, PushAnswer } from '../../src/lib/protocol/replica.ts';
import type { Intake } from '../admission/intake.ts';
import type { Screening } from '../admission/screening.ts';
import type { TokenBuckets } from '../admission/token-buckets.ts';
import type { DeviceIdentity } from '../device-identity.ts';
import { readPush } from './read-push.ts';

export interface PushParts {
	intake: Intake;
	screening: Screening;
	buckets: TokenBuckets;
	now(): number;
	era: number;
}

export type Answer<T> = { kind: 'ok'; body: T } | { kind: 'refused'; reason: CloseReason };

/** Takes a device's outbox: every edit is answered after it is committed, or refused by name. */
export async function handlePush(
	parts: PushParts,
	identity: DeviceIdentity,
	bytes: Uint8Array,
): Promise<Answer<PushAnswer>> {
	const reading = readPush(parts.buckets, identity, bytes);
	if (reading.kind === 'refused') return reading;
	const { edits } = reading;
	// All are looked at before the first is submitted: one push edits a document in its own order.
	const trials = await Promise.all(edits.map(({ update }) => parts.screening.tryOut(update)));
	if (trials.includes('undecided')) return { kind: 'refused', reason: 'try-later' };
	const outcomes = await Promise.all(
		edits.map(({ n, document, generation, update }, i) =>
			trials[i] === 'plausible'
				? parts.intake.submit({ identity, document, generation, update, n })
				: ({ kind: 'rejected', code: 'malformed' } as const),
		),
	);
	const answers: EditAnswer[] = [];
	for (const [i, outcome] of outcomes.entries()) {
		const n = edits[i]?.n ?? 0;
		if (outcome.kind === 'storage-full') return { kind: 'refused', reason: 'storage-full' };
		if (outcome.kind === 'stopped') return { kind: 'refused', reason: 'try-later' };
		answers.push({ n, ...outcome });
	}
	return { kind: 'ok', body: { answers, relayTime: parts.now(), era: parts.era } };
}
