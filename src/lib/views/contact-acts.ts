import type { ActFailure, Desk } from '../desk.ts';
import type { Draft } from '../domain/entry.ts';
import type { Interaction } from '../domain/fold-interaction.ts';
import type { DocumentId, QueueId } from '../domain/ids.ts';
import * as command from '../domain/interaction-command.ts';
import type { ContactEnd, NewContact } from '../domain/interaction-command.ts';
import type { CommandResult } from '../domain/ticket-command.ts';

/** What people do with contacts, on this device at once. Several records are written one after the other, and each step can be repeated. */

export async function readContact(desk: Desk, id: DocumentId): Promise<Interaction | undefined> {
	const record = await desk.open(id);
	const reading = record?.reading.current;
	record?.close();
	return reading?.kind === 'interaction' ? reading.interaction : undefined;
}

/** `end` undefined: it goes on, because something else has to be stored before it can end. */
export function logContact(desk: Desk, contact: NewContact, end?: ContactEnd, more: readonly Draft[] = []) {
	const { contacted, drafts } = command.openContact(contact);
	return desk.createInteraction(contacted, [
		...drafts,
		...more,
		...(end === undefined ? [] : [command.outcomeDraft(end)]),
	]);
}

export function amendContact(
	desk: Desk,
	id: DocumentId,
	what: string,
	change: (contact: Interaction) => CommandResult,
) {
	return desk.amend(id, what, (record) =>
		record.kind === 'interaction' ? change(record.interaction) : { kind: 'refused', reason: 'nothing-to-change' },
	);
}

export function endContact(desk: Desk, id: DocumentId, end: ContactEnd) {
	return amendContact(desk, id, 'outcome-set', (contact) => command.endContact(contact, end));
}

/** So that it goes on, and can end otherwise. */
export function reopenContact(desk: Desk, id: DocumentId) {
	const me = desk.session.current?.agent.id;
	if (me === undefined) return Promise.resolve({ kind: 'refused', reason: 'no-permission' } as const);
	return amendContact(desk, id, 'undone', (contact) => command.undoOutcome(contact, me));
}

/**
 * A contact becomes a ticket with all that is known of it (F4). `made` is the ticket, if an earlier try got so far.
 * `seconds` undefined keeps how long it took.
 */
export async function convertContact(
	desk: Desk,
	id: DocumentId,
	choice: { queue: QueueId; subject?: string | undefined; seconds?: number | undefined },
	made?: { document: DocumentId; number: string },
	remember: (made: { document: DocumentId; number: string }) => void = () => {},
): Promise<{ kind: 'ok'; document: DocumentId; number: string } | ActFailure> {
	const contact = await readContact(desk, id);
	if (contact === undefined) return { kind: 'refused', reason: 'not-here' };
	let ticket = made;
	if (ticket === undefined) {
		const { ticket: filled, drafts } = command.ticketOfContact(id, contact, choice);
		const created = await desk.createTicket(filled, drafts);
		if (created.kind !== 'ok') return created;
		ticket = { document: created.document, number: created.number };
		remember(ticket);
	}
	const handed = await handWork(desk, ticket.document, contact);
	if (handed !== undefined) return handed;
	const seconds = choice.seconds ?? contact.seconds;
	const ended = await endContact(desk, id, { outcome: 'ticket', seconds, ticket });
	return ended.kind === 'ok' ? { kind: 'ok', ...ticket } : ended;
}

/** What was ticked and written down goes along; a case that the ticket lacks is applied first. Undefined when it is done. */
async function handWork(desk: Desk, ticket: DocumentId, contact: Interaction): Promise<ActFailure | undefined> {
	if (contact.applied.length === 0) return undefined;
	for (const what of ['case-applied', 'documented'] as const) {
		const handed = await desk.act(ticket, what, (folded) => command.handCases(folded, contact));
		if (handed.kind !== 'ok') return isNothingToChange(handed) ? undefined : handed;
	}
	return undefined;
}

export function isNothingToChange(failure: ActFailure): boolean {
	return failure.kind === 'refused' && failure.reason === 'nothing-to-change';
}

/** The contact belongs to a ticket that is there already: both say so. */
export async function joinTicket(desk: Desk, id: DocumentId, ticket: DocumentId, seconds: number) {
	const number = desk.tickets.get(ticket)?.number;
	if (number === undefined) return { kind: 'refused', reason: 'not-here' } as const;
	const linked = await desk.act(ticket, 'interaction-linked', (folded) => command.linkContact(folded, id));
	if (linked.kind !== 'ok' && !isNothingToChange(linked)) return linked;
	const contact = await readContact(desk, id);
	const handed = contact === undefined ? undefined : await handWork(desk, ticket, contact);
	if (handed !== undefined) return handed;
	return endContact(desk, id, { outcome: 'ticket', seconds, ticket: { document: ticket, number } });
}

// People and organisations

export interface PartyChange {
	name?: string;
	organisation?: DocumentId | null;
	position?: { division: string; role: string };
	addPhone?: string;
	removePhone?: string;
	addAddress?: string;
	removeAddress?: string;
	addTopics?: string[];
	removeTopics?: string[];
}

/** What changed in the one act; refused if nothing does. */
export function amendParty(desk: Desk, id: DocumentId, change: PartyChange) {
	return desk.amend(id, 'party', (record): CommandResult => {
		if (record.kind !== 'person' && record.kind !== 'organisation')
			return { kind: 'refused', reason: 'nothing-to-change' };
		const { party } = record;
		const drafts: Draft[] = [];
		const name = change.name?.trim();
		if (name !== undefined && name !== '' && name !== party.name)
			drafts.push({ kind: 'name-set', name, replaces: party.heads.name });
		if (change.organisation !== undefined && change.organisation !== party.organisation)
			drafts.push({
				kind: 'organisation-set',
				organisation: change.organisation,
				replaces: party.heads.organisation,
			});
		const division = change.position?.division.trim() ?? party.division;
		const role = change.position?.role.trim() ?? party.role;
		if (division !== party.division || role !== party.role)
			drafts.push({ kind: 'position-set', division, role, replaces: party.heads.position });
		const phone = change.addPhone?.trim() ?? '';
		if (phone !== '' && !party.phones.includes(phone)) drafts.push({ kind: 'phone-added', phone });
		if (change.removePhone !== undefined && party.phones.includes(change.removePhone))
			drafts.push({ kind: 'phone-removed', phone: change.removePhone });
		const address = change.addAddress?.trim().toLowerCase() ?? '';
		if (address !== '' && !party.addresses.includes(address)) drafts.push({ kind: 'address-added', address });
		if (change.removeAddress !== undefined && party.addresses.includes(change.removeAddress))
			drafts.push({ kind: 'address-removed', address: change.removeAddress });
		const has = new Set(party.tags);
		const add = [...new Set((change.addTopics ?? []).map((tag) => tag.trim().slice(0, 60)))].filter(
			(tag) => tag !== '' && !has.has(tag),
		);
		const remove = (change.removeTopics ?? []).filter((tag) => has.has(tag));
		if (add.length + remove.length > 0) drafts.push({ kind: 'tagged', add, remove });
		return drafts.length === 0 ? { kind: 'refused', reason: 'nothing-to-change' } : { kind: 'ok', drafts };
	});
}
