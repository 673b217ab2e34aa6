import * as v from 'valibot';
import { documentationFieldSchema, handOverRuleSchema } from './article-entry.ts';
import {
	channelSchema,
	limits,
	line,
	moment,
	name,
	replaces,
	signed,
	text,
	ticketNumberSchema,
} from './entry-parts.ts';
import {
	agentIdSchema,
	categoryIdSchema,
	documentIdSchema,
	entryIdSchema,
	lineIdSchema,
	systemIdSchema,
} from './ids.ts';

/** What became of a contact (UX.md screen 10). `missed`: nobody took the call. `no-answer`: nobody took our call back. */
export const outcomeSchema = v.picklist(['solved', 'ticket', 'call-back', 'wrong-place', 'missed', 'no-answer']);
export type Outcome = v.InferOutput<typeof outcomeSchema>;

const shortId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,40}$/));
const phone = v.pipe(v.string(), v.maxLength(40));

/** What a ticket and an interaction share: what it is about, and which standard case was applied to it. */
export const caseEntries = [
	v.strictObject({
		kind: v.literal('categorised'),
		...signed,
		system: v.nullable(systemIdSchema),
		category: v.nullable(categoryIdSchema),
		replaces,
	}),
	/**
	 * `version` null: as it stood, without a saved version. Title, steps, what has to be documented and to whom it goes are kept,
	 * for those who may not see the article and because it may change later.
	 */
	v.strictObject({
		kind: v.literal('case-applied'),
		...signed,
		article: documentIdSchema,
		version: v.nullable(entryIdSchema),
		title: name,
		steps: v.pipe(v.array(v.pipe(v.string(), v.maxLength(2000))), v.maxLength(limits.list)),
		documentation: v.optional(v.pipe(v.array(documentationFieldSchema), v.maxLength(limits.list))),
		handOver: v.optional(v.pipe(v.array(handOverRuleSchema), v.maxLength(limits.list))),
	}),
	/** A step of an applied case, by its place there. The later of two ticks of one step counts. */
	v.strictObject({
		kind: v.literal('step-ticked'),
		...signed,
		applied: entryIdSchema,
		step: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.list)),
		done: v.boolean(),
	}),
	/** What the case asks to be written down, by the ids of its fields; only those that were changed. */
	v.strictObject({
		kind: v.literal('documented'),
		...signed,
		applied: entryIdSchema,
		fields: v.pipe(v.array(v.strictObject({ id: shortId, label: name, value: text })), v.maxLength(limits.list)),
		replaces,
	}),
] as const;

export type InteractionEntryKind = (typeof interactionEntries)[number]['entries']['kind']['literal'];
export const interactionEntries = [
	/** An interaction begins with it. */
	v.strictObject({
		kind: v.literal('contacted'),
		...signed,
		line: lineIdSchema,
		channel: channelSchema,
		direction: v.picklist(['in', 'out']),
		from: v.optional(v.strictObject({ name, address: line, phone: v.optional(phone) })),
		person: v.optional(documentIdSchema),
		/** When it began, ms since 1970. */
		began: moment,
		/** The ticket that it belongs to from the beginning. */
		ticket: v.optional(documentIdSchema),
		/** The interaction that it calls back. */
		callsBack: v.optional(documentIdSchema),
	}),
	v.strictObject({ kind: v.literal('request-set'), ...signed, text, replaces }),
	v.strictObject({
		kind: v.literal('outcome-set'),
		...signed,
		outcome: outcomeSchema,
		/** How long it took. */
		seconds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400)),
		ticket: v.optional(documentIdSchema),
		number: v.optional(ticketNumberSchema),
		/** By when somebody calls back, and who; `agent` null is anybody. */
		callBack: v.optional(v.strictObject({ until: moment, phone, agent: v.nullable(agentIdSchema) })),
		/** Where it was passed on to, or which place is the right one. */
		passedTo: v.optional(line),
		replaces,
	}),
] as const;
