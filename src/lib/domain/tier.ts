import type { AgentId, DocumentId } from './ids.ts';
import type { TicketRow } from './ticket-row.ts';

/**
 * What a device holds of a ticket. Hot: the whole document. Cold: its row alone, which is warm in every list, in search and in reports;
 * the rest is asked of the relay when somebody opens it.
 *
 * TI1 A ticket that is not closed is hot, and so is one in which something happened within the device's days.
 * TI2 So is one that the device's agent holds or is assigned.
 * TI3 So is one that is kept on the device, or one of whose people is.
 * TI4 One that was opened lately stays for a while.
 * TI5 What is not sent, and a draft, keep a ticket on the device, whatever its tier (`store`: trim).
 * TI6 Records of other kinds are always whole.
 */
export type DeviceTier = { kind: 'everything' } | { kind: 'recent'; days: number };

export const dayMs = 86_400_000;
/** So long a cold ticket stays after it was looked at. */
export const lookedAtMs = 7 * dayMs;
export const usualTiers = { phone: { kind: 'recent', days: 90 }, other: { kind: 'everything' } } as const;
export const mostTierDays = 3660;

export type TierFacts = Pick<TicketRow, 'status' | 'changedAt' | 'assignee' | 'holder'>;

/** TI1: what needs no reading of the ticket. */
export function isHotByTime({ status, changedAt }: Pick<TierFacts, 'status' | 'changedAt'>, since: number): boolean {
	return status !== 'closed' || changedAt >= since;
}

/** TI1 and TI2: the same on the relay and on the device. */
export function isHot(ticket: TierFacts, { agent, since }: { agent: AgentId; since: number }): boolean {
	return isHotByTime(ticket, since) || ticket.assignee === agent || ticket.holder === agent;
}

/** From when on something must have happened in a ticket. Whole days, so that relay and device mean the same for a while. */
export function hotSince(now: number, days: number): number {
	return Math.floor(now / dayMs - days) * dayMs;
}

/** What somebody wants to have on this device, and what was looked at; on this device alone. */
export interface KeptHere {
	/** Tickets, people and organisations. */
	pinned: DocumentId[];
	lookedAt: Record<DocumentId, number>;
}
export const nothingKept: KeptHere = { pinned: [], lookedAt: {} };

/** TI3 and TI4. */
export function isKept({ id, persons }: Pick<TicketRow, 'id' | 'persons'>, kept: KeptHere, now: number): boolean {
	if (kept.pinned.includes(id) || persons.some((person) => kept.pinned.includes(person))) return true;
	return now - (kept.lookedAt[id] ?? 0) < lookedAtMs;
}
