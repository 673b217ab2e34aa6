import type * as Y from 'yjs';
import * as v from 'valibot';
import { belongsTo, readEntry, type Draft, type Entry } from '../domain/entry.ts';
import type { Facts } from '../domain/facts.ts';
import type { Hlc } from '../domain/hlc.ts';
import { recordKinds, type AgentId, type DeviceId, type EntryId, type RecordKind } from '../domain/ids.ts';
import { verdictSchema, type Verdict } from '../domain/verdict.ts';
import { articleTextRoots } from './article-text.ts';
import { fragmentLines } from './fragment-text.ts';

/**
 * The shape of a record document.
 *
 *   root         type           written by          holds
 *   meta         Y.Map          whoever creates it  kind, schema (written once)
 *   entries      Y.Map          devices and relay   entry id -> plain JSON, each written once, never changed, never deleted
 *   verdicts     Y.Map          the relay alone     entry id -> verdict, `stamp:<entry id>` -> time stamp
 *   draft:reply  Y.XmlFragment  devices             the reply being written, one for all
 *   draft:note   Y.XmlFragment  devices             the internal note being written
 *   text:...     Y.XmlFragment  devices             of an article: its text (`article-text.ts`)
 */
export const recordSchemaVersion = 1;

export const roots = { meta: 'meta', entries: 'entries', verdicts: 'verdicts' } as const;
export const draftRoots = { reply: 'draft:reply', note: 'draft:note' } as const;
export type DraftKind = keyof typeof draftRoots;

/** The names of the root types that a record of that kind has, apart from the maps. */
export function textRootsOf(kind: RecordKind): readonly string[] {
	const drafts = Object.values(draftRoots);
	return kind === 'article' ? [...drafts, ...articleTextRoots] : drafts;
}

export interface RecordMeta {
	kind: RecordKind;
	schema: number;
}

const metaSchema = v.object({
	kind: v.picklist(recordKinds),
	schema: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

export type RecordReading =
	| { kind: 'record'; record: RecordKind; facts: Facts }
	/** Written by a newer version of the app: shown read-only, bytes kept. */
	| { kind: 'newer'; record: RecordKind; schema: number; facts: Facts }
	/** Nothing has arrived yet that says what this is. */
	| { kind: 'empty' };

export function readMeta(doc: Y.Doc): RecordMeta | undefined {
	const meta = doc.getMap(roots.meta);
	const parsed = v.safeParse(metaSchema, { kind: meta.get('kind'), schema: meta.get('schema') });
	return parsed.success ? parsed.output : undefined;
}

export function readRecord(doc: Y.Doc): RecordReading {
	const meta = readMeta(doc);
	if (meta === undefined) return { kind: 'empty' };
	const facts = readFacts(doc, meta.kind);
	return meta.schema > recordSchemaVersion
		? { kind: 'newer', record: meta.kind, schema: meta.schema, facts }
		: { kind: 'record', record: meta.kind, facts };
}

/** What was written into a document whose beginning is not here, in the order in which it was written. */
export function readBareEntries(doc: Y.Doc, record: RecordKind): Entry[] {
	return [...readFacts(doc, record).entries.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** Entries that do not fit the schema are kept apart as unknown: a newer app may understand them. */
export function readFacts(doc: Y.Doc, record: RecordKind): Facts {
	const entries = new Map<EntryId, Entry>();
	const unknown = new Map<EntryId, unknown>();
	for (const [id, value] of doc.getMap(roots.entries).entries()) {
		const entry = parseEntry(record, value);
		if (entry === undefined) unknown.set(id as EntryId, value);
		else entries.set(id as EntryId, entry);
	}
	const verdicts = new Map<string, Verdict>();
	for (const [key, value] of doc.getMap(roots.verdicts).entries()) {
		const parsed = v.safeParse(verdictSchema, value);
		if (parsed.success) verdicts.set(key, parsed.output);
	}
	return { entries, verdicts, unknown };
}

/** An entry as it stands in a document, or undefined if this version does not understand it there. */
export function parseEntry(record: RecordKind, value: unknown): Entry | undefined {
	const entry = readEntry(value);
	return entry !== undefined && belongsTo(record, entry.kind) ? entry : undefined;
}

/** Who writes, when, and under which names. One call of `tick` and `newId` for each entry. */
export interface Author {
	agent: AgentId;
	device: DeviceId;
	tick(): Hlc;
	newId(): EntryId;
}

/** Says what a new document is. Call once, in the transaction that creates it. */
export function writeMeta(doc: Y.Doc, kind: RecordKind): void {
	const meta = doc.getMap(roots.meta);
	meta.set('kind', kind);
	meta.set('schema', recordSchemaVersion);
}

/** Appends the drafts as entries of that author, in one transaction, and returns their ids in order. */
export function appendEntries(doc: Y.Doc, author: Author, drafts: readonly Draft[], origin?: unknown): EntryId[] {
	const ids: EntryId[] = [];
	doc.transact(() => {
		for (const draft of drafts) {
			const id = author.newId();
			doc
				.getMap(roots.entries)
				.set(id, withoutUndefined({ ...draft, at: author.tick(), by: author.agent, device: author.device }));
			ids.push(id);
		}
	}, origin);
	return ids;
}

/** The relay's own pen: one verdict under a key that has none yet. */
export function writeVerdict(doc: Y.Doc, key: string, verdict: Verdict): void {
	doc.getMap(roots.verdicts).set(key, withoutUndefined(verdict));
}

export function draftFragment(doc: Y.Doc, kind: DraftKind): Y.XmlFragment {
	return doc.getXmlFragment(draftRoots[kind]);
}

export function isDraftEmpty(doc: Y.Doc, kind: DraftKind): boolean {
	return draftText(doc, kind).trim() === '';
}

/** The draft as plain text, a line a block. */
export function draftText(doc: Y.Doc, kind: DraftKind): string {
	return fragmentLines(draftFragment(doc, kind)).join('\n');
}

export function clearDraft(doc: Y.Doc, kind: DraftKind): void {
	const fragment = draftFragment(doc, kind);
	if (fragment.length > 0) fragment.delete(0, fragment.length);
}

function withoutUndefined<T extends object>(value: T): T {
	return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
