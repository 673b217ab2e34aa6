import type { AgentId, CategoryId, DocumentId, EntryId, LineId, QueueId, SystemId } from './ids.ts';
import { appliedCases, type AppliedCase } from './applied-case.ts';
import type { Entry, EntryKind, Priority } from './entry.ts';
import type { Channel } from './entry-parts.ts';
import { inOrder, lastChange, type Facts, type Placed } from './facts.ts';
import { hlcTime } from './hlc.ts';
import { mailCopies } from './mail-copies.ts';
import { claimState, type ClaimState, type Tenure } from './claim.ts';
import { ownerHistory } from './owner-history.ts';
import { repliesOf, type Reply } from './reply.ts';
import { resolveSingleValue } from './single-value.ts';
import type { Status, WaitingReason } from './status.ts';
import type { TicketNumber } from './ticket-number.ts';
import { undoneIds } from './undone.ts';

/**
 * What a ticket is, from what happened to it: the same on every device and on the relay, in whatever order the entries came.
 *
 * FT1  Order is (time, id), where time is the entry's own or the relay's stamp.
 * FT2  The opening entry that sorts first opens the ticket; a second one changes nothing.
 * FT3  A single value (status, queue, line, subject, priority, assignee, system with category): what nobody replaced stands, the latest of these
 *      wins, the others are conflicts and stay visible.
 * FT4  A message of the customer that sorts after the one the author of a status had seen makes a closed or waiting ticket
 *      open again, whichever of the two came first. Both stay visible.
 * FT5  A new ticket is open as soon as an agent claims, assigns, answers or sets a status.
 * FT6  Tags are a set: in order, `add` puts in and `remove` takes out.
 * FT13 Systems are a set as well: `systems-changed` puts in and takes out, so that two who add one each add two. A `categorised` puts
 *      its system in and takes out those of the entries that it replaces; one that keeps such a system leaves the set alone. The first
 *      system is the one that the ticket was categorised with last, if that is still in.
 * FT7  An undoable entry that its own author took back has no effect and stays in the timeline as taken back.
 * FT8  The slot is the newest message of the customer since the last one of ours that went out or waits to go out. A reply
 *      that is held, withdrawn or settled, or passes a message on, answers nothing; a mail written by a machine asks nothing (and FT4 ignores it).
 * FT9  Entries that this version does not know are kept and change nothing.
 * FT10 The claim follows the rules CL1 to CL6.
 * FT11 Applied cases follow the rules AC1 to AC3. Applying one is work: it opens a new ticket (FT5).
 * FT14 A mail that stands there twice counts once (MC1 to MC3).
 * FT12 Who is mentioned in a note is waited for until they write anything in the ticket after it.
 */
export interface Ticket {
	number: TicketNumber;
	subject: string;
	line: LineId;
	queue: QueueId;
	channel: Channel;
	from: { name: string; address: string; phone?: string | undefined } | undefined;
	persons: DocumentId[];
	status: Status;
	reason: WaitingReason | undefined;
	/** Until when it waits, ms since 1970. */
	until: number | undefined;
	/** The message that made a closed or waiting ticket open again. */
	reopenedBy: EntryId | undefined;
	assignee: AgentId | null;
	priority: Priority;
	tags: string[];
	/** The first of its systems: what cases and reports are looked up by. */
	system: SystemId | null;
	/** All that it concerns, the first one first. */
	systems: SystemId[];
	category: CategoryId | null;
	/** The standard cases that were applied, oldest first. */
	applied: AppliedCase[];
	/** Calls and other contacts that belong to it. */
	interactions: DocumentId[];
	/** Colleagues who were mentioned and have not written since. */
	mentions: AgentId[];
	claim: ClaimState;
	/** Who held it, by the relay's word, and how often one gave it to the next (OH1, OH2). */
	tenures: Tenure[];
	handOvers: number;
	passedOn: number;
	/** Every reply that asked to be sent, and what became of it (RE1 to RE5). */
	replies: Reply[];
	/** The ticket in which this one goes on. */
	mergedInto: { ticket: DocumentId; number: TicketNumber } | undefined;
	/** Who last held, answered or noted; stays after a release. */
	lastWorkedBy: AgentId | undefined;
	/** The customer's message that waits for an answer. */
	slot: EntryId | undefined;
	/** The customer's newest message, answered or not. */
	newestCustomerMessage: EntryId | undefined;
	openedAt: number;
	changedAt: number;
	conflicts: Conflict[];
	timeline: TimelineEntry[];
}

export type Field = 'status' | 'assignee' | 'queue' | 'line' | 'subject' | 'priority' | 'category';

