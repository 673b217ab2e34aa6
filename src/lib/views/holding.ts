import type { AgentId } from '../domain/ids.ts';
import type { ClaimState } from '../domain/claim.ts';
import type { Ticket } from '../domain/fold-ticket.ts';
import { hlcTime } from '../domain/hlc.ts';

/** Who holds a ticket, as this agent sees it. */
export type Holding =
	| { kind: 'free' }
	/** `agent` undefined: reserved by oneself */
	| { kind: 'provisional'; agent: AgentId | undefined }
	| { kind: 'yours'; leaving: Leaving | undefined; isIdle: boolean; minutesLeft: number | undefined }
	| { kind: 'other'; agent: AgentId; since: number; isIdle: boolean; leaving: Leaving | undefined };

/** On its way to somebody (null: to nobody), not yet confirmed. */
export interface Leaving {
	to: AgentId | null;
}

/** How long the claim still lasts in working minutes; undefined while that is long enough. */
export interface Lease {
	isIdle: boolean;
	minutesLeft: number | undefined;
}

export function holdingOf(claim: ClaimState, me: AgentId | undefined, lease: Lease): Holding {
	if (claim.kind === 'free') return { kind: 'free' };
	if (claim.kind === 'provisional') return { kind: 'provisional', agent: claim.agent === me ? undefined : claim.agent };
	const next = claim.claimants.at(-1);
	const leaving = claim.releasing ? { to: next?.agent ?? null } : undefined;
	if (claim.agent !== me) {
		// One's own wish for an idle ticket stands out until the relay has answered it.
		if (next?.agent === me) return { kind: 'provisional', agent: undefined };
		return { kind: 'other', agent: claim.agent, since: claim.since, isIdle: lease.isIdle, leaving };
	}
	const { isIdle, minutesLeft } = lease;
	return { kind: 'yours', leaving, isIdle, minutesLeft: isIdle ? undefined : minutesLeft };
}

/** What happened to this agent's claim without their own doing. */
export type ClaimNews =
	| { kind: 'lost' | 'lost-idle'; agent: AgentId; at: number }
	| { kind: 'taken-from-you' | 'handed-to-you' | 'set-free'; agent: AgentId; at: number; note: string };

/** Undefined where there is nothing to tell, or the agent has gone on since. */
export function claimNews({ claim, timeline }: Ticket, me: AgentId | undefined): ClaimNews | undefined {
	if (me === undefined) return undefined;
	const news = newsOf(claim, timeline, me);
	if (news === undefined) return undefined;
	const isOver = timeline.some((entry) => entry.by === me && goesOn.has(entry.kind) && hlcTime(entry.time) > news.at);
	return isOver ? undefined : news;
}

/** Acts by which one shows that one knows how things stand. */
const goesOn = new Set(['note', 'reply-requested', 'status-set', 'claimed', 'handed-over', 'taken-over', 'consulted']);

function newsOf(claim: ClaimState, timeline: Ticket['timeline'], me: AgentId): ClaimNews | undefined {
	if (claim.kind === 'free') {
		const { last } = claim;
		const freed = timeline.findLast((entry) => entry.kind === 'taken-over' && entry.to === null);
		if (last?.agent !== me || last.until === undefined || freed?.kind !== 'taken-over' || freed.by === me)
			return undefined;
		return hlcTime(freed.time) < last.since
			? undefined
			: { kind: 'set-free', agent: freed.by, at: last.until, note: freed.reason };
	}
	if (claim.kind !== 'held') return undefined;
	const { agent, since: at, how, by, from, note = '' } = claim;
	if (agent === me) {
		const isGiven = by !== me && (how === 'handed-over' || how === 'taken-over');
		return isGiven ? { kind: 'handed-to-you', agent: by, at, note } : undefined;
	}
	if (from === me && how === 'taken-over') return { kind: 'taken-from-you', agent: by, at, note };
	if (from === me && how === 'idle') return { kind: 'lost-idle', agent, at };
	return claim.refused.includes(me) ? { kind: 'lost', agent, at } : undefined;
}
