import { createHash } from 'node:crypto';
import type { ParsedMail } from './parsed-mail.ts';
import { splitRawMail, withLineFeeds, withoutEnvelope } from './raw-mail.ts';

/**
 * When are two mails the same one?
 *
 *   M1  Content is the body's bytes and the headers Message-ID, From, Date and Subject as they were written. Line ends, blank lines at
 *       the end, ">From " quoting and folding do not count, nor do headers that the way adds (Received, Delivered-To), so one mail
 *       fetched from three mailboxes, or once as .eml and once from an mbox, is the same mail.
 *   M2  The hash is made from raw bytes, never from what the parser made of them: a better parser must not import everything again.
 *   M3  A mail is known by its Message-ID; without one, by `sha256:` and its content hash.
 *   M4  The same Message-ID and the same content: a duplicate. The same Message-ID with other content: a mail of its own, known by
 *       `<Message-ID>#sha256:<hash>`, since mailers that repeat ids exist and a stranger must not be able to hide a mail by its id.
 */
export type MailIdentity = {
	/** Message-ID, or `sha256:<hash>` when there is none. */
	key: string;
	/** `sha256:<hash>` of the content. */
	content: string;
	/** The key when another mail already holds `key`. */
	collisionKey: string;
};

export type Recognition = { kind: 'new'; key: string } | { kind: 'duplicate'; key: string };

const CONTENT_HEADERS = ['message-id', 'from', 'date', 'subject'];

export function mailIdentity(mail: Pick<ParsedMail, 'messageId'>, raw: Uint8Array): MailIdentity {
	const content = `sha256:${contentHash(raw)}`;
	const key = mail.messageId === undefined ? content : mail.messageId;
	return { key, content, collisionKey: `${key}#${content}` };
}

/** Compares with the mails already stored; `contentOf` gives the content stored under a key. */
export function recogniseMail(identity: MailIdentity, contentOf: (key: string) => string | undefined): Recognition {
	for (const key of [identity.key, identity.collisionKey]) {
		const stored = contentOf(key);
		if (stored === undefined) return { kind: 'new', key };
		if (stored === identity.content) return { kind: 'duplicate', key };
	}
	return { kind: 'duplicate', key: identity.collisionKey };
}

function contentHash(raw: Uint8Array): string {
	const { header, body } = splitRawMail(withoutEnvelope(withLineFeeds(raw)));
	const hash = createHash('sha256');
	const fields = latin1(header)
		.replace(/\r?\n(?=[ \t])/g, '')
		.split(/\r?\n/);
	for (const name of CONTENT_HEADERS) {
		const field = fields.find((line) => line.slice(0, line.indexOf(':')).trimEnd().toLowerCase() === name);
		const value =
			field
				?.slice(field.indexOf(':') + 1)
				.replace(/\s+/g, ' ')
				.trim() ?? '';
		hash.update(`${name}:${value}\n`, 'latin1');
	}
	hash.update(canonicalBody(body), 'latin1');
	return hash.digest('hex');
}

function canonicalBody(body: Uint8Array): string {
	const lines = latin1(body)
		.replaceAll('\r\n', '\n')
		.replace(/^>+(?=From )/gm, '');
	let end = lines.length;
	while (end > 0 && (lines[end - 1] === '\n' || lines[end - 1] === '\r')) end--;
	return lines.slice(0, end);
}

function latin1(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
