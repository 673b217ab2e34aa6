import type { Desk } from '../desk.ts';
import type { AgentId, DocumentId } from '../domain/ids.ts';
import { assign, takeOver } from '../domain/ticket-command.ts';
import type { TicketRow } from '../projection/rows.ts';

/** Tickets that are not done with and that somebody holds, or that are assigned to them. */
export function workOf(rows: readonly TicketRow[], agent: AgentId): TicketRow[] {
	return rows.filter((row) => {
		const isOpen = row.status !== 'closed' && row.mergedInto === undefined;
		return isOpen && (row.holder === agent || row.assignee === agent);
	});
}

/**
 * Gives the work of somebody who is gone to a colleague, or back to the queues: what they hold is taken from them by the right to do so,
 * what is assigned to them is assigned anew. Each ticket for itself, so that one which cannot be changed keeps no other; returns how many
 * went. Works offline; the relay confirms the hand-overs.
 */
export async function handOverWork(
	desk: Desk,
	leaving: AgentId,
	to: AgentId | null,
	reason: string,
): Promise<{ done: number; left: DocumentId[] }> {
	const agent = desk.session.current?.agent;
	const left: DocumentId[] = [];
	let done = 0;
	if (agent === undefined) return { done, left };
	for (const row of workOf(desk.tickets.unfinished(), leaving)) {
		const results = [
			row.holder !== leaving
				? undefined
				: await desk.act(row.id, 'taken-over', (ticket) => takeOver(ticket, agent.id, agent.role, reason, to)),
			row.assignee !== leaving ? undefined : await desk.act(row.id, 'assigned', (ticket) => assign(ticket, to)),
		];
		const isDone = results.every(
			(result) =>
				result === undefined ||
				result.kind === 'ok' ||
				(result.kind === 'refused' && result.reason === 'nothing-to-change'),
		);
		if (isDone) done++;
		else left.push(row.id);
	}
	return { done, left };
}
