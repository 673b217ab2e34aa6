import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { domainToASCII } from 'node:url';
import type { DeskConfig, Line } from '../../src/lib/domain/desk-config.ts';
import type { EntryOf } from '../../src/lib/domain/entry.ts';
import type { Address, Attachment } from '../../src/lib/domain/entry-parts.ts';
import type { Ticket } from '../../src/lib/domain/fold-ticket.ts';
import type { AgentId, BlobId } from '../../src/lib/domain/ids.ts';
import { renderText, type TextValues } from '../../src/lib/domain/text-module.ts';
import { textValuesOf } from '../../src/lib/domain/text-values.ts';
import { ownAddresses } from '../mail-intake/own-addresses.ts';
import { cleanLine, cleanText } from '../mail/clean-text.ts';
import { cleanFileName, defaultFileName } from '../mail/file-name.ts';
import { cleanAddress } from '../mail/mail-address.ts';
import { usableAddresses } from './judge-reply.ts';
import type { OutboundMail } from './outbound.ts';
import { outgoingSubject } from './outgoing-subject.ts';
import { threadHeaders } from './thread-headers.ts';

/** What a mail is made from. */
export interface MailSource {
	mail: OutboundMail;
	entry: EntryOf<'reply-requested'> | EntryOf<'acknowledged'>;
	ticket: Ticket;
	desk: DeskConfig;
	/** The mailbox that sends it. */
	account: { address: string };
	/** Where answers find their ticket by the address alone; undefined where the mailbox cannot take that. */
	replyTo?: string | undefined;
	/** What the author has under every mail, where the line has nothing. */
	ownSignature: string;
	/** Message-IDs of mails that went out for the ticket before, oldest first. */
	sentBefore: readonly string[];
	/** Where a file lies that this ticket may send; undefined while it is not here. */
	locateFile(blob: BlobId): { size: number; path: string } | undefined;
	now: number;
}

export interface ComposedMail {
	envelope: { from: string; to: string[] };
	/** Addresses that the agent named and no mail can be sent to. */
	unusable: string[];
	/** The mail's bytes. `onBroken` is called before the end if a file could not be read: then it must not be taken as whole. */
	open(onBroken: (error: unknown) => void): Promise<Readable>;
}

export type Composition =
	| { kind: 'mail'; mail: ComposedMail }
	/** Something is still to come. */
	| { kind: 'waiting'; reason: string }
	| { kind: 'impossible'; reason: string };

