import { claimState } from '../../src/lib/domain/claim.ts';
import type { Address } from '../../src/lib/domain/entry-parts.ts';
import { inOrder, type Facts, type Placed } from '../../src/lib/domain/facts.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import { sameMailAs } from '../../src/lib/domain/mail-copies.ts';
import type { AgentId, EntryId } from '../../src/lib/domain/ids.ts';
import { compareEpochs, type ClaimVerdict, type SendVerdict } from '../../src/lib/domain/verdict.ts';
import { cleanAddress } from '../mail/mail-address.ts';

/**
 * Whether a reply may leave. Tried in this order, and the first that applies decides:
 *
 * SG1 The slot is answered by another request, or another copy of the same mail is (MC3): held.
 * SG2 Somebody else holds the ticket, or held it after the claim under which this was written: held. A follow-up to a held
 *     reply is a person's decision in full knowledge, and needs no claim; nor does a message that is passed on, if nobody who
 *     takes part on the customer's side gets it.
 * SG3 The customer wrote again, and the author had not seen it: held. What is passed on answers nobody.
 * SG4 There is nobody to send it to: held.
 * SG5 Else it is accepted, also from somebody who does not hold the ticket any more, while nobody else was granted it.
 *
 * No clock of a device has a say: order of arrival decides about slots, epochs about claims.
 */
export type Judgement =
	{ outcome: 'accepted'; slot: EntryId } | ({ outcome: 'held' } & Pick<SendVerdict, 'why' | 'other' | 'agent'>);

export interface AnsweredSlot {
	request: EntryId;
	agent: AgentId;
}

export function judgeReply(
	request: Placed<'reply-requested'>,
	facts: Facts,
	answered: (slot: EntryId) => AnsweredSlot | undefined,
): Judgement {
	const { slot, isFollowUp } = slotOf(request, facts);
	const other = sameMailAs(slot, inOrder(facts))
		.map(answered)
		.find((found) => found !== undefined && found.request !== request.id);
	if (other !== undefined) return { outcome: 'held', why: 'slot-answered', other: other.request, agent: other.agent };
	const isForward = isForwardOutside(request, facts);
	const holder = isFollowUp || isForward ? undefined : rivalOf(request, facts);
	if (holder !== undefined) return { outcome: 'held', why: 'not-holder', agent: holder };
	if (!isForward && hasUnseenMessage(request, facts)) return { outcome: 'held', why: 'customer-wrote' };
	if (usableAddresses([...request.to, ...request.cc]).length === 0) return { outcome: 'held', why: 'no-recipient' };
	return { outcome: 'accepted', slot };
}

/**
 * What the request answers: a message of this ticket, once; or, as a follow-up, the held request in whose place it goes, once;
 * or nothing but itself.
 */
export function slotOf(request: Placed<'reply-requested'>, { entries, verdicts }: Facts) {
	if (request.follows !== undefined) {
		const said = verdicts.get(request.follows);
		if (said?.kind === 'send' && said.outcome === 'held') return { slot: request.follows, isFollowUp: true };
	}
	const message = request.slot === null ? undefined : entries.get(request.slot);
	const isMessage = message?.kind === 'message' && message.visibility === 'public' && message.direction === 'in';
	return { slot: isMessage && request.slot !== null ? request.slot : request.id, isFollowUp: false };
}

/** Whether it passes a message on, and only to people who have no part in the talk with the customer. */
function isForwardOutside({ forwards, to, cc }: Placed<'reply-requested'>, { entries }: Facts): boolean {
	if (forwards === undefined) return false;
	const customers = new Set<string>();
	for (const entry of entries.values()) {
		if (entry.kind === 'opened' && entry.from !== undefined) customers.add(entry.from.address.toLowerCase());
		if (entry.kind !== 'message' || entry.direction !== 'in' || entry.visibility !== 'public') continue;
		for (const { address } of [entry.from, ...entry.cc, ...(entry.replyTo === undefined ? [] : [entry.replyTo])])
			customers.add(address.toLowerCase());
	}
	return [...to, ...cc].every(({ address }) => !customers.has(address.toLowerCase()));
}

/** The other agent who holds the ticket, or held it after the author. */
function rivalOf({ by, claim }: Placed<'reply-requested'>, facts: Facts): AgentId | undefined {
	const { verdicts } = facts;
	const state = claimState(inOrder(facts), verdicts);
	if (state.kind === 'held') return state.agent === by ? undefined : state.agent;
	if (claim === null) return undefined;
	const own = verdicts.get(claim);
	const since = own?.kind === 'claim' && own.outcome === 'granted' && own.holder === by ? own.epoch : undefined;
	let latest: ClaimVerdict | undefined;
	for (const verdict of verdicts.values()) {
		if (verdict.kind !== 'claim' || verdict.outcome !== 'granted') continue;
		if (verdict.holder === null || verdict.holder === by) continue;
		if (since !== undefined && compareEpochs(verdict.epoch, since) < 0) continue;
		if (latest === undefined || compareEpochs(verdict.epoch, latest.epoch) > 0) latest = verdict;
	}
	return latest?.holder ?? undefined;
}

function hasUnseenMessage(request: Placed<'reply-requested'>, facts: Facts): boolean {
	const seen = request.seen === undefined ? request.slot : request.seen;
	if (request.seen === undefined && seen === null) return false;
	const newest = foldTicket(facts)?.newestCustomerMessage;
	if (newest === undefined || newest === seen) return false;
	const ordered = inOrder(facts);
	const place = (id: EntryId | null) => ordered.findIndex((entry) => entry.id === id);
	return place(newest) > place(seen);
}

/** Those that a mail can be sent to, each once. */
export function usableAddresses(addresses: readonly Address[]): Address[] {
	const usable = new Map<string, Address>();
	for (const { name, address } of addresses) {
		const clean = cleanAddress(address);
		if (clean === undefined || !isDeliverable(clean)) continue;
		if (!usable.has(clean.toLowerCase())) usable.set(clean.toLowerCase(), { name, address: clean });
	}
	return [...usable.values()];
}

/** One mailbox at one host: nothing that a mail server or a header could read as two. */
function isDeliverable(address: string): boolean {
	return /^[^\s@,;:<>()[\]\\"]+@[^\s@,;:<>()[\]\\"]+$/u.test(address) && !/^[.-]|\.\.|\.@|@[.-]|[.-]$/.test(address);
}
