import { createHmac, timingSafeEqual } from 'node:crypto';
import { recordId, type DocumentId, type EntryId } from '../../src/lib/domain/ids.ts';

/**
 * What we write into our own mails so that the answers find their ticket, whatever the other side does to the subject.
 *
 *   Message-ID      <ticket-ulid.slot-ulid.signature@domain>
 *   reply address   local+ticket-ulid.signature@domain
 *
 * Letters are in lower case and read in any: address books and servers change it. The signature is HMAC-SHA256 cut to 80 bits, and
 * the two forms are signed apart, so that nobody makes one of the other.
 */
export interface ReplyTokens {
	/** Without angle brackets. `slot` is the message that is answered, or the request itself where nothing is. */
	messageId(ticket: DocumentId, slot: EntryId, domain: string): string;
	/** Undefined where the address is too long to carry more. */
	replyAddress(ticket: DocumentId, address: string): string | undefined;
	/** What a Message-ID or an address of ours says; undefined if it is not ours or somebody changed it. */
	read(text: string): ReplyToken | undefined;
}

export interface ReplyToken {
	ticket: DocumentId;
	/** Only a Message-ID names it. */
	slot?: EntryId;
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const signatureLetters = 16;
/** Of the part of an address before the @, RFC 5321. */
const longestLocalPart = 64;
const longestText = 1_000;
const ulid = '[0-9a-hjkmnp-tv-z]{26}';
const signature = `[0-9a-hjkmnp-tv-z]{${signatureLetters}}`;
const idPattern = new RegExp(`^(${ulid})\\.(${ulid})\\.(${signature})@`);
const addressPattern = new RegExp(`\\+(${ulid})\\.(${signature})@`);

export function createReplyTokens(key: Uint8Array): ReplyTokens {
	const sign = (...parts: readonly string[]): string =>
		base32(createHmac('sha256', key).update(parts.join('\n').toLowerCase()).digest()).slice(0, signatureLetters);
	const isSigned = (given: string, ...parts: readonly string[]) =>
		timingSafeEqual(Buffer.from(given), Buffer.from(sign(...parts)));
	return {
		messageId(ticket, slot, domain) {
			const name = ulidOf(ticket);
			return `${name}.${slot}.${sign('message-id', name, slot)}`.toLowerCase() + `@${domain}`;
		},
		replyAddress(ticket, address) {
			const at = address.lastIndexOf('@');
			const name = ulidOf(ticket);
			const local = `${address.slice(0, at)}+${`${name}.${sign('address', name)}`.toLowerCase()}`;
			return at < 1 || local.length > longestLocalPart ? undefined : local + address.slice(at);
		},
		read(text) {
			if (text.length > longestText) return undefined;
			const bare = text.trim().replace(/^</, '').toLowerCase();
			const [, ticket, slot, idSignature] = idPattern.exec(bare) ?? [];
			if (ticket !== undefined && slot !== undefined && idSignature !== undefined) {
				if (!isSigned(idSignature, 'message-id', ticket, slot)) return undefined;
				return { ticket: recordId('ticket', ticket.toUpperCase()), slot: slot.toUpperCase() as EntryId };
			}
			const [, name, addressSignature] = addressPattern.exec(bare) ?? [];
			if (name === undefined || addressSignature === undefined) return undefined;
			return isSigned(addressSignature, 'address', name)
				? { ticket: recordId('ticket', name.toUpperCase()) }
				: undefined;
		},
	};
}

function ulidOf(ticket: DocumentId): string {
	return ticket.slice(ticket.indexOf('/') + 1);
}

function base32(bytes: Uint8Array): string {
	let letters = '';
	let bits = 0;
	let value = 0;
	for (const byte of bytes) {
		value = ((value << 8) | byte) & 0xffff;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			letters += alphabet.charAt((value >> bits) & 31);
		}
	}
	return letters;
}
