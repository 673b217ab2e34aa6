import type { ParsedMail } from './parsed-mail.ts';

type Classified = Pick<ParsedMail, 'headers' | 'from' | 'subject'>;

const AUTO_SUBJECT =
	/^(automatische antwort|abwesenheit(snotiz|sassistent|sbenachrichtigung)?\b|out of (the )?office|automatic reply|auto(matic)?[- ]?reply|autoreply|réponse automatique|risposta automatica)/i;
const BOUNCER = /^(mailer-daemon|postmaster)@/i;

/** A machine's answer (out of office, receipt): never answered, never reopens. */
export function isAutoReply(mail: Classified): boolean {
	const { headers } = mail;
	const submitted = headers['auto-submitted']?.toLowerCase() ?? 'no';
	if (submitted !== 'no' && !submitted.startsWith('no;')) return true;
	if (/^auto[-_]?reply$/i.test(headers.precedence ?? '')) return true;
	if (headers['x-autoreply'] !== undefined || headers['x-autorespond'] !== undefined) return true;
	return AUTO_SUBJECT.test(mail.subject);
}

/** A report that a mail could not be delivered. */
export function isBounce(mail: Classified): boolean {
	const { headers } = mail;
	if (headers['x-failed-recipients'] !== undefined) return true;
	const contentType = headers['content-type']?.toLowerCase() ?? '';
	if (contentType.startsWith('multipart/report') && contentType.includes('delivery-status')) return true;
	return BOUNCER.test(mail.from?.address ?? '') || (headers['return-path'] === '<>' && !isAutoReply(mail));
}

/** Sent to many: a mailing list or a newsletter. */
export function isList(mail: Classified): boolean {
	const { headers } = mail;
	if (headers['list-id'] !== undefined || headers['list-unsubscribe'] !== undefined) return true;
	return /^(bulk|list|junk)$/i.test(headers.precedence ?? '');
}
