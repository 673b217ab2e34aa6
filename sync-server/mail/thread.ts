import type { ParsedMail } from './parsed-mail.ts';

export type Threading<Ticket> =
	{ kind: 'new' } | { kind: 'follow-up'; ticket: Ticket; by: 'in-reply-to' | 'references'; messageId: string };

/**
 * Which ticket a mail continues, by the ids it answers. In-Reply-To speaks first, it names the very message; then References from
 * the newest to the oldest, since an old one may be from before a thread was split.
 */
export function threadOf<Ticket>(
	mail: Pick<ParsedMail, 'messageId' | 'inReplyTo' | 'references'>,
	lookup: (messageId: string) => Ticket | undefined,
): Threading<Ticket> {
	const ways = [
		{ by: 'in-reply-to', ids: mail.inReplyTo },
		{ by: 'references', ids: mail.references.toReversed() },
	] as const;
	for (const { by, ids } of ways) {
		for (const messageId of ids) {
			if (messageId === mail.messageId) continue;
			const ticket = lookup(messageId);
			if (ticket !== undefined) return { kind: 'follow-up', ticket, by, messageId };
		}
	}
	return { kind: 'new' };
}
