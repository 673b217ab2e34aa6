import type { Ticket } from '../../src/lib/domain/fold-ticket.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { isTicketNumber, type TicketNumber } from '../../src/lib/domain/ticket-number.ts';
import { isBounce } from '../mail/classify-mail.ts';
import { originalMessageIds } from '../mail/delivery-report.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import type { ReplyToken, ReplyTokens } from '../mail/reply-token.ts';
import { ticketNumberCandidates } from '../mail/subject.ts';
import { threadOf } from '../mail/thread.ts';
import { participantsOf, type ParticipantLookups } from './participants.ts';

/**
 * Which ticket a mail belongs to. The first that applies decides:
 *
 * FU1 A reply address that we signed, among the recipients; a Message-ID that we signed, among what it answers. A report of
 *     delivery answers the mail that it gives back.
 * FU2 A Message-ID that the relay knows, in In-Reply-To, then in References from the newest; or another mail has answered this
 *     one before it came.
 * FU3 A number of ours in the subject, if the sender takes part in that ticket.
 * FU4 Else it is a new ticket. A number of ours in the subject makes it a question to a person: does it belong there? So does a
 *     Message-ID that another mail of other content had before: perhaps one mail that a list or a gateway has changed.
 * FU5 A ticket that was merged leads to the one in which it goes on, however long the chain; a ring ends where it began to repeat.
 * FU6 What third parties answer to a mail that was not for the customer stays inside, however it found its ticket.
 */
export type TicketFinding =
	| {
			kind: 'follow-up';
			ticket: DocumentId;
			folded: Ticket;
			by: 'signed' | 'thread' | 'number';
			visibility: 'public' | 'internal';
	  }
	| { kind: 'new'; perhaps: Doubt | undefined };

export interface Doubt {
	ticket: DocumentId;
	why: 'number-in-subject' | 'same-mail';
}

export interface TicketLookups extends ParticipantLookups {
	tokens: Pick<ReplyTokens, 'read'>;
	ticketOf(messageId: string): DocumentId | undefined;
	ticketOfNumber(number: TicketNumber): DocumentId | undefined;
	/** Undefined if it is not there, erased, or not to be understood. */
	readTicket(ticket: DocumentId): Ticket | undefined;
}

/** Merged on and on: nobody does that, and a forged chain ends here. */
const longestChain = 50;

/** `ofSameId`: where another mail with that Message-ID came to before. */
export function findTicket(mail: ParsedMail, ofSameId: DocumentId | undefined, lookups: TicketLookups): TicketFinding {
	for (const { ticket, by } of ways(mail, ofSameId === undefined, lookups)) {
		const chain = chainFrom(ticket, lookups);
		const end = chain.at(-1);
		if (end === undefined) continue;
		return { kind: 'follow-up', ...end, by, visibility: visibilityOf(mail, chain, lookups) };
	}
	let perhaps: Doubt | undefined;
	for (const candidate of ticketNumberCandidates(mail.subject)) {
		const ticket = isTicketNumber(candidate) ? lookups.ticketOfNumber(candidate) : undefined;
		const chain = ticket === undefined ? [] : chainFrom(ticket, lookups);
		const end = chain.at(-1);
		if (end === undefined) continue;
		const people = participantsOf(
			chain.map(({ folded }) => folded),
			lookups,
		);
		const sender = mail.from?.address ?? '';
		if (people.isCustomer(sender) || people.isThirdParty(sender))
			return { kind: 'follow-up', ...end, by: 'number', visibility: visibilityOf(mail, chain, lookups) };
		perhaps ??= { ticket: end.ticket, why: 'number-in-subject' };
	}
	const same = ofSameId === undefined ? undefined : chainFrom(ofSameId, lookups).at(-1);
	if (same !== undefined) perhaps ??= { ticket: same.ticket, why: 'same-mail' };
	return { kind: 'new', perhaps };
}

type Way = { ticket: DocumentId; by: 'signed' | 'thread' };

function* ways(mail: ParsedMail, isFirstOfItsId: boolean, lookups: TicketLookups): Generator<Way> {
	for (const { ticket } of signedAnswers(mail, lookups)) yield { ticket, by: 'signed' };
	const answered = answeredIds(mail);
	const thread = threadOf({ ...mail, inReplyTo: answered.inReplyTo }, (id) => lookups.ticketOf(id));
	if (thread.kind === 'follow-up') yield { ticket: thread.ticket, by: 'thread' };
	const own = mail.messageId === undefined || !isFirstOfItsId ? undefined : lookups.ticketOf(mail.messageId);
	if (own !== undefined) yield { ticket: own, by: 'thread' };
}

function* signedAnswers(mail: ParsedMail, { tokens }: TicketLookups): Generator<ReplyToken> {
	const { headers } = mail;
	const delivered = [
		headers['delivered-to'],
		headers['x-original-to'],
		headers['envelope-to'],
		headers['x-envelope-to'],
	];
	const { inReplyTo } = answeredIds(mail);
	const written = [
		...[...mail.to, ...mail.cc].map(({ address }) => address),
		...delivered.filter((address) => address !== undefined),
		...inReplyTo,
		...mail.references.toReversed(),
		...(mail.messageId === undefined ? [] : [mail.messageId]),
	];
	for (const text of written) {
		const token = tokens.read(text);
		if (token !== undefined) yield token;
	}
}

/** What it answers; for a report of delivery, also the mail that it is about. */
function answeredIds(mail: ParsedMail): { inReplyTo: string[] } {
	const isReport = isBounce(mail) || /^multipart\/report/i.test(mail.headers['content-type'] ?? '');
	return { inReplyTo: isReport ? [...mail.inReplyTo, ...originalMessageIds(mail)] : mail.inReplyTo };
}

/** The ticket and those in which it goes on. */
function chainFrom(first: DocumentId, { readTicket }: TicketLookups): { ticket: DocumentId; folded: Ticket }[] {
	const chain: { ticket: DocumentId; folded: Ticket }[] = [];
	const seen = new Set<DocumentId>();
	for (let ticket: DocumentId | undefined = first; ticket !== undefined && chain.length < longestChain;) {
		if (seen.has(ticket)) break;
		seen.add(ticket);
		const folded: Ticket | undefined = readTicket(ticket);
		if (folded === undefined) break;
		chain.push({ ticket, folded });
		ticket = folded.mergedInto?.ticket;
	}
	return chain;
}

function visibilityOf(
	mail: ParsedMail,
	chain: readonly { folded: Ticket }[],
	lookups: TicketLookups,
): 'public' | 'internal' {
	const people = participantsOf(
		chain.map(({ folded }) => folded),
		lookups,
	);
	const sender = mail.from?.address ?? '';
	if (people.isCustomer(sender)) return 'public';
	if (people.isThirdParty(sender)) return 'internal';
	const { inReplyTo } = answeredIds(mail);
	for (const id of [...inReplyTo, ...mail.references.toReversed()]) {
		const slot = lookups.tokens.read(id)?.slot;
		const isInternal = slot === undefined ? people.isInternalMessage(id) : people.isInternal(slot);
		if (isInternal !== undefined) return isInternal ? 'internal' : 'public';
	}
	return 'public';
}
