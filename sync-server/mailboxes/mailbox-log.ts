import type { DatabaseSync } from 'node:sqlite';
import type { MailboxLogEntry } from '../../src/lib/protocol/mailbox.ts';

/** What happened to each mailbox, the newest few hundred of each. */
export interface MailboxLog {
	add(mailbox: string, entry: Omit<MailboxLogEntry, 'at'>): void;
	/** Newest first. */
	read(mailbox: string): MailboxLogEntry[];
}

export const mostLogEntries = 300;

export function createMailboxLog(database: DatabaseSync, now: () => number): MailboxLog {
	const insert = database.prepare('INSERT INTO mailbox_log (mailbox, at, entry) VALUES (?, ?, ?)');
	const trim = database.prepare(`
		DELETE FROM mailbox_log WHERE mailbox = ?1 AND id <= (
			SELECT id FROM mailbox_log WHERE mailbox = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2
		)
	`);
	const select = database.prepare('SELECT at, entry FROM mailbox_log WHERE mailbox = ? ORDER BY id DESC');
	return {
		add(mailbox, entry) {
			insert.run(mailbox, now(), JSON.stringify(entry));
			trim.run(mailbox, mostLogEntries);
		},
		read: (mailbox) =>
			select.all(mailbox).map((row) => {
				const { at, entry } = row as { at: number; entry: string };
				return { at, ...(JSON.parse(entry) as Omit<MailboxLogEntry, 'at'>) };
			}),
	};
}
