import type { DatabaseSync } from 'node:sqlite';
import type { SignsOfLife } from '../../src/lib/domain/circumstances.ts';
import type { Entry } from '../../src/lib/domain/entry.ts';
import { isCustomersWord } from '../../src/lib/domain/fold-ticket.ts';
import { relayAgent, type DocumentId, type EntryId } from '../../src/lib/domain/ids.ts';
import { givesCustomerTheTurn } from '../../src/lib/domain/lease.ts';

/**
 * When something last came from whom in a ticket, by the relay's clock. `who` is an agent, or one of the words below, which no agent's id
 * can be; `entry` is named for the customer's word.
 */
export const signsOfLifeTables = `
	CREATE TABLE signs_of_life (
		doc INTEGER NOT NULL REFERENCES docs (key),
		who TEXT NOT NULL,
		at INTEGER NOT NULL,
		entry TEXT,
		PRIMARY KEY (doc, who)
	) STRICT, WITHOUT ROWID;
`;

/** The customer's newest word · it is the customer's turn · when the customer last took the turn. */
const customer = { word: '.word', turn: '.turn', reply: '.reply' } as const;

export type SignLog = ReturnType<typeof createSignLog>;

export function createSignLog(db: DatabaseSync) {
	const ofDoc = '(SELECT key FROM docs WHERE id = ?)';
	const sql = {
		note: db.prepare(`INSERT OR REPLACE INTO signs_of_life (doc, who, at, entry) VALUES (${ofDoc}, ?, ?, ?)`),
		end: db.prepare(`DELETE FROM signs_of_life WHERE doc = ${ofDoc} AND who = ?`),
		all: db.prepare(`SELECT who, at, entry FROM signs_of_life WHERE doc = ${ofDoc}`),
	};
	return {
		/** Inside the transaction that stores the entry. */
		note(document: DocumentId, id: EntryId, entry: Entry, receivedAt: number): void {
			if (!document.startsWith('ticket/')) return;
			const at = Math.floor(receivedAt);
			if (entry.by !== relayAgent) sql.note.run(document, entry.by, at, null);
			if (givesCustomerTheTurn(entry)) sql.note.run(document, customer.turn, at, null);
			if (!isCustomersWord(entry)) return;
			sql.note.run(document, customer.word, at, id);
			if (sql.end.run(document, customer.turn).changes > 0) sql.note.run(document, customer.reply, at, null);
		},
		of(document: DocumentId): SignsOfLife {
			const signs = new Map(
				(sql.all.all(document) as { who: string; at: number; entry: EntryId | null }[]).map((sign) => [sign.who, sign]),
			);
			return {
				of: (agent) => signs.get(agent)?.at,
				customersWord: signs.get(customer.word)?.entry ?? undefined,
				customersReplyAt: signs.get(customer.reply)?.at,
			};
		},
	};
}
