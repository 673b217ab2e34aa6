import type { EntryOf } from '../../src/lib/domain/entry.ts';
import type { Address, Attachment } from '../../src/lib/domain/entry-parts.ts';

/** What a mail brings into a message entry, before it is made to fit. */
export type MailMessage = Omit<
	EntryOf<'message'>,
	'at' | 'by' | 'device' | 'kind' | 'direction' | 'channel' | 'visibility'
>;

export interface FittingMessage {
	message: MailMessage;
	/** HTML that has to go into a blob of its own. */
	htmlAside: string | undefined;
}

/** One entry has to go through a socket in one frame, with room for what is around it. */
const entryBytes = 100 * 1024;
const most = { html: 64_000, text: 50_000, addresses: 100, ids: 100, attachments: 200, line: 998, name: 200 };

/**
 * Makes a message small enough for a document: HTML goes aside first, then text is cut and marked, then the lists that a
 * person will not read to their end. The whole mail stays in its blob.
 */
export function fitMessage(message: MailMessage): FittingMessage {
	const fitting: MailMessage = {
		...message,
		from: fitAddress(message.from),
		...(message.replyTo === undefined ? {} : { replyTo: fitAddress(message.replyTo) }),
		to: message.to.slice(0, most.addresses).map(fitAddress),
		cc: message.cc.slice(0, most.addresses).map(fitAddress),
		subject: message.subject.slice(0, most.line),
		attachments: message.attachments.slice(0, most.attachments).map(fitAttachment),
	};
	if (fitting.messageId !== undefined && fitting.messageId.length > most.line) delete fitting.messageId;
	fitting.inReplyTo = fitIds(message.inReplyTo ?? []);
	fitting.references = fitIds(message.references ?? []);
	let htmlAside: string | undefined;
	const putAside = () => {
		htmlAside = fitting.html;
		delete fitting.html;
	};
	const cutText = (length: number) => {
		if (fitting.text.length <= length) return;
		fitting.text = wholeCharacters(fitting.text.slice(0, length));
		fitting.textCut = true;
	};
	cutText(most.text);
	if (fitting.html !== undefined && fitting.html.length > most.html) putAside();
	if (sizeOf(fitting) > entryBytes && fitting.html !== undefined) putAside();
	for (
		let length = fitting.text.length;
		sizeOf(fitting) > entryBytes && length > 2_000;
		length = Math.floor(length / 2)
	)
		cutText(Math.floor(length / 2));
	for (let count = most.addresses; sizeOf(fitting) > entryBytes && count > 5; count = Math.floor(count / 2)) {
		fitting.to = fitting.to.slice(0, Math.floor(count / 2));
		fitting.cc = fitting.cc.slice(0, Math.floor(count / 2));
		fitting.references = fitting.references?.slice(-Math.floor(count / 2));
		fitting.inReplyTo = fitting.inReplyTo?.slice(0, 5);
	}
	if (sizeOf(fitting) > entryBytes) {
		fitting.attachments = fitting.attachments.map((attachment) => ({
			...attachment,
			name: wholeCharacters(attachment.name.slice(0, 40)),
		}));
	}
	if (fitting.inReplyTo?.length === 0) delete fitting.inReplyTo;
	if (fitting.references?.length === 0) delete fitting.references;
	return { message: fitting, htmlAside };
}

function fitAddress({ name, address }: Address): Address {
	return { name: wholeCharacters(name.slice(0, most.name)), address: address.slice(0, most.line) };
}

function fitAttachment(attachment: Attachment): Attachment {
	const fitting = {
		...attachment,
		name: wholeCharacters(attachment.name.slice(0, most.name)),
		mime: attachment.mime.slice(0, 127),
	};
	if (fitting.cid !== undefined && fitting.cid.length > most.line) delete fitting.cid;
	return fitting;
}

function fitIds(ids: readonly string[]): string[] {
	const plausible = ids.filter((id) => id.length <= most.line);
	return plausible.length <= most.ids ? plausible : [...plausible.slice(0, 1), ...plausible.slice(1 - most.ids)];
}

function sizeOf(message: MailMessage): number {
	return Buffer.byteLength(JSON.stringify(message));
}

/** A cut may have halved a character of two units. */
function wholeCharacters(text: string): string {
	return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}
