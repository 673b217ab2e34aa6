import { onTestFinished } from 'vitest';
import { openDovecot, type Dovecot } from './dovecot-server.ts';

/** A real IMAP server that ends with the test. */
export async function startDovecot(...options: Parameters<typeof openDovecot>): Promise<Dovecot> {
	const dovecot = await openDovecot(...options);
	onTestFinished(() => dovecot.close());
	return dovecot;
}
