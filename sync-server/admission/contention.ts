import * as Y from 'yjs';
import type { UpdateScan } from './scan-update.ts';

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

/**
 * Whether an update could hold up the relay: looked at before it is applied. What it does among its own structs is left to
 * the screening, which tries every update of many.
 */
export function couldContend(doc: Y.Doc, { structs, clients }: Pick<UpdateScan, 'structs' | 'clients'>): boolean {
	let clocks = 0;
	for (const { client, from, to } of clients) clocks += Math.max(0, to - Math.max(from, Y.getState(doc.store, client)));
	let known = 0;
	for (const list of doc.store.clients.values()) known += list.length;
	return Math.min(structs, clocks) * known > contention.worstSteps;
}

/** How many items that stood there already lie between each new item's neighbours as its author saw them. */
export function stepsOf(transaction: Y.Transaction): number {
	const { store } = transaction.doc;
	const isOld = ({ id }: Y.Item) => id.clock < (transaction.beforeState.get(id.client) ?? 0);
	const displaced = new Map<unknown, Y.Item[]>();
	for (const [client, clock] of transaction.afterState) {
		const before = transaction.beforeState.get(client) ?? 0;
		if (clock <= before) continue;
		const structs = store.clients.get(client) ?? [];
		for (let i = structs.length - 1; i >= 0; i--) {
			const struct = structs[i];
			if (struct === undefined || struct.id.clock < before) break;
			if (!(struct instanceof Y.Item) || struct.parentSub !== null || isWhereItWasWritten(struct)) continue;
			const together = displaced.get(struct.parent);
			if (together === undefined) displaced.set(struct.parent, [struct]);
			else together.push(struct);
		}
	}
	let steps = 0;
	for (const [parent, items] of displaced) {
		const oldBefore = new Map<unknown, number>();
		let old = 0;
		for (let item = (parent as { _start: Y.Item | null })._start; item !== null; item = item.right) {
			oldBefore.set(item, old);
			if (isOld(item)) old++;
		}
		for (const { origin, rightOrigin } of items) {
			const from = origin === null ? 0 : (oldBefore.get(Y.getItem(store, origin)) ?? 0);
			const to = rightOrigin === null ? old : (oldBefore.get(Y.getItem(store, rightOrigin)) ?? old);
			steps += Math.max(0, to - from);
		}
	}
	return steps;
}

function isWhereItWasWritten({ left, right, origin, rightOrigin }: Y.Item): boolean {
	return isAt(left, origin) && isAt(right, rightOrigin);
}

function isAt(item: Y.Item | null, id: Y.ID | null): boolean {
	if (item === null || id === null) return item === null && id === null;
	return item.id.client === id.client && id.clock >= item.id.clock && id.clock < item.id.clock + item.length;
}
