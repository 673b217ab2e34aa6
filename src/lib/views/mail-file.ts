import type { ActFailure, Desk } from '../desk.ts';
import type { Address, Attachment } from '../domain/entry-parts.ts';
import type { BlobId, DocumentId, LineId, QueueId } from '../domain/ids.ts';
import type { TicketRow } from '../projection/rows.ts';

/** What a mail may bring. All of it is one entry, and one edit has to fit through the relay's door. */
const limits = {
	entryBytes: 100 * 1024,
	text: 50_000,
	/** Longer HTML goes into a file beside the message. */
	html: 20_000,
	line: 998,
	id: 250,
	name: 200,
	addresses: 50,
	attachments: 100,
	references: 50,
	fileBytes: 30 * 1024 * 1024,
	/** So many of the sender's newest tickets are read to see whether the mail is there already. */
	looked: 50,
};

export type DroppedMail =
	| { kind: 'ok'; document: DocumentId; number: string }
	/** The same mail stands in this ticket already. */
	| { kind: 'known'; document: DocumentId; number: string }
	| { kind: 'not-mail' }
	| { kind: 'too-large' }
	| ActFailure;

/** Foreign HTML: made safe to store, and as text. Neither may run or load any of it. */
export interface MailHtml {
	sanitise(html: string): string;
	textOf(safeHtml: string): string;
}

/** Makes a ticket of a mail file on this device, with or without a network: text, safe HTML, attachments, and the mail as it was. */
export async function mailToTicket(
	desk: Desk,
	file: File,
	where: { line: LineId; queue: QueueId },
	html: MailHtml,
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
	const from = addressesOf(mail.from === undefined ? [] : [mail.from])[0] ?? { name: '', address: '' };
	const messageId = messageIds(mail.messageId ?? '')[0];
	const known = messageId === undefined ? undefined : await findMail(desk, from.address, messageId);
	if (known !== undefined) return { kind: 'known', document: known.id, number: known.number };

	const attachments: Attachment[] = [];
	for (const part of mail.attachments.slice(0, limits.attachments)) {
		const content = typeof part.content === 'string' ? new TextEncoder().encode(part.content) : part.content;
		const name = fileName(part.filename);
		const stored = await desk.addFile(new File([content as BlobPart], name, { type: part.mimeType }));
		if (stored.kind === 'failed') return failureOf(stored.why);
		const cid = oneLine(part.contentId ?? '', limits.id).replace(/^<|>$/g, '');
		attachments.push(cid === '' ? stored.attachment : { ...stored.attachment, cid });
	}
	const raw = await desk.addFile(new File([bytes], fileName(file.name), { type: 'message/rfc822' }));
	if (raw.kind === 'failed') return failureOf(raw.why);
	const safeHtml = mail.html === undefined ? '' : html.sanitise(mail.html);
	let htmlBlob: BlobId | undefined;
	if (safeHtml.length > limits.html) {
		const aside = await desk.addFile(new File([safeHtml], 'message.html', { type: 'text/html' }));
		if (aside.kind === 'failed') return failureOf(aside.why);
		htmlBlob = aside.attachment.blob;
	}
	const sentAt = Date.parse(mail.date ?? '');
	const ticket = {
		...where,
		subject: oneLine(mail.subject ?? '', limits.line),
		channel: 'mail' as const,
		from,
		text: mail.text ?? html.textOf(safeHtml),
		attachments,
		mail: {
			to: addressesOf(mail.to ?? []),
			cc: addressesOf(mail.cc ?? []),
			raw: raw.attachment.blob,
			...(htmlBlob === undefined ? {} : { htmlBlob }),
			...(safeHtml === '' || htmlBlob !== undefined ? {} : { html: safeHtml }),
			...(messageId === undefined ? {} : { messageId }),
			...(mail.inReplyTo === undefined ? {} : { inReplyTo: messageIds(mail.inReplyTo) }),
			...(mail.references === undefined ? {} : { references: messageIds(mail.references) }),
			...(Number.isNaN(sentAt) || sentAt < 0 ? {} : { sentAt }),
		},
	};
	return desk.createTicket(cutToFit(ticket));
}

/** The ticket on this device that has the mail already; whoever sent it is in it. */
async function findMail(desk: Desk, address: string, messageId: string): Promise<TicketRow | undefined> {
	const sender = address.toLowerCase();
	const persons = new Set(
		desk.parties.current
			.filter((row) => row.addresses.some((own) => own.toLowerCase() === sender))
			.map((row) => row.id),
	);
	const candidates = desk.tickets.current
		.filter((row) => row.fromAddress.toLowerCase() === sender || row.persons.some((person) => persons.has(person)))
		.sort((a, b) => b.changedAt - a.changedAt)
		.slice(0, limits.looked);
	for (const row of candidates) {
		const record = await desk.open(row.id);
		const state = record?.reading.current;
		record?.close();
		if (state?.kind !== 'ticket') continue;
		if (state.ticket.timeline.some((entry) => entry.kind === 'message' && sameId(entry.messageId, messageId)))
			return row;
	}
	return undefined;
}

function sameId(stored: string | undefined, id: string): boolean {
	return stored !== undefined && stored.replace(/^<|>$/g, '') === id.replace(/^<|>$/g, '');
}

/** Text gives way: the mail as it was is kept beside it, whole. */
function cutToFit<Ticket extends { text: string; mail: object }>(
	ticket: Ticket,
): Ticket & { mail: { textCut?: true } } {
	const others = new TextEncoder().encode(JSON.stringify({ ...ticket, text: '' })).length;
	const encoded = (text: string) => new TextEncoder().encode(JSON.stringify(text)).length;
	let text = wholeCharacters(ticket.text, limits.text);
	while (text.length > 1000 && others + encoded(text) > limits.entryBytes)
		text = wholeCharacters(text, Math.floor(text.length * 0.8));
	return text.length === ticket.text.length
		? ticket
		: { ...ticket, text, mail: { ...ticket.mail, textCut: true as const } };
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
		.slice(0, limits.addresses)
		.map((one) => ({ name: oneLine(one.name ?? '', limits.name), address: oneLine(one.address ?? '', limits.id) }));
}

function messageIds(text: string): string[] {
	const ids = text.match(/<[^<>\s]+>/g) ?? [];
	return ids.filter((id) => id.length <= limits.id).slice(-limits.references);
}

function oneLine(text: string, most: number): string {
	return wholeCharacters(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim(), most);
}

/** A cut may halve a character of two units, and a half is not stored as it was. */
function wholeCharacters(text: string, most: number): string {
	return text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}

/** The last part of whatever path the sender wrote, without signs that hide or command. */
function fileName(name: string | null | undefined): string {
	const bare =
		(name ?? '')
			.replace(/[\p{Cc}\p{Cf}]/gu, '')
			.split(/[\\/]/)
			.at(-1)
			?.trim() ?? '';
	return bare.slice(-limits.name).replace(/^[\udc00-\udfff]/, '') || 'attachment';
}
