import { webcrypto } from 'node:crypto';
import type { NewDevice } from '../../src/lib/protocol/session.ts';

type PublicKey = NewDevice['publicKey'];
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** Whether the key is a point on the curve. */
export async function isUsableKey(key: PublicKey): Promise<boolean> {
	return (await imported(key)) !== undefined;
}

/** Whether the private half of that key signed the text. */
export async function isSignedBy(key: PublicKey, text: string, signature: string): Promise<boolean> {
	const publicKey = await imported(key);
	const bytes = Buffer.from(signature, 'base64url');
	if (publicKey === undefined || bytes.length !== 64) return false;
	return webcrypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, publicKey, bytes, new TextEncoder().encode(text));
}

async function imported(key: PublicKey) {
	try {
		return await webcrypto.subtle.importKey('jwk', { ...key }, algorithm, false, ['verify']);
	} catch {
		return undefined;
	}
}
