import * as v from 'valibot';
import { articleEntries } from './article-entry.ts';
import {
	addresses,
	addressSchema,
	attachments,
	channelSchema,
	html,
	htmlBlob,
	limits,
	line,
	moment,
	name,
	replaces,
	signed,
	tags,
	text,
	ticketNumberSchema,
} from './entry-parts.ts';
import {
	agentIdSchema,
	blobIdSchema,
	documentIdSchema,
	entryIdSchema,
	lineIdSchema,
	queueIdSchema,
	systemIdSchema,
	type RecordKind,
} from './ids.ts';
import { caseEntries, interactionEntries } from './interaction-entry.ts';
import { statusSchema, waitingReasonSchema } from './status.ts';

/**
 * An entry is one immutable thing that happened to a record: plain JSON under its id, written once, never changed.
 *
 * Entries that set a single value carry `replaces`: the ids of the entries whose value the author saw. Two entries that
 * do not replace each other were written without knowledge of one another, and that is how a conflict is found.
 */
export const prioritySchema = v.picklist([1, 2, 3, 4]);
export type Priority = v.InferOutput<typeof prioritySchema>;

const tagged = v.strictObject({ kind: v.literal('tagged'), ...signed, add: tags, remove: tags });
const systems = v.pipe(v.array(systemIdSchema), v.maxLength(limits.list));
const personLinked = v.strictObject({ kind: v.literal('person-linked'), ...signed, person: documentIdSchema });
const personUnlinked = v.strictObject({ kind: v.literal('person-unlinked'), ...signed, person: documentIdSchema });
/** People, organisations and articles begin with it. An article without lines is for all of them. */
const created = v.strictObject({
	kind: v.literal('created'),
	...signed,
	name,
	lines: v.pipe(v.array(lineIdSchema), v.maxLength(limits.list)),
});
const lineAdded = v.strictObject({ kind: v.literal('line-added'), ...signed, line: lineIdSchema });

