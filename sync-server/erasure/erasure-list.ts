import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { PersonalWords } from '../../src/lib/domain/personal-words.ts';
import type { KeyOf } from '../../src/lib/domain/personal-words.ts';
import { agentIdSchema, documentIdSchema, entryIdSchema } from '../../src/lib/domain/ids.ts';

/**
 * What was erased, so that it is erased again after an older backup was put back, and when a device hands over late what it wrote before.
 * It lies beside the database and beside the backups, and holds no name: words are known by HMAC-SHA256 with a key of this desk. Whoever
 * has the file can find out whether a name they know was erased, and nothing else.
 */
export const erasureFile = 'erasures.json';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/));
const standIns = v.record(hash, v.pipe(v.string(), v.maxLength(80)));

const personSchema = v.object({
	/** Tells this erased person from others: "Erased person 12". */
	number: count,
	label: v.pipe(v.string(), v.maxLength(80)),
	/** When, by the relay's clock. */
	at: count,
	/** The person's document; null for somebody who was known by an address only. */
	document: v.nullable(documentIdSchema),
	texts: v.picklist(['theirs', 'all']),
	agent: v.nullable(agentIdSchema),
	addresses: standIns,
	phones: standIns,
	names: v.array(v.array(hash)),
	single: v.array(hash),
	/** Nothing is left of it in this desk's files. */
	done: v.boolean(),
	/** A device that has taken everything up to here has none of it any more. Of this era of the relay. */
	seq: v.optional(count),
});
export type ErasedPerson = v.InferOutput<typeof personSchema>;

const redactionSchema = v.object({
	/** The entry that says so in the record's history. */
	id: entryIdSchema,
	at: count,
	document: documentIdSchema,
	entry: entryIdSchema,
	/** Which parts of the entry's text, as it was then; null for all of it. */
	ranges: v.nullable(v.array(v.tuple([count, count]))),
	agent: v.nullable(agentIdSchema),
	reason: v.string(),
	done: v.boolean(),
	seq: v.optional(count),
});
export type Redaction = v.InferOutput<typeof redactionSchema>;

const listSchema = v.object({
	format: v.literal(1),
	key: v.string(),
	/** The era in which all of it was looked through last. */
	era: count,
	persons: v.array(personSchema),
	redactions: v.array(redactionSchema),
	/** The highest generation that a document ever had, where it is not the first. */
	generations: v.record(documentIdSchema, count),
});
export type Erasures = v.InferOutput<typeof listSchema>;

export interface ErasureList {
	readonly content: Erasures;
	keyOf: KeyOf;
	wordsOf(person: ErasedPerson): PersonalWords;
	/** Durable when it returns. */
	change(change: (content: Erasures) => void): void;
}

/** `directory` undefined: in memory. `copies` are folders that get a copy of each change, where they are there. */
export function openErasureList(directory: string | undefined, era: number, copies: readonly string[]): ErasureList {
	const content: Erasures = (directory === undefined ? undefined : readErasures(directory)) ?? {
		format: 1,
		key: randomBytes(32).toString('base64url'),
		era,
		persons: [],
		redactions: [],
		generations: {},
	};
	const keyOf = hashedKeys(content.key);
	return {
		content,
		keyOf,
		wordsOf: ({ label, addresses, phones, names, single }) => ({
			label,
			addresses: new Map(Object.entries(addresses)),
			phones: new Map(Object.entries(phones)),
			names,
			single: new Set(single),
		}),
		change(change) {
			change(content);
			if (directory === undefined) return;
			writeErasures(directory, content);
			for (const folder of copies) {
				try {
					if (existsSync(folder)) mergeErasures(folder, content);
				} catch {
					// The nightly backup brings it there, and complains where it cannot.
				}
			}
		},
	};
}

/** Undefined where nothing was ever erased. */
export function readErasures(directory: string): Erasures | undefined {
	const path = join(directory, erasureFile);
	if (!existsSync(path)) return undefined;
	const read = v.safeParse(listSchema, JSON.parse(readFileSync(path, 'utf8')));
	if (!read.success) throw new Error(`${path} cannot be read. Restore it from its copy beside the backups.`);
	return read.output;
}

/** Adds to the list in a folder what it lacks. A list of another desk is left alone. */
export function mergeErasures(folder: string, content: Erasures): void {
	const there = readErasures(folder);
	if (there !== undefined && there.key !== content.key) return;
	writeErasures(folder, there === undefined ? content : union(there, content));
}

export function union(a: Erasures, b: Erasures): Erasures {
	const generations = { ...a.generations };
	for (const [document, generation] of Object.entries(b.generations) as [keyof typeof generations, number][])
		generations[document] = Math.max(generation, generations[document] ?? 0);
	const known = new Set(b.persons.map(({ number }) => number));
	const knownRedactions = new Set(b.redactions.map(({ id }) => id));
	return {
		...b,
		era: Math.min(a.era, b.era),
		persons: [...a.persons.filter(({ number }) => !known.has(number)), ...b.persons].sort(
			(x, y) => x.number - y.number,
		),
		redactions: [...a.redactions.filter(({ id }) => !knownRedactions.has(id)), ...b.redactions].sort(
			(x, y) => x.at - y.at,
		),
		generations,
	};
}

export function writeErasures(directory: string, content: Erasures): void {
	const path = join(directory, erasureFile);
	const file = openSync(`${path}.new`, 'w', 0o600);
	try {
		writeSync(file, JSON.stringify(content));
		fsyncSync(file);
	} finally {
		closeSync(file);
	}
	renameSync(`${path}.new`, path);
	const folder = openSync(dirname(path), 'r');
	try {
		fsyncSync(folder);
	} finally {
		closeSync(folder);
	}
}

const mostRemembered = 50_000;

/** Most words of a desk's texts come again and again. */
function hashedKeys(key: string): KeyOf {
	const secret = Buffer.from(key, 'base64url');
	const remembered = new Map<string, string>();
	return (kind, value) => {
		const name = `${kind} ${value}`;
		const known = remembered.get(name);
		if (known !== undefined) return known;
		const made = createHmac('sha256', secret).update(name).digest('base64url').slice(0, 22);
		if (remembered.size >= mostRemembered) remembered.clear();
		remembered.set(name, made);
		return made;
	};
}
