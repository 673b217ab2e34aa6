import type { AgentId, EntryId, LineId } from '../domain/ids.ts';
import type { Facts } from '../domain/facts.ts';
import type { Ticket, TimelineEntry } from '../domain/fold-ticket.ts';
import { hlcTime } from '../domain/hlc.ts';
import { claimVerdict } from '../domain/claim.ts';
import { stampKey } from '../domain/verdict.ts';

/** An entry as the timeline shows it. */
export interface TimelineItem {
	id: EntryId;
	entry: TimelineEntry;
	/** ms since 1970 */
	at: number;
	isUnsent: boolean;
	isTakenBack: boolean;
	/** This message made a closed or waiting ticket open again. */
	reopens: boolean;
	/** Of a claim or release: what the relay said. */
	verdict: { outcome: 'granted' | 'refused' | 'released'; holder: AgentId | null } | undefined;
	/** The relay's time, where the device's clock was wrong. */
	stampedAt: number | undefined;
	/** Of a mail: which other mailboxes of ours it came to. */
	alsoAt: readonly { line: LineId; address: string }[];
	/** Of `undone`: what was taken back. */
	target: TimelineEntry | undefined;
}

export type TimelineFilter = 'all' | 'messages' | 'notes';

/** The timeline, oldest first. What an `undone` takes back is struck where it stands, and the taking back is told too. */
export function timelineItems(
	ticket: Ticket,
	facts: Facts,
	unsent: ReadonlySet<EntryId>,
	filter: TimelineFilter = 'all',
): TimelineItem[] {
	const byId = new Map(ticket.timeline.map((entry) => [entry.id, entry]));
	const arrivals = Map.groupBy(
		[...facts.verdicts.values()].filter((verdict) => verdict.kind === 'arrived'),
		({ message }) => message,
	);
	return ticket.timeline
		.filter((entry) => isShown(entry, filter))
		.map((entry) => {
			const verdict = claimVerdict(facts.verdicts, entry.id);
			const stamp = facts.verdicts.get(stampKey(entry.id));
			return {
				id: entry.id,
				entry,
				at: hlcTime(entry.time),
				isUnsent: unsent.has(entry.id),
				isTakenBack: entry.undone,
				reopens: ticket.reopenedBy === entry.id,
				verdict: verdict === undefined ? undefined : { outcome: verdict.outcome, holder: verdict.holder },
				stampedAt: stamp?.kind === 'stamp' ? stamp.at : undefined,
				alsoAt: arrivals.get(entry.id)?.sort((a, b) => a.at - b.at) ?? [],
				target: entry.kind === 'undone' ? byId.get(entry.entry) : undefined,
			};
		});
}

function isShown(entry: TimelineEntry, filter: TimelineFilter): boolean {
	if (filter === 'messages') return entry.kind === 'message' || entry.kind === 'reply-requested';
	return filter === 'all' || entry.kind === 'note';
}
