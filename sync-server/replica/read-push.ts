import { limits } from '../../src/lib/protocol/limits.ts';
import { decodePush, MalformedMessage, type Edit } from '../../src/lib/protocol/replica.ts';
import type { TokenBuckets } from '../admission/token-buckets.ts';
import type { DeviceIdentity } from '../device-identity.ts';

export type PushReading =
	{ kind: 'edits'; edits: Edit[] } | { kind: 'refused'; reason: 'too-big' | 'malformed' | 'too-many' };

/** What a device sends to be stored, its own edits or what it hands over: within its limits, or refused as a whole. */
export function readPush(buckets: TokenBuckets, { device }: DeviceIdentity, bytes: Uint8Array): PushReading {
	if (bytes.length > limits.pushBytes) return { kind: 'refused', reason: 'too-big' };
	let edits: Edit[];
	try {
		edits = decodePush(bytes);
	} catch (error) {
		if (error instanceof MalformedMessage) return { kind: 'refused', reason: 'malformed' };
		throw error;
	}
	return buckets.take(device, edits.length, bytes.length)
		? { kind: 'edits', edits }
		: { kind: 'refused', reason: 'too-many' };
}
