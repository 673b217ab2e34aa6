import type { CallDraft } from '../domain/call-draft.ts';
import type { Interaction } from '../domain/fold-interaction.ts';
import type { DocumentId } from '../domain/ids.ts';
import type { InteractionRow, PartyRow, TicketRow } from '../projection/rows.ts';

/** Where a call begins: nothing known, a ticket it is about, a person, or a contact to call back. */
export interface CallStart {
	ticket?: DocumentId | undefined;
	person?: DocumentId | undefined;
	callsBack?: DocumentId | undefined;
	/** A contact that has not ended. */
	goesOn?: DocumentId | undefined;
}

export function startOnTicket(row: TicketRow): Partial<CallDraft> {
	const { id, line, system, category } = row;
	return { ticket: id, end: 'ticket', line, system, category, caller: row.fromName || row.fromAddress };
}

export function startCallBack(row: InteractionRow): Partial<CallDraft> {
	const { id, line, request, system, category } = row;
	return {
		...{ callsBack: id, direction: 'out', channel: 'phone', ticket: row.ticket ?? null },
		...{ line, request, system, category },
		...{ caller: row.fromName || row.phone, phone: row.callBack?.phone || row.phone },
	};
}

export function goOnWith(row: InteractionRow): Partial<CallDraft> {
	const { line, channel, direction, began, request, system, category, callsBack = null, ticket = null } = row;
	return {
		...{ line, channel, direction, began, request, system, category, callsBack, ticket },
		person: row.persons[0] ?? null,
		caller: row.fromName || row.phone,
		phone: row.fromName === '' ? '' : row.phone,
		stored: { person: null, contact: row.id, ticket: null },
	};
}

/** The case of a contact that goes on, with what was ticked and written down. */
export function goOnWithCase(contact: Pick<Interaction, 'applied'> | undefined): Partial<CallDraft> | undefined {
	const applied = contact?.applied.at(-1);
	if (applied === undefined) return undefined;
	const { article, version, title, steps, documentation, handOver, values } = applied;
	return {
		applied: { article, version, title, steps: steps.map(({ text }) => text), documentation, handOver },
		ticked: steps.flatMap(({ done }, place) => (done === undefined ? [] : [place])),
		documented: Object.fromEntries(values),
	};
}

/** The first person of a row that is known here. */
export function personOf(
	persons: readonly DocumentId[],
	find: (id: DocumentId) => PartyRow | undefined,
): PartyRow | undefined {
	return persons.map(find).find((known) => known !== undefined);
}
