import type { DatabaseSync } from 'node:sqlite';
import type { LineId } from '../../src/lib/domain/ids.ts';
import type { MailboxChange, MailSecurity } from '../../src/lib/protocol/mailbox.ts';
import { together } from '../store/database.ts';
import { createMailKey } from './mail-key.ts';

/** Where a mail server is and how it is spoken to. */
export interface MailServer {
	host: string;
	port: number;
	security: MailSecurity;
	/** `none` was chosen for a server that is not this machine. */
	allowPlain?: boolean | undefined;
	/** Certificates (PEM) that are trusted beside the machine's own. */
	trusted?: string | undefined;
}

export interface ImapAccount extends MailServer {
	user: string;
	/** Empty when it is not set, or cannot be read: see `secrets`. */
	password: string;
	folder: string;
	start: 'new' | 'unseen' | 'all';
	after: 'seen' | 'leave' | 'move';
	moveTo?: string | undefined;
}

export interface SmtpAccount extends MailServer {
	/** Without it the server is not logged in to. */
	user?: string | undefined;
	password?: string | undefined;
}

/** An account at a mail server, bound to a line. Holds passwords in the clear: never log it, never send it. */
export interface MailAccount {
	id: string;
	name: string;
	line: LineId;
	address: string;
	imap: ImapAccount | undefined;
	smtp: SmtpAccount | undefined;
	active: boolean;
	/** Mail to the address with `+something` arrives here too. */
	plusAddressing?: boolean | undefined;
	/** Why stored passwords cannot be read; they are empty then. */
	secrets: 'readable' | 'key-missing' | 'key-other';
}

export type PutRefusal = 'password-needed' | 'key-unusable' | 'too-many-mailboxes' | 'plain-not-allowed' | 'not-found';
export type Put = { kind: 'stored'; account: MailAccount } | { kind: 'refused'; reason: PutRefusal };

/** The accounts of a desk, with their passwords encrypted in the database. */
export interface Mailboxes {
	all(): MailAccount[];
	get(id: string): MailAccount | undefined;
	/** The active account with which a line sends: the first that can. */
	forLine(line: LineId): MailAccount | undefined;
	/** Without `id` a new one. A password that is left out stays, as long as its server does. */
	/** `note` is written down with it, or neither is. */
	put(change: MailboxChange, note?: (account: MailAccount) => void): Put;
	remove(id: string, note?: () => void): boolean;
	/** The account as `put` would store it, for a test; nothing is kept. */
	draft(change: MailboxChange): Put;
	/** Called after each put and remove; returns the way to stop that. */
	onChange(changed: (id: string) => void): () => void;
}

export interface MailboxesParts {
	database: DatabaseSync;
	secretsDirectory: string;
	now: () => number;
	newId: () => string;
}

const mostMailboxes = 200;

