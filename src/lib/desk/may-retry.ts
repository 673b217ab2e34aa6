import type { RejectionCode } from '../protocol/replica.ts';

/**
 * Refusals that can have passed: a right or a ticket that one has again, what an edit builds on has arrived, a relay that took half a
 * request. The others would be refused again for ever.
 */
const passing: ReadonlySet<RejectionCode> = new Set(['no-permission', 'no-access', 'missing-base', 'malformed']);

export function mayRetry(rejected: RejectionCode | undefined): boolean {
	return rejected !== undefined && passing.has(rejected);
}
