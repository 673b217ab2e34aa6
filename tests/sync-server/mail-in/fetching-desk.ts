import { vi } from 'vitest';
import * as Y from 'yjs';
import { foldTicket, type Ticket } from '../../../src/lib/domain/fold-ticket.ts';
import { readRecord } from '../../../src/lib/document/record-document.ts';
import type { MailboxChange, MailboxInfo, MailboxLogEntry, MailboxStatus } from '../../../src/lib/protocol/mailbox.ts';
import { decodePage } from '../../../src/lib/protocol/replica.ts';
import type { Config } from '../../../sync-server/config.ts';
import type { InstallationOptions } from '../../../sync-server/installation.ts';
import { startDovecot } from '../../support/dovecot.ts';
import type { Dovecot } from '../../support/dovecot-server.ts';
import { runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';

/** Servers start and die in these, and the machine may have other things to do. */
vi.setConfig({ testTimeout: 90_000 });

/** A whole relay that fetches from a real Dovecot. */
export interface FetchingDesk {
	dovecot: Dovecot;
	relay: TestRelay;
	admin: TestDevice;
	/** Saves a mailbox, which is watched from then on; resolves with its id. */
	watch(imap?: Partial<MailboxChange['imap']>, rest?: Partial<MailboxChange>): Promise<string>;
	status(id: string): MailboxStatus;
	/** Resolves when the status is so. */
	until(id: string, isSo: (status: MailboxStatus) => boolean): Promise<MailboxStatus>;
	log(id: string): MailboxLogEntry[];
	/** The tickets as a device has them after asking the relay for everything. */
	ticketsOn(device: TestDevice): Promise<Ticket[]>;
	/** What the server says: how many, and how many unread. */
	folder(user?: string, name?: string): Promise<{ messages?: number | undefined; unseen?: number | undefined }>;
}

export interface FetchingDeskOptions extends Omit<InstallationOptions, 'now'> {
	users?: string[];
	dovecot?: Dovecot;
	/** The relay's configuration. */
	config?: Partial<Record<keyof Config, string>>;
}

export async function startFetchingDesk(options: FetchingDeskOptions = {}): Promise<FetchingDesk> {
	const { users = ['support'], dovecot = await startDovecot(users), config = {}, ...rest } = options;
	const relay = await runRelay(config, rest);
	const admin = await setUp(relay);
	return { dovecot, admin, ...deskAt(relay, dovecot, admin) };
}

/** The same for a relay that runs already. */
export function deskAt(relay: TestRelay, dovecot: Dovecot, admin: TestDevice) {
	const { mailIn, mailboxLog } = relay.installation;
	const desk = {
		relay,
		async watch(imap: Partial<MailboxChange['imap']> = {}, more: Partial<MailboxChange> = {}) {
			const change = {
				...{ name: 'Support', line: 'support', address: 'support@desk.example', active: true },
				...more,
				imap: {
					...{ host: dovecot.host, port: dovecot.tlsPort, security: 'tls', trusted: dovecot.certificate },
					...{ user: 'support', password: dovecot.password, folder: 'INBOX', start: 'unseen', after: 'seen' },
					...imap,
				},
			};
			const saved = await relay.ask('/auth/mailboxes', change, { cookie: admin.cookie });
			if (saved.status !== 200) throw new Error(JSON.stringify(saved.body));
			return (saved.body as unknown as MailboxInfo).id;
		},
		status: (id: string) => mailIn.status(id),
		async until(id: string, isSo: (status: MailboxStatus) => boolean) {
			return vi.waitFor(
				() => {
					const status = mailIn.status(id);
					if (!isSo(status)) throw new Error(`${JSON.stringify(status)}\n${JSON.stringify(mailboxLog.read(id))}`);
					return status;
				},
				{ timeout: 30_000, interval: 10 },
			);
		},
		log: (id: string) => mailboxLog.read(id),
		async ticketsOn(device: TestDevice) {
			const tickets: Ticket[] = [];
			let after: string | null = null;
			do {
				const response: Response = await fetch(`${relay.url}/replica/bootstrap`, {
					method: 'POST',
					headers: { cookie: device.cookie },
					body: JSON.stringify({ after }),
				});
				if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
				const page = decodePage(new Uint8Array(await response.arrayBuffer()));
				for (const { document, updates } of page.documents) {
					if (!document.startsWith('ticket/')) continue;
					const doc = new Y.Doc();
					for (const update of updates) Y.applyUpdate(doc, update);
					const reading = readRecord(doc);
					const ticket = reading.kind === 'record' ? foldTicket(reading.facts) : undefined;
					if (ticket !== undefined) tickets.push(ticket);
				}
				after = page.next ?? null;
			} while (after !== null);
			return tickets;
		},
		folder: (user = 'support', name = 'INBOX') =>
			dovecot.as(user, async (client) => {
				const status = await client.status(name, { messages: true, unseen: true });
				if (status === false) throw new Error(`no status of ${name}`);
				const { messages, unseen } = status;
				return { messages, unseen };
			}),
	};
	return desk;
}

export interface MailShape {
	id?: string;
	subject?: string;
	to?: string;
	from?: string;
	replyTo?: string;
	body?: string;
}

export function mail({ id, subject, to, from, replyTo, body }: MailShape = {}): string {
	return [
		`From: ${from ?? 'Kim Beispiel <kim@customer.example>'}`,
		`To: ${to ?? 'support@desk.example'}`,
		`Subject: ${subject ?? 'Printer'}`,
		...(id === undefined ? [] : [`Message-ID: <${id}>`]),
		...(replyTo === undefined ? [] : [`In-Reply-To: <${replyTo}>`]),
		'Date: Sat, 21 Nov 2026 09:00:00 +0000',
		'',
		body ?? 'It does not print.',
		'',
	].join('\r\n');
}

export const isListening = ({ state }: MailboxStatus) => state === 'listening';
