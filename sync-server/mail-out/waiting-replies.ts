import type { WaitingReply } from '../../src/lib/protocol/waiting-mail.ts';
import type { MailFailure } from '../mailboxes/mail-problem.ts';
import { noMailbox, type SendingAccount } from './mail-sender.ts';
import type { OutboundMail } from './outbound.ts';

/** Why an accepted reply has not left yet, from its row and what is known of its mailbox now. */
export function toWaitingReply(
	mail: OutboundMail,
	account: SendingAccount | undefined,
	failure: MailFailure | undefined,
): WaitingReply {
	const { ticket, request, line, agent, acceptedAt: since, attempts, notBefore: nextTry, reason } = mail;
	const waiting = { ticket, request, line, agent, since, attempts, nextTry };
	if (account?.smtp === undefined) return { ...waiting, why: 'no-mailbox' };
	if (failure !== undefined)
		return { ...waiting, why: 'mailbox', problem: failure.problem, ...detailOf(failure.detail ?? reason) };
	// There is a mailbox by now.
	if (reason === null || reason === noMailbox) return { ...waiting, why: 'not-yet' };
	return { ...waiting, why: 'later', ...detailOf(reason) };
}

function detailOf(text: string | null): { detail?: string } {
	return text === null ? {} : { detail: text.slice(0, 1_000) };
}
