import { documentationHeads, type AppliedCase } from './applied-case.ts';
import { applyCaseToTicket, documentCase, tickStep } from './case-command.ts';
import type { Draft } from './entry.ts';
import { isUndoable } from './entry.ts';
import type { Channel } from './entry-parts.ts';
import type { Interaction } from './fold-interaction.ts';
import type { Ticket } from './fold-ticket.ts';
import type { AgentId, CategoryId, DocumentId, EntryId, LineId, QueueId, SystemId } from './ids.ts';
import type { Outcome } from './interaction-entry.ts';
import type { CommandRefusal, CommandResult, NewTicket } from './ticket-command.ts';
import { undoneIds } from './undone.ts';

/**
 * What people do to a contact.
 *
 * IN1 A contact ends with an outcome. A later outcome takes the place of the one before; both stay in its timeline.
 * IN2 What became a ticket stays one: another outcome is refused, because somebody may be at work on that ticket.
 * IN3 The ticket of a contact is given all that the contact knows, and each names the other (F4): what was ticked and written down
 *     too, once the ticket has its cases (`handCases`). What stands in the ticket already stays.
 * IN4 Only its author takes an entry back.
 */
const ok = (...drafts: Draft[]): CommandResult => ({ kind: 'ok', drafts });
const refused = (reason: CommandRefusal): CommandResult => ({ kind: 'refused', reason });

/** A standard case as somebody applies it: what the entry says. */
export type CaseToApply = Omit<Draft<'case-applied'>, 'kind'>;

/** A contact as somebody writes it down. */
export interface NewContact {
	line: LineId;
	channel: Channel;
	direction: 'in' | 'out';
	from?: { name: string; address: string; phone?: string } | undefined;
	person?: DocumentId | undefined;
	/** ms since 1970 */
	began: number;
	ticket?: DocumentId | undefined;
	callsBack?: DocumentId | undefined;
	request: string;
	system: SystemId | null;
	category: CategoryId | null;
	applied?: CaseToApply | undefined;
}

export interface ContactEnd {
	outcome: Outcome;
	/** How long it took. */
	seconds: number;
	ticket?: { document: DocumentId; number: string } | undefined;
	callBack?: { until: number; phone: string; agent: AgentId | null } | undefined;
	passedTo?: string | undefined;
}

const longestSeconds = 86_400;

/** The entry that a contact begins with, and what is known of it. */
export function openContact(contact: NewContact): { contacted: Draft<'contacted'>; drafts: Draft[] } {
	const { line, channel, direction, from, person, began, ticket, callsBack } = contact;
	return {
		contacted: { kind: 'contacted', line, channel, direction, from, person, began, ticket, callsBack },
		drafts: [
			...(contact.request.trim() === ''
				? []
				: [{ kind: 'request-set', text: contact.request.trim(), replaces: [] } satisfies Draft]),
			...(contact.system === null && contact.category === null
				? []
				: [
						{
							...{ kind: 'categorised' as const, system: contact.system, category: contact.category },
							replaces: [],
						} satisfies Draft,
					]),
			...(contact.applied === undefined ? [] : [{ kind: 'case-applied', ...contact.applied } satisfies Draft]),
		],
	};
}

export function setRequest(contact: Interaction, text: string): CommandResult {
	if (text.trim() === contact.request) return refused('nothing-to-change');
	return ok({ kind: 'request-set', text: text.trim(), replaces: contact.heads.request });
}

export function categorise(
	contact: Interaction,
	{ system, category }: { system: SystemId | null; category: CategoryId | null },
): CommandResult {
	if (contact.system === system && contact.category === category) return refused('nothing-to-change');
	return ok({ kind: 'categorised', system, category, replaces: contact.heads.categorised });
}

/** The draft that ends a contact of which nothing else says how it ended. */
export function outcomeDraft(end: ContactEnd, replaces: EntryId[] = []): Draft<'outcome-set'> {
	const { outcome, ticket, callBack, passedTo } = end;
	const seconds = Math.min(longestSeconds, Math.max(0, Math.round(end.seconds)));
	return {
		...{ kind: 'outcome-set', outcome, seconds, replaces },
		...(ticket === undefined ? {} : { ticket: ticket.document, number: ticket.number }),
		...(callBack === undefined ? {} : { callBack }),
		...(passedTo === undefined || passedTo.trim() === '' ? {} : { passedTo: passedTo.trim() }),
	};
}

export function endContact(contact: Interaction, end: ContactEnd): CommandResult {
	if (contact.outcome === 'ticket') return refused('nothing-to-change');
	return ok(outcomeDraft(end, contact.heads.outcome));
}

