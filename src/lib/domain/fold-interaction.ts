import { appliedCases, type AppliedCase } from './applied-case.ts';
import type { Channel } from './entry-parts.ts';
import { inOrder, lastChange, type Facts, type Placed } from './facts.ts';
import { hlcTime } from './hlc.ts';
import type { AgentId, CategoryId, DocumentId, EntryId, LineId, SystemId } from './ids.ts';
import type { Outcome } from './interaction-entry.ts';
import { resolveSingleValue } from './single-value.ts';
import { undoneIds } from './undone.ts';

/** A call, a mail or a chat that was dealt with, with or without a ticket. */
export interface Interaction {
	line: LineId;
	channel: Channel;
	direction: 'in' | 'out';
	from: { name: string; address: string; phone?: string | undefined } | undefined;
	persons: DocumentId[];
	request: string;
	system: SystemId | null;
	category: CategoryId | null;
	tags: string[];
	/** The standard cases that were applied, oldest first, with what was ticked and written down. */
	applied: AppliedCase[];
	/** Undefined while it goes on. */
	outcome: Outcome | undefined;
	seconds: number;
	ticket: { document: DocumentId; number: string | undefined } | undefined;
	callBack: { until: number; phone: string; agent: AgentId | null } | undefined;
	passedTo: string | undefined;
	/** The interaction that it calls back. */
	callsBack: DocumentId | undefined;
	heads: { request: EntryId[]; outcome: EntryId[]; categorised: EntryId[] };
	timeline: Placed[];
	by: AgentId;
	began: number;
	changedAt: number;
}

/**
 * The same order and the same rule for single values as in tickets (FT1, FT3, FT7); persons and tags are sets.
 * Undefined if nothing began it (yet).
 */
export function foldInteraction(facts: Facts): Interaction | undefined {
	const ordered = inOrder(facts);
	const contacted = ordered.find((entry) => entry.kind === 'contacted');
	if (contacted === undefined) return undefined;
	const undone = undoneIds(ordered);
	const effective = ordered.filter((entry) => !undone.has(entry.id));
	const persons = new Set<DocumentId>(contacted.person === undefined ? [] : [contacted.person]);
	const tags = new Set<string>();
	for (const entry of effective) {
		if (entry.kind === 'person-linked') persons.add(entry.person);
		else if (entry.kind === 'person-unlinked') persons.delete(entry.person);
		else if (entry.kind === 'tagged') {
			for (const tag of entry.remove) tags.delete(tag);
			for (const tag of entry.add) tags.add(tag);
		}
	}
	const request = resolveSingleValue(effective.filter((entry) => entry.kind === 'request-set'));
	const categorised = resolveSingleValue(effective.filter((entry) => entry.kind === 'categorised'));
	const outcome = resolveSingleValue(effective.filter((entry) => entry.kind === 'outcome-set'));
	const ended = outcome.winner;
	const ticket = ended?.ticket ?? contacted.ticket;
	return {
		line: contacted.line,
		channel: contacted.channel,
		direction: contacted.direction,
		from: contacted.from,
		persons: [...persons],
		request: request.winner?.text ?? '',
		system: categorised.winner?.system ?? null,
		category: categorised.winner?.category ?? null,
		tags: [...tags],
		applied: appliedCases(effective),
		outcome: ended?.outcome,
		seconds: ended?.seconds ?? 0,
		ticket: ticket === undefined ? undefined : { document: ticket, number: ended?.number },
		callBack: ended?.callBack,
		passedTo: ended?.passedTo,
		callsBack: contacted.callsBack,
		heads: { request: request.heads, outcome: outcome.heads, categorised: categorised.heads },
		timeline: ordered,
		by: contacted.by,
		began: contacted.began,
		changedAt: hlcTime((lastChange(ordered) ?? contacted).time),
	};
}
