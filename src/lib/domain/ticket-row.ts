import { consultsOf } from './consult.ts';
import type { Channel } from './entry-parts.ts';
import type { Priority } from './entry.ts';
import type { Facts, Placed } from './facts.ts';
import type { Ticket } from './fold-ticket.ts';
import { hlcTime } from './hlc.ts';
import type { AgentId, CategoryId, DocumentId, EntryId, LineId, QueueId, SystemId } from './ids.ts';
import { leaseStart } from './lease.ts';
import { previewOf } from './preview.ts';
import type { Reply } from './reply.ts';
import type { Status, WaitingReason } from './status.ts';
import { isTicketNumber, type TicketNumber } from './ticket-number.ts';
import { undocumentedClose, type UndocumentedClose } from './undocumented-close.ts';

/** What a list shows of a ticket. Times in ms since 1970. */
export interface TicketRow {
	id: DocumentId;
	kind: 'ticket';
	number: TicketNumber;
	subject: string;
	line: LineId;
	queue: QueueId;
	channel: Channel;
	status: Status;
	reason: WaitingReason | undefined;
	until: number | undefined;
	priority: Priority;
	tags: string[];
	/** The first of its systems, and all of them. */
	system: SystemId | null;
	systems: SystemId[];
	category: CategoryId | null;
	/** The standard cases that were applied. */
	cases: DocumentId[];
	/** Colleagues who were mentioned and have not written since. */
	mentions: AgentId[];
	assignee: AgentId | null;
	/** Who holds it, confirmed or provisional. */
	holder: AgentId | null;
	holding: 'free' | 'provisional' | 'held';
	/** Since when, and from when the lease runs; that is undefined where nothing runs out (`domain/lease.ts`). */
	heldSince: number | undefined;
	activeAt: number | undefined;
	/** How often it went from one holder to the next. */
	handOvers: number;
	/** It went to another queue or line than the one it was opened in. */
	leftQueue: boolean;
	/** Who wrote down the last hand-over. */
	handedOverBy: AgentId | undefined;
	/** Replies that are not done with: they wait, are held, failed, came back, or nobody knows. */
	replies: OpenReply[];
	/** Colleagues who were asked for advice and have not given it yet. */
	consults: OpenConsult[];
	/** The ticket in which it goes on. */
	mergedInto: TicketNumber | undefined;
	fromName: string;
	fromAddress: string;
	persons: DocumentId[];
	/** The beginning of the newest message or note, one line. */
	preview: string;
	/** The customer's message that waits for an answer, and since when. */
	slot: EntryId | undefined;
	waitingSince: number | undefined;
	messages: number;
	attachments: number;
	conflicts: number;
	/** It was closed without what its standard cases ask to be written down. */
	undocumented?: UndocumentedClose | undefined;
	openedAt: number;
	changedAt: number;
	/** Set when a newer app wrote it: shown, not edited. */
	newer: boolean;
	/** Set where a device holds no more of the ticket than this: which generation and number of the document it was read from. */
	cold?: { generation: number; head: number } | undefined;
}

export interface OpenReply {
	request: EntryId;
	by: AgentId;
	/** When it was written. */
	at: number;
	state: Exclude<Reply['state']['kind'], 'sent' | 'withdrawn' | 'settled'>;
}

export interface OpenConsult {
	consult: EntryId;
	agent: AgentId;
	by: AgentId;
	until: number | undefined;
}

/** Whether somebody may still have something to do with it. Those that are not grow with the years, and nothing waits for them. */
export function isUnfinished({ status, replies, consults, mentions, undocumented }: TicketRow): boolean {
	return (
		status !== 'closed' ||
		replies.length > 0 ||
		consults.length > 0 ||
		mentions.length > 0 ||
		undocumented !== undefined
	);
}

