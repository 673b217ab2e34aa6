import type { Passkeys } from '../sync/entrance.ts';

/** The browser's passkeys; the code for it comes when somebody asks. */
export const browserPasskeys: Passkeys = {
	async register(options) {
		const { startRegistration } = await import('@simplewebauthn/browser');
		return orNo(startRegistration({ optionsJSON: options as Parameters<typeof startRegistration>[0]['optionsJSON'] }));
	},
	async authenticate(options) {
		const { startAuthentication } = await import('@simplewebauthn/browser');
		return orNo(
			startAuthentication({ optionsJSON: options as Parameters<typeof startAuthentication>[0]['optionsJSON'] }),
		);
	},
};

/** Cancelled, timed out, none there: all are a no. */
function orNo(asked: Promise<unknown>): Promise<unknown> {
	return asked.catch(() => undefined);
}
