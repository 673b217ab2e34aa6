import type { AgentId, DocumentId, EntryId, LineId, QueueId } from './ids.ts';
import type { Address, Attachment, Channel, Draft, EntryOf, Priority } from './entry.ts';
import { isUndoable } from './entry.ts';
import { headsOf, type Ticket } from './fold-ticket.ts';
import { refuseTransition, type StatusValue, type TransitionRefusal } from './status.ts';
import type { TicketNumber } from './ticket-number.ts';

/**
 * What people do to a ticket: from the ticket they see and what they want to the entries that say so.
 * Nothing here touches a document; whoever calls puts time, agent and device on the drafts and stores them in one transaction.
 */
export type CommandResult = { kind: 'ok'; drafts: Draft[] } | { kind: 'refused'; reason: CommandRefusal };

export type CommandRefusal =
	TransitionRefusal | 'nothing-to-change' | 'held-by-other' | 'not-yours' | 'not-undoable' | 'empty' | 'no-recipient';

const ok = (...drafts: Draft[]): CommandResult => ({ kind: 'ok', drafts });
const refused = (reason: CommandRefusal): CommandResult => ({ kind: 'refused', reason });

export interface NewTicket {
	number: TicketNumber;
	subject: string;
	line: LineId;
	queue: QueueId;
	channel: Channel;
	from?: { name: string; address: string; phone?: string };
	person?: DocumentId;
	/** What the customer said or wrote. */
	text: string;
	attachments: Attachment[];
	/** Our own address on that line. */
	to?: Address;
	/** What a mail brings beside its text. */
	mail?: Pick<EntryOf<'message'>, 'to' | 'cc'> &
		Partial<
			Pick<
				EntryOf<'message'>,
				'textCut' | 'html' | 'htmlBlob' | 'messageId' | 'inReplyTo' | 'references' | 'sentAt' | 'raw'
			>
		>;
}

/** A ticket that an agent writes down, from a call for one. */
export function openTicket(ticket: NewTicket): Draft[] {
	const { number, subject, line, queue, channel, from, person, text, attachments, to, mail } = ticket;
	return [
		{ kind: 'opened', number, subject, line, queue, channel, from, person },
		{
			kind: 'message',
			direction: 'in',
			channel,
			visibility: 'public',
			from: { name: from?.name ?? '', address: from?.address ?? '' },
			to: to === undefined ? [] : [to],
			cc: [],
			subject,
			text,
			attachments,
			...mail,
		},
	];
}

export function setStatus(ticket: Ticket, to: StatusValue): CommandResult {
	const refusal = refuseTransition(ticket.status, to);
	if (refusal !== undefined) return refused(refusal);
	return ok({
		kind: 'status-set',
		...to,
		seen: ticket.newestCustomerMessage ?? null,
		replaces: headsOf(ticket.timeline, 'status'),
	});
}

export function assign(ticket: Ticket, agent: AgentId | null): CommandResult {
	if (ticket.assignee === agent && !hasConflict(ticket, 'assignee')) return refused('nothing-to-change');
	return ok({ kind: 'assigned', agent, replaces: headsOf(ticket.timeline, 'assignee') });
}

export function setQueue(ticket: Ticket, queue: QueueId): CommandResult {
	if (ticket.queue === queue && !hasConflict(ticket, 'queue')) return refused('nothing-to-change');
	return ok({ kind: 'queue-set', queue, replaces: headsOf(ticket.timeline, 'queue') });
}

/** Moves the ticket to another line; devices without that line lose sight of it. */
export function setLine(ticket: Ticket, line: LineId, queue: QueueId): CommandResult {
	if (ticket.line === line) return refused('nothing-to-change');
	return ok({
		kind: 'line-set',
		line,
		queue,
		replaces: [...new Set([...headsOf(ticket.timeline, 'line'), ...headsOf(ticket.timeline, 'queue')])],
	});
}