/** Two values of one field, written without knowledge of one another. */
export interface Conflict {
	field: Field;
	winner: Setter;
	rivals: Setter[];
}

type Setter = Placed<
	'status-set' | 'assigned' | 'queue-set' | 'line-set' | 'subject-set' | 'priority-set' | 'categorised'
>;

export type TimelineEntry = Placed & { undone: boolean };

export const defaultPriority: Priority = 3;

/** Undefined if nothing opened the ticket (yet): then there is nothing to show. */
export function foldTicket(facts: Facts): Ticket | undefined {
	const ordered = inOrder(facts);
	const opened = ordered.find((entry) => entry.kind === 'opened');
	if (opened === undefined) return undefined;
	const undone = undoneIds(ordered);
	const copies = mailCopies(ordered);
	const effective = ordered.filter((entry) => !undone.has(entry.id) && !copies.has(entry.id));
	const ofKind = <Kind extends EntryKind>(kind: Kind) =>
		effective.filter((entry): entry is Placed<Kind> => entry.kind === kind);

	const line = resolveSingleValue(ofKind('line-set'));
	const queue = resolveSingleValue(
		effective.filter((entry) => entry.kind === 'queue-set' || entry.kind === 'line-set'),
	);
	const subject = resolveSingleValue(ofKind('subject-set'));
	const priority = resolveSingleValue(ofKind('priority-set'));
	const assignee = resolveSingleValue(ofKind('assigned'));
	const status = resolveSingleValue(ofKind('status-set'));
	const about = resolveSingleValue(ofKind('categorised'));
	const systems = foldSystems(effective, about.winner?.system);
	const conflicts = [
		conflict('status', status),
		conflict('assignee', assignee),
		conflict('queue', queue),
		conflict('line', line),
		conflict('subject', subject),
		conflict('priority', priority),
		conflict('category', about),
	].filter((found) => found !== undefined);

	const newest = effective.findLast((entry) => isCustomersWord(entry));
	const merged = resolveSingleValue(ofKind('merged-into')).winner;
	const replies = repliesOf(ordered, facts.verdicts);
	const worked = effective.filter((entry) => isWork(entry));
	const reopening = status.winner && reopeningMessage(effective, status.winner, copies);
	const touched = worked.length > 0;

	return {
		number: opened.number as TicketNumber,
		subject: subject.winner?.subject ?? opened.subject,
		line: line.winner?.line ?? opened.line,
		queue: queue.winner?.queue ?? opened.queue,
		channel: opened.channel,
		from: opened.from,
		persons: linkedPersons(effective, opened.person),
		...currentStatus(status.winner, reopening, touched),
		reopenedBy: reopening,
		assignee: assignee.winner?.agent ?? null,
		priority: priority.winner?.priority ?? defaultPriority,
		tags: foldTags(ofKind('tagged')),
		system: systems[0] ?? null,
		systems,
		category: about.winner?.category ?? null,
		applied: appliedCases(effective),
		interactions: [...new Set(ofKind('interaction-linked').map(({ interaction }) => interaction))],
		mentions: openMentions(effective),
		claim: claimState(ordered, facts.verdicts),
		...ownerHistory(ordered, facts.verdicts),
		replies,
		mergedInto: merged && { ticket: merged.ticket, number: merged.number as TicketNumber },
		lastWorkedBy: worked.at(-1)?.by,
		slot: openSlot(effective, replies),
		newestCustomerMessage: newest?.id,
		openedAt: hlcTime(opened.time),
		changedAt: hlcTime((lastChange(ordered) ?? opened).time),
		conflicts,
		timeline: ordered
			.filter((entry) => !copies.has(entry.id))
			.map((entry) => ({ ...entry, undone: undone.has(entry.id) })),
	};
}

/** The ids that an entry setting `field` now must name as replaced. */
export function headsOf(timeline: readonly TimelineEntry[], field: Field): EntryId[] {
	const kinds: Record<Field, readonly EntryKind[]> = {
		status: ['status-set'],
		assignee: ['assigned'],
		queue: ['queue-set', 'line-set'],
		line: ['line-set'],
		subject: ['subject-set'],
		priority: ['priority-set'],
		category: ['categorised'],
	};
	const setters = timeline.filter(
		(entry): entry is TimelineEntry & Setter => !entry.undone && kinds[field].includes(entry.kind),
	);
	return resolveSingleValue(setters).heads;
}

function isWork(entry: Placed): boolean {
	if (entry.kind === 'claimed' || entry.kind === 'handed-over') return true;
	if (entry.kind === 'assigned' || entry.kind === 'status-set' || entry.kind === 'case-applied') return true;
	return (
		entry.kind === 'reply-requested' || entry.kind === 'note' || (entry.kind === 'message' && entry.direction === 'out')
	);
}

