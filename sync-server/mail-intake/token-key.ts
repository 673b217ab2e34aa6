import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const keyBytes = 32;

/**
 * The key that signs our Message-IDs and reply addresses, made on first use. Losing it loses nothing but a short cut: answers to
 * mails signed before are then found by the ids that the relay stored.
 */
export function readTokenKey(directory: string): Uint8Array {
	const path = join(directory, 'secrets', 'mail-tokens.key');
	try {
		const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url');
		if (key.length === keyBytes) return key;
		throw new Error(`${path} does not hold a key: remove it, and a new one is made.`);
	} catch (thrown) {
		if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
	}
	const key = randomBytes(keyBytes);
	mkdirSync(join(directory, 'secrets'), { recursive: true, mode: 0o700 });
	const file = openSync(`${path}.new`, 'w', 0o600);
	try {
		writeSync(file, `${key.toString('base64url')}\n`);
		fsyncSync(file);
	} finally {
		closeSync(file);
	}
	renameSync(`${path}.new`, path);
	return key;
}
