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
	/** Call in the transaction that stores the mail's ticket. */
	noteMail(key: string, content: string, ticket: DocumentId): void;
	/** Call in the transaction that stores the entry. */
	noteEntry(document: DocumentId, entry: Entry): void;
}

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
