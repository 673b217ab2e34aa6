import type { Address } from '../domain/entry-parts.ts';
import type { Ticket, TimelineEntry } from '../domain/fold-ticket.ts';

export interface ReplyTarget {
	to: Address[];
	/** Everybody else who takes part: whoever answers to all writes to them too. */
	cc: Address[];
	subject: string;
}

/** To whom an answer goes: the customer who wrote last, never to ourselves. `own` in lower case. */
export function replyTargetOf(ticket: Ticket, own: ReadonlySet<string>): ReplyTarget {
	const last = ticket.timeline.findLast(
		(entry): entry is TimelineEntry & { kind: 'message' } =>
			entry.kind === 'message' &&
			entry.direction === 'in' &&
			entry.visibility === 'public' &&
			(entry.automatic === undefined || entry.automatic === 'list') &&
			entry.from.address !== '',
	);
	const from = ticket.from === undefined || ticket.from.address === '' ? [] : [ticket.from];
	const to = last === undefined ? from.map(({ name, address }) => ({ name, address })) : [last.replyTo ?? last.from];
	const others = new Map<string, Address>();
	const taken = new Set([...own, ...to.map(({ address }) => address.toLowerCase())]);
	for (const one of [...(last?.to ?? []), ...(last?.cc ?? [])]) {
		const key = one.address.toLowerCase();
		if (key !== '' && !taken.has(key) && !own.has(withoutDetail(key))) others.set(key, one);
	}
	return { to, cc: [...others.values()], subject: answerSubject(last?.subject ?? ticket.subject) };
}

/** Answers come to our own addresses with a token of the ticket before the @. */
function withoutDetail(address: string): string {
	return address.replace(/^([^+@]+)\+[^@]*@/, '$1@');
}

/** One prefix, however often the subject went to and fro. */
function answerSubject(subject: string): string {
	const bare = subject.replace(/^(?:\s*(?:re|aw|antw|fwd?|wg)(?:\[\d+\])?\s*:\s*)+/i, '').trim();
	return `Re: ${bare}`.slice(0, 998);
}
