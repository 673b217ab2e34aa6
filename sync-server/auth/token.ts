import { createHash, randomBytes } from 'node:crypto';

/** 128 bits of randomness, fit for an address. */
export function createToken(): string {
	return randomBytes(16).toString('base64url');
}

/** What is stored of a token. A plain hash is enough: 128 random bits cannot be guessed from it. */
export function hashToken(token: string): Uint8Array {
	return createHash('sha256').update(token).digest();
}
