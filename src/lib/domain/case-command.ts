import { documentationHeads } from './applied-case.ts';
import type { Draft, EntryOf } from './entry.ts';
import type { Ticket } from './fold-ticket.ts';
import { headsOf } from './fold-ticket.ts';
import type { CategoryId, EntryId, SystemId } from './ids.ts';
import type { CommandResult } from './ticket-command.ts';

/** What people do with standard cases inside a ticket. */
const ok = (...drafts: Draft[]): CommandResult => ({ kind: 'ok', drafts });
const nothing: CommandResult = { kind: 'refused', reason: 'nothing-to-change' };

/** What it is about; what is left out stays. */
export function categorise(
	ticket: Ticket,
	to: { system?: SystemId | null; category?: CategoryId | null },
): CommandResult {
	const { system = ticket.system, category = ticket.category } = to;
	const isConflict = ticket.conflicts.some(({ field }) => field === 'category');
	if (system === ticket.system && category === ticket.category && !isConflict) return nothing;
	return ok({ kind: 'categorised', system, category, replaces: headsOf(ticket.timeline, 'category') });
}

/** Adds systems that it concerns and takes others out; what stands already changes nothing. */
export function changeSystems(
	ticket: Ticket,
	{ add = [], remove = [] }: { add?: readonly SystemId[]; remove?: readonly SystemId[] },
): CommandResult {
	const added = [...new Set(add)].filter((system) => !ticket.systems.includes(system));
	const removed = [...new Set(remove)].filter((system) => ticket.systems.includes(system));
	if (added.length + removed.length === 0) return nothing;
	return ok({ kind: 'systems-changed', add: added, remove: removed });
}

/** Applies a standard case; a ticket that nobody categorised yet gets the case's system and category. */
export function applyCaseToTicket(
	ticket: Ticket,
	applied: Omit<Draft<'case-applied'>, 'kind'>,
	about: { system: SystemId | null; category: CategoryId | null },
): CommandResult {
	if (ticket.applied.some(({ article, version }) => article === applied.article && version === applied.version))
		return nothing;
	const categorised = categorise(ticket, {
		system: ticket.system ?? about.system,
		category: ticket.category ?? about.category,
	});
	return ok({ kind: 'case-applied', ...applied }, ...(categorised.kind === 'ok' ? categorised.drafts : []));
}

export function tickStep(ticket: Ticket, applied: EntryId, step: number, done: boolean): CommandResult {
	const known = ticket.applied.find(({ id }) => id === applied)?.steps[step];
	if (known === undefined || (known.done !== undefined) === done) return nothing;
	return ok({ kind: 'step-ticked', applied, step, done });
}

/** Writes down what a case asks for; only what differs from what stands. */
export function documentCase(
	ticket: Ticket,
	applied: EntryId,
	fields: readonly EntryOf<'documented'>['fields'][number][],
): CommandResult {
	const found = ticket.applied.find(({ id }) => id === applied);
	if (found === undefined) return nothing;
	const changed = fields
		.map((field) => ({ ...field, value: field.value.trim() }))
		.filter(
			({ id, value }) => found.documentation.some((field) => field.id === id) && (found.values.get(id) ?? '') !== value,
		);
	if (changed.length === 0) return nothing;
	const standing = ticket.timeline.filter(({ undone }) => !undone);
	const replaces = documentationHeads(
		standing,
		applied,
		changed.map(({ id }) => id),
	);
	return ok({ kind: 'documented', applied, fields: changed, replaces });
}
