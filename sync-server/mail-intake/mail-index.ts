import type { DatabaseSync } from 'node:sqlite';
import type { Entry } from '../../src/lib/domain/entry.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { TicketNumber } from '../../src/lib/domain/ticket-number.ts';

/** What the relay looks up when a mail comes in: mails it has, threads, and people by their addresses. */
export interface MailIndex {
	contentOf(key: string): { content: string; ticket: DocumentId } | undefined;
	ticketOf(messageId: string): DocumentId | undefined;
	ticketOfNumber(number: TicketNumber): DocumentId | undefined;
	/** The first of them has it in lists. */
	personsOf(address: string): DocumentId[];
	/** The tickets that the newest mails came to, newest first. */
	newestTickets(most: number): DocumentId[];
	/** Whether a mail that is known came to this mailbox as well now, after it had come to another one. */
	isNewAt(key: string, mailbox: string): boolean;
	/** Call in the transaction that stores the mail's ticket. */
	noteMail(key: string, content: string, ticket: DocumentId): void;
	/** Call in the transaction that stores what is said of it. */
	noteArrival(key: string, mailbox: string): void;
	/** Call in the transaction that stores the entry. */
	noteEntry(document: DocumentId, entry: Entry): void;
}

/** To which mailboxes a mail came, by the identity that `imported_mails` has of it. */
export const mailArrivalTables = `
	CREATE TABLE mail_arrivals (mail TEXT NOT NULL, mailbox TEXT NOT NULL, PRIMARY KEY (mail, mailbox)) STRICT, WITHOUT ROWID;
`;

/** A mail to more of our addresses says nothing new. */
const mostArrivals = 20;

export function createMailIndex(database: DatabaseSync, now: () => number): MailIndex {
	const mail = database.prepare('SELECT content, ticket FROM imported_mails WHERE key = ?');
	const addMail = database.prepare(
		'INSERT INTO imported_mails (key, content, ticket, imported_at) VALUES (?, ?, ?, ?)',
	);
	const thread = database.prepare('SELECT ticket FROM mail_threads WHERE message_id = ?');
	const addThread = database.prepare('INSERT OR IGNORE INTO mail_threads (message_id, ticket) VALUES (?, ?)');
	const person = database.prepare('SELECT person FROM person_addresses WHERE address = ? ORDER BY person LIMIT 50');
	const number = database.prepare(
		'SELECT docs.id AS ticket FROM ticket_numbers JOIN docs ON docs.key = doc WHERE number = ?',
	);
	const arrivals = database.prepare('SELECT mailbox FROM mail_arrivals WHERE mail = ?');
	const addArrival = database.prepare('INSERT OR IGNORE INTO mail_arrivals (mail, mailbox) VALUES (?, ?)');
	const newest = database.prepare('SELECT ticket FROM imported_mails ORDER BY imported_at DESC, key DESC LIMIT ?');
	const addPerson = database.prepare('INSERT OR IGNORE INTO person_addresses (address, person) VALUES (?, ?)');
	const removePerson = database.prepare('DELETE FROM person_addresses WHERE address = ? AND person = ?');
	return {
		contentOf(key) {
			const row = mail.get(key);
			return row === undefined ? undefined : { content: row.content as string, ticket: row.ticket as DocumentId };
		},
		ticketOf: (messageId) => thread.get(messageId)?.ticket as DocumentId | undefined,
		ticketOfNumber: (wanted) => number.get(wanted)?.ticket as DocumentId | undefined,
		personsOf: (address) => person.all(address.toLowerCase()).map((row) => row.person as DocumentId),
		newestTickets: (most) => [...new Set(newest.all(most).map((row) => row.ticket as DocumentId))],
		isNewAt(key, mailbox) {
			const known = arrivals.all(key).map((row) => row.mailbox);
			// Mails from before this was noted, and from archives, have no first one to compare with.
			return known.length > 0 && known.length < mostArrivals && !known.includes(mailbox);
		},
		noteArrival(key, mailbox) {
			addArrival.run(key, mailbox);
		},
		noteMail(key, content, ticket) {
			addMail.run(key, content, ticket, now());
		},
		noteEntry(document, entry) {
			if (entry.kind === 'message') {
				// The ids that it answers too: the mail before it may come later.
				const ids = [entry.messageId, ...(entry.inReplyTo ?? []), ...(entry.references ?? [])];
				for (const id of ids) if (id !== undefined) addThread.run(id, document);
			} else if (entry.kind === 'address-added') {
				if (document.startsWith('person/')) addPerson.run(entry.address.toLowerCase(), document);
			} else if (entry.kind === 'address-removed') {
				removePerson.run(entry.address.toLowerCase(), document);
			}
		},
	};
}
