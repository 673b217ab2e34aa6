import type { Desk } from '$lib/desk.ts';
import {
	relayAgent,
	type AgentId,
	type CategoryId,
	type DocumentId,
	type LineId,
	type QueueId,
	type SystemId,
} from '$lib/domain/ids.ts';
import type { Status } from '$lib/domain/status.ts';
import { words } from '$lib/ui/words/words.svelte.ts';

/** Names for what entries know by id; the id itself where nobody knows a name any more. */
export function agentName(desk: Desk, agent: AgentId): string {
	if (agent === relayAgent) return words.t.common.relay;
	return desk.config.current.agents.find(({ id }) => id === agent)?.name ?? agent;
}

export function queueName(desk: Desk, queue: QueueId): string {
	return desk.config.current.queues.find(({ id }) => id === queue)?.name ?? queue;
}

export function lineName(desk: Desk, line: LineId): string {
	return desk.config.current.lines.find(({ id }) => id === line)?.name ?? line;
}

export function systemName(desk: Desk, system: SystemId): string {
	return desk.config.current.systems.find(({ id }) => id === system)?.name ?? system;
}

/** With its question group before it. */
export function categoryName(desk: Desk, category: CategoryId): string {
	const { categories } = desk.config.current;
	const found = categories.find(({ id }) => id === category);
	const group = categories.find(({ id }) => id === found?.group);
	return group === undefined ? (found?.name ?? category) : `${group.name} › ${found?.name ?? ''}`;
}

/** System and category in one line, those that are set. */
export function categoryText(desk: Desk, of: { system: SystemId | null; category: CategoryId | null }): string {
	const parts = [
		of.system === null ? '' : systemName(desk, of.system),
		of.category === null ? '' : categoryName(desk, of.category),
	];
	return parts.filter((part) => part !== '').join(' · ') || '–';
}

export function partyName(desk: Desk, party: DocumentId): string {
	return desk.parties.get(party)?.name ?? words.t.party.unknown;
}

/** Where a ticket is shown: in a view that has it. */
export function ticketAddress({ id, status }: { id: DocumentId; status: Status }): string {
	const view = status === 'closed' || status === 'waiting' ? status : 'open';
	return `/inbox/${view}/${id.slice('ticket/'.length)}`;
}

/** A contact has no page of its own: the log of its day, with it marked. */
export function contactAddress(id: DocumentId): string {
	return `/contacts?contact=${id.slice('interaction/'.length)}`;
}
