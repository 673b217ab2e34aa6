import type { AgentId } from './ids.ts';
import type { GuardedAction } from './desk-config.ts';
import type { Draft } from './entry.ts';
import type { ClaimState } from './claim.ts';

/**
 * Which acts need the claim: one rule for screen, bulk, macro and command line. Every draft that a command makes passes here before
 * it is written (`guarded` in `ticket-command.ts`).
 *
 * GU1 Notes, advice, claims themselves, what takes something back and passing a message on never need it, nor does sending a held
 *     reply as a follow-up: its author has seen what the other wrote.
 * GU2 What the desk names in `claimNeeded` (without it: replying and closing) needs the claim of the one who acts.
 * GU3 A ticket that nobody holds is claimed in the same act; only closing it is not, because that ends the work.
 * GU4 Where somebody else holds it, confirmed or provisional, the act is refused and says who.
 * GU5 Who asked for the ticket, was given it or took it may act before the relay has answered: the gate decides what leaves.
 */
export type Guard = { kind: 'allowed' } | { kind: 'claim-first' } | { kind: 'held-by-other'; agent: AgentId };

export const usuallyGuarded: readonly GuardedAction[] = ['reply', 'close'];

/** What the desk says about it. */
export interface GuardSettings {
	claimNeeded?: readonly GuardedAction[] | undefined;
}

export function needsClaim(
	action: GuardedAction | undefined,
	ticket: { claim: ClaimState },
	agent: AgentId,
	desk: GuardSettings,
): Guard {
	if (action === undefined || !(desk.claimNeeded ?? usuallyGuarded).includes(action)) return { kind: 'allowed' };
	const { claim } = ticket;
	const whereFree: Guard = action === 'close' ? { kind: 'allowed' } : { kind: 'claim-first' };
	if (claim.kind === 'free') return whereFree;
	if (claim.kind === 'provisional')
		return claim.agent === agent ? { kind: 'allowed' } : { kind: 'held-by-other', agent: claim.agent };
	const [next] = claim.claimants;
	if (claim.claimants.some((claimant) => claimant.agent === agent)) return { kind: 'allowed' };
	if (claim.agent !== agent) return { kind: 'held-by-other', agent: claim.agent };
	if (!claim.releasing) return { kind: 'allowed' };
	return next === undefined ? whereFree : { kind: 'held-by-other', agent: next.agent };
}

/** What a draft does, in the guard's words; undefined for what never needs the claim. */
export function actionOf(draft: Draft): GuardedAction | undefined {
	switch (draft.kind) {
		case 'reply-requested':
			return draft.follows === undefined && draft.forwards === undefined ? 'reply' : undefined;
		case 'status-set':
			return draft.status === 'closed' ? 'close' : 'status';
		case 'assigned':
			return 'assign';
		case 'queue-set':
			return 'queue';
		case 'line-set':
			return 'line';
		case 'priority-set':
			return 'priority';
		case 'tagged':
			return 'tags';
		case 'merged-into':
			return 'merge';
		default:
			return undefined;
	}
}