export function ticketToRow(id: DocumentId, ticket: Ticket): TicketRow {
	const messages = ticket.timeline.filter((entry) => entry.kind === 'message');
	const slot = messages.find((message) => message.id === ticket.slot);
	const { claim } = ticket;
	return {
		id,
		kind: 'ticket',
		number: ticket.number,
		subject: ticket.subject,
		line: ticket.line,
		queue: ticket.queue,
		channel: ticket.channel,
		status: ticket.status,
		reason: ticket.reason,
		until: ticket.until,
		priority: ticket.priority,
		tags: ticket.tags,
		system: ticket.system,
		systems: ticket.systems,
		category: ticket.category,
		cases: ticket.applied.map(({ article }) => article),
		mentions: ticket.mentions,
		assignee: ticket.assignee,
		holder: claim.kind === 'free' ? null : claim.agent,
		holding: claim.kind,
		heldSince: claim.kind === 'free' ? undefined : claim.since,
		activeAt: leaseStart(ticket),
		handOvers: ticket.passedOn,
		leftQueue: hasLeftQueue(ticket),
		handedOverBy: ticket.timeline.findLast(isHandOver)?.by,
		replies: openReplies(ticket),
		consults: openConsults(ticket),
		mergedInto: ticket.mergedInto?.number,
		fromName: ticket.from?.name ?? messages[0]?.from.name ?? '',
		fromAddress: ticket.from?.address ?? messages[0]?.from.address ?? '',
		persons: ticket.persons,
		preview: newestPreview(ticket),
		slot: ticket.slot,
		waitingSince: slot && hlcTime(slot.time),
		messages: messages.length,
		attachments: ticket.timeline.reduce((sum, entry) => sum + attachmentsOf(entry), 0),
		conflicts: ticket.conflicts.length,
		undocumented: undocumentedClose(ticket),
		openedAt: ticket.openedAt,
		changedAt: ticket.changedAt,
		newer: false,
	};
}

/** A ticket whose opening only a newer app understands: what can be read of it without knowing the rules. */
export function newerTicketRow(id: DocumentId, facts: Facts): TicketRow {
	const entries = [...(facts.unknown?.values() ?? [])].filter((value) => typeof value === 'object' && value !== null);
	const opened = (entries as Record<string, unknown>[]).find((entry) => entry.kind === 'opened') ?? {};
	const text = (key: string) => (typeof opened[key] === 'string' ? opened[key].slice(0, 998) : '');
	const openedAt = /^[0-9a-z]{12}$/.test(text('at')) ? hlcTime(text('at') as never) : 0;
	return {
		id,
		kind: 'ticket',
		number: (isTicketNumber(text('number')) ? text('number') : '') as TicketNumber,
		subject: text('subject'),
		line: text('line') as LineId,
		queue: text('queue') as QueueId,
		channel: 'other',
		status: 'open',
		reason: undefined,
		until: undefined,
		priority: 3,
		tags: [],
		system: null,
		systems: [],
		category: null,
		cases: [],
		mentions: [],
		assignee: null,
		holder: null,
		holding: 'free',
		heldSince: undefined,
		activeAt: undefined,
		handOvers: 0,
		leftQueue: false,
		handedOverBy: undefined,
		replies: [],
		consults: [],
		mergedInto: undefined,
		fromName: '',
		fromAddress: '',
		persons: [],
		preview: '',
		slot: undefined,
		waitingSince: undefined,
		messages: 0,
		attachments: 0,
		conflicts: 0,
		openedAt,
		changedAt: openedAt,
		newer: true,
	};
}

function hasLeftQueue({ timeline }: Ticket): boolean {
	const first = timeline.find((entry) => entry.kind === 'opened')?.queue;
	return timeline.some(
		(entry) => (entry.kind === 'queue-set' || entry.kind === 'line-set') && !entry.undone && entry.queue !== first,
	);
}

function isHandOver({ kind }: Placed): boolean {
	return kind === 'handed-over' || kind === 'taken-over';
}

function openReplies({ replies }: Ticket): OpenReply[] {
	return replies.flatMap(({ request, state: { kind } }): OpenReply[] =>
		kind === 'sent' || kind === 'withdrawn' || kind === 'settled'
			? []
			: [{ request: request.id, by: request.by, at: hlcTime(request.time), state: kind }],
	);
}

function openConsults({ timeline }: Ticket): OpenConsult[] {
	return consultsOf(timeline)
		.filter(({ state }) => state.kind === 'open')
		.map(({ question: { id, agent, by, until } }) => ({ consult: id, agent, by, until }));
}

function newestPreview(ticket: Ticket): string {
	const newest = ticket.timeline.findLast(
		(entry) => !entry.undone && (entry.kind === 'message' || entry.kind === 'note' || entry.kind === 'reply-requested'),
	);
	return newest !== undefined && 'text' in newest ? previewOf(newest.text) : '';
}

function attachmentsOf(entry: Placed): number {
	return 'attachments' in entry ? entry.attachments.length : 0;
}
