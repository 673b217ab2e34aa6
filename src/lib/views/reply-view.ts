import type { AgentId } from '../domain/ids.ts';
import type { Ticket, TimelineEntry } from '../domain/fold-ticket.ts';
import type { Reply } from '../domain/reply.ts';

/** How long the relay waits before it sends what it has accepted. */
export const undoWindowMs = 10_000;

/** What a reply allows now. `now` by the relay's clock. */
export interface ReplyChoices {
	withdraw: boolean;
	sendAgain: boolean;
	saySent: boolean;
	/** The text may become a draft again. */
	putBack: boolean;
	/** Follow-up, note, discard. */
	settle: boolean;
}

export function replyChoices(
	{ request, state }: Reply,
	ticket: Ticket,
	me: AgentId | undefined,
	now: number,
): ReplyChoices {
	const isMine = request.by === me;
	const isHolder = ticket.claim.kind !== 'free' && ticket.claim.agent === me;
	const isUndecided = state.kind === 'uncertain' || state.kind === 'failed';
	return {
		withdraw: isMine && (state.kind === 'waiting' || (state.kind === 'accepted' && now < state.at + undoWindowMs)),
		sendAgain: isUndecided && (isMine || isHolder),
		saySent: state.kind === 'uncertain' && (isMine || isHolder),
		putBack: isMine && (state.kind === 'failed' || state.kind === 'bounced' || state.kind === 'withdrawn'),
		settle: state.kind === 'held' && (isMine || isHolder),
	};
}

type Told = TimelineEntry & { kind: 'message' | 'reply-requested' };

/** What stands beside a held reply: the answer that was first, or the message that its author had not seen. */
export function besideHeld({ request, state }: Reply, ticket: Ticket): Told | undefined {
	if (state.kind !== 'held') return undefined;
	const told = (id: string | undefined) =>
		ticket.timeline.find(
			(entry): entry is Told => entry.id === id && (entry.kind === 'message' || entry.kind === 'reply-requested'),
		);
	const other = told(state.other);
	if (other !== undefined) return other;
	const newest = ticket.newestCustomerMessage;
	return state.why === 'customer-wrote' && newest !== request.seen ? told(newest) : undefined;
}
