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
	subject?: string;
	text?: string;
	html?: string;
	attachments?: Pick<MailAttachment, 'name' | 'mime' | 'size' | 'sha256'>[];
};

type Import = Pick<ImportLine, 'file' | 'outcome' | 'reason' | 'ticket'>;

export function importLine(done: Import, mail?: ParsedMail): ImportLine {
	const { file, outcome, reason, ticket } = done;
	const line: ImportLine = { file, outcome };
	if (reason !== undefined) line.reason = reason;
	if (ticket !== undefined) line.ticket = ticket;
	if (!mail) return line;
	if (mail.from) line.from = { address: mail.from.address, name: mail.from.name };
	line.to = mail.to.map((to) => to.address);
	line.subject = mail.subject;
	line.text = mail.text;
	if (mail.html !== undefined) line.html = mail.html;
	line.attachments = mail.attachments.map(({ name, mime, size, sha256 }) => ({ name, mime, size, sha256 }));
	return line;
}