const ticketEntries = [
	v.strictObject({
		kind: v.literal('opened'),
		...signed,
		number: ticketNumberSchema,
		subject: line,
		line: lineIdSchema,
		queue: queueIdSchema,
		channel: channelSchema,
		/** Who it is about, as given: the mail's From, or what the caller said. */
		from: v.optional(v.strictObject({ name, address: line, phone: v.optional(v.pipe(v.string(), v.maxLength(40))) })),
		person: v.optional(documentIdSchema),
	}),
	v.strictObject({
		kind: v.literal('message'),
		...signed,
		direction: v.picklist(['in', 'out']),
		channel: channelSchema,
		visibility: v.picklist(['public', 'internal']),
		from: addressSchema,
		/** Where an answer should go, if the mail says another address than `from`. */
		replyTo: v.optional(addressSchema),
		to: addresses,
		cc: addresses,
		subject: line,
		text,
		/** Set when `text` is only the beginning; the whole is in `raw`. */
		textCut: v.optional(v.literal(true)),
		html,
		/** Sanitised HTML that is too long to stand here. */
		htmlBlob,
		attachments,
		messageId: v.optional(line),
		inReplyTo: v.optional(v.pipe(v.array(line), v.maxLength(limits.list))),
		references: v.optional(v.pipe(v.array(line), v.maxLength(limits.list))),
		/** The date that the mail itself claims, ms since 1970. */
		sentAt: v.optional(moment),
		/** Written by a machine: it asks for no answer and opens nothing again. */
		automatic: v.optional(v.picklist(['auto-reply', 'bounce', 'list'])),
		/** The mail as it came. */
		raw: v.optional(blobIdSchema),
	}),
	v.strictObject({
		kind: v.literal('reply-requested'),
		...signed,
		/** The customer's message that this answers; null for a message without being asked. */
		slot: v.nullable(entryIdSchema),
		/** The claim under which it was written. */
		claim: v.nullable(entryIdSchema),
		/** The newest message of the customer that the author had seen. */
		seen: v.optional(v.nullable(entryIdSchema)),
		/** The held request in whose place it goes, as a message of its own. */
		follows: v.optional(entryIdSchema),
		/** The message that it passes on to somebody else. It answers nothing. */
		forwards: v.optional(entryIdSchema),
		to: addresses,
		cc: addresses,
		subject: line,
		text,
		html,
		attachments,
	}),
	/** Asks the relay to keep it back; too late once the mail is on its way. */
	v.strictObject({ kind: v.literal('reply-withdrawn'), ...signed, request: entryIdSchema }),
	/** What became of a reply that the gate held. */
	v.strictObject({
		kind: v.literal('held-settled'),
		...signed,
		request: entryIdSchema,
		choice: v.picklist(['sent-as-follow-up', 'kept-as-note', 'discarded']),
	}),
	/** A person's word on a mail of which nobody knows whether it left. */
	v.strictObject({
		kind: v.literal('delivery-decided'),
		...signed,
		request: entryIdSchema,
		decision: v.picklist(['was-sent', 'send-again']),
	}),
	/** The relay told the customer that the message has arrived. */
	v.strictObject({
		kind: v.literal('acknowledged'),
		...signed,
		message: entryIdSchema,
		to: addresses,
		subject: line,
		text,
	}),
	v.strictObject({
		kind: v.literal('status-set'),
		...signed,
		status: statusSchema,
		reason: v.optional(waitingReasonSchema),
		/** Until when it waits, ms since 1970. */
		until: v.optional(moment),
		/** The newest message of the customer that the author had seen. */
		seen: v.nullable(entryIdSchema),
		replaces,
	}),
	v.strictObject({ kind: v.literal('assigned'), ...signed, agent: v.nullable(agentIdSchema), replaces }),
	v.strictObject({ kind: v.literal('queue-set'), ...signed, queue: queueIdSchema, replaces }),
	v.strictObject({ kind: v.literal('line-set'), ...signed, line: lineIdSchema, queue: queueIdSchema, replaces }),
	v.strictObject({ kind: v.literal('subject-set'), ...signed, subject: line, replaces }),
	v.strictObject({ kind: v.literal('priority-set'), ...signed, priority: prioritySchema, replaces }),
	tagged,
	/** Which systems it concerns, beside the one that it was categorised with. */
	v.strictObject({ kind: v.literal('systems-changed'), ...signed, add: systems, remove: systems }),
	personLinked,
	personUnlinked,
	v.strictObject({ kind: v.literal('claimed'), ...signed }),
	v.strictObject({ kind: v.literal('released'), ...signed, claim: entryIdSchema }),
	/** The holder gives the ticket to a colleague, with a word on where things stand. */
	v.strictObject({ kind: v.literal('handed-over'), ...signed, claim: entryIdSchema, to: agentIdSchema, note: text }),
	/** Takes the ticket from whoever holds it: a right, and with a reason. `to` null sets it free. */
	v.strictObject({
		kind: v.literal('taken-over'),
		...signed,
		to: v.nullable(agentIdSchema),
		reason: v.pipe(text, v.minLength(1)),
	}),
	/** Asks a colleague without passing the ticket on. `until`, ms since 1970: by when an answer is needed. */
	v.strictObject({
		kind: v.literal('consulted'),
		...signed,
		agent: agentIdSchema,
		question: text,
		until: v.optional(moment),
	}),
	v.strictObject({ kind: v.literal('consult-answered'), ...signed, consult: entryIdSchema, text }),
	v.strictObject({
		kind: v.literal('consult-settled'),
		...signed,
		consult: entryIdSchema,
		how: v.picklist(['decided-alone', 'withdrawn']),
		text,
	}),
	/** The relay's doubt: this may belong to another ticket, and a person says so. */
	v.strictObject({
		kind: v.literal('merge-suggested'),
		...signed,
		ticket: documentIdSchema,
		why: v.picklist(['number-in-subject', 'same-mail']),
	}),
	v.strictObject({ kind: v.literal('merge-declined'), ...signed, ticket: documentIdSchema }),
	/** This ticket goes on in the other one, and what comes in for it too. */
	v.strictObject({
		kind: v.literal('merged-into'),
		...signed,
		ticket: documentIdSchema,
		number: ticketNumberSchema,
		replaces,
	}),
	v.strictObject({
		kind: v.literal('merged-from'),
		...signed,
		ticket: documentIdSchema,
		number: ticketNumberSchema,
	}),
	/** A call or another contact that belongs to it. */
	v.strictObject({ kind: v.literal('interaction-linked'), ...signed, interaction: documentIdSchema }),
] as const;