function currentStatus(
	setter: Placed<'status-set'> | undefined,
	reopening: EntryId | undefined,
	touched: boolean,
): Pick<Ticket, 'status' | 'reason' | 'until'> {
	if (setter === undefined || setter.status === 'new')
		return { status: touched ? 'open' : 'new', reason: undefined, until: undefined };
	if (reopening !== undefined) return { status: 'open', reason: undefined, until: undefined };
	if (setter.status !== 'waiting') return { status: setter.status, reason: undefined, until: undefined };
	return { status: 'waiting', reason: setter.reason ?? 'customer', until: setter.until };
}

function reopeningMessage(
	ordered: readonly Placed[],
	setter: Placed<'status-set'>,
	copies: ReadonlyMap<EntryId, EntryId>,
): EntryId | undefined {
	if (setter.status !== 'closed' && setter.status !== 'waiting') return undefined;
	const seen = setter.seen === null ? null : (copies.get(setter.seen) ?? setter.seen);
	const seenAt = seen === null ? -1 : ordered.findIndex((entry) => entry.id === seen);
	return ordered.slice(seenAt + 1).find((entry) => isCustomersWord(entry))?.id;
}

/** A public message of ours, sent or about to be. */
export function isAnswer(entry: Entry): boolean {
	if (entry.kind === 'reply-requested') return true;
	return entry.kind === 'message' && entry.visibility === 'public' && entry.direction === 'out';
}

/** A message of the customer that asks for an answer: public, and not written by a machine. */
export function isCustomersWord(entry: Entry): boolean {
	if (entry.kind !== 'message' || entry.direction !== 'in' || entry.visibility !== 'public') return false;
	return entry.automatic === undefined || entry.automatic === 'list';
}

const answersNothing = new Set<Reply['state']['kind']>(['held', 'withdrawn', 'settled']);

function openSlot(ordered: readonly Placed[], replies: readonly Reply[]): EntryId | undefined {
	const idle = new Set(replies.filter(({ state }) => answersNothing.has(state.kind)).map(({ request }) => request.id));
	let slot: EntryId | undefined;
	for (const entry of ordered) {
		if (isCustomersWord(entry)) slot = entry.id;
		else if (entry.kind === 'message' && entry.visibility === 'public' && entry.direction === 'out') slot = undefined;
		else if (entry.kind === 'reply-requested' && entry.forwards === undefined && !idle.has(entry.id)) slot = undefined;
	}
	return slot;
}

function foldTags(entries: readonly Placed<'tagged'>[]): string[] {
	const tags = new Set<string>();
	for (const entry of entries) {
		for (const tag of entry.remove) tags.delete(tag);
		for (const tag of entry.add) tags.add(tag);
	}
	return [...tags].sort();
}

function foldSystems(ordered: readonly Placed[], categorised: SystemId | null | undefined): SystemId[] {
	const systems = new Set<SystemId>();
	const bySetter = new Map<EntryId, SystemId | null>();
	for (const entry of ordered) {
		if (entry.kind === 'systems-changed') {
			for (const system of entry.remove) systems.delete(system);
			for (const system of entry.add) systems.add(system);
		}
		if (entry.kind !== 'categorised') continue;
		bySetter.set(entry.id, entry.system);
		const before = entry.replaces.map((id) => bySetter.get(id));
		if (entry.system !== null && before.includes(entry.system)) continue;
		for (const system of before) if (system != null) systems.delete(system);
		if (entry.system !== null) systems.add(entry.system);
	}
	const isFirst = (system: SystemId) => system === categorised;
	return [...systems].sort((a, b) => Number(isFirst(b)) - Number(isFirst(a)));
}

function linkedPersons(ordered: readonly Placed[], first: DocumentId | undefined): DocumentId[] {
	const persons = new Set(first === undefined ? [] : [first]);
	for (const entry of ordered) {
		if (entry.kind === 'person-linked') persons.add(entry.person);
		if (entry.kind === 'person-unlinked') persons.delete(entry.person);
	}
	return [...persons];
}

function openMentions(ordered: readonly Placed[]): AgentId[] {
	const waitedFor = new Set<AgentId>();
	for (const entry of ordered) {
		waitedFor.delete(entry.by);
		if (entry.kind !== 'note') continue;
		for (const agent of entry.mentions ?? []) if (agent !== entry.by) waitedFor.add(agent);
	}
	return [...waitedFor];
}

function conflict(field: Field, value: { winner: Setter | undefined; rivals: Setter[] }): Conflict | undefined {
	return value.winner !== undefined && value.rivals.length > 0
		? { field, winner: value.winner, rivals: value.rivals }
		: undefined;
}
