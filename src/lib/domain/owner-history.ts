import { claimVerdict, tenuresOf, type Tenure } from './claim.ts';
import type { Facts, Placed } from './facts.ts';

/**
 * Who had a ticket, and how often it changed hands.
 *
 * OH1 A hand-over counts when the relay has agreed to it; what was refused or waits for an answer does not.
 * OH2 Taking a ticket over, claiming one that was idle, or claiming one that was given back is no hand-over.
 */
export interface OwnerHistory {
	tenures: Tenure[];
	handOvers: number;
	/** How often somebody gave or took it to the next, with what has no answer yet. */
	passedOn: number;
}

export function ownerHistory(ordered: readonly Placed[], verdicts: Facts['verdicts']): OwnerHistory {
	const tenures = tenuresOf(ordered, verdicts);
	const handOvers = tenures.filter(({ how }) => how === 'handed-over').length;
	const passedOn = ordered.filter(
		({ kind, id }) =>
			(kind === 'handed-over' || kind === 'taken-over') && claimVerdict(verdicts, id)?.outcome !== 'refused',
	).length;
	return { tenures, handOvers, passedOn };
}
