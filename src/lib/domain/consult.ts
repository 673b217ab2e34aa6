import type { AgentId, EntryId } from './ids.ts';
import type { Placed } from './facts.ts';

/**
 * Asking a colleague without passing the ticket on.
 *
 * CO1 A question is open until the one who was asked answers, or the one who asked (or holds the ticket) settles it.
 * CO2 The first word counts: an answer after "decided alone" stays readable, and the question stays settled.
 * CO3 "Decided alone" comes only after the time by which an answer was needed, if there was one.
 */
export interface Consult {
	question: Placed<'consulted'>;
	state:
		| { kind: 'open' }
		| { kind: 'answered'; by: Placed<'consult-answered'> }
		| { kind: 'settled'; by: Placed<'consult-settled'> };
}

/** Every question with what became of it, in order. */
export function consultsOf(ordered: readonly Placed[]): Consult[] {
	const consults = new Map<EntryId, Consult>();
	for (const entry of ordered) {
		if (entry.kind === 'consulted') consults.set(entry.id, { question: entry, state: { kind: 'open' } });
	}
	for (const entry of ordered) {
		if (entry.kind !== 'consult-answered' && entry.kind !== 'consult-settled') continue;
		const consult = consults.get(entry.consult);
		if (consult?.state.kind !== 'open') continue;
		if (entry.kind === 'consult-settled') consult.state = { kind: 'settled', by: entry };
		else if (entry.by === consult.question.agent) consult.state = { kind: 'answered', by: entry };
	}
	return [...consults.values()];
}

/** The open questions to one agent, the most urgent first. */
export function askedOf(consults: readonly Consult[], agent: AgentId): Placed<'consulted'>[] {
	return consults
		.filter(({ question, state }) => state.kind === 'open' && question.agent === agent)
		.map(({ question }) => question)
		.sort((a, b) => (a.until ?? Infinity) - (b.until ?? Infinity));
}
