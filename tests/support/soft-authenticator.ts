import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { Passkeys } from '../../src/lib/sync/entrance.ts';

/** An authenticator with one passkey, as a browser hands its answers on. */
export interface SoftAuthenticator extends Passkeys {
	/** Whether the person shows who they are; without it there is an answer, but not of a person. */
	isVerified: boolean;
	/** The person presses "cancel". */
	isCancelled: boolean;
	/** How often it was asked. */
	asked: number;
}

interface Asked {
	challenge: string;
	rp?: { id: string };
	rpId?: string;
}

export function createSoftAuthenticator(origin: string): SoftAuthenticator {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const id = randomBytes(16);
	const point = publicKey.export({ format: 'jwk' });
	const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
	const hash = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();
	const client = (type: string, challenge: string) =>
		Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));

	function authenticatorData(rpId: string, credential: Uint8Array): Buffer {
		const flags = 0x01 | (device.isVerified ? 0x04 : 0) | (credential.length > 0 ? 0x40 : 0);
		return Buffer.concat([hash(rpId), Buffer.from([flags, 0, 0, 0, 0]), credential]);
	}
	/** COSE: EC2, ES256, P-256. */
	const coseKey = Buffer.concat([
		Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
		cborBytes(Buffer.from(point.x!, 'base64url')),
		Buffer.from([0x22]),
		cborBytes(Buffer.from(point.y!, 'base64url')),
	]);

	const device: SoftAuthenticator = {
		isVerified: true,
		isCancelled: false,
		asked: 0,
		async register(options) {
			const { challenge, rp } = options as Asked;
			const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, coseKey]);
			const attestationObject = Buffer.concat([
				Buffer.from([0xa3]),
				...[cborText('fmt'), cborText('none'), cborText('attStmt'), Buffer.from([0xa0]), cborText('authData')],
				cborBytes(authenticatorData(rp!.id, credential)),
			]);
			const clientDataJSON = text(client('webauthn.create', challenge));
			const response = { clientDataJSON, attestationObject: text(attestationObject), transports: ['internal'] };
			return {
				kind: 'ok',
				value: { id: text(id), rawId: text(id), type: 'public-key', response, clientExtensionResults: {} },
			};
		},
		async authenticate(options) {
			device.asked++;
			if (device.isCancelled) return { kind: 'failed', why: 'passkey-cancelled' };
			const { challenge, rpId } = options as Asked;
			const authData = authenticatorData(rpId!, Buffer.alloc(0));
			const said = client('webauthn.get', challenge);
			const response = {
				clientDataJSON: text(said),
				authenticatorData: text(authData),
				signature: text(sign('sha256', Buffer.concat([authData, hash(said)]), privateKey)),
			};
			return {
				kind: 'ok',
				value: { id: text(id), rawId: text(id), type: 'public-key', response, clientExtensionResults: {} },
			};
		},
	};
	return device;
}

function cborText(text: string): Buffer {
	return Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
}

function cborBytes(bytes: Uint8Array): Buffer {
	return Buffer.concat([Buffer.from([0x58, bytes.length]), bytes]);
}
