import * as Y from 'yjs';
import { limits } from '../../src/lib/protocol/limits.ts';

/**
 * What is written at one place by several at once is put in order item by item: each new item passes all that stand between
 * the two it was written between. For people that is a handful. Made on purpose it is quadratic, and all in one turn.
 */
export const contention = {
	/** New structs times structs that are there: what the worst update could cost. */
	worstSteps: 20_000_000,
	/** Steps that a document takes while it is in memory. */
	steps: 2_000_000,
} as const;

/** Whether an update could hold up the relay: looked at before it is applied. */
export function couldContend(doc: Y.Doc, newStructs: number): boolean {
	// Even the smallest struct takes bytes, and a document has a limit of them.
	if (newStructs * limits.documentBytes <= contention.worstSteps) return false;
	let structs = 0;
	for (const known of doc.store.clients.values()) structs += known.length;
	return newStructs * (structs + newStructs) > contention.worstSteps;
}

/** How many items the new ones have passed on their way, up to `most`. */
export function stepsOf(transaction: Y.Transaction, most: number): number {
	let steps = 0;
	for (const [client, clock] of transaction.afterState) {
		const before = transaction.beforeState.get(client) ?? 0;
		if (clock <= before) continue;
		const structs = transaction.doc.store.clients.get(client) ?? [];
		for (let i = structs.length - 1; i >= 0 && steps < most; i--) {
			const struct = structs[i];
			if (struct === undefined || struct.id.clock + struct.length <= before) break;
			if (struct instanceof Y.Item && struct.parentSub === null) steps += distance(struct, most - steps);
		}
	}
	return steps;
}

/** Items between the neighbours that the author saw, without the item itself. */
function distance(item: Y.Item, most: number): number {
	let steps = 0;
	for (let left = item.left; left !== null && steps < most && !isAt(left, item.origin); left = left.left) steps++;
	for (let right = item.right; right !== null && steps < most && !isAt(right, item.rightOrigin); right = right.right)
		steps++;
	return steps;
}

function isAt(item: Y.Item, id: Y.ID | null): boolean {
	if (id === null || item.id.client !== id.client) return false;
	return id.clock >= item.id.clock && id.clock < item.id.clock + item.length;
}
