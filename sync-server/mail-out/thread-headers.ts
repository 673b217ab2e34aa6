import type { Ticket, TimelineEntry } from '../../src/lib/domain/fold-ticket.ts';

export interface ThreadHeaders {
	inReplyTo: string | undefined;
	/** Oldest first, without angle brackets. */
	references: string[];
}

const mostReferences = 20;

/**
 * What makes a mail program put our mail beside what it answers: the message in the slot, else the customer's newest, else the
 * newest mail of our own in that ticket.
 */
export function threadHeaders(ticket: Ticket, slot: string | null, own: readonly string[]): ThreadHeaders {
	const written = ticket.timeline.filter(
		(entry): entry is Extract<TimelineEntry, { kind: 'message' }> =>
			entry.kind === 'message' && entry.visibility === 'public' && isMessageId(entry.messageId),
	);
	const parent =
		written.find((entry) => entry.id === slot) ??
		written.findLast((entry) => entry.direction === 'in') ??
		written.at(-1);
	const newestOwn = own.filter(isMessageId).at(-1);
	const answered = parent?.messageId ?? newestOwn;
	if (answered === undefined) return { inReplyTo: undefined, references: [] };
	const before = parent?.references?.length ? parent.references : (parent?.inReplyTo ?? []);
	const all = [...new Set([...before.filter(isMessageId).filter((id) => id !== answered), answered])];
	// The first names the conversation, the last ones the place in it.
	const references = all.length <= mostReferences ? all : [...all.slice(0, 1), ...all.slice(1 - mostReferences)];
	return { inReplyTo: answered, references };
}

/** Printable ASCII that cannot end the header or the brackets around it. */
function isMessageId(id: string | undefined): id is string {
	return id !== undefined && /^[\x21-\x3b\x3d\x3f-\x7e]{3,250}$/.test(id) && id.includes('@');
}
