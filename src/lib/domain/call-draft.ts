import * as v from 'valibot';
import { documentationFieldSchema, handOverRuleSchema } from './article-entry.ts';
import { channelSchema } from './entry-parts.ts';
import {
	agentIdSchema,
	categoryIdSchema,
	documentIdSchema,
	entryIdSchema,
	lineIdSchema,
	queueIdSchema,
	systemIdSchema,
	type AgentId,
} from './ids.ts';

const short = v.pipe(v.string(), v.maxLength(400));
const moment = v.pipe(v.number(), v.finite(), v.minValue(0));

/** How a call can end where it is written down; `given-up` is an attempt to call back after which nobody tries again. */
export const callEnds = ['solved', 'ticket', 'call-back', 'wrong-place', 'no-answer', 'given-up'] as const;
export type CallEnd = (typeof callEnds)[number];

/** Where the browser keeps it, beside the database, so that every key is there at once. */
export const callDraftKey = 'tresen:call';
/** Told when something was taken out of it. */
export const callCleanedKey = 'tresen:call-cleaned';

/** A call while it is written down: what a device keeps of it. */
const callDraftSchema = v.object({
	/** Whose it is: another agent on this device must not find it. */
	agent: agentIdSchema,
	began: moment,
	direction: v.picklist(['in', 'out']),
	channel: channelSchema,
	line: v.nullable(lineIdSchema),
	/** What was typed: a name or a number. */
	caller: short,
	person: v.nullable(documentIdSchema),
	/** What the caller field does not say: the name to a number, the number to a name. */
	name: short,
	phone: short,
	request: v.pipe(v.string(), v.maxLength(50_000)),
	system: v.nullable(systemIdSchema),
	category: v.nullable(categoryIdSchema),
	applied: v.nullable(
		v.object({
			article: documentIdSchema,
			version: v.nullable(entryIdSchema),
			title: short,
			steps: v.array(v.string()),
			documentation: v.array(documentationFieldSchema),
			handOver: v.array(handOverRuleSchema),
		}),
	),
	/** What the case gave, and goes with it. */
	given: v.optional(v.object({ system: v.nullable(systemIdSchema), category: v.nullable(categoryIdSchema) })),
	documented: v.record(v.string(), v.string()),
	ticked: v.array(v.number()),
	end: v.picklist(callEnds),
	queue: v.nullable(queueIdSchema),
	subject: short,
	callBackAt: v.nullable(moment),
	callBackBy: v.nullable(agentIdSchema),
	passedTo: short,
	/** The ticket that the call is about. */
	ticket: v.nullable(documentIdSchema),
	callsBack: v.nullable(documentIdSchema),
	/** What is stored of it already, so that nothing is stored twice. */
	stored: v.object({
		person: v.nullable(documentIdSchema),
		contact: v.nullable(documentIdSchema),
		ticket: v.nullable(v.object({ document: documentIdSchema, number: v.string() })),
	}),
});
export type CallDraft = v.InferOutput<typeof callDraftSchema>;

/** Nothing written down yet. */
export function emptyCall(agent: AgentId, began: number): CallDraft {
	return {
		...{ agent, began, direction: 'in', channel: 'phone' },
		...{ line: null, caller: '', person: null, name: '', phone: '', request: '', system: null, category: null },
		...{ applied: null, documented: {}, ticked: [], end: 'solved', queue: null, subject: '' },
		...{ callBackAt: null, callBackBy: null, passedTo: '', ticket: null, callsBack: null },
		stored: { person: null, contact: null, ticket: null },
	};
}

/** Undefined for what is no such draft, or one of another version. */
export function readCall(value: unknown): CallDraft | undefined {
	const parsed = v.safeParse(callDraftSchema, value);
	return parsed.success ? parsed.output : undefined;
}

/** Whether anything was written down: an empty one is not kept. */
export function isCallDraftEmpty(draft: CallDraft): boolean {
	return (
		draft.caller.trim() + draft.request.trim() + draft.name.trim() + draft.phone.trim() === '' &&
		draft.person === null &&
		draft.applied === null &&
		draft.stored.contact === null
	);
}
