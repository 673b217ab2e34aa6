import { readDeliveryReport } from './delivery-report.ts';
import type { ParsedMail } from './parsed-mail.ts';

type Classified = Pick<ParsedMail, 'headers' | 'from' | 'subject'> &
	Partial<Pick<ParsedMail, 'attachments' | 'text' | 'replyTo'>>;

/** Whether an address is one of the desk's own. */
export type IsOwnAddress = (address: string) => boolean;

export type AutomaticKind = 'auto-reply' | 'bounce' | 'list';

const AUTO_SUBJECT =
	/^(?:(?:re|aw|antwort|antw)\s?:\s*)?(automatische (antwort|rückmeldung|eingangsbestätigung)|abwesenheits(notiz|assistent|benachrichtigung|meldung|agent)\b|abwesen(heit|d)\s*(:|-|–|$|vom |bis )|ich bin (derzeit|zur ?zeit|bis) .{0,40}(nicht (da|erreichbar|im (haus|büro))|abwesend)|out of (the )?office|i am out of (the )?office|automatic reply|auto(matic|mated)?[- ]?(reply|response|antwort)|autoreply|autosvar|autorisposta|r[ée]ponse automatique|absence du bureau|risposta automatica|fuori sede|respuesta autom[áa]tica|fuera de la oficina|resposta autom[áa]tica|automatisch antwoord|afwezig(heid)?\b|automaattinen vastaus|automatiskt? svar|autosvar|automatyczna odpowied|automatick[áa] odpov|автоответ|自动回复|自動応答)/i;
const BOUNCE_SUBJECT =
	/^(undeliver(ed|able|y)\b|unzustellbar|undelivered mail returned|mail delivery (failed|failure|problem|system)|delivery (status notification )?\(?(failure|has failed)|delivery status notification \(failure\)|failure notice|returned mail|non[- ]?remis|warning: could not send|nachricht (konnte nicht zugestellt|unzustellbar)|e-?mail konnte nicht zugestellt)/i;
const BOUNCER = /^(mailer-daemon|postmaster|mail-?daemon|bounces?)([+._-][^@]*)?@/i;
const NEVER_ANSWERED =
	/^(mailer-daemon|postmaster|mail-?daemon|abuse|(do[-._]?)?not?[-._]?reply|donotreply|noreply|keine[-._]?antwort|nicht[-._]?antworten|bounces?|listserv|majordomo|mailman|root|daemon|[^@]*-(bounces?|request|owner|noreply))([+._-][^@]*)?@/i;

/** A machine's answer (out of office, receipt, a calendar's yes or no): never answered, never reopens. */
export function isAutoReply(mail: Classified): boolean {
	if (isBounce(mail)) return false;
	const { headers } = mail;
	if (submitted(mail) !== 'no') return true;
	if (/^auto[-_]?reply$/i.test(headers.precedence ?? '')) return true;
	if (/^auto[-_]?reply$/i.test(headers['x-precedence'] ?? '')) return true;
	const marks = ['x-autoreply', 'x-autorespond', 'x-auto-reply-from', 'x-mail-autoreply', 'x-autoreply-from'] as const;
	if (marks.some((name) => headers[name] !== undefined)) return true;
	const type = headers['content-type']?.toLowerCase() ?? '';
	if (type.startsWith('multipart/report')) return true;
	return isCalendarAnswer(mail) || AUTO_SUBJECT.test(mail.subject);
}

/** A report that a mail could not be delivered. Reports of delay and of success are automatic answers. */
export function isBounce(mail: Classified): boolean {
	const { headers } = mail;
	const report = readDeliveryReport({ attachments: [], text: '', ...mail });
	if (report !== undefined) return report.outcome === 'failed';
	if (headers['x-failed-recipients'] !== undefined) return true;
	const type = headers['content-type']?.toLowerCase() ?? '';
	if (type.startsWith('multipart/report')) return type.includes('delivery-status');
	if (BOUNCER.test(mail.from?.address ?? '')) return !AUTO_SUBJECT.test(mail.subject);
	if (headers['return-path'] !== '<>') return false;
	return BOUNCE_SUBJECT.test(mail.subject) || (submitted(mail) === 'no' && !saysAutoReply(mail));
}

/** Sent to many: a mailing list or a newsletter. */
export function isList(mail: Classified): boolean {
	const { headers } = mail;
	const names = ['list-id', 'list-unsubscribe', 'list-post', 'list-help', 'list-subscribe', 'mailing-list'] as const;
	if (names.some((name) => headers[name] !== undefined)) return true;
	return /^(bulk|list|junk)$/i.test(headers.precedence ?? '');
}

/** Written or sent on by this desk itself. */
export function isOwn(mail: Classified, isOwnAddress: IsOwnAddress): boolean {
	return mail.from !== undefined && isOwnAddress(mail.from.address);
}

/** How the entry is marked: what asks for no answer. */
export function automaticKind(mail: Classified): AutomaticKind | undefined {
	if (isBounce(mail)) return 'bounce';
	if (isAutoReply(mail)) return 'auto-reply';
	return isList(mail) ? 'list' : undefined;
}

/**
 * Whether a machine may answer this mail at all. Only what a person wrote to us by hand is answered, and everything in doubt is
 * not: two machines that answer each other never stop. (How often, the one who answers decides.)
 */
export function wouldAutoRespond(mail: Classified, isOwnAddress: IsOwnAddress = () => false): boolean {
	const { headers, from, replyTo } = mail;
	if (from === undefined || automaticKind(mail) !== undefined || isOwn(mail, isOwnAddress)) return false;
	if (headers['return-path'] === '<>') return false;
	if (headers['x-loop'] !== undefined || headers['x-tresen'] !== undefined) return false;
	if (headers['feedback-id'] !== undefined || headers['list-owner'] !== undefined) return false;
	const suppressed = headers['x-auto-response-suppress'];
	if (suppressed !== undefined && suppressed.trim().toLowerCase() !== 'none') return false;
	return [from, replyTo].every((address) => {
		return address === undefined || (!NEVER_ANSWERED.test(address.address) && !isOwnAddress(address.address));
	});
}

function submitted({ headers }: Classified): string {
	return (headers['auto-submitted'] ?? 'no').toLowerCase().split(/[;\s(]/)[0] || 'no';
}

function saysAutoReply({ headers, subject }: Classified): boolean {
	return AUTO_SUBJECT.test(subject) || /^auto[-_]?reply$/i.test(headers.precedence ?? '');
}

/** METHOD:REPLY of RFC 5546: somebody accepted or declined. An invitation is no answer. */
function isCalendarAnswer({ attachments, headers }: Classified): boolean {
	if (
		/^text\/calendar\b/i.test(headers['content-type'] ?? '') &&
		/method="?(reply|counter)/i.test(headers['content-type'] ?? '')
	)
		return true;
	return (attachments ?? []).some(({ mime, bytes }) => {
		if (mime !== 'text/calendar' && mime !== 'application/ics') return false;
		const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4_096)).toString('latin1');
		return /^METHOD:(REPLY|COUNTER)\s*$/im.test(start);
	});
}
