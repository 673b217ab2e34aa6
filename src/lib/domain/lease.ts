import type { DeskConfig, Queue } from './desk-config.ts';
import type { Entry } from './entry.ts';
import { isAnswer, isCustomersWord, type Ticket } from './fold-ticket.ts';
import { hlcTime } from './hlc.ts';
import type { AgentId, QueueId } from './ids.ts';
import { addWorkingMinutes, workingTimeOf } from './working-time.ts';

/**
 * How long a claim lasts when its holder gives no sign of life. Nothing ends by itself: a colleague who asks for a ticket whose
 * lease is over gets it from the relay.
 *
 * LE1 A lease runs from the last sign of life: when the ticket came to its holder, what the holder wrote down since, and the
 *     customer's first word after it was the customer's turn: an answer of ours, or a ticket set to wait.
 * LE2 Reading, typing, what colleagues write, and further words of the customer do not extend it.
 * LE3 While the ticket waits there is no lease.
 * LE4 It ends after the queue's `unlockAfter` working minutes, by the desk's hours.
 * LE5 The warning comes ten working minutes before, or at the half of a lease of less than twenty.
 */
export interface Lease {
	from: number;
	warnsAt: number;
	endsAt: number;
}

export const usualUnlockAfter = 60;
const warningMinutes = 10;

/** From when the lease runs, by what this device knows; undefined where there is none. */
export function leaseStart({
	claim,
	status,
	timeline,
}: Pick<Ticket, 'claim' | 'status' | 'timeline'>): number | undefined {
	if (claim.kind !== 'held' || status === 'waiting') return undefined;
	let from = claim.since;
	let isCustomersTurn = false;
	for (const entry of timeline) {
		if (entry.by === claim.agent) from = Math.max(from, hlcTime(entry.time));
		if (givesCustomerTheTurn(entry)) isCustomersTurn = true;
		if (!isCustomersTurn || !isCustomersWord(entry)) continue;
		isCustomersTurn = false;
		from = Math.max(from, hlcTime(entry.time));
	}
	return from;
}

/** From here on the customer's next word is a sign of life. */
export function givesCustomerTheTurn(entry: Entry): boolean {
	return isAnswer(entry) || (entry.kind === 'status-set' && entry.status === 'waiting');
}

export type LeaseConfig = Pick<DeskConfig, 'queues'> & { desk: Pick<DeskConfig['desk'], 'hours' | 'timeZone'> };

/** When a lease that runs from `from` ends. */
export function leaseFrom(from: number, queue: QueueId, config: LeaseConfig): Lease {
	return leaseOf(from, unlockAfter(queue, config.queues), config);
}

/** The lease of a ticket as this device sees it; undefined where nothing runs out. */
export function leaseOfTicket(ticket: Ticket, config: LeaseConfig): Lease | undefined {
	const from = leaseStart(ticket);
	return from === undefined ? undefined : leaseFrom(from, ticket.queue, config);
}

export function isLeaseOver(lease: Lease, now: number): boolean {
	return now >= lease.endsAt;
}

export function leaseOf(from: number, minutes: number, { desk }: Pick<LeaseConfig, 'desk'>): Lease {
	const time = workingTimeOf(desk);
	const untilWarning = Math.max(minutes - warningMinutes, minutes / 2);
	return {
		from,
		warnsAt: addWorkingMinutes(time, from, untilWarning),
		endsAt: addWorkingMinutes(time, from, minutes),
	};
}

export function unlockAfter(queue: QueueId, queues: readonly Queue[]): number {
	return queues.find(({ id }) => id === queue)?.unlockAfter ?? usualUnlockAfter;
}

/** What an agent holds, the longest-held first: what somebody else goes on with when the agent is away, falls ill or leaves. */
export function claimsOf<T extends { holder: AgentId | null; heldSince: number | undefined }>(
	rows: Iterable<T>,
	agent: AgentId,
): T[] {
	return [...rows].filter(({ holder }) => holder === agent).sort((a, b) => (a.heldSince ?? 0) - (b.heldSince ?? 0));
}
