import type { OutboxItem } from '../desk.ts';

/**
 * Refused edits by their cause. What was written on top of a refused edit is refused too, because that one is missing on the relay:
 * it is no problem of its own, so it stands with the first.
 */
export function refusalsOf(items: readonly OutboxItem[]): OutboxItem[][] {
	const refusals: OutboxItem[][] = [];
	const causeOf = new Map<OutboxItem['document'], OutboxItem[]>();
	for (const item of items) {
		if (item.rejected === undefined) continue;
		const cause = causeOf.get(item.document);
		if (cause !== undefined && item.rejected === 'missing-base') {
			cause.push(item);
			continue;
		}
		const refusal = [item];
		refusals.push(refusal);
		causeOf.set(item.document, refusal);
	}
	return refusals;
}