const partyEntries = [
	created,
	v.strictObject({ kind: v.literal('name-set'), ...signed, name, replaces }),
	v.strictObject({ kind: v.literal('address-added'), ...signed, address: line }),
	v.strictObject({ kind: v.literal('address-removed'), ...signed, address: line }),
	v.strictObject({ kind: v.literal('phone-added'), ...signed, phone: v.pipe(v.string(), v.maxLength(40)) }),
	v.strictObject({ kind: v.literal('phone-removed'), ...signed, phone: v.pipe(v.string(), v.maxLength(40)) }),
	v.strictObject({
		kind: v.literal('organisation-set'),
		...signed,
		organisation: v.nullable(documentIdSchema),
		replaces,
	}),
	/** What somebody does there: the division they work in, and as what. Empty where nobody knows. */
	v.strictObject({ kind: v.literal('position-set'), ...signed, division: name, role: name, replaces }),
	lineAdded,
] as const;

const anyRecordEntries = [
	v.strictObject({
		kind: v.literal('note'),
		...signed,
		text,
		html,
		attachments,
		/** Colleagues who should read it. */
		mentions: v.optional(v.pipe(v.array(agentIdSchema), v.maxLength(limits.list))),
	}),
	/** Takes back an entry of one's own; never a claim, a message or a request to send. */
	v.strictObject({ kind: v.literal('undone'), ...signed, entry: entryIdSchema }),
	/** The relay took a person, or a part of an entry, out of the record for good; never says what stood there. */
	v.strictObject({
		kind: v.literal('erased'),
		...signed,
		what: v.optional(v.picklist(['person', 'redaction'])),
		/** Which entry was blacked out. */
		entry: v.optional(entryIdSchema),
		/** Who asked for it. */
		agent: v.optional(agentIdSchema),
		reason: v.optional(line),
	}),
] as const;

export const entrySchema = v.variant('kind', [
	...ticketEntries,
	...caseEntries,
	...partyEntries,
	...articleEntries,
	...interactionEntries,
	...anyRecordEntries,
]);
export type Entry = v.InferOutput<typeof entrySchema>;
export type EntryKind = Entry['kind'];
export type EntryOf<Kind extends EntryKind> = Extract<Entry, { kind: Kind }>;

const schemaOfKind: ReadonlyMap<unknown, v.GenericSchema<unknown, Entry>> = new Map(
	entrySchema.options.map((schema) => [schema.entries.kind.literal, schema] as const),
);

/** Like parsing with `entrySchema`, but goes straight to the schema of the kind. Undefined if it is no entry. */
export function readEntry(value: unknown): Entry | undefined {
	const schema = schemaOfKind.get((value as { kind?: unknown } | null | undefined)?.kind);
	if (schema === undefined) return undefined;
	const parsed = v.safeParse(schema, value);
	return parsed.success ? parsed.output : undefined;
}

type EntrySchemas = readonly { entries: { kind: { literal: string } } }[];
const kindsOf = (...groups: EntrySchemas[]) =>
	new Set(groups.flatMap((schemas) => schemas.map((schema) => schema.entries.kind.literal)));
/** The tags of people and organisations are the topics one asks them about. */
const partyKinds = kindsOf(partyEntries, [tagged], anyRecordEntries);
const kindsByRecord: Record<RecordKind, ReadonlySet<string>> = {
	ticket: kindsOf(ticketEntries, caseEntries, anyRecordEntries),
	person: partyKinds,
	organisation: partyKinds,
	article: kindsOf([created, tagged, lineAdded], articleEntries, anyRecordEntries),
	interaction: kindsOf(interactionEntries, caseEntries, [tagged, personLinked, personUnlinked], anyRecordEntries),
};

/** Whether a record of that kind may hold such an entry. */
export function belongsTo(record: RecordKind, kind: string): boolean {
	return kindsByRecord[record].has(kind);
}

/** Which entries their author may take back. */
const undoable = new Set<EntryKind>([
	'status-set',
	'assigned',
	'queue-set',
	'line-set',
	'subject-set',
	'priority-set',
	'tagged',
	'person-linked',
	'person-unlinked',
	'note',
	'categorised',
	'systems-changed',
	'case-applied',
	'step-ticked',
	'documented',
	'request-set',
	'outcome-set',
	'position-set',
	'article-set',
	'article-state-set',
]);
export function isUndoable(kind: EntryKind): boolean {
	return undoable.has(kind);
}

/** An entry as a command writes it, before `at`, `by` and `device` are put on. */
export type Draft<Kind extends EntryKind = EntryKind> = Kind extends EntryKind
	? Omit<EntryOf<Kind>, 'at' | 'by' | 'device'>
	: never;
