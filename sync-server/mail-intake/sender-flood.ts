import type { DatabaseSync } from 'node:sqlite';
import type { DocumentId } from '../../src/lib/domain/ids.ts';

/**
 * Keeps one sender from filling the desk with tickets: after so many new ones within an hour, the next mails are put on the
 * newest of them. Nothing is refused and nothing is lost; a machine that sends a hundred alarms an hour still gets a ticket each.
 * Counted in the database, so that a bomb which outlives a restart goes on where it was.
 */
export interface SenderFlood {
	/** The ticket on which a mail of that sender is to be put; undefined if it may open one. */
	ticketFor(sender: string): DocumentId | undefined;
	/** Call in the transaction that stores the ticket. */
	opened(sender: string, ticket: DocumentId): void;
}

/** The tickets that mails of strangers opened within the last hour; older rows go with the next one. */
export const senderFloodTables = `
	CREATE TABLE ticket_openings (
		id INTEGER PRIMARY KEY,
		sender TEXT NOT NULL,
		at INTEGER NOT NULL,
		ticket TEXT NOT NULL
	) STRICT;
	CREATE INDEX ticket_openings_by_sender ON ticket_openings (sender, at);
	CREATE INDEX ticket_openings_by_time ON ticket_openings (at);
`;

const mostTicketsAnHour = 100;
const hourMs = 60 * 60_000;
/** However many senders there are. */
const mostRows = 100_000;

export function createSenderFlood(database: DatabaseSync, now: () => number): SenderFlood {
	const recent = database.prepare('SELECT count(*) AS n FROM ticket_openings WHERE sender = ? AND at > ?');
	const newest = database.prepare('SELECT ticket FROM ticket_openings WHERE sender = ? ORDER BY id DESC LIMIT 1');
	const add = database.prepare('INSERT INTO ticket_openings (sender, at, ticket) VALUES (?, ?, ?)');
	// A clock that was set back leaves rows in the future, which would count for ever.
	const forget = database.prepare('DELETE FROM ticket_openings WHERE at <= ? OR at > ?');
	const bound = database.prepare('DELETE FROM ticket_openings WHERE id <= ?');
	return {
		ticketFor(sender) {
			const name = sender.toLowerCase();
			if ((recent.get(name, now() - hourMs)?.n as number) < mostTicketsAnHour) return undefined;
			return newest.get(name)?.ticket as DocumentId | undefined;
		},
		opened(sender, ticket) {
			const at = now();
			forget.run(at - hourMs, at + hourMs);
			const { lastInsertRowid } = add.run(sender.toLowerCase(), at, ticket);
			bound.run(Number(lastInsertRowid) - mostRows);
		},
	};
}
