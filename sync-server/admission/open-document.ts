import * as Y from 'yjs';
import type { Scope } from '../../src/lib/domain/audience.ts';
import { audienceOf } from '../../src/lib/domain/audience.ts';
import type { Entry, EntryKind } from '../../src/lib/domain/entry.ts';
import { changedAtOf, foldRecord, linesOf } from '../../src/lib/domain/fold-record.ts';
import { hlcTime } from '../../src/lib/domain/hlc.ts';
import { recordKindOf, recordKinds, type DocumentId, type EntryId, type RecordKind } from '../../src/lib/domain/ids.ts';
import type { Verdict } from '../../src/lib/domain/verdict.ts';
import { deskRoot } from '../../src/lib/document/desk-document.ts';
import { meRoot } from '../../src/lib/document/me-document.ts';
import { readRecord, roots, textRootsOf } from '../../src/lib/document/record-document.ts';
import type { LoadedDocument } from '../store/update-log.ts';

/** Facts that grow with the document, so that they need not be read anew for every entry. */
export interface GrowingFacts {
	entries: Map<EntryId, Entry>;
	verdicts: Map<string, Verdict>;
}

/** A document in memory: exactly what is committed, but for the moment in which a turn is being admitted. */
export interface OpenDocument {
	id: DocumentId;
	/** Its key in the log; undefined until the first append. */
	key: number | undefined;
	generation: number;
	head: number;
	record: RecordKind | undefined;
	doc: Y.Doc;
	/** Which device each Yjs client id belongs to. */
	clients: Map<number, string>;
	facts: GrowingFacts | undefined;
	scopes: Scope[];
	rank: number;
	isOpen: boolean;
	changedAt: number;
	relayClient: number | undefined;
	/** At least the size of the whole document in bytes. */
	bytes: number;
	goneAt: number | undefined;
	/** What putting concurrent writing in order has cost so far. */
	contention: number;
}

/** In which order a device that begins gets documents: standing ones, open tickets, people, knowledge, the rest. */
export const ranks = { standing: 0, openTicket: 1, party: 2, article: 3, history: 4 } as const;

export function openDocument(id: DocumentId, loaded: LoadedDocument | undefined): OpenDocument {
	const record = recordKindOf(id);
	// Named by hand: Yjs else makes up a random name for each, which costs more than a small document's contents.
	const doc = new Y.Doc({ guid: id });
	for (const root of mapRoots(id)) doc.getMap(root);
	if (record !== undefined) for (const root of textRootsOf(record)) doc.getXmlFragment(root);
	if (loaded !== undefined) {
		doc.transact(() => {
			for (const update of loaded.updates) Y.applyUpdate(doc, update);
		});
	}
	return {
		id,
		key: loaded?.row.key,
		generation: loaded?.row.generation ?? 0,
		head: loaded?.row.head ?? 0,
		record,
		doc,
		clients: loaded?.clients ?? new Map(),
		facts: undefined,
		scopes: loaded?.scopes ?? [],
		rank: loaded?.row.rank ?? ranks.standing,
		isOpen: loaded?.row.rank === ranks.openTicket,
		changedAt: loaded?.row.changedAt ?? 0,
		relayClient: loaded?.row.relayClient,
		bytes: loaded?.row.bytes ?? 0,
		goneAt: loaded?.row.goneAt,
		contention: 0,
	};
}

function mapRoots(id: DocumentId): string[] {
	if (id === 'desk') return [deskRoot];
	return id.startsWith('me:') ? [meRoot] : Object.values(roots);
}

const rootsByRecord = new Map<RecordKind, readonly string[]>(
	recordKinds.map((kind) => [kind, [...Object.values(roots), ...textRootsOf(kind)]]),
);

/** The names of root types that a document of that kind has. */
export function rootsOf(open: OpenDocument): readonly string[] {
	return (open.record && rootsByRecord.get(open.record)) ?? mapRoots(open.id);
}

export function factsOf(open: OpenDocument): GrowingFacts {
	if (open.facts === undefined) {
		const reading = readRecord(open.doc);
		open.facts =
			reading.kind === 'empty'
				? { entries: new Map(), verdicts: new Map() }
				: { entries: new Map(reading.facts.entries), verdicts: new Map(reading.facts.verdicts) };
	}
	return open.facts;
}

/** Entries that can change who sees a record or whether it is open; after the others only the time has to follow. */
const settling = new Set<EntryKind>([
	'opened',
	'created',
	'contacted',
	'message',
	'reply-requested',
	'status-set',
	'line-set',
	'line-added',
	'undone',
	'erased',
]);

/** Like `settle`, after these entries came in: what nobody has read yet is read only where it matters. */
export function settleAfter(open: OpenDocument, entries: readonly [EntryId, Entry][], now: number): void {
	if (open.facts !== undefined) for (const [id, entry] of entries) open.facts.entries.set(id, entry);
	if (open.record === undefined || open.key === undefined || entries.some(([, { kind }]) => settling.has(kind)))
		return settle(open, now);
	for (const [, { at }] of entries) open.changedAt = Math.min(now, Math.max(open.changedAt, hlcTime(at)));
}

/** Reads from the facts what the log keeps beside a document: who may see it, its rank, when it changed. */
export function settle(open: OpenDocument, now: number): void {
	if (open.record === undefined) {
		open.scopes = audienceOf(open.id, []);
		open.changedAt = now;
		return;
	}
	const record = foldRecord(open.record, factsOf(open));
	open.isOpen = record?.kind === 'ticket' && record.ticket.status !== 'closed';
	open.rank = rankOf(open.record, open.isOpen);
	open.changedAt = Math.min(now, record === undefined ? now : changedAtOf(record));
	// A record that nothing opened yet is nobody's; an article without lines is everybody's.
	open.scopes = record === undefined ? [] : audienceOf(open.id, linesOf(record)).sort();
}

function rankOf(kind: RecordKind, isOpen: boolean): number {
	if (kind === 'ticket') return isOpen ? ranks.openTicket : ranks.history;
	if (kind === 'interaction') return ranks.history;
	return kind === 'article' ? ranks.article : ranks.party;
}
