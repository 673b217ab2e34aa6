import type { DocumentationField, HandOverRule } from './article-entry.ts';
import type { Entry } from './entry.ts';
import type { Placed } from './facts.ts';
import { hlcTime } from './hlc.ts';
import type { AgentId, DocumentId, EntryId } from './ids.ts';
import { resolveSingleValue } from './single-value.ts';

/** A standard case as it was applied to a ticket or a contact: a copy, so that a later change of the article changes no work. */
export interface AppliedCase {
	/** The entry that applied it. */
	id: EntryId;
	article: DocumentId;
	version: EntryId | null;
	title: string;
	steps: AppliedStep[];
	documentation: DocumentationField[];
	handOver: HandOverRule[];
	/** What was written down, by the id of the field; blank ones are missing. */
	values: ReadonlyMap<string, string>;
	by: AgentId;
	at: number;
}

export interface AppliedStep {
	text: string;
	/** Who ticked it and when; undefined while it is open. */
	done: { by: AgentId; at: number } | undefined;
}

/**
 * `ordered` are the entries that have an effect, in the record's order.
 *
 *   AC1  Of two ticks of one step the later counts; a tick of a step that the case does not have changes nothing.
 *   AC2  Each field of the documentation is a single value: what nobody replaced stands, the later of these wins.
 *   AC3  A case that was taken back is gone with its ticks and its documentation.
 */
export function appliedCases(ordered: readonly Placed[]): AppliedCase[] {
	return ordered
		.filter((entry) => entry.kind === 'case-applied')
		.map((entry) => {
			const { id, article, version, title, documentation = [], handOver = [] } = entry;
			const steps = entry.steps.map((text, i): AppliedStep => {
				const tick = ordered.findLast(
					(other) => other.kind === 'step-ticked' && other.applied === id && other.step === i,
				) as Placed<'step-ticked'> | undefined;
				return { text, done: tick?.done === true ? { by: tick.by, at: hlcTime(tick.time) } : undefined };
			});
			const written = new Map<string, string>();
			for (const { id: field } of documentation) {
				const value = documentedValue(ordered, id, field).winner;
				const text = value === undefined ? '' : valueIn(value, field);
				if (text !== '') written.set(field, text);
			}
			return {
				...{ id, article, version, title, steps, documentation, handOver },
				...{ values: written, by: entry.by, at: hlcTime(entry.time) },
			};
		});
}

/** What has to be written down before the end, and is not yet (F63): in the order in which it was asked for. */
export function missingDocumentation(
	cases: readonly AppliedCase[],
): { applied: EntryId; title: string; field: DocumentationField }[] {
	return cases.flatMap(({ id, title, documentation, values }) =>
		documentation
			.filter((field) => field.required && !values.has(field.id))
			.map((field) => ({ applied: id, title, field })),
	);
}

/** The ids that an entry documenting these fields now must name as replaced. */
export function documentationHeads(ordered: readonly Placed[], applied: EntryId, fields: readonly string[]): EntryId[] {
	return [...new Set(fields.flatMap((field) => documentedValue(ordered, applied, field).heads))];
}

function documentedValue(ordered: readonly Placed[], applied: EntryId, field: string) {
	return resolveSingleValue(
		ordered.filter(
			(entry): entry is Placed<'documented'> =>
				entry.kind === 'documented' && entry.applied === applied && entry.fields.some(({ id }) => id === field),
		),
	);
}

function valueIn(entry: Extract<Entry, { kind: 'documented' }>, field: string): string {
	return (entry.fields.find(({ id }) => id === field)?.value ?? '').trim();
}