export function composeMail(source: MailSource): Composition {
	const { mail, entry, ticket, desk, account } = source;
	const line = desk.lines.find(({ id }) => id === mail.line);
	const from = senderOf(desk, line, account.address);
	if (from === undefined) return { kind: 'waiting', reason: 'This line has no address to send from.' };
	const isReply = entry.kind === 'reply-requested';
	const cc = isReply ? entry.cc : [];
	const recipients = usableAddresses([...entry.to, ...cc]);
	if (recipients.length === 0) return { kind: 'impossible', reason: 'There is no address that a mail can be sent to.' };
	const attachments = isReply ? entry.attachments : [];
	const missing = attachments.find(({ blob }) => source.locateFile(blob) === undefined);
	if (missing !== undefined)
		return { kind: 'waiting', reason: `The file ${cleanLine(missing.name, 80)} has not arrived yet.` };

	const named = new Set(recipients.map(({ address }) => address.toLowerCase()));
	const isUsable = ({ address }: Address) => named.has(cleanAddress(address)?.toLowerCase() ?? '');
	const unusable = [...entry.to, ...cc].filter((one) => !isUsable(one)).map(({ address }) => cleanLine(address, 100));
	const signature = isReply ? signatureOf(source, line, from) : '';
	const thread = threadHeaders(
		ticket,
		isReply ? entry.slot : entry.message,
		source.sentBefore.filter((id) => id !== mail.messageId),
	);
	// An address that no line has would count as one of the customer's.
	const isOwnAddress = ownAddresses(desk);
	const replyTo = isOwnAddress(account.address) ? source.replyTo : undefined;
	const subject = outgoingSubject(entry.subject, ticket.number, isReply ? entry.slot !== null : false);

	return {
		kind: 'mail',
		mail: {
			// Without a way back, a machine's mail is never answered by a machine.
			envelope: { from: isReply ? toAscii(from.address) : '', to: recipients.map(({ address }) => toAscii(address)) },
			unusable,
			async open(onBroken) {
				// Loaded with the first mail that leaves.
				const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
				const html = isReply ? await htmlOf(entry.html, signature) : undefined;
				const composer = new MailComposer({
					from: header(from),
					to: usableAddresses(entry.to).map(header),
					...(cc.length === 0 ? {} : { cc: usableAddresses(cc).map(header) }),
					...(replyTo === undefined ? {} : { replyTo: header({ name: from.name, address: replyTo }) }),
					subject,
					text: withSignature(entry.text, signature),
					...(html === undefined ? {} : { html }),
					attachments: attachments.map((file, i) => attachmentOf(file, i, source, html, onBroken)),
					messageId: `<${mail.messageId}>`,
					...(thread.inReplyTo === undefined ? {} : { inReplyTo: `<${thread.inReplyTo}>` }),
					references: thread.references.map((id) => `<${id}>`),
					date: new Date(source.now),
					headers: isReply ? {} : { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' },
					disableFileAccess: true,
					disableUrlAccess: true,
					textEncoding: 'quoted-printable',
				});
				return composer.compile().createReadStream();
			},
		},
	};
}

/** Name and address that customers see. */
export function senderOf(desk: DeskConfig, line: Line | undefined, accountAddress?: string): Address | undefined {
	const written = line?.sender?.address ?? line?.addresses[0] ?? accountAddress;
	const [sender] = usableAddresses([{ name: line?.sender?.name ?? desk.desk.name, address: written ?? '' }]);
	return sender && { ...sender, name: cleanLine(sender.name, 200) };
}

/** What the variables of a line's texts stand for; a name that a stranger chose becomes one harmless line. */
export function lineTextValues(
	desk: DeskConfig,
	ticket: Ticket,
	line: Line | undefined,
	agent: AgentId | undefined,
): TextValues {
	return {
		...textValuesOf(desk, { ...ticket, line: line?.id ?? ticket.line }, agent),
		'customer.name': cleanLine(ticket.from?.name ?? '', 200),
	};
}

function signatureOf({ desk, ticket, mail, ownSignature }: MailSource, line: Line | undefined, from: Address): string {
	const template = line?.signature ?? ownSignature;
	const values = { ...lineTextValues(desk, ticket, line, mail.agent), 'line.address': from.address };
	return renderText(cleanText(template), values, line?.language ?? desk.desk.language).text.trim();
}

function withSignature(text: string, signature: string): string {
	const body = cleanText(text).trimEnd();
	// The line that mail programs know a signature by: dash, dash, space.
	return signature === '' ? `${body}\n` : `${body}\n\n-- \n${signature}\n`;
}

async function htmlOf(html: string | undefined, signature: string): Promise<string | undefined> {
	if (html === undefined || html.trim() === '') return undefined;
	const { sanitiseHtml } = await import('../mail/sanitise-html.ts');
	const below = signature === '' ? '' : `<div>-- <br>${escaped(signature).replaceAll('\n', '<br>')}</div>`;
	return `<!doctype html><html><body>${sanitiseHtml(html)}${below}</body></html>`;
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function header({ name, address }: Address): Address {
	return { name: cleanLine(name, 200), address };
}

/** Byte by byte as it lies there, under a name that no header can be made of. */
function attachmentOf(
	{ blob, name, mime, cid }: Attachment,
	position: number,
	{ locateFile }: MailSource,
	html: string | undefined,
	onBroken: (error: unknown) => void,
) {
	const isInline = cid !== undefined && /^[\w.@+-]{1,200}$/.test(cid) && (html?.includes(`cid:${cid}`) ?? false);
	const read = async function* () {
		try {
			const file = locateFile(blob);
			if (file === undefined) throw new Error(`the file ${blob} is gone`);
			let size = 0;
			for await (const chunk of createReadStream(file.path)) {
				size += (chunk as Buffer).length;
				yield chunk as Buffer;
			}
			if (size !== file.size) throw new Error(`the file ${blob} is not whole`);
		} catch (error) {
			onBroken(error);
			throw error;
		}
	};
	return {
		filename: cleanFileName(name) ?? defaultFileName(mime, position + 1),
		contentType: contentType(mime),
		content: Readable.from(read(), { objectMode: false }),
		contentTransferEncoding: 'base64' as const,
		...(isInline ? { cid, contentDisposition: 'inline' as const } : { contentDisposition: 'attachment' as const }),
	};
}

/** A type that a part can have whose bytes are sent as base64; mails in mails may not, so they go as a file. */
function contentType(mime: string): string {
	const plain = mime.split(';')[0]?.trim().toLowerCase() ?? '';
	const isPlain = /^[a-z0-9][a-z0-9.+-]{0,60}\/[a-z0-9][a-z0-9.+-]{0,60}$/.test(plain);
	return isPlain && !/^(message|multipart)\//.test(plain) ? plain : 'application/octet-stream';
}

function toAscii(address: string): string {
	const at = address.lastIndexOf('@');
	return `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1)) || address.slice(at + 1)}`;
}
