import type { CDPSession } from '@playwright/test';
import type { Device } from './device.ts';

interface Credential {
	credentialId: string;
	isResidentCredential: boolean;
	rpId?: string;
	privateKey: string;
	userHandle?: string;
	signCount: number;
}

/** An authenticator as it is built into a phone or a notebook, with a finger that is always right. */
export async function withAuthenticator(device: Device): Promise<{ cdp: CDPSession; authenticatorId: string }> {
	const cdp = await device.context.newCDPSession(device.page);
	await cdp.send('WebAuthn.enable');
	const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			protocol: 'ctap2',
			transport: 'internal',
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true,
		},
	});
	return { cdp, authenticatorId };
}

export async function passkeysOf({ cdp, authenticatorId }: Awaited<ReturnType<typeof withAuthenticator>>) {
	const { credentials } = (await cdp.send('WebAuthn.getCredentials', { authenticatorId })) as {
		credentials: Credential[];
	};
	return credentials;
}
