import * as v from 'valibot';
import { belongsTo, entrySchema, readEntry, type Draft, type EntryKind } from '../../src/lib/domain/entry.ts';
import { encodeHlc } from '../../src/lib/domain/hlc.ts';
import type { RecordKind } from '../../src/lib/domain/ids.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';

export const allEntryKinds: readonly EntryKind[] = entrySchema.options.map(({ entries }) => entries.kind.literal);

/** How a record begins. */
export const beginnings: Record<RecordKind, EntryKind> = {
	ticket: 'opened',
	person: 'created',
	organisation: 'created',
	article: 'created',
	interaction: 'contacted',
};

/** The kinds that a record may hold, its beginning first. */
export function kindsOfRecord(record: RecordKind): EntryKind[] {
	const first = beginnings[record];
	return [first, ...allEntryKinds.filter((kind) => kind !== first && belongsTo(record, kind))];
}

export interface SampleWords {
	/** What stands at a place of free text; at most 40 characters, and not like an id. */
	word(place: string): string;
	/** An id for a place; undefined takes any that is legal there. */
	id?(key: string, kind?: EntryKind): string | undefined;
}

/**
 * A legal draft of any kind of entry, grown from its schema: every optional field is there, every list has one item, and free text is
 * what `word` gives for its place. A kind that is added tomorrow is in it by itself.
 */
export function sampleDraft(kind: EntryKind, words: SampleWords): Draft {
	const schema = entrySchema.options.find((option) => option.entries.kind.literal === kind);
	if (schema === undefined) throw new Error(`no kind of entry: ${kind}`);
	const { at: _at, by: _by, device: _device, ...parts } = schema.entries as unknown as Record<string, Schema>;
	const draft: Record<string, unknown> = {};
	for (const [key, part] of Object.entries(parts))
		if (part.type !== 'unknown') draft[key] = sampleOf(part, words, `${kind}.${key}`, kind);
	if (kind === 'article-set') {
		draft.field = 'handOver';
		draft.value = [{ when: words.word('article-set.when'), queue: null, to: words.word('article-set.to') }];
	}
	if (readEntry({ ...draft, at: encodeHlc(1), by: 'a', device: 'a' }) === undefined)
		throw new Error(`the sample of ${kind} is no entry: ${JSON.stringify(draft)}`);
	return draft as unknown as Draft;
}

/** A legal value of a schema, grown in the same way. */
export function sampleOf(schema: v.GenericSchema, words: SampleWords, place: string, kind?: EntryKind): unknown {
	const grow = (part: Schema, place: string, key: string): unknown => {
		switch (part.type) {
			case 'literal':
				return part.literal;
			case 'optional':
			case 'nullable':
				return grow(part.wrapped!, place, key);
			case 'array':
				return [grow(part.item!, place, key)];
			case 'strict_object':
			case 'object':
				return Object.fromEntries(
					Object.entries(part.entries!).map(([name, inner]) => [name, grow(inner, `${place}.${name}`, name)]),
				);
			case 'picklist':
				return part.options![0];
			case 'union':
			case 'variant':
				return grow(part.options![0] as Schema, place, key);
			case 'boolean':
				return true;
			case 'number':
				return 1;
			case 'record':
				return {};
			case 'string': {
				const own = words.id?.(key, kind);
				if (own !== undefined && v.is(part, own)) return own;
				return v.is(part, 'free text') ? words.word(place) : anyIds.find((id) => v.is(part, id));
			}
			default:
				throw new Error(`a sample of ${part.type} at ${place} is not known yet: teach it here`);
		}
	};
	return grow(schema as Schema, place, place.split('.').at(-1) ?? '');
}

const ulid = '01J0000000000000000000SEED';
const anyIds = ['support', '08:00', '2026-03-31', ulid, `ticket/${ulid}`, 'a'.repeat(64), ticketNumber(100, 1)];

type Schema = v.GenericSchema & {
	type: string;
	wrapped?: Schema;
	item?: Schema;
	entries?: Record<string, Schema>;
	options?: readonly unknown[];
	literal?: unknown;
};
