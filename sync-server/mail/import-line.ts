import { splitQuoted } from '../../src/lib/domain/quoted-text.ts';
import { isAutoReply, isBounce, isList, wouldAutoRespond, type IsOwnAddress } from './classify-mail.ts';
import type { MailAddress, MailAttachment, ParsedMail } from './parsed-mail.ts';

export type ImportOutcome = 'created' | 'followed-up' | 'duplicate' | 'refused';

/** What `import mail --json` prints for each mail. Fields of the mail are missing when it could not be read. */
export type ImportLine = {
	file: string;
	outcome: ImportOutcome;
	reason?: string;
	ticket?: string;
	from?: MailAddress;
	to?: string[];
	/** Where an answer should go, if the mail says so. */
	replyTo?: MailAddress;
	subject?: string;
	text?: string;
	/** The new text, without quotes and signature. */
	replyText?: string;
	html?: string;
	attachments?: Pick<MailAttachment, 'name' | 'mime' | 'size' | 'sha256'>[];
	isAutoReply?: boolean;
	isBounce?: boolean;
	isList?: boolean;
	/** Whether a machine of ours may answer it. */
	wouldAutoRespond?: boolean;
};

type Import = Pick<ImportLine, 'file' | 'outcome' | 'reason' | 'ticket'>;

export function importLine(done: Import, mail?: ParsedMail, isOwnAddress?: IsOwnAddress): ImportLine {
	const { file, outcome, reason, ticket } = done;
	const line: ImportLine = { file, outcome };
	if (reason !== undefined) line.reason = reason;
	if (ticket !== undefined) line.ticket = ticket;
	if (!mail) return line;
	if (mail.from) line.from = { address: mail.from.address, name: mail.from.name };
	line.to = mail.to.map((to) => to.address);
	if (mail.replyTo) line.replyTo = { address: mail.replyTo.address, name: mail.replyTo.name };
	line.subject = mail.subject;
	line.text = mail.text;
	line.replyText = splitQuoted(mail.text, mail.subject).reply;
	if (mail.html !== undefined) line.html = mail.html;
	line.attachments = mail.attachments.map(({ name, mime, size, sha256 }) => ({ name, mime, size, sha256 }));
	line.isAutoReply = isAutoReply(mail);
	line.isBounce = isBounce(mail);
	line.isList = isList(mail);
	line.wouldAutoRespond = wouldAutoRespond(mail, isOwnAddress);
	return line;
}
