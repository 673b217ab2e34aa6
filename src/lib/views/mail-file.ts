import type { ActFailure, Desk } from '../desk.ts';
import type { Address, Attachment } from '../domain/entry.ts';
import type { DocumentId, LineId, QueueId } from '../domain/ids.ts';

/** What a mail may bring; the relay holds the same limits. */
const limits = {
	text: 50_000,
	html: 60_000,
	line: 998,
	name: 200,
	attachments: 200,
	references: 100,
	fileBytes: 30 * 1024 * 1024,
};

export type DroppedMail =
	{ kind: 'ok'; document: DocumentId; number: string } | { kind: 'not-mail' } | { kind: 'too-large' } | ActFailure;

/**
 * Makes a ticket of a mail file on this device, with or without a network: text, sanitised HTML, attachments, and the mail as it was.
 * `sanitise` must return HTML that is safe to store.
 */
export async function mailToTicket(
	desk: Desk,
	file: File,
	where: { line: LineId; queue: QueueId },
	sanitise: (html: string) => string,
): Promise<DroppedMail> {
	if (file.size > limits.fileBytes) return { kind: 'too-large' };
	const { default: PostalMime } = await import('postal-mime');
	const bytes = new Uint8Array(await file.arrayBuffer());
	if (!looksLikeMail(bytes)) return { kind: 'not-mail' };
	let mail;
	try {
		mail = await PostalMime.parse(bytes, { maxNestingDepth: 50, maxHeadersSize: 1024 * 1024 });
	} catch {
		return { kind: 'not-mail' };
	}
	const attachments: Attachment[] = [];
	for (const part of mail.attachments.slice(0, limits.attachments)) {
		const content = typeof part.content === 'string' ? new TextEncoder().encode(part.content) : part.content;
		const name = fileName(part.filename);
		const stored = await desk.addFile(new File([content as BlobPart], name, { type: part.mimeType }));
		if (stored.kind === 'failed') return failureOf(stored.why);
		const cid = part.contentId?.replace(/^<|>$/g, '').slice(0, limits.line);
		attachments.push(cid === undefined || cid === '' ? stored.attachment : { ...stored.attachment, cid });
	}
	const raw = await desk.addFile(new File([bytes], file.name, { type: 'message/rfc822' }));
	if (raw.kind === 'failed') return failureOf(raw.why);
	const html = mail.html === undefined ? '' : sanitise(mail.html);
	const text = mail.text ?? textOf(html);
	const from = addressesOf(mail.from === undefined ? [] : [mail.from])[0] ?? { name: '', address: '' };
	const sentAt = Date.parse(mail.date ?? '');
	const result = await desk.createTicket({
		...where,
		subject: oneLine(mail.subject ?? ''),
		channel: 'mail',
		from,
		text: text.slice(0, limits.text),
		attachments,
		mail: {
			to: addressesOf(mail.to ?? []),
			cc: addressesOf(mail.cc ?? []),
			raw: raw.attachment.blob,
			...(text.length > limits.text ? { textCut: true } : {}),
			...(html !== '' && html.length <= limits.html ? { html } : {}),
			...(mail.messageId === undefined ? {} : { messageId: oneLine(mail.messageId) }),
			...(mail.inReplyTo === undefined ? {} : { inReplyTo: messageIds(mail.inReplyTo) }),
			...(mail.references === undefined ? {} : { references: messageIds(mail.references) }),
			...(Number.isNaN(sentAt) || sentAt < 0 ? {} : { sentAt }),
		},
	});
	return result;
}

function failureOf(why: 'too-large' | 'quota'): DroppedMail {
	return why === 'too-large' ? { kind: 'too-large' } : { kind: 'not-saved', why: 'quota' };
}

/** Whether the beginning is header lines of which one only a mail has. */
function looksLikeMail(bytes: Uint8Array): boolean {
	const head = new TextDecoder('latin1').decode(bytes.slice(0, 64 * 1024)).replace(/^\uFEFF/, '');
	const headers = head.split(/\r?\n\r?\n/, 1)[0] ?? '';
	return (
		/^(?:from|received|message-id|date|subject|return-path|mime-version):/im.test(headers) && !headers.includes('\0')
	);
}

function addressesOf(
	parsed: readonly { name?: string; address?: string; group?: { name?: string; address?: string }[] }[],
): Address[] {
	return parsed
		.flatMap((one) => one.group ?? [one])
		.filter((one) => (one.address ?? '') !== '')
		.slice(0, 100)
		.map((one) => ({ name: oneLine(one.name ?? '').slice(0, limits.name), address: oneLine(one.address ?? '') }));
}

function messageIds(text: string): string[] {
	return (text.match(/<[^<>\s]+>/g) ?? []).slice(-limits.references).map((id) => id.slice(0, limits.line));
}

function oneLine(text: string): string {
	return text
		.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
		.trim()
		.slice(0, limits.line);
}

/** The last part of whatever path the sender wrote, without signs that hide or command. */
function fileName(name: string | null | undefined): string {
	const bare =
		(name ?? '')
			.replace(/[\p{Cc}\p{Cf}]/gu, '')
			.split(/[\\/]/)
			.at(-1)
			?.trim() ?? '';
	return bare.slice(-limits.name) || 'attachment';
}

/** Text of sanitised HTML, without running or loading any of it. */
function textOf(html: string): string {
	if (html === '') return '';
	const page = new DOMParser().parseFromString(html, 'text/html');
	for (const block of page.querySelectorAll('p, div, br, tr, li, h1, h2, h3, blockquote')) block.append('\n');
	return (page.body.textContent ?? '').replace(/\n{3,}/g, '\n\n').trim();
}
