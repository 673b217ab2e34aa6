import type { DocumentId } from '../../src/lib/domain/ids.ts';

/**
 * Keeps one sender from filling the desk with tickets: after so many new ones within an hour, the next mails are put on the
 * newest of them. Nothing is refused and nothing is lost; a machine that sends a hundred alarms an hour still gets a ticket each.
 */
export interface SenderFlood {
	/** The ticket on which a mail of that sender is to be put; undefined if it may open one. */
	ticketFor(sender: string): DocumentId | undefined;
	opened(sender: string, ticket: DocumentId): void;
}

const mostTicketsAnHour = 100;
const hourMs = 60 * 60_000;
const mostSenders = 10_000;

export function createSenderFlood(now: () => number): SenderFlood {
	const openings = new Map<string, { times: number[]; newest: DocumentId }>();
	const recent = (times: readonly number[]) => times.filter((time) => time > now() - hourMs);
	return {
		ticketFor(sender) {
			const known = openings.get(sender);
			if (known === undefined || recent(known.times).length < mostTicketsAnHour) return undefined;
			return known.newest;
		},
		opened(sender, ticket) {
			const known = openings.get(sender);
			openings.delete(sender);
			openings.set(sender, { times: [...recent(known?.times ?? []), now()].slice(-mostTicketsAnHour), newest: ticket });
			const oldest = openings.keys().next();
			if (openings.size > mostSenders && !oldest.done) openings.delete(oldest.value);
		},
	};
}
