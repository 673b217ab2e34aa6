import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Passwords at rest: AES-256-GCM with a key that lies in a file of its own, `secrets/mail.key`, made when it is first needed. What a
 * secret belongs to is authenticated with it, so that a row cannot be given another's password.
 *
 *   1 byte   version, 1
 *   12 bytes nonce
 *   16 bytes tag
 *   rest     ciphertext
 */
export interface MailKey {
	seal(
		secret: string,
		belongsTo: string,
	): { kind: 'sealed'; bytes: Uint8Array } | { kind: 'key-unusable'; message: string };
	open(sealed: Uint8Array, belongsTo: string): Opened;
}

export type Opened =
	| { kind: 'open'; secret: string }
	/** There is no key, or nothing that could be one. */
	| { kind: 'key-missing' }
	/** There is a key, and it is not the one that this was sealed with. */
	| { kind: 'key-other' };

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const fileName = 'mail.key';

export function createMailKey(secretsDirectory: string): MailKey {
	const file = join(secretsDirectory, fileName);
	return {
		seal(secret, belongsTo) {
			const key = readKey(file) ?? (existsSync(file) ? undefined : makeKey(secretsDirectory, file));
			if (key === undefined) return { kind: 'key-unusable', message: keySentence(file, 'key-missing') };
			const nonce = randomBytes(nonceBytes);
			const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
			cipher.setAAD(Buffer.from(belongsTo));
			const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
			return { kind: 'sealed', bytes: Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), body]) };
		},
		open(sealed, belongsTo) {
			const key = readKey(file);
			if (key === undefined) return { kind: 'key-missing' };
			if (sealed[0] !== version || sealed.length < 1 + nonceBytes + tagBytes) return { kind: 'key-other' };
			const nonce = sealed.subarray(1, 1 + nonceBytes);
			const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
			const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
			decipher.setAAD(Buffer.from(belongsTo));
			decipher.setAuthTag(tag);
			try {
				const body = decipher.update(sealed.subarray(1 + nonceBytes + tagBytes));
				return { kind: 'open', secret: Buffer.concat([body, decipher.final()]).toString('utf8') };
			} catch {
				return { kind: 'key-other' };
			}
		},
	};
}

/** What to do when stored passwords cannot be read. */
export function keySentence(file: string, why: 'key-missing' | 'key-other'): string {
	return why === 'key-missing'
		? `The key of the mail passwords, ${file}, is missing or damaged. Put it back from its copy, or move the file away and enter the passwords again.`
		: `The key in ${file} is not the one that the mail passwords were stored with. Put the right one back, or enter the passwords again.`;
}

function readKey(file: string): Buffer | undefined {
	try {
		const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
		return key.length === keyBytes ? key : undefined;
	} catch {
		return undefined;
	}
}

/** Durable before the first password is: a password without its key is lost. */
function makeKey(directory: string, file: string): Buffer | undefined {
	const key = randomBytes(keyBytes);
	try {
		mkdirSync(directory, { recursive: true, mode: 0o700 });
		const handle = openSync(file, 'wx', 0o600);
		try {
			writeSync(handle, `${key.toString('base64url')}\n`);
			fsyncSync(handle);
		} finally {
			closeSync(handle);
		}
		const folder = openSync(directory, 'r');
		fsyncSync(folder);
		closeSync(folder);
		return key;
	} catch {
		return undefined;
	}
}
