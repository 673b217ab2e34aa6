import { getCACertificates, type ConnectionOptions } from 'node:tls';
import type { MailServer } from './mailboxes.ts';

/** How a mail server proves who it is. There is no way to switch that off: a private certificate is trusted by naming it. */
export function mailTls({ trusted }: Pick<MailServer, 'trusted'>): ConnectionOptions {
	const own = { minVersion: 'TLSv1.2', rejectUnauthorized: true } as const;
	return trusted === undefined ? own : { ...own, ca: [...getCACertificates('default'), trusted] };
}
