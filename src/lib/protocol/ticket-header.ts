import * as v from 'valibot';
import { documentIdSchema, type DocumentId } from '../domain/ids.ts';
import type { TicketRow } from '../domain/ticket-row.ts';

/**
 * A ticket's row on its way to a device that does not hold the document: what differs from an empty row, as JSON.
 * A field that the app does not know is left out, and one that the relay does not know has its empty value.
 */
export type TicketHeader = Partial<Omit<TicketRow, 'id' | 'kind' | 'cold'>>;

/** Raised when headers of the same document look different: the relay then reads its documents again, and devices ask for theirs anew. */
export const headerVersion = 1;

const text = v.pipe(v.string(), v.maxLength(2000));
const ids = v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(1000));
const nullableId = v.nullable(v.pipe(v.string(), v.maxLength(100)));
const time = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const openReplySchema = v.object({ request: text, by: text, at: time, state: text });
const openConsultSchema = v.object({ consult: text, agent: text, by: text, until: v.optional(time) });

/** All that a header may hold; what is not sent is empty. */
const headerSchema = v.object({
	number: v.optional(text, ''),
	subject: v.optional(text, ''),
	line: v.optional(text, ''),
	queue: v.optional(text, ''),
	channel: v.optional(text, 'mail'),
	status: v.optional(v.picklist(['new', 'open', 'waiting', 'closed']), 'closed'),
	reason: v.optional(text),
	until: v.optional(time),
	priority: v.optional(v.picklist([1, 2, 3, 4]), 3),
	tags: v.optional(ids, []),
	system: v.optional(nullableId, null),
	systems: v.optional(ids, []),
	category: v.optional(nullableId, null),
	cases: v.optional(ids, []),
	mentions: v.optional(ids, []),
	assignee: v.optional(nullableId, null),
	holder: v.optional(nullableId, null),
	holding: v.optional(v.picklist(['free', 'provisional', 'held']), 'free'),
	heldSince: v.optional(time),
	activeAt: v.optional(time),
	handOvers: v.optional(count, 0),
	leftQueue: v.optional(v.boolean(), false),
	handedOverBy: v.optional(text),
	replies: v.optional(v.array(openReplySchema), []),
	consults: v.optional(v.array(openConsultSchema), []),
	mergedInto: v.optional(text),
	fromName: v.optional(text, ''),
	fromAddress: v.optional(text, ''),
	persons: v.optional(v.array(documentIdSchema), []),
	preview: v.optional(text, ''),
	slot: v.optional(text),
	waitingSince: v.optional(time),
	messages: v.optional(count, 1),
	attachments: v.optional(count, 0),
	conflicts: v.optional(count, 0),
	undocumented: v.optional(v.record(v.string(), v.unknown())),
	openedAt: v.optional(time, 0),
	changedAt: v.optional(time, 0),
	newer: v.optional(v.boolean(), false),
});

const defaults = new Map(Object.entries(v.parse(headerSchema, {})).map(([key, value]) => [key, JSON.stringify(value)]));

export function writeHeader(row: TicketRow): string {
	const header: Record<string, unknown> = {};
	for (const [key, value] of Object.entries(row)) {
		if (key === 'id' || key === 'kind' || key === 'cold' || value === undefined) continue;
		if (JSON.stringify(value) !== defaults.get(key)) header[key] = value;
	}
	return JSON.stringify(header);
}

/** Undefined for what is no header. */
export function readHeader(document: DocumentId, written: string): TicketRow | undefined {
	let value: unknown;
	try {
		value = JSON.parse(written);
	} catch {
		return undefined;
	}
	const read = v.safeParse(headerSchema, value);
	return read.success ? ({ id: document, kind: 'ticket', ...read.output } as unknown as TicketRow) : undefined;
}
