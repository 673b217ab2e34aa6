import type { AgentId, DocumentId, EntryId, LineId, QueueId } from './ids.ts';
import type { Draft, EntryOf, Priority } from './entry.ts';
import type { Address, Attachment, Channel } from './entry-parts.ts';
import { isUndoable } from './entry.ts';
import { missingDocumentation } from './applied-case.ts';
import type { ClaimState } from './claim.ts';
import { consultsOf, type Consult } from './consult.ts';
import { headsOf, type Ticket } from './fold-ticket.ts';
import { actionOf, needsClaim, type GuardSettings } from './guard.ts';
import type { Reply } from './reply.ts';
import { mayTakeOver, type Role } from './role.ts';
import { resolveSingleValue } from './single-value.ts';
import { refuseTransition, type StatusValue, type TransitionRefusal } from './status.ts';
import type { TicketNumber } from './ticket-number.ts';

/**
 * What people do to a ticket: from the ticket they see and what they want to the entries that say so.
 * Nothing here touches a document; whoever calls puts time, agent and device on the drafts and stores them in one transaction.
 */
export type CommandResult =
	| { kind: 'ok'; drafts: Draft[] }
	| {
			kind: 'refused';
			reason: CommandRefusal;
			/** Who holds the ticket, where that is the reason. */
			holder?: AgentId;
			/** What a standard case asks to be written down and is not, where that is the reason. */
			missing?: string[];
	  };

export type CommandRefusal =
	| TransitionRefusal
	| 'nothing-to-change'
	| 'held-by-other'
	| 'not-yours'
	| 'not-undoable'
	| 'empty'
	| 'no-recipient'
	| 'no-permission'
	| 'no-such-agent'
	| 'too-late'
	| 'too-early'
	| 'merge-circle'
	| 'no-version'
	| 'not-from-here'
	| 'undocumented';

const ok = (...drafts: Draft[]): CommandResult => ({ kind: 'ok', drafts });
const refused = (reason: CommandRefusal): CommandResult => ({ kind: 'refused', reason });
const heldBy = (holder: AgentId): CommandResult => ({ kind: 'refused', reason: 'held-by-other', holder });

/**
 * Lets a command's drafts through if the one who acts may do that now (rules GU1 to GU5). A ticket that nobody holds is claimed in the
 * same act: then a `claimed` stands before the command's own drafts.
 */
export function guarded(ticket: Ticket, agent: AgentId, desk: GuardSettings, result: CommandResult): CommandResult {
	if (result.kind === 'refused') return result;
	const guards = result.drafts.map((draft) => needsClaim(actionOf(draft), ticket, agent, desk));
	const held = guards.find((guard) => guard.kind === 'held-by-other');
	if (held?.kind === 'held-by-other') return heldBy(held.agent);
	return guards.some((guard) => guard.kind === 'claim-first') ? ok({ kind: 'claimed' }, ...result.drafts) : result;
}

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
	/** The mail that we write first, in the place of what the customer said. */
	outbound?: ReplyRequest;
	/** Our own address on that line. */
	to?: Address;
	/** What a mail brings beside its text. */
	mail?: Pick<EntryOf<'message'>, 'to' | 'cc'> &
		Partial<
			Pick<
				EntryOf<'message'>,
				| 'textCut'
				| 'html'
				| 'htmlBlob'
				| 'messageId'
				| 'inReplyTo'
				| 'references'
				| 'sentAt'
				| 'replyTo'
				| 'automatic'
				| 'raw'
			>
		>;
}

