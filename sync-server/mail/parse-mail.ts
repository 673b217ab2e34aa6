import { createHash } from 'node:crypto';
import { decodeWords } from 'postal-mime';
import type { Attachment, Email } from 'postal-mime';
import { capped, cleanLine, cleanText } from './clean-text.ts';
import { repairEncodedWords } from './encoded-words.ts';
import { cleanFileName, defaultFileName } from './file-name.ts';
import { GuardedMime, MailLimitExceeded } from './guarded-mime.ts';
import { htmlToText } from './html-to-text.ts';
import { readAddresses } from './mail-address.ts';
import { readMailDate } from './mail-date.ts';
import { readMessageIds } from './message-id.ts';
import { DEFAULT_MAIL_LIMITS, HEADERS_OF_USE } from './parsed-mail.ts';
import type { MailAttachment, MailHeaders, MailLimits, ParsedMail, ParseResult } from './parsed-mail.ts';
import { withLineFeeds, withoutEnvelope } from './raw-mail.ts';
import { sanitiseHtmlWithin } from './sanitise-html.ts';

const HEADER_MAX = 2_000;
/** As written, encoded; longer values are not decoded further. */
const SUBJECT_SOURCE_MAX = 20_000;

/** One of these must be there, or the bytes are something else than a mail. */
const MAIL_HEADERS = new Set(
	'from to cc subject date message-id received return-path sender reply-to mime-version content-type'.split(' '),
);

/** Raw bytes to a clean mail, or the reason why not. Never throws, whatever the bytes are. */
export async function parseMail(raw: Uint8Array, options: Partial<MailLimits> = {}): Promise<ParseResult> {
	const limits = { ...DEFAULT_MAIL_LIMITS, ...options };
	if (raw.length > limits.rawBytes) {
		return {
			kind: 'refused',
			reason: 'too-large',
			detail: `${raw.length} bytes, at most ${limits.rawBytes} are taken`,
		};
	}
	const bytes = withoutEnvelope(withLineFeeds(raw));
	if (bytes.length === 0) return { kind: 'refused', reason: 'empty', detail: 'the file holds no mail' };
	try {
		const email = await new GuardedMime(limits).parse(bytes);
		if (!email.headers.some((header) => MAIL_HEADERS.has(header.key))) {
			return { kind: 'refused', reason: 'not-a-mail', detail: 'none of the headers of a mail was found' };
		}
		return { kind: 'parsed', mail: emailToMail(email, limits) };
	} catch (thrown) {
		if (thrown instanceof MailLimitExceeded) return { kind: 'refused', reason: thrown.reason, detail: thrown.message };
		const message = thrown instanceof Error ? thrown.message : String(thrown);
		return { kind: 'refused', reason: 'unreadable', detail: cleanLine(message, 200) };
	}
}

function emailToMail(email: Email, limits: MailLimits): ParsedMail {
	const header = (key: string) => email.headers.find((candidate) => candidate.key === key)?.value ?? '';
	const all = (key: string) =>
		email.headers.filter((candidate) => candidate.key === key).map((candidate) => candidate.value);
	const addresses = (key: string) => readAddresses(all(key).join(', '), limits.addresses);

	const sourceHtml = email.html?.trim() ? email.html : undefined;
	const safe = sourceHtml === undefined ? undefined : sanitiseHtmlWithin(sourceHtml, limits.htmlLength);
	const html = safe?.html;
	const htmlCut = safe?.cut ?? false;
	const text = email.text?.trim() ? cleanText(email.text) : htmlToText(html ?? '');

	const mail: ParsedMail = {
		inReplyTo: readMessageIds(all('in-reply-to').join(' ')).slice(-limits.references),
		references: newestReferences(readMessageIds(all('references').join(' ')), limits.references),
		to: addresses('to'),
		cc: addresses('cc'),
		subject: cleanLine(decodeWords(repairEncodedWords(header('subject').slice(0, SUBJECT_SOURCE_MAX)))),
		text: capped(text, limits.textLength).trimEnd(),
		textCut: text.length > limits.textLength || (htmlCut && !email.text?.trim()),
		htmlCut,
		attachments: email.attachments.map((attachment, i) => attachmentOf(attachment, i + 1, html ?? '')),
		headers: headersOfUse(header),
		headerValues: headerValues(email, limits.headerNames),
	};
	const messageId = readMessageIds(header('message-id'))[0];
	if (messageId !== undefined) mail.messageId = messageId;
	const date = readMailDate(header('date')) ?? readMailDate(header('received').split(';').at(-1) ?? '');
	if (date !== undefined) mail.date = date;
	const from = readAddresses(header('from'), 1)[0] ?? readAddresses(header('sender'), 1)[0];
	if (from) mail.from = from;
	const replyTo = readAddresses(header('reply-to'), 1)[0];
	if (replyTo) mail.replyTo = replyTo;
	if (html !== undefined) mail.html = html;
	return mail;
}

/** Keeps the first one, which names the thread, and the newest. */
function newestReferences(ids: string[], max: number): string[] {
	return ids.length <= max ? ids : [...ids.slice(0, 1), ...ids.slice(ids.length - max + 1)];
}

function attachmentOf(attachment: Attachment, position: number, html: string): MailAttachment {
	const bytes = contentBytes(attachment.content);
	const mime = cleanMime(attachment.mimeType);
	const found: MailAttachment = {
		name: cleanFileName(attachment.filename ?? '') ?? defaultFileName(mime, position),
		mime,
		size: bytes.length,
		sha256: createHash('sha256').update(bytes).digest('hex'),
		bytes,
		inline: false,
	};
	const cid = cleanLine(attachment.contentId ?? '', 250).replace(/[\s<>"']/g, '');
	if (cid) {
		found.cid = cid;
		found.inline = html.includes(`cid:${cid.replaceAll('&', '&amp;')}"`);
	}
	return found;
}

function contentBytes(content: Attachment['content']): Uint8Array {
	if (typeof content === 'string') return new TextEncoder().encode(content);
	return content instanceof Uint8Array ? content : new Uint8Array(content);
}

function cleanMime(mime: string): string {
	const written = mime.trim().toLowerCase();
	return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/.test(written)
		? written
		: 'application/octet-stream';
}

function headerValues({ headers }: Email, most: number): Map<string, string> {
	const values = new Map<string, string>();
	for (const { key, value } of headers) {
		if (values.size >= most) break;
		if (key.length > 100 || values.has(key)) continue;
		const source = value.slice(0, HEADER_MAX);
		values.set(key, cleanLine(source.includes('=?') ? decodeWords(repairEncodedWords(source)) : source, HEADER_MAX));
	}
	return values;
}

function headersOfUse(header: (key: string) => string): MailHeaders {
	const headers: MailHeaders = {};
	for (const key of HEADERS_OF_USE) {
		const value = cleanLine(header(key), HEADER_MAX);
		if (value) headers[key] = value;
	}
	return headers;
}
