import { scopesOfAgent, lineScope } from './audience.ts';
import type { Circumstances, ClaimFact, Tenure } from './claim.ts';
import type { DeskConfig } from './desk-config.ts';
import type { Placed } from './facts.ts';
import type { AgentId, EntryId } from './ids.ts';
import { isLeaseOver, leaseOf, unlockAfter, usualUnlockAfter } from './lease.ts';
import { resolveSingleValue } from './single-value.ts';
import { undoneIds } from './undone.ts';

/**
 * What the relay must know to answer a fact about the claim. Nothing here depends on a device's clock (I9): arrivals are noted by
 * the relay's own, and where entries that know nothing of each other set a value, all of these values stand.
 *
 * CI1 A holder is idle when the lease is over: from the relay's word, the arrival of the holder's newest entry, or that of the
 *     customer's first word when it was the customer's turn.
 * CI2 A ticket that waits is never idle: some standing status says so, and has seen the customer's newest word.
 * CI3 Of several standing queues the longest time counts.
 * CI4 A ticket is given to whom the desk knows as active, works on tickets and sees one of its standing lines.
 */
export interface SignsOfLife {
	/** When the agent's newest entry arrived. */
	of(agent: AgentId): number | undefined;
	/** The customer's newest word. */
	customersWord: EntryId | undefined;
	/** When the customer last took the turn. */
	customersReplyAt: number | undefined;
}

export function circumstancesOf(
	fact: ClaimFact,
	entries: readonly Placed[],
	tenure: Tenure | undefined,
	relay: { config: DeskConfig; signs(): SignsOfLife; receivedAt: number },
): Circumstances {
	const { config, signs, receivedAt } = relay;
	const known = (agent: AgentId) => config.agents.find(({ id, active }) => active && id === agent);
	const undone = undoneIds(entries);
	const effective = entries.filter(({ id }) => !undone.has(id));
	const mightBeIdle = fact.kind === 'claimed' && tenure !== undefined && tenure.agent !== fact.by;
	return {
		role: known(fact.by)?.role,
		mayHold(id) {
			const agent = known(id);
			if (agent === undefined || agent.role === 'observer') return false;
			const scopes = scopesOfAgent(
				agent,
				config.lines.map((line) => line.id),
			);
			const lines = standing(effective, (entry) => entry.kind === 'line-set');
			return lines.some(({ line }) => scopes.includes(lineScope(line)));
		},
		isIdle: mightBeIdle && isIdle(effective, tenure, signs(), config, receivedAt),
	};
}

function isIdle(
	effective: readonly Placed[],
	tenure: Tenure,
	signs: SignsOfLife,
	config: DeskConfig,
	at: number,
): boolean {
	const statuses = heads(effective.filter((entry) => entry.kind === 'status-set'));
	const { customersWord } = signs;
	const waits = statuses.some(
		({ status, seen }) => status === 'waiting' && (customersWord === undefined || seen === customersWord),
	);
	if (waits) return false;
	const queues = standing(effective, (entry) => entry.kind === 'queue-set' || entry.kind === 'line-set');
	const minutes = queues.map(({ queue }) => unlockAfter(queue, config.queues));
	const from = Math.max(tenure.since, signs.of(tenure.agent) ?? 0, signs.customersReplyAt ?? 0);
	return isLeaseOver(leaseOf(from, Math.max(...minutes, 0) || usualUnlockAfter, config), at);
}

/** The entries whose value stands, or the opening if nothing was set since. */
function standing<E extends Placed<'line-set'> | Placed<'queue-set'>>(
	effective: readonly Placed[],
	sets: (entry: Placed) => entry is E,
): (E | Placed<'opened'>)[] {
	const setters = heads(effective.filter(sets));
	return setters.length > 0 ? setters : effective.filter((entry) => entry.kind === 'opened');
}

function heads<E extends Placed & { replaces: EntryId[] }>(setters: readonly E[]): E[] {
	const ids = new Set(resolveSingleValue(setters).heads);
	return setters.filter(({ id }) => ids.has(id));
}
