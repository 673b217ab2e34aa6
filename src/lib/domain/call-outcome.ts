import type { CallDraft, CallEnd } from './call-draft.ts';
import type { LineId, QueueId } from './ids.ts';
import type { ContactEnd } from './interaction-command.ts';

/** How a call ends, and what it needs for that. */
export type CallMissing = 'who' | 'request' | 'line' | 'phone' | 'time' | 'permission' | `field:${string}`;

/** What is known around the draft. */
export interface CallKnown {
	line: LineId | undefined;
	queue: QueueId | undefined;
	/** The number that is in force, of the draft or of the person. */
	phone: string;
	/** What the case allows the one who answers. */
	mayAnswer: boolean;
}

export function endsOf({ callsBack }: Pick<CallDraft, 'callsBack'>): readonly CallEnd[] {
	return callsBack === null
		? ['solved', 'ticket', 'call-back', 'wrong-place']
		: ['solved', 'ticket', 'no-answer', 'given-up'];
}

export function isAgain(end: CallEnd): boolean {
	return end === 'call-back' || end === 'no-answer';
}

/**
 * What the end that was chosen still needs, in the order of the form.
 *
 *   CE1 A call is of somebody; what comes in by another channel may be of nobody.
 *   CE2 A solved call and a new ticket say what it was about; the case says it too.
 *   CE3 What a case asks to be written down is asked for where the work ends; a ticket takes it along and asks at its own end.
 *   CE4 Who may only pass a request on does not solve it.
 */
export function missingFor(draft: CallDraft, { line, queue, phone, mayAnswer }: CallKnown): CallMissing[] {
	const missing: CallMissing[] = [];
	const { end, applied } = draft;
	const isNewTicket = end === 'ticket' && draft.ticket === null;
	if (line === undefined || (isNewTicket && queue === undefined)) missing.push('line');
	if (draft.person === null && draft.caller.trim() === '' && draft.channel === 'phone') missing.push('who');
	const saysNothing = draft.request.trim() === '' && applied === null && draft.subject.trim() === '';
	if (saysNothing && (isNewTicket || end === 'solved')) missing.push('request');
	if (end === 'call-back' && phone === '') missing.push('phone');
	if (isAgain(end) && draft.callBackAt === null) missing.push('time');
	if (end !== 'solved') return missing;
	if (applied !== null && !mayAnswer) missing.push('permission');
	for (const { id, required } of applied?.documentation ?? [])
		if (required && (draft.documented[id] ?? '').trim() === '') missing.push(`field:${id}`);
	return missing;
}

/** The end as the contact keeps it; a ticket ends it in a way of its own. */
export function contactEndOf(
	draft: CallDraft,
	{ phone, seconds, now }: { phone: string; seconds: number; now: number },
): ContactEnd {
	const callBack = { until: draft.callBackAt ?? now, phone: phone.slice(0, 40), agent: draft.callBackBy };
	switch (draft.end) {
		case 'call-back':
		case 'no-answer':
			return { outcome: draft.end, seconds, callBack };
		case 'given-up':
			return { outcome: 'no-answer', seconds };
		case 'wrong-place':
			return { outcome: 'wrong-place', seconds, passedTo: draft.passedTo };
		default:
			return { outcome: 'solved', seconds };
	}
}

const hour = 3_600_000;

/** In an hour, at a quarter. */
export function inAnHour(now: number): number {
	const quarter = hour / 4;
	return Math.ceil((now + hour) / quarter) * quarter;
}
