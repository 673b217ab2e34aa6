import type { AgentId } from '../domain/ids.ts';
import type { TicketRow } from '../projection/rows.ts';
import { KeptCounts, type CountedRows } from './kept-counts.ts';

/** The tags that tickets on this device have: those on one's own tickets first, then the team's, each most used first. */
export function createTagsInUse(rows: CountedRows<TicketRow>): (me: AgentId | undefined) => string[] {
	const everybodys = new KeptCounts(rows, ({ tags }) => tags);
	const ofAgents = new KeptCounts(rows, ({ tags, assignee, holder }: TicketRow) =>
		[...new Set([assignee, holder])].flatMap((agent) => (agent === null ? [] : tags.map((tag) => ofAgent(agent, tag)))),
	);
	return (me) => {
		const [all, own] = [everybodys.current, ofAgents.current];
		const mine = (tag: string) => (me === undefined ? 0 : (own.get(ofAgent(me, tag)) ?? 0));
		return [...all]
			.sort(
				([tag, count], [other, otherCount]) => mine(other) - mine(tag) || otherCount - count || (tag < other ? -1 : 1),
			)
			.map(([tag]) => tag);
	};
}

const ofAgent = (agent: AgentId, tag: string) => `${agent} ${tag}`;
