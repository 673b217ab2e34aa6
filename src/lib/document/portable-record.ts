import type * as Y from 'yjs';
import * as v from 'valibot';
import type { Entry } from '../domain/entry.ts';
import type { Facts } from '../domain/facts.ts';
import { foldRecord, type Folded } from '../domain/fold-record.ts';
import { hlcSchema, hlcTime } from '../domain/hlc.ts';
import { documentIdSchema, entryIdSchema, recordKindOf, type DocumentId, type EntryId } from '../domain/ids.ts';
import { blocksToHtml, htmlToBlocks } from '../domain/rich-html.ts';
import { stampKey, verdictSchema, type Verdict } from '../domain/verdict.ts';
import {
	parseEntry,
	readRecord,
	recordSchemaVersion,
	roots,
	textRootsOf,
	writeMeta,
	writeVerdict,
} from './record-document.ts';
import { fragmentToBlocks, writeBlocks } from './rich-fragment.ts';

/**
 * A record as plain JSON, complete: what an export holds of it, and from which it is made again.
 *
 *   id        the document
 *   schema    the version of its shape
 *   now       what it is, in short and for people; nothing is read from it
 *   entries   everything that happened, oldest first, each with its id and time
 *   verdicts  what the relay said, by key
 *   texts     the co-edited texts as HTML, by the name of their root; empty ones are left out
 */
export const portableRecordSchema = v.object({
	id: documentIdSchema,
	schema: v.pipe(v.number(), v.integer(), v.minValue(1)),
	now: v.optional(v.unknown()),
	entries: v.array(
		v.object({ id: entryIdSchema, time: v.optional(v.string()), entry: v.looseObject({ kind: v.string() }) }),
	),
	verdicts: v.record(v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,200}$/)), verdictSchema),
	texts: v.record(v.string(), v.string()),
});
export type PortableRecord = v.InferOutput<typeof portableRecordSchema>;

/** Undefined while nothing says what the document is. */
export function toPortable(id: DocumentId, doc: Y.Doc): PortableRecord | undefined {
	const reading = readRecord(doc);
	if (reading.kind === 'empty') return undefined;
	const { record, facts } = reading;
	const folded = foldRecord(record, facts);
	const texts = textRootsOf(record).map((root) => [root, blocksToHtml(fragmentToBlocks(doc.getXmlFragment(root)))]);
	return {
		id,
		schema: reading.kind === 'newer' ? reading.schema : recordSchemaVersion,
		...(folded === undefined ? {} : { now: inShort(folded) }),
		entries: entriesOf(facts),
		verdicts: Object.fromEntries([...facts.verdicts].sort(([a], [b]) => (a < b ? -1 : 1))),
		texts: Object.fromEntries(texts.filter(([, html]) => html !== '')),
	};
}

function entriesOf({ entries, verdicts, unknown = new Map() }: Facts): PortableRecord['entries'] {
	const all = [...entries, ...unknown].map(([id, value]) => {
		const entry = value as Entry;
		const stamp = verdicts.get(stampKey(id));
		const at = v.safeParse(hlcSchema, (entry as { at?: unknown } | null)?.at);
		const time = stamp?.kind === 'stamp' ? stamp.at : at.success ? hlcTime(at.output) : 0;
		return { id, order: `${at.success ? at.output : ''} ${id}`, time, entry };
	});
	all.sort((a, b) => a.time - b.time || (a.order < b.order ? -1 : 1));
	return all.map(({ id, time, entry }) => ({
		id,
		time: isoTime(time),
		entry: entry as PortableRecord['entries'][number]['entry'],
	}));
}

export type PortableReading = { kind: 'read'; record: ReadableRecord } | { kind: 'refused'; why: string };

/** A record that this version understands whole. */
export interface ReadableRecord {
	id: DocumentId;
	entries: [EntryId, Entry][];
	verdicts: [string, Verdict][];
	texts: [string, string][];
}

/** Checks what came from elsewhere: nothing in it may be left out in silence. */
export function readPortable(value: unknown): PortableReading {
	const refused = (why: string): PortableReading => ({ kind: 'refused', why });
	const parsed = v.safeParse(portableRecordSchema, value);
	if (!parsed.success)
		return refused(
			`${v.getDotPath(parsed.issues[0])?.slice(0, 100) ?? 'it'} is not usable: ${parsed.issues[0].message.slice(0, 200)}`,
		);
	const { id, schema, entries, verdicts, texts } = parsed.output;
	const kind = recordKindOf(id);
	if (kind === undefined) return refused(`${id} is no record`);
	if (schema > recordSchemaVersion) return refused(`${id} was written by a newer Tresen (shape ${schema})`);
	const read = new Map<EntryId, Entry>();
	for (const { id: entryId, entry: given } of entries) {
		const entry = parseEntry(kind, given);
		if (entry === undefined)
			return refused(
				`${id} holds the entry ${entryId} of the kind ${given.kind.slice(0, 40)}, which this Tresen does not understand`,
			);
		if (read.has(entryId)) return refused(`${id} holds the entry ${entryId} twice`);
		read.set(entryId, entry);
	}
	const known = textRootsOf(kind);
	const stray = Object.keys(texts).find((root) => !known.includes(root));
	if (stray !== undefined) return refused(`${id} holds a text ${stray.slice(0, 40)}, which this Tresen does not know`);
	const record: ReadableRecord = {
		id,
		entries: [...read],
		verdicts: Object.entries(verdicts),
		texts: Object.entries(texts),
	};
	const folded = foldRecord(kind, { entries: read, verdicts: new Map(record.verdicts) });
	return folded === undefined ? refused(`${id} has no entry that says what it is`) : { kind: 'read', record };
}

/** Makes the record in an empty document. Call in a transaction. */
export function writePortable(doc: Y.Doc, { id, entries, verdicts, texts }: ReadableRecord): void {
	const kind = recordKindOf(id);
	if (kind === undefined) return;
	writeMeta(doc, kind);
	for (const [entryId, entry] of entries) doc.getMap(roots.entries).set(entryId, entry);
	for (const [key, verdict] of verdicts) writeVerdict(doc, key, verdict);
	for (const [root, html] of texts) writeBlocks(doc.getXmlFragment(root), htmlToBlocks(html));
}

function inShort(record: Folded): object {
	if (record.kind === 'ticket') {
		const { number, subject, from, status, reason, line, queue, assignee, priority, tags, openedAt, changedAt } =
			record.ticket;
		return {
			number,
			subject,
			from,
			status,
			reason,
			line,
			queue,
			assignee,
			priority,
			tags,
			openedAt: isoTime(openedAt),
			changedAt: isoTime(changedAt),
		};
	}
	if (record.kind === 'article') {
		const { name, type, state, lines, tags, versions, changedAt } = record.article;
		return { name, type, state, lines, tags, versions: versions.length, changedAt: isoTime(changedAt) };
	}
	if (record.kind === 'interaction') {
		const { channel, direction, from, line, request, outcome, seconds, ticket, began } = record.interaction;
		return { channel, direction, from, line, request, outcome, seconds, ticket: ticket?.number, began: isoTime(began) };
	}
	const { name, addresses, phones, organisation, division, role, tags, lines, createdAt } = record.party;
	return { name, addresses, phones, organisation, division, role, tags, lines, createdAt: isoTime(createdAt) };
}

function isoTime(ms: number): string {
	return ms <= latestDate ? new Date(ms).toISOString() : String(ms);
}

/** What a Date can hold; an entry may say anything. */
const latestDate = 8.64e15;