/** A ticket that an agent writes down, from a call for one. Whoever writes first holds what comes of it. */
export function openTicket(ticket: NewTicket): Draft[] {
	const { number, subject, line, queue, channel, from, person, text, attachments, to, mail, outbound } = ticket;
	const opened: Draft = { kind: 'opened', number, subject, line, queue, channel, from, person };
	if (outbound !== undefined) {
		const request = { kind: 'reply-requested', slot: null, claim: null, seen: null, ...outbound } as const;
		return [opened, { kind: 'claimed' }, request];
	}
	return [
		opened,
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

/** Closing needs what the applied cases ask to be written down (F63). */
export function setStatus(ticket: Ticket, to: StatusValue): CommandResult {
	const refusal = refuseTransition(ticket.status, to);
	if (refusal !== undefined) return refused(refusal);
	const missing = to.status === 'closed' ? missingDocumentation(ticket.applied) : [];
	if (missing.length > 0)
		return { kind: 'refused', reason: 'undocumented', missing: missing.map(({ field }) => field.label) };
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

/** `mentions`: colleagues who should read it. */
export function addNote(
	text: string,
	html: string | undefined,
	attachments: Attachment[],
	mentions: readonly AgentId[] = [],
): CommandResult {
	if (text.trim() === '' && attachments.length === 0) return refused('empty');
	return ok({
		...{ kind: 'note', text, html, attachments },
		...(mentions.length === 0 ? {} : { mentions: [...new Set(mentions)] }),
	});
}

export function linkPerson(ticket: Ticket, person: DocumentId): CommandResult {
	return ticket.persons.includes(person) ? refused('nothing-to-change') : ok({ kind: 'person-linked', person });
}

export function unlinkPerson(ticket: Ticket, person: DocumentId): CommandResult {
	return ticket.persons.includes(person) ? ok({ kind: 'person-unlinked', person }) : refused('nothing-to-change');
}

/** Asks for the ticket. One that another agent is known to hold is asked for only when that claim has run out (`lease.ts`). */
export function claim(ticket: Ticket, agent: AgentId, { isIdle = false } = {}): CommandResult {
	const { claim } = ticket;
	if (claim.kind === 'free') return ok({ kind: 'claimed' });
	if (claim.agent === agent)
		return claim.kind === 'held' && claim.releasing && ownClaim(claim, agent, 'asked') === undefined
			? ok({ kind: 'claimed' })
			: refused('nothing-to-change');
	if (claim.kind === 'held' && isIdle)
		return ownClaim(claim, agent, 'asked') === undefined ? ok({ kind: 'claimed' }) : refused('nothing-to-change');
	return heldBy(claim.agent);
}

/** Gives back what one holds, or no longer asks for it. */
export function release(ticket: Ticket, agent: AgentId): CommandResult {
	const { claim } = ticket;
	if (claim.kind === 'free') return refused('nothing-to-change');
	const own = ownClaim(claim, agent);
	return own === undefined ? refused('not-yours') : ok({ kind: 'released', claim: own });
}

/** The holder gives the ticket to a colleague, with a word on where things stand. */
export function handOver(ticket: Ticket, agent: AgentId, to: AgentId, note: string): CommandResult {
	if (to === agent) return refused('nothing-to-change');
	const own = ownClaim(ticket.claim, agent);
	if (own === undefined) return ticket.claim.kind === 'free' ? refused('not-yours') : heldBy(ticket.claim.agent);
	return ok({ kind: 'handed-over', claim: own, to, note: note.trim() });
}

/** Takes the ticket from whoever holds it, for oneself or for `to`; `to` null sets it free. A right, and with a reason. */
export function takeOver(
	ticket: Ticket,
	agent: AgentId,
	role: Role,
	reason: string,
	to: AgentId | null = agent,
): CommandResult {
	if (!mayTakeOver(role)) return refused('no-permission');
	if (reason.trim() === '') return refused('empty');
	const { claim } = ticket;
	const holder = claim.kind === 'free' ? null : claim.agent;
	if (holder === to && !(claim.kind === 'held' && claim.releasing)) return refused('nothing-to-change');
	return ok({ kind: 'taken-over', to, reason: reason.trim() });
}

/** The claim on which this agent stands now: held, provisional, or asked for without an answer yet. */
function ownClaim(claim: ClaimState, agent: AgentId, only?: 'asked'): EntryId | undefined {
	if (claim.kind === 'free') return undefined;
	const asked = claim.kind === 'held' ? claim.claimants.findLast((claimant) => claimant.agent === agent) : undefined;
	if (asked !== undefined || only === 'asked') return asked?.claim;
	return claim.agent === agent ? claim.claim : undefined;
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
	return ok(replyDraft(ticket, agent, reply));
}

/** Passes a message on to somebody outside. It needs no claim, and the customer's message still waits for its answer. */
export function forwardMessage(ticket: Ticket, message: EntryId, mail: ReplyRequest): CommandResult {
	if (mail.to.length === 0) return refused('no-recipient');
	const known = ticket.timeline.some((entry) => entry.id === message && entry.kind === 'message');
	if (!known) return refused('nothing-to-change');
	return ok({ kind: 'reply-requested', slot: null, claim: null, forwards: message, ...mail });
}

/** `claim` null: the one that is made in the same act. */
function replyDraft(ticket: Ticket, agent: AgentId, reply: ReplyRequest): Draft<'reply-requested'> {
	return {
		kind: 'reply-requested',
		slot: ticket.slot ?? null,
		claim: ownClaim(ticket.claim, agent) ?? null,
		seen: ticket.newestCustomerMessage ?? null,
		...reply,
	};
}

function replyOf(ticket: Ticket, request: EntryId): Reply | undefined {
	return ticket.replies.find((reply) => reply.request.id === request);
}

/** Takes back one's own reply while it has not left. */
export function withdrawReply(ticket: Ticket, agent: AgentId, request: EntryId): CommandResult {
	const reply = replyOf(ticket, request);
	if (reply === undefined) return refused('nothing-to-change');
	if (reply.request.by !== agent) return refused('not-yours');
	if (reply.state.kind === 'withdrawn') return refused('nothing-to-change');
	const isOnTime = reply.state.kind === 'waiting' || reply.state.kind === 'accepted';
	return isOnTime ? ok({ kind: 'reply-withdrawn', request }) : refused('too-late');
}

export type HeldChoice =
	/** Goes as a message of its own; `reply` where it was changed. */
	| { kind: 'follow-up'; reply?: ReplyRequest }
	/** Stays for colleagues; `text` where it was changed. */
	| { kind: 'note'; text?: string }
	| { kind: 'discard' };

/** Ends the waiting of a reply that the gate held: for its author, and for the holder of the ticket. */
export function settleHeld(ticket: Ticket, agent: AgentId, request: EntryId, choice: HeldChoice): CommandResult {
	const reply = replyOf(ticket, request);
	if (reply?.state.kind !== 'held') return refused('nothing-to-change');
	if (reply.request.by !== agent && ownClaim(ticket.claim, agent) === undefined) return refused('not-yours');
	if (choice.kind === 'discard') return ok({ kind: 'held-settled', request, choice: 'discarded' });
	const { to, cc, subject, text, html, attachments } = reply.request;
	if (choice.kind === 'note') {
		const note = addNote(choice.text ?? text, choice.text === undefined ? html : undefined, attachments);
		if (note.kind === 'refused') return note;
		return ok({ kind: 'held-settled', request, choice: 'kept-as-note' }, ...note.drafts);
	}
	const again = choice.reply ?? { to, cc, subject, text, attachments, ...(html === undefined ? {} : { html }) };
	if (again.text.trim() === '' && again.attachments.length === 0) return refused('empty');
	if (again.to.length === 0) return refused('no-recipient');
	return ok(
		{ kind: 'held-settled', request, choice: 'sent-as-follow-up' },
		{ ...replyDraft(ticket, agent, again), slot: null, follows: request },
	);
}

/** A person's word on a mail of which nobody knows whether it left, or which could not be sent. */
export function decideDelivery(
	ticket: Ticket,
	request: EntryId,
	decision: EntryOf<'delivery-decided'>['decision'],
): CommandResult {
	const state = replyOf(ticket, request)?.state.kind;
	const isOpen = state === 'uncertain' || (state === 'failed' && decision === 'send-again');
	return isOpen ? ok({ kind: 'delivery-decided', request, decision }) : refused('nothing-to-change');
}

/** Asks a colleague, and stays responsible. `until`, ms since 1970: by when an answer is needed. */
export function consult(
	_ticket: Ticket,
	agent: AgentId,
	ask: { agent: AgentId; question: string; until?: number },
): CommandResult {
	if (ask.agent === agent) return refused('nothing-to-change');
	const question = ask.question.trim();
	if (question === '') return refused('empty');
	return ok({
		kind: 'consulted',
		agent: ask.agent,
		question,
		...(ask.until === undefined ? {} : { until: ask.until }),
	});
}

function consultOf(ticket: Ticket, id: EntryId): Consult | undefined {
	return consultsOf(ticket.timeline).find(({ question }) => question.id === id);
}

/** Only the one who was asked answers; the answer stays among colleagues. */
export function answerConsult(ticket: Ticket, agent: AgentId, consult: EntryId, text: string): CommandResult {
	const asked = consultOf(ticket, consult);
	if (asked?.state.kind !== 'open') return refused('nothing-to-change');
	if (asked.question.agent !== agent) return refused('not-yours');
	return text.trim() === '' ? refused('empty') : ok({ kind: 'consult-answered', consult, text: text.trim() });
}

/** Ends a question without its answer, with a word on what was decided. `now` in ms since 1970. */
export function settleConsult(
	ticket: Ticket,
	agent: AgentId,
	consult: EntryId,
	settle: { how: EntryOf<'consult-settled'>['how']; text: string },
	now: number,
): CommandResult {
	const asked = consultOf(ticket, consult);
	if (asked?.state.kind !== 'open') return refused('nothing-to-change');
	if (asked.question.by !== agent && ownClaim(ticket.claim, agent) === undefined) return refused('not-yours');
	if (settle.how === 'decided-alone') {
		if (settle.text.trim() === '') return refused('empty');
		if ((asked.question.until ?? 0) > now) return refused('too-early');
	}
	return ok({ kind: 'consult-settled', consult, how: settle.how, text: settle.text.trim() });
}

/** This ticket goes on in the other one; `mergedFrom` is the other one's half. */
export function mergeInto(
	ticket: Ticket,
	target: { id: DocumentId; number: TicketNumber; mergedInto?: { number: TicketNumber } | undefined },
): CommandResult {
	if (target.number === ticket.number || target.mergedInto?.number === ticket.number) return refused('merge-circle');
	if (ticket.mergedInto?.ticket === target.id) return refused('nothing-to-change');
	const { heads } = resolveSingleValue(ticket.timeline.filter((entry) => entry.kind === 'merged-into'));
	return ok({ kind: 'merged-into', ticket: target.id, number: target.number, replaces: heads });
}

/** What the target of a merge says of it. */
export function mergedFrom(target: Ticket, source: { id: DocumentId; number: TicketNumber }): CommandResult {
	if (source.number === target.number) return refused('merge-circle');
	const isKnown = target.timeline.some((entry) => entry.kind === 'merged-from' && entry.ticket === source.id);
	return isKnown ? refused('nothing-to-change') : ok({ kind: 'merged-from', ticket: source.id, number: source.number });
}

/** The relay thought that this belongs to another ticket, and a person says no. */
export function declineMerge(ticket: Ticket, other: DocumentId): CommandResult {
	return openSuggestions(ticket).some((suggestion) => suggestion.ticket === other)
		? ok({ kind: 'merge-declined', ticket: other })
		: refused('nothing-to-change');
}

/** Where the relay thinks this ticket belongs, and nobody has said yes or no yet. */
export function openSuggestions(ticket: Ticket): EntryOf<'merge-suggested'>[] {
	if (ticket.mergedInto !== undefined) return [];
	const declined = new Set(
		ticket.timeline.map((entry) => (entry.kind === 'merge-declined' ? entry.ticket : undefined)),
	);
	return ticket.timeline
		.filter((entry) => entry.kind === 'merge-suggested')
		.filter(({ ticket }) => !declined.has(ticket));
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
