import * as v from 'valibot';
import { attachmentSchema } from './entry-parts.ts';
import { agentIdSchema, categoryIdSchema, lineIdSchema, queueIdSchema, systemIdSchema } from './ids.ts';
import { roleSchema } from './role.ts';

/** The desk's configuration: what the desk document holds, one value a key. */
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const mail = v.pipe(v.string(), v.maxLength(320));

export const languageSchema = v.picklist(['de', 'en']);
export type Language = v.InferOutput<typeof languageSchema>;

const text = v.pipe(v.string(), v.maxLength(10_000));
const timeOfDay = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/));

/** When people work, in the desk's own time: `day` 1 is Monday, `from` and `to` as 08:00. */
export const openingSchema = v.strictObject({
	day: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7)),
	from: timeOfDay,
	to: timeOfDay,
});
export type Opening = v.InferOutput<typeof openingSchema>;

/** What may be made to need the claim. */
export const guardedActions = [
	'reply',
	'close',
	'status',
	'assign',
	'queue',
	'line',
	'priority',
	'tags',
	'merge',
] as const;
export const guardedActionSchema = v.picklist(guardedActions);
export type GuardedAction = v.InferOutput<typeof guardedActionSchema>;

export const deskSchema = v.strictObject({
	name,
	language: languageSchema,
	/** Time zone by its IANA name; without it Europe/Berlin. */
	timeZone: v.optional(v.pipe(v.string(), v.maxLength(60))),
	/** Without it Monday to Friday, 08:00 to 18:00. */
	hours: v.optional(v.pipe(v.array(openingSchema), v.maxLength(50))),
	/** Without it `reply` and `close`. */
	claimNeeded: v.optional(v.pipe(v.array(guardedActionSchema), v.maxLength(20))),
	/** Who makes an article agreed or standard; without it the admins. */
	publishing: v.optional(v.picklist(['admins', 'agents'])),
	/** A device that has not heard from the relay for so many hours locks itself; without it never. */
	lockAfterHours: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8760))),
});
export type Desk = v.InferOutput<typeof deskSchema>;

/** A unit of service with addresses of its own. `colour` is a hue, 0 to 359. */
export const lineSchema = v.strictObject({
	id: lineIdSchema,
	name,
	addresses: v.pipe(v.array(mail), v.maxLength(50)),
	colour: v.pipe(v.number(), v.minValue(0), v.maxValue(359)),
	/** Name and address that customers see; without it the desk's name and the line's first address. */
	sender: v.optional(v.strictObject({ name, address: mail })),
	/** Stands under every mail of the line; may name variables such as {{agent.name}}. */
	signature: v.optional(text),
	language: v.optional(languageSchema),
	/** Tells each new customer once that the mail has arrived. */
	acknowledge: v.optional(v.strictObject({ subject: v.pipe(v.string(), v.maxLength(200)), text })),
});
export type Line = v.InferOutput<typeof lineSchema>;

/** Where tickets of a line wait for a team. */
export const queueSchema = v.strictObject({
	id: queueIdSchema,
	name,
	line: lineIdSchema,
	/** After how many working minutes without a sign of life a colleague may have the ticket; without it 60. */
	unlockAfter: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000))),
});
export type Queue = v.InferOutput<typeof queueSchema>;

/** A system that customers work with. `lines` empty: all of them. */
export const systemSchema = v.strictObject({
	id: systemIdSchema,
	name,
	lines: v.pipe(v.array(lineIdSchema), v.maxLength(100)),
	/** What it is and what it is used for, in a few lines. */
	description: v.optional(v.pipe(v.string(), v.maxLength(2000))),
	/** The colleagues who answer for it. */
	agents: v.optional(v.pipe(v.array(agentIdSchema), v.maxLength(100))),
	/** Whom one asks outside the desk: the maker's line, a number, opening hours. */
	contact: v.optional(v.pipe(v.string(), v.maxLength(1000))),
	/** No longer offered; what names it still shows its name. */
	retired: v.optional(v.boolean()),
});
export type System = v.InferOutput<typeof systemSchema>;

/** A manual of a system: a value of its own, so that two admins who add one each add two. */
export const manualSchema = v.strictObject({
	id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,40}$/)),
	system: systemIdSchema,
	name,
	/** Null where it is written in several, or in none. */
	language: v.nullable(languageSchema),
	/** As the manual says it. */
	version: v.pipe(v.string(), v.maxLength(60)),
	/** As of which day, as 2026-03-31; null where nobody knows. */
	day: v.nullable(v.pipe(v.string(), v.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/))),
	file: attachmentSchema,
});
export type Manual = v.InferOutput<typeof manualSchema>;

/** What a request is about, in two levels: a question group (`group` null) and the categories in it. */
export const categorySchema = v.strictObject({
	id: categoryIdSchema,
	name,
	group: v.nullable(categoryIdSchema),
	/** In which order they are offered; the name decides between equals. */
	order: v.optional(v.pipe(v.number(), v.finite())),
	retired: v.optional(v.boolean()),
});
export type Category = v.InferOutput<typeof categorySchema>;

const shortId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,40}$/));

/** A text module: said often, written once. `line` null is for every line. */
export const textModuleSchema = v.strictObject({
	id: shortId,
	name,
	line: v.nullable(lineIdSchema),
	language: languageSchema,
	text,
});
export type TextModule = v.InferOutput<typeof textModuleSchema>;

/** Where a mail goes: rules are tried by `order`; all conditions of one must hold. */
export const mailRuleSchema = v.strictObject({
	id: shortId,
	name,
	order: v.pipe(v.number(), v.finite()),
	active: v.boolean(),
	when: v.pipe(
		v.array(
			v.strictObject({
				field: v.picklist(['from', 'to', 'subject', 'text', 'header']),
				/** Name of the header, for `header`. */
				name: v.optional(v.pipe(v.string(), v.maxLength(100))),
				contains: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
			}),
		),
		v.minLength(1),
		v.maxLength(20),
	),
	put: v.strictObject({
		queue: v.optional(queueIdSchema),
		priority: v.optional(v.picklist([1, 2, 3, 4])),
		tags: v.optional(v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(60))), v.maxLength(20))),
	}),
	/** Whether the rules after it are left out. */
	stop: v.boolean(),
});
export type MailRule = v.InferOutput<typeof mailRuleSchema>;

/** 1 is the line that takes the call; 3 are the specialists. */
export const levelSchema = v.picklist([1, 2, 3]);
export type Level = v.InferOutput<typeof levelSchema>;

export const agentSchema = v.strictObject({
	id: agentIdSchema,
	name,
	mail,
	role: roleSchema,
	lines: v.pipe(v.array(lineIdSchema), v.maxLength(100)),
	active: v.boolean(),
	/** Up to which level somebody answers; without it on every level. */
	level: v.optional(levelSchema),
});
export type Agent = v.InferOutput<typeof agentSchema>;

export interface DeskConfig {
	desk: Desk;
	lines: Line[];
	queues: Queue[];
	agents: Agent[];
	textModules: TextModule[];
	systems: System[];
	manuals: Manual[];
	categories: Category[];
	/** In the order in which they are tried. */
	mailRules: MailRule[];
}
