import * as v from 'valibot';

/** new: nobody has looked · open: ours to do · waiting: for somebody or a date · closed: done. */
export type Status = 'new' | 'open' | 'waiting' | 'closed';
export const statuses: readonly Status[] = ['new', 'open', 'waiting', 'closed'];

/** Why a ticket waits. `reminder` waits for nothing but its date. */
export type WaitingReason = 'customer' | 'next-level' | 'system-access' | 'release' | 'reminder';
export const waitingReasons: readonly WaitingReason[] = [
	'customer',
	'next-level',
	'system-access',
	'release',
	'reminder',
];

export const statusSchema = v.picklist(statuses as Status[]);
export const waitingReasonSchema = v.picklist(waitingReasons as WaitingReason[]);

/** A status with what belongs to it: only `waiting` has a reason, and a reminder must have its date. */
export type StatusValue =
	{ status: 'open' } | { status: 'closed' } | { status: 'waiting'; reason: WaitingReason; until?: number };

export type TransitionRefusal = 'same-status' | 'reminder-without-date' | 'never-back-to-new';

/** Whether a person may set `to` while the ticket is in `from`; undefined if so. */
export function refuseTransition(
	from: Status,
	to: { status: Status; reason?: WaitingReason; until?: number },
): TransitionRefusal | undefined {
	if (to.status === 'new') return 'never-back-to-new';
	if (to.status === 'waiting') {
		return to.reason === 'reminder' && to.until === undefined ? 'reminder-without-date' : undefined;
	}
	return from === to.status ? 'same-status' : undefined;
}

/** Whether a waiting ticket asks for attention because its date has come. `now` in ms since 1970. */
export function isReminderDue(status: Status, until: number | undefined, now: number): boolean {
	return status === 'waiting' && until !== undefined && until <= now;
}