export function setSubject(ticket: Ticket, subject: string): CommandResult {
	const trimmed = subject.trim();
	if (trimmed === '') return refused('empty');
	if (ticket.subject === trimmed && !hasConflict(ticket, 'subject')) return refused('nothing-to-change');
	return ok({ kind: 'subject-set', subject: trimmed, replaces: headsOf(ticket.timeline, 'subject') });
}

export function setPriority(ticket: Ticket, priority: Priority): CommandResult {
	if (ticket.priority === priority && !hasConflict(ticket, 'priority')) return refused('nothing-to-change');
	return ok({ kind: 'priority-set', priority, replaces: headsOf(ticket.timeline, 'priority') });
}

export function changeTags(ticket: Ticket, change: { add?: string[]; remove?: string[] }): CommandResult {
	const has = new Set(ticket.tags);
	const add = (change.add ?? []).map((tag) => tag.trim()).filter((tag) => tag !== '' && !has.has(tag));
	const remove = (change.remove ?? []).filter((tag) => has.has(tag));
	return add.length + remove.length === 0 ? refused('nothing-to-change') : ok({ kind: 'tagged', add, remove });
}

export function addNote(text: string, html: string | undefined, attachments: Attachment[]): CommandResult {
	return text.trim() === '' && attachments.length === 0
		? refused('empty')
		: ok({ kind: 'note', text, html, attachments });
}

export function linkPerson(ticket: Ticket, person: DocumentId): CommandResult {
	return ticket.persons.includes(person) ? refused('nothing-to-change') : ok({ kind: 'person-linked', person });
}

export function unlinkPerson(ticket: Ticket, person: DocumentId): CommandResult {
	return ticket.persons.includes(person) ? ok({ kind: 'person-unlinked', person }) : refused('nothing-to-change');
}

/** Asks for the ticket. A claim that another agent is known to hold is not even asked for. */
export function claim(ticket: Ticket, agent: AgentId): CommandResult {
	if (ticket.claim.kind === 'free') return ok({ kind: 'claimed' });
	if (ticket.claim.agent !== agent) return refused('held-by-other');
	return ticket.claim.kind === 'held' && ticket.claim.releasing
		? ok({ kind: 'claimed' })
		: refused('nothing-to-change');
}

export function release(ticket: Ticket, agent: AgentId): CommandResult {
	if (ticket.claim.kind === 'free') return refused('nothing-to-change');
	if (ticket.claim.agent !== agent) return refused('not-yours');
	return ok({ kind: 'released', claim: ticket.claim.claim });
}

export interface ReplyRequest {
	to: Address[];
	cc: Address[];
	subject: string;
	text: string;
	html?: string;
	attachments: Attachment[];
}

/** A reply that asks to be sent. Until the relay has sent it, it waits where everybody sees it. */
export function requestReply(ticket: Ticket, agent: AgentId, reply: ReplyRequest): CommandResult {
	if (reply.text.trim() === '' && reply.attachments.length === 0) return refused('empty');
	if (reply.to.length === 0) return refused('no-recipient');
	const own = ticket.claim.kind !== 'free' && ticket.claim.agent === agent ? ticket.claim.claim : null;
	const seen = ticket.newestCustomerMessage ?? null;
	return ok({ kind: 'reply-requested', slot: ticket.slot ?? null, claim: own, seen, ...reply });
}

/** Takes back an own entry. Claims, messages and requests to send are never taken back this way. */
export function undo(ticket: Ticket, agent: AgentId, entry: EntryId): CommandResult {
	const target = ticket.timeline.find((candidate) => candidate.id === entry);
	if (target === undefined || !isUndoable(target.kind)) return refused('not-undoable');
	if (target.by !== agent) return refused('not-yours');
	return target.undone ? refused('nothing-to-change') : ok({ kind: 'undone', entry });
}

function hasConflict(ticket: Ticket, field: Ticket['conflicts'][number]['field']): boolean {
	return ticket.conflicts.some((conflict) => conflict.field === field);
}
