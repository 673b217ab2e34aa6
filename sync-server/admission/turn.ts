import * as Y from 'yjs';
import type { Scope } from '../../src/lib/domain/audience.ts';
import type { EntryId } from '../../src/lib/domain/ids.ts';
import type { DeviceIdentity } from '../device-identity.ts';
import type { OpenDocument } from './open-document.ts';
import type { Additions } from './rules.ts';
import type { ChangeOutcome, Outcome, RelayChange, Submission } from './submission.ts';

interface Waiting<Item, Result> {
	item: Item;
	resolve(result: Result): void;
}
export type WaitingSubmission = Waiting<Submission, Outcome>;
export type WaitingChange = Waiting<RelayChange, ChangeOutcome> & { reject(error: unknown): void };

/** What a turn does to one document, before it is written. */
export interface Turn {
	open: OpenDocument;
	updates: Uint8Array[];
	accepted: WaitingSubmission[];
	newClients: Map<number, string>;
	relayClient: number | undefined;
	entries: Additions['entries'];
	numbers: string[];
	/** Entries that were handed over after a restore, and by whom. */
	offered: Map<EntryId, DeviceIdentity>;
	answered: EntryId[];
	scopesBefore: readonly Scope[];
	touched: boolean;
	/** The relay itself wrote, too: then nobody has all of the turn already. */
	hasOwnChange: boolean;
}

export function beginTurn(open: OpenDocument): Turn {
	return {
		open,
		updates: [],
		accepted: [],
		newClients: new Map(),
		relayClient: undefined,
		entries: [],
		numbers: [],
		offered: new Map(),
		answered: [],
		scopesBefore: open.scopes,
		touched: false,
		hasOwnChange: false,
	};
}

export interface Captured {
	updates: Uint8Array[];
	transaction: Y.Transaction;
}

/** Runs a transaction on a document and returns what it changed, as bytes. */
export function capture(doc: Y.Doc, run: () => Y.Transaction | void): Captured {
	const updates: Uint8Array[] = [];
	const listen = (update: Uint8Array) => updates.push(update);
	doc.on('update', listen);
	try {
		const transaction = run();
		return { updates, transaction: transaction as Y.Transaction };
	} finally {
		doc.off('update', listen);
	}
}

export function merged(updates: readonly Uint8Array[]): Uint8Array | undefined {
	return updates.length > 1 ? Y.mergeUpdates([...updates]) : updates[0];
}

export function authorsOf(group: readonly WaitingSubmission[]): DeviceIdentity[] {
	const byDevice = new Map(group.map(({ item }) => [item.identity.device, item.identity]));
	return [...byDevice.values()];
}

export function isSameAudience(a: readonly Scope[], b: readonly Scope[]): boolean {
	return a.length === b.length && a.every((scope, i) => scope === b[i]);
}
