import type { ImapFlow } from 'imapflow';
import { mailTls } from './mail-tls.ts';
import { thrownToFailure, type MailFailure } from './mail-problem.ts';
import { mayBePlain, type ImapAccount, type MailAccount } from './mailboxes.ts';

export type ImapConnection =
	| {
			kind: 'connected';
			client: ImapFlow;
			/** What ended the connection; commands that were under way only say that it ended. */
			whyEnded(): unknown;
	  }
	| ({ kind: 'failed' } & MailFailure);

export interface ImapLimits {
	connectMs: number;
	/** How long the server may be silent in the middle of something. */
	silenceMs: number;
	/** Leaves IDLE and enters it again, before the server or something between takes the line for dead. */
	idleMs: number;
	/** The largest thing the server may send at once. */
	literalBytes: number;
}

export const imapLimits: ImapLimits = {
	connectMs: 20_000,
	silenceMs: 60_000,
	idleMs: 9 * 60_000,
	literalBytes: 64 * 1024 * 1024,
};

/** Why an account cannot even be tried. */
export function whyNotTried({ secrets, imap }: Pick<MailAccount, 'secrets' | 'imap'>): MailFailure | undefined {
	if (imap === undefined) return undefined;
	if (!mayBePlain(imap)) return { problem: 'plain-not-allowed' };
	if (imap.password !== '') return undefined;
	return { problem: secrets === 'readable' ? 'no-password' : secrets };
}

/** Connects and signs in. Never throws; what it says of the connection later comes as its events. */
export async function connectImap(
	imap: ImapAccount,
	limits: ImapLimits = imapLimits,
	stop?: AbortSignal,
): Promise<ImapConnection> {
	// Loaded with the first mailbox: a relay without one does not pay for it.
	const { ImapFlow } = await import('imapflow');
	const client = new ImapFlow({
		host: imap.host,
		port: imap.port,
		secure: imap.security === 'tls',
		doSTARTTLS: imap.security === 'tls' ? undefined : imap.security === 'starttls',
		tls: mailTls(imap),
		auth: { user: imap.user, pass: imap.password },
		clientInfo: { name: 'Tresen' },
		// It would log addresses and subjects.
		logger: false,
		disableAutoIdle: true,
		connectionTimeout: limits.connectMs,
		greetingTimeout: limits.connectMs,
		socketTimeout: limits.silenceMs,
		maxIdleTime: limits.idleMs,
		maxLiteralSize: limits.literalBytes,
		maxResponseSize: 2 * limits.literalBytes,
		maxLineLength: 16 * 1024 * 1024,
	});
	// An error that nobody listens to would end the process.
	let ended: unknown;
	client.on('error', (error: unknown) => (ended ??= error));
	const close = () => client.close();
	stop?.addEventListener('abort', close, { once: true });
	try {
		await client.connect();
		return { kind: 'connected', client, whyEnded: () => ended };
	} catch (thrown) {
		client.close();
		return { kind: 'failed', ...thrownToFailure(thrown) };
	} finally {
		stop?.removeEventListener('abort', close);
	}
}
