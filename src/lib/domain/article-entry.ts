import * as v from 'valibot';
import { languageSchema } from './desk-config.ts';
import { attachments, limits, line, moment, name, replaces, signed, text } from './entry-parts.ts';
import {
	categoryIdSchema,
	documentIdSchema,
	entryIdSchema,
	lineIdSchema,
	queueIdSchema,
	systemIdSchema,
} from './ids.ts';
import { roleSchema } from './role.ts';

const shortId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,40}$/));
const list = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.maxLength(limits.list));

/** What may be done about a request by those who answer it (F62): tell the answer, change something in the system, or pass it on. */
export const permissionSchema = v.strictObject({
	/** Null is every line, every category, every role. The most exact entry counts. */
	line: v.nullable(lineIdSchema),
	category: v.nullable(categoryIdSchema),
	role: v.nullable(roleSchema),
	may: v.picklist(['answer', 'change', 'forward']),
});
export type Permission = v.InferOutput<typeof permissionSchema>;

/** What has to be written down when the case was applied (F63). */
export const documentationFieldSchema = v.strictObject({
	id: shortId,
	label: v.pipe(name, v.minLength(1)),
	required: v.boolean(),
	/** Offered values; empty is free text. */
	choices: list(name),
});
export type DocumentationField = v.InferOutput<typeof documentationFieldSchema>;

/** To whom it goes in which case. */
export const handOverRuleSchema = v.strictObject({ when: line, queue: v.nullable(queueIdSchema), to: line });
export type HandOverRule = v.InferOutput<typeof handOverRuleSchema>;

/** The single values of an article, each with its own history. What is long is co-edited text (`document/article-text.ts`). */
export const articleFields = {
	type: v.picklist(['article', 'case']),
	visibility: v.picklist(['internal', 'public']),
	system: v.nullable(systemIdSchema),
	category: v.nullable(categoryIdSchema),
	/** The level that may answer, 1 to 3. */
	level: v.picklist([1, 2, 3]),
	permissions: list(permissionSchema),
	documentation: list(documentationFieldSchema),
	handOver: list(handOverRuleSchema),
	validFrom: v.nullable(moment),
	validUntil: v.nullable(moment),
	reviewAt: v.nullable(moment),
	/** The case that this one deviates from, and the version of it that was compared last. */
	base: v.nullable(v.strictObject({ article: documentIdSchema, version: v.nullable(entryIdSchema) })),
	/** Manuals and other documents. */
	files: attachments,
	/** The agent who keeps it true. */
	keeper: v.nullable(v.pipe(v.string(), v.maxLength(40))),
} as const;
export type ArticleField = keyof typeof articleFields;
export type ArticleValues = { [Field in ArticleField]: v.InferOutput<(typeof articleFields)[Field]> };

export const articleStateSchema = v.picklist(['draft', 'in-review', 'agreed', 'standard', 'archived']);
export type ArticleState = v.InferOutput<typeof articleStateSchema>;

/**
 * The words of an article in one language. Title and pattern are plain; body, each step and answer are HTML of the few tags in
 * `rich-html.ts`, from which nothing else can be read.
 */
const wordsSchema = v.strictObject({
	title: name,
	/** How customers ask, a line each. */
	pattern: v.pipe(v.array(line), v.maxLength(limits.list)),
	body: text,
	steps: v.pipe(v.array(text), v.maxLength(limits.list)),
	answer: text,
});
export type ArticleWords = v.InferOutput<typeof wordsSchema>;

/** A whole article at one moment: text that never changes any more. */
export const articleVersionSchema = v.strictObject({
	words: v.partial(v.strictObject({ de: wordsSchema, en: wordsSchema })),
	values: v.record(v.string(), v.unknown()),
});

export type ArticleContent = v.InferOutput<typeof articleVersionSchema>['words'];

/** The values that a base offers to its variants; the others are each article's own. */
export const offeredFields = ['system', 'category', 'level', 'permissions', 'documentation', 'handOver'] as const;
export type OfferedField = (typeof offeredFields)[number];

/** What a base offers one by one: a text in one language, or a value. */
export type BasePart = `${'de' | 'en'}:${'pattern' | 'body' | 'steps' | 'answer'}` | OfferedField;
const baseParts: BasePart[] = [
	...(['de', 'en'] as const).flatMap((language) =>
		(['pattern', 'body', 'steps', 'answer'] as const).map((part): BasePart => `${language}:${part}`),
	),
	...offeredFields,
];
const basePartSchema = v.picklist(baseParts);

/** The single values among these, without what this app does not understand. */
export function readArticleValues(values: Readonly<Record<string, unknown>>): Partial<ArticleValues> {
	const read = (Object.keys(articleFields) as ArticleField[]).flatMap((field) => {
		const parsed = Object.hasOwn(values, field) ? v.safeParse(articleFields[field], values[field]) : undefined;
		return parsed?.success === true ? [[field, parsed.output]] : [];
	});
	return Object.fromEntries(read) as Partial<ArticleValues>;
}

export type ArticleEntryKind = (typeof articleEntries)[number]['entries']['kind']['literal'];
export const articleEntries = [
	v.pipe(
		v.strictObject({
			kind: v.literal('article-set'),
			...signed,
			field: v.picklist(Object.keys(articleFields) as ArticleField[]),
			value: v.unknown(),
			replaces,
		}),
		v.check(({ field, value }) => v.is(articleFields[field], value), 'a value of that field'),
	),
	/** Where it stands. `agreedBy`: the client's contact who agreed, and when. */
	v.strictObject({
		kind: v.literal('article-state-set'),
		...signed,
		state: articleStateSchema,
		version: v.nullable(entryIdSchema),
		agreedBy: v.optional(name),
		agreedAt: v.optional(moment),
		replaces,
	}),
	/** Versions are numbered in the order of the record. `restores`: an older one that it brings back. */
	v.strictObject({
		kind: v.literal('version-saved'),
		...signed,
		content: articleVersionSchema,
		note: line,
		restores: v.optional(entryIdSchema),
	}),
	v.strictObject({ kind: v.literal('version-read'), ...signed, version: entryIdSchema }),
	/** What a variant made of a change of its base. */
	v.strictObject({
		kind: v.literal('base-change-settled'),
		...signed,
		version: entryIdSchema,
		choice: v.picklist(['taken', 'declined']),
		/** Without them it is said of all that changed. */
		parts: v.optional(v.pipe(v.array(basePartSchema), v.minLength(1), v.maxLength(limits.list))),
	}),
	/** Its text in that language is a translation of the other one, as of that version. */
	v.strictObject({
		kind: v.literal('translated'),
		...signed,
		language: languageSchema,
		version: v.nullable(entryIdSchema),
	}),
] as const;