export function createMailboxes({ database, secretsDirectory, now, newId }: MailboxesParts): Mailboxes {
	const key = createMailKey(secretsDirectory);
	const rows = database.prepare('SELECT * FROM mailboxes ORDER BY created_at, id');
	const row = database.prepare('SELECT * FROM mailboxes WHERE id = ?');
	const insert = database.prepare(`
		INSERT INTO mailboxes (id, account, imap_password, smtp_password, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET account = excluded.account, imap_password = excluded.imap_password,
			smtp_password = excluded.smtp_password, changed_at = excluded.changed_at
	`);
	const remove = database.prepare('DELETE FROM mailboxes WHERE id = ?');
	const removePlace = database.prepare('DELETE FROM mailbox_places WHERE mailbox = ?');
	const removeLog = database.prepare('DELETE FROM mailbox_log WHERE mailbox = ?');
	const listeners = new Set<(id: string) => void>();
	const changed = (id: string) => listeners.forEach((listener) => listener(id));

	const readRow = (found: unknown): MailAccount => {
		const { id, account, imap_password, smtp_password } = found as MailboxRow;
		const stored = JSON.parse(account) as StoredAccount;
		let secrets: MailAccount['secrets'] = 'readable';
		const open = (sealed: Uint8Array | null, belongsTo: string) => {
			if (sealed === null) return undefined;
			const opened = key.open(sealed, belongsTo);
			if (opened.kind === 'open') return opened.secret;
			secrets = opened.kind;
			return undefined;
		};
		const { imap, smtp, ...rest } = stored;
		const imapPassword = imap && open(imap_password, belonging(id, 'imap', imap));
		const smtpPassword = smtp && open(smtp_password, belonging(id, 'smtp', smtp));
		return {
			...rest,
			id,
			imap: imap && { ...imap, password: imapPassword ?? '' },
			smtp: smtp && { ...smtp, ...(smtpPassword === undefined ? {} : { password: smtpPassword }) },
			secrets,
		};
	};

	const draft = (change: MailboxChange): Put => {
		const before = change.id === undefined ? undefined : get(change.id);
		if (change.id !== undefined && before === undefined) return refused('not-found');
		for (const server of [change.imap, change.smtp]) {
			if (server !== undefined && !mayBePlain(server)) return refused('plain-not-allowed');
		}
		const imap = withPassword(change.imap, before?.imap);
		const smtp = withPassword(change.smtp, before?.smtp);
		if (imap === 'password-needed' || smtp === 'password-needed') return refused('password-needed');
		if (imap !== undefined && imap.password === undefined) return refused('password-needed');
		const { name, line, address, active, plusAddressing } = change;
		const account: MailAccount = {
			id: before?.id ?? newId(),
			name,
			line,
			address,
			active,
			...(plusAddressing === true ? { plusAddressing } : {}),
			imap: imap && { ...imap, password: imap.password ?? '' },
			smtp,
			secrets: 'readable',
		};
		return { kind: 'stored', account };
	};
	const get = (id: string) => {
		const found = row.get(id);
		return found === undefined ? undefined : readRow(found);
	};

	return {
		all: () => rows.all().map(readRow),
		get,
		forLine(line) {
			const usable = rows.all().map(readRow);
			return usable.find((account) => account.active && account.line === line && account.smtp !== undefined);
		},
		draft,
		put(change, note) {
			if (change.id === undefined && rows.all().length >= mostMailboxes) return refused('too-many-mailboxes');
			const drafted = draft(change);
			if (drafted.kind === 'refused') return drafted;
			const { id, secrets: _, imap, smtp, ...rest } = drafted.account;
			const sealed: Record<'imap' | 'smtp', Uint8Array | null> = { imap: null, smtp: null };
			for (const which of ['imap', 'smtp'] as const) {
				const server = drafted.account[which];
				if (server?.password === undefined) continue;
				const result = key.seal(server.password, belonging(id, which, server));
				if (result.kind === 'key-unusable') return refused(result.kind);
				sealed[which] = result.bytes;
			}
			const stored: StoredAccount = { ...rest, imap: withoutPassword(imap), smtp: withoutPassword(smtp) };
			together(database, () => {
				insert.run(id, JSON.stringify(stored), sealed.imap, sealed.smtp, now(), now());
				note?.(drafted.account);
			});
			changed(id);
			return drafted;
		},
		remove(id, note) {
			const hasGone = together(database, () => {
				const hasChanged = remove.run(id).changes > 0;
				removePlace.run(id);
				removeLog.run(id);
				if (hasChanged) note?.();
				return hasChanged;
			});
			if (hasGone) changed(id);
			return hasGone;
		},
		onChange(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}

interface MailboxRow {
	id: string;
	account: string;
	imap_password: Uint8Array | null;
	smtp_password: Uint8Array | null;
}
type StoredAccount = Omit<MailAccount, 'id' | 'imap' | 'smtp' | 'secrets'> & {
	imap?: Omit<ImapAccount, 'password'> | undefined;
	smtp?: Omit<SmtpAccount, 'password'> | undefined;
};

function refused(reason: PutRefusal): Put {
	return { kind: 'refused', reason };
}

/** A password is good for one account at one host: written into another row, or beside another host, it does not open. */
function belonging(id: string, which: 'imap' | 'smtp', { host }: { host: string }): string {
	return `tresen mail password\n${id}\n${which}\n${host}`;
}

export function isLoopback(host: string): boolean {
	return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

export function mayBePlain({ host, security, allowPlain }: MailServer): boolean {
	return security !== 'none' || allowPlain === true || isLoopback(host);
}

type Given = (MailServer & { password?: string | undefined; user?: string | undefined }) | undefined;

function withPassword<Server extends NonNullable<Given>>(
	given: Server | undefined,
	before: Given,
): Server | undefined | 'password-needed' {
	if (given === undefined || given.password !== undefined) return given;
	if (given.user === undefined) return given;
	// The stored one goes only where it went before, and not with less protection.
	const isSamePlace = before?.host === given.host && (given.security === before.security || given.security === 'tls');
	if (!isSamePlace || !before.password) return 'password-needed';
	return { ...given, password: before.password };
}

function withoutPassword<Server extends { password?: string | undefined }>(
	server: Server | undefined,
): Omit<Server, 'password'> | undefined {
	if (server === undefined) return undefined;
	const { password: _, ...rest } = server;
	return rest;
}
