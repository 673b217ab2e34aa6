import { formatTicketNumber, type TicketNumber } from '../../src/lib/domain/ticket-number.ts';
import { capped, cleanLine } from '../mail/clean-text.ts';
import { normaliseSubject, ticketNumberCandidates } from '../mail/subject.ts';

const longest = 250;

/**
 * The subject as it leaves: one "Re: " however many there were in whatever language, one "Fwd: " where the agent passes a mail on,
 * and the number at the end, where the answer will bring it back.
 */
export function outgoingSubject(written: string, number: TicketNumber, isAnswer: boolean): string {
	const { base, replies, forwards, tags } = normaliseSubject(written);
	const isForward = forwards > 0 && /^\s*(?:wg|fwd?|fw)\b/i.test(written);
	const prefix = isForward ? 'Fwd: ' : replies > 0 || forwards > 0 || isAnswer ? 'Re: ' : '';
	const lists = tags.map((tag) => `[${tag}] `).join('');
	const tail = ticketNumberCandidates(base).includes(number) ? '' : ` [#${formatTicketNumber(number)}]`;
	return cleanLine(`${prefix}${capped(lists + base, longest)}${tail}`);
}
