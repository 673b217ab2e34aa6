import type { ClaimState } from './claim.ts';
import type { Draft } from './entry.ts';
import type { Ticket } from './fold-ticket.ts';
import type { EntryId } from './ids.ts';
import type { TicketRow } from './ticket-row.ts';

/**
 * What may be written into a ticket of which only the row is here: what names nothing that came before, so that it means the same once it meets
 * the rest. A status or a queue would replace values that nobody here has seen.
 */
const writableCold: ReadonlySet<Draft['kind']> = new Set(['note', 'claimed', 'tagged']);

export function isWritableCold(drafts: readonly Draft[]): boolean {
	return drafts.every(({ kind }) => writableCold.has(kind));
}

/** As much of a ticket as its row tells, for commands whose drafts are `isWritableCold`: who holds it is known, what happened is not. */
export function coldTicket(row: TicketRow): Ticket {
	const { number, subject, line, queue, channel, status, reason, until, assignee, priority, tags } = row;
	const { system, systems, category, mentions, persons, slot, openedAt, changedAt } = row;
	return {
		...{ number, subject, line, queue, channel, status, reason, until, assignee, priority, tags },
		...{ system, systems, category, mentions, persons, slot, openedAt, changedAt },
		from: row.fromAddress === '' ? undefined : { name: row.fromName, address: row.fromAddress },
		reopenedBy: undefined,
		applied: [],
		interactions: [],
		claim: claimOf(row),
		tenures: [],
		handOvers: row.handOvers,
		passedOn: row.handOvers,
		replies: [],
		mergedInto: undefined,
		lastWorkedBy: undefined,
		newestCustomerMessage: slot,
		conflicts: [],
		timeline: [],
	};
}

function claimOf({ holder, holding, heldSince = 0 }: TicketRow): ClaimState {
	if (holder === null || holding === 'free') return { kind: 'free', epoch: undefined };
	const claim = '' as EntryId;
	if (holding === 'provisional')
		return {
			...{ kind: 'provisional', claim, agent: holder, by: holder, since: heldSince, epoch: undefined },
			device: '' as Extract<ClaimState, { kind: 'provisional' }>['device'],
		};
	return {
		kind: 'held',
		claim,
		agent: holder,
		since: heldSince,
		releasing: false,
		claimants: [],
		refused: [],
	} as never;
}
