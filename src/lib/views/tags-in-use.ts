import type { AgentId } from '../domain/ids.ts';
import type { TicketRow } from '../projection/rows.ts';

/** The tags that tickets on this device have: those on one's own tickets first, then the team's, each most used first. */
export function orderedTags(rows: readonly TicketRow[], me: AgentId | undefined): string[] {
	const counts = new Map<string, { own: number; all: number }>();
	for (const row of rows) {
		const isOwn = me !== undefined && (row.assignee === me || row.holder === me);
		for (const tag of row.tags) {
			const count = counts.get(tag) ?? { own: 0, all: 0 };
			counts.set(tag, { own: count.own + Number(isOwn), all: count.all + 1 });
		}
	}
	return [...counts]
		.sort(
			([tag, a], [other, b]) =>
				Number(b.own > 0) - Number(a.own > 0) || b.own - a.own || b.all - a.all || (tag < other ? -1 : 1),
		)
		.map(([tag]) => tag);
}
