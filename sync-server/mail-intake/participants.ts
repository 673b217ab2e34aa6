import type { Address } from '../../src/lib/domain/entry-parts.ts';
import type { Placed } from '../../src/lib/domain/facts.ts';
import type { Ticket } from '../../src/lib/domain/fold-ticket.ts';
import type { DocumentId, EntryId } from '../../src/lib/domain/ids.ts';
import type { IsOwnAddress } from '../mail/classify-mail.ts';

/**
 * Who takes part in a ticket.
 *
 * PA1 On the customer's side: who opened it, who stands in From, To or Cc of its public messages and of our answers to them, and
 *     every address of the people linked to it.
 * PA2 A mail that answers nothing and goes to nobody of these is a forward: its recipients are third parties. What they write
 *     stays inside (F17). Where nobody is known yet, it is a mail that begins the talk.
 * PA3 Our own addresses take no part.
 */
export interface Participants {
	isCustomer(address: string): boolean;
	isThirdParty(address: string): boolean;
	/** Whether that message or request is part of the talk with third parties. */
	isInternal(entry: EntryId): boolean;
	/** The internal entry that a Message-ID names, if it is one. */
	isInternalMessage(messageId: string): boolean | undefined;
}

export interface ParticipantLookups {
	personsOf(address: string): readonly DocumentId[];
	isOwnAddress: IsOwnAddress;
}

export function participantsOf(
	tickets: readonly Ticket[],
	{ personsOf, isOwnAddress }: ParticipantLookups,
): Participants {
	const customers = new Set<string>();
	const thirdParties = new Set<string>();
	const internal = new Set<string>();
	const visibilities = new Map<string, boolean>();
	const persons = new Set(tickets.flatMap((ticket) => ticket.persons));
	const add = (to: Set<string>, addresses: readonly Address[]) => {
		for (const { address } of addresses) if (address !== '' && !isOwnAddress(address)) to.add(address.toLowerCase());
	};
	const isCustomer = (address: string) =>
		customers.has(address.toLowerCase()) || personsOf(address).some((person) => persons.has(person));

	const timeline = tickets.flatMap((ticket) => ticket.timeline);
	const unasked: Placed<'reply-requested'>[] = [];
	for (const entry of timeline) {
		if (entry.kind === 'opened' && entry.from !== undefined)
			add(customers, [{ name: '', address: entry.from.address }]);
		else if (entry.kind === 'acknowledged') add(customers, entry.to);
		else if (entry.kind === 'reply-requested' && (entry.slot === null || entry.forwards) && entry.follows === undefined)
			unasked.push(entry);
		else if (entry.kind === 'reply-requested') add(customers, [...entry.to, ...entry.cc]);
		else if (entry.kind === 'message') {
			if (entry.messageId !== undefined) visibilities.set(entry.messageId, entry.visibility === 'internal');
			if (entry.visibility === 'public') add(customers, [entry.from, ...entry.to, ...entry.cc]);
			else {
				internal.add(entry.id);
				add(thirdParties, [entry.from, ...entry.to, ...entry.cc]);
			}
		}
	}
	for (const request of unasked) {
		const recipients = [...request.to, ...request.cc];
		const hasNobody = customers.size === 0 && persons.size === 0;
		if (hasNobody || recipients.some(({ address }) => isCustomer(address))) add(customers, recipients);
		else {
			internal.add(request.id);
			add(thirdParties, recipients);
		}
	}
	return {
		isCustomer,
		isThirdParty: (address) => thirdParties.has(address.toLowerCase()) && !isCustomer(address),
		isInternal: (entry) => internal.has(entry),
		isInternalMessage: (messageId) => visibilities.get(messageId),
	};
}
