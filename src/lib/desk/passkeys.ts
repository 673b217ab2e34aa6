import type { PasskeyAnswer, Passkeys } from '../sync/entrance.ts';

/** The browser's passkeys; the code for it comes when somebody asks. */
export const browserPasskeys: Passkeys = {
	async register(options) {
		const { startRegistration } = await import('@simplewebauthn/browser');
		return answered(
			startRegistration({ optionsJSON: options as Parameters<typeof startRegistration>[0]['optionsJSON'] }),
		);
	},
	async authenticate(options) {
		const { startAuthentication } = await import('@simplewebauthn/browser');
		return answered(
			startAuthentication({ optionsJSON: options as Parameters<typeof startAuthentication>[0]['optionsJSON'] }),
		);
	},
};

async function answered(asked: Promise<unknown>): Promise<PasskeyAnswer> {
	try {
		return { kind: 'ok', value: await asked };
	} catch (error) {
		return { kind: 'failed', why: whyNot(error) };
	}
}

function whyNot(error: unknown): Extract<PasskeyAnswer, { kind: 'failed' }>['why'] {
	const name = error instanceof Error ? error.name : '';
	if (name === 'NotAllowedError' || name === 'AbortError') return 'passkey-cancelled';
	return name === 'InvalidStateError' ? 'passkey-known' : 'passkey-unusable';
}