/** A ticket that is given all the contact knows; `drafts` follow in the same transaction. */
export function ticketOfContact(
	id: DocumentId,
	contact: Pick<
		Interaction,
		'line' | 'channel' | 'from' | 'persons' | 'request' | 'system' | 'category' | 'tags' | 'applied'
	>,
	choice: { queue: QueueId; subject?: string | undefined; line?: LineId | undefined },
): { ticket: Omit<NewTicket, 'number'>; drafts: Draft[] } {
	const { channel, from, persons, request, system, category, tags, applied } = contact;
	const subject =
		choice.subject?.trim() || subjectOf(request) || applied.at(-1)?.title || from?.name || from?.phone || '';
	const [person, ...others] = persons;
	return {
		ticket: {
			...{ subject, line: choice.line ?? contact.line, queue: choice.queue, channel, text: request, attachments: [] },
			...(from === undefined
				? {}
				: {
						from: {
							...{ name: from.name, address: from.address },
							...(from.phone === undefined ? {} : { phone: from.phone }),
						},
					}),
			...(person === undefined ? {} : { person }),
		},
		drafts: [
			{ kind: 'interaction-linked', interaction: id },
			...others.map((person): Draft => ({ kind: 'person-linked', person })),
			...(system === null && category === null
				? []
				: [{ kind: 'categorised', system, category, replaces: [] } satisfies Draft]),
			...(tags.length === 0 ? [] : [{ kind: 'tagged', add: [...tags], remove: [] } satisfies Draft]),
			...applied.map((applied): Draft => ({ kind: 'case-applied', ...caseOf(applied) })),
		],
	};
}

/** Without when, by whom, and the id it has in the other record. */
function caseOf({ article, version, title, steps, documentation, handOver }: AppliedCase): CaseToApply {
	return { article, version, title, steps: steps.map(({ text }) => text), documentation, handOver };
}

/** What was done with the cases of a contact, as work on its ticket; cases that the ticket lacks are applied first. */
export function handCases(
	ticket: Ticket,
	contact: Pick<Interaction, 'applied' | 'system' | 'category'>,
): CommandResult {
	const drafts: Draft[] = [];
	for (const given of contact.applied) {
		const found = ticket.applied.find(({ article, version }) => article === given.article && version === given.version);
		const results =
			found === undefined ? [applyCaseToTicket(ticket, caseOf(given), contact)] : workOn(ticket, found, given);
		drafts.push(...results.flatMap((result) => (result.kind === 'ok' ? result.drafts : [])));
	}
	return drafts.length === 0 ? refused('nothing-to-change') : ok(...drafts);
}

function workOn(ticket: Ticket, { id, values }: AppliedCase, given: AppliedCase): CommandResult[] {
	const written = given.documentation
		.map(({ id: field, label }) => ({ id: field, label, value: given.values.get(field) ?? '' }))
		.filter(({ id: field, value }) => value !== '' && !values.has(field));
	return [
		...given.steps.flatMap(({ done }, step) => (done === undefined ? [] : [tickStep(ticket, id, step, true)])),
		documentCase(ticket, id, written),
	];
}

/** What was done with the case applied last: ticks and documentation that the contact does not have yet. */
export function workOnCase(
	contact: Interaction,
	{ ticked, documented }: { ticked: readonly number[]; documented: Readonly<Record<string, string>> },
): CommandResult {
	const applied = contact.applied.at(-1);
	if (applied === undefined) return refused('nothing-to-change');
	const ticks = applied.steps.flatMap((step, place): Draft[] => {
		const done = ticked.includes(place);
		return done === (step.done !== undefined) ? [] : [{ kind: 'step-ticked', applied: applied.id, step: place, done }];
	});
	const fields = applied.documentation
		.map(({ id, label }) => ({ id, label, value: (documented[id] ?? '').trim() }))
		.filter(({ id, value }) => value !== (applied.values.get(id) ?? ''));
	const undone = undoneIds(contact.timeline);
	const standing = contact.timeline.filter(({ id }) => !undone.has(id));
	const asked = fields.map(({ id }) => id);
	const replaces = documentationHeads(standing, applied.id, asked);
	const drafts: Draft[] = [
		...ticks,
		...(fields.length === 0 ? [] : [{ kind: 'documented', applied: applied.id, fields, replaces } satisfies Draft]),
	];
	return drafts.length === 0 ? refused('nothing-to-change') : ok(...drafts);
}

const longestSubject = 120;

/** The first line of what was asked; cut at a word where it is long. */
export function subjectOf(request: string): string {
	const [first = ''] = request.trim().split('\n');
	if (first.length <= longestSubject) return first.trim();
	const cut = first.slice(0, longestSubject);
	return `${cut.slice(0, cut.lastIndexOf(' ') > 60 ? cut.lastIndexOf(' ') : longestSubject).trim()} …`;
}

/** A contact that belongs to a ticket that is there already: the ticket's half. */
export function linkContact(ticket: Ticket, interaction: DocumentId): CommandResult {
	const isLinked = ticket.timeline.some(
		(entry) => entry.kind === 'interaction-linked' && entry.interaction === interaction,
	);
	return isLinked ? refused('nothing-to-change') : ok({ kind: 'interaction-linked', interaction });
}

/** Takes back how the contact ended, so that it can end otherwise. */
export function undoOutcome(contact: Interaction, agent: AgentId): CommandResult {
	const standing = contact.timeline.filter(({ id }) => contact.heads.outcome.includes(id));
	const own = standing.filter((entry) => entry.by === agent && isUndoable(entry.kind));
	if (standing.length === 0) return refused('nothing-to-change');
	return own.length === 0 ? refused('not-yours') : ok(...own.map(({ id }): Draft => ({ kind: 'undone', entry: id })));
}
