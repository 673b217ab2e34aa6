import type { BasePart, ArticleField, ArticleState, ArticleValues } from './article-entry.ts';
import { inOrder, lastChange, type Facts, type Placed } from './facts.ts';
import { hlcTime } from './hlc.ts';
import type { AgentId, EntryId, LineId } from './ids.ts';
import { resolveSingleValue, type SingleValue } from './single-value.ts';
import { undoneIds } from './undone.ts';

/** A knowledge-base article or standard case, without its co-edited text. */
export interface Article extends ArticleValues {
	/** As it was created; its title is co-edited text. */
	name: string;
	/** Empty: for every line. */
	lines: LineId[];
	tags: string[];
	state: ArticleState;
	/** Who agreed to the state that it has, and when. */
	agreed: { by: string; at: number } | undefined;
	/** Oldest first; the number of a version is its place, from 1. */
	versions: ArticleVersion[];
	/** The newest version that was agreed or made the standard. */
	published: ArticleVersion | undefined;
	/** What an entry that sets this field now must name in `replaces`. */
	heads: Record<ArticleField | 'state', EntryId[]>;
	/** Values that were written without knowledge of the one that stands. */
	conflicts: ArticleField[];
	/** The same with both values, and of the state as well. */
	rivals: ArticleConflict[];
	/** Changes of the base that were taken or declined. */
	settledBaseVersions: ReadonlySet<EntryId>;
	/** The same of single parts: the versions of the base for which each was settled. */
	settledBaseParts: ReadonlyMap<BasePart, ReadonlySet<EntryId>>;
	timeline: Placed[];
	createdBy: AgentId;
	createdAt: number;
	changedAt: number;
}

/** Two values of one field, written without knowledge of one another. */
export interface ArticleConflict {
	field: ArticleField | 'state';
	winner: ArticleSetter;
	rivals: ArticleSetter[];
}
export type ArticleSetter = Placed<'article-set' | 'article-state-set'>;

export interface ArticleVersion {
	id: EntryId;
	number: number;
	content: Placed<'version-saved'>['content'];
	note: string;
	by: AgentId;
	at: number;
	/** Who said that they have read it; whoever saved it knows it. */
	readBy: ReadonlySet<AgentId>;
}

/** What is not set yet. */
export const unsetArticle: ArticleValues = {
	type: 'article',
	visibility: 'internal',
	system: null,
	category: null,
	level: 1,
	permissions: [],
	documentation: [],
	handOver: [],
	validFrom: null,
	validUntil: null,
	reviewAt: null,
	base: null,
	files: [],
	keeper: null,
};
const fields = Object.keys(unsetArticle) as ArticleField[];

/**
 * The same order and the same rule for single values as in tickets (FT1, FT3, FT7); tags and lines are sets.
 *
 *   AR1  Versions are numbered in the record's order, and never change.
 *   AR2  The published version is the one that the newest state of agreed or standard names.
 *   AR3  Whoever saved a version has read it.
 *
 * Undefined if nothing created it (yet).
 */
export function foldArticle(facts: Facts): Article | undefined {
	const ordered = inOrder(facts);
	const created = ordered.find((entry) => entry.kind === 'created');
	if (created === undefined) return undefined;
	const undone = undoneIds(ordered);
	const effective = ordered.filter((entry) => !undone.has(entry.id));

	const lines = new Set<LineId>(created.lines);
	const tags = new Set<string>();
	const readers = new Map<EntryId, Set<AgentId>>();
	const settledBaseVersions = new Set<EntryId>();
	const settledBaseParts = new Map<BasePart, Set<EntryId>>();
	for (const entry of effective) {
		if (entry.kind === 'line-added') lines.add(entry.line);
		else if (entry.kind === 'tagged') {
			for (const tag of entry.remove) tags.delete(tag);
			for (const tag of entry.add) tags.add(tag);
		} else if (entry.kind === 'version-saved') readers.set(entry.id, new Set([entry.by]));
		else if (entry.kind === 'version-read') readers.get(entry.version)?.add(entry.by);
		else if (entry.kind === 'base-change-settled') {
			if (entry.parts === undefined) settledBaseVersions.add(entry.version);
			for (const part of entry.parts ?? [])
				settledBaseParts.set(part, (settledBaseParts.get(part) ?? new Set()).add(entry.version));
		}
	}
	const versions = effective
		.filter((entry) => entry.kind === 'version-saved')
		.map((entry, i): ArticleVersion => {
			const { id, content, note, by, time } = entry;
			return { id, number: i + 1, content, note, by, at: hlcTime(time), readBy: readers.get(id) ?? new Set() };
		});

	const setters = effective.filter((entry) => entry.kind === 'article-set');
	const values = new Map<ArticleField, SingleValue<Placed<'article-set'>>>(
		fields.map((field) => [field, resolveSingleValue(setters.filter((setter) => setter.field === field))]),
	);
	const chosen = Object.fromEntries(
		fields.flatMap((field) => {
			const winner = values.get(field)?.winner;
			return winner === undefined ? [] : [[field, winner.value]];
		}),
	) as Partial<ArticleValues>;
	const states = effective.filter((entry) => entry.kind === 'article-state-set');
	const state = resolveSingleValue(states);
	const published = states.findLast((entry) => isPublished(entry.state));
	const heads = Object.fromEntries(fields.map((field) => [field, values.get(field)?.heads ?? []]));

	return {
		...unsetArticle,
		...chosen,
		name: created.name,
		lines: [...lines],
		tags: [...tags],
		state: state.winner?.state ?? 'draft',
		agreed:
			state.winner?.agreedBy === undefined
				? undefined
				: { by: state.winner.agreedBy, at: state.winner.agreedAt ?? hlcTime(state.winner.time) },
		versions,
		published: versions.find(({ id }) => id === published?.version),
		heads: { ...heads, state: state.heads } as Article['heads'],
		conflicts: fields.filter((field) => (values.get(field)?.rivals.length ?? 0) > 0),
		rivals: [...fields.map((field) => conflictOf(field, values.get(field))), conflictOf('state', state)].filter(
			(conflict) => conflict !== undefined,
		),
		settledBaseVersions,
		settledBaseParts,
		timeline: ordered,
		createdBy: created.by,
		createdAt: hlcTime(created.time),
		changedAt: hlcTime((lastChange(ordered) ?? created).time),
	};
}

function conflictOf(
	field: ArticleConflict['field'],
	value: SingleValue<ArticleSetter> | undefined,
): ArticleConflict | undefined {
	if (value?.winner === undefined || value.rivals.length === 0) return undefined;
	return { field, winner: value.winner, rivals: value.rivals };
}

export function isPublished(state: ArticleState): boolean {
	return state === 'agreed' || state === 'standard';
}
