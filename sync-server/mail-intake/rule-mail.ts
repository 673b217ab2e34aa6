import type { RuleMail } from '../../src/lib/domain/mail-rule.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';

/** What the rules of the desk see of a mail. */
export function ruleMail(mail: ParsedMail): RuleMail {
	const { 'delivered-to': delivered, 'x-original-to': original } = mail.headers;
	const envelope = [delivered, original].filter((address) => address !== undefined);
	return {
		from: mail.from,
		to: [...mail.to, ...mail.cc, ...envelope.map((address) => ({ name: '', address }))],
		subject: mail.subject,
		text: mail.text,
		header: (name) => mail.headerValues.get(name),
	};
}
