import type { DatabaseSync } from 'node:sqlite';
import { auditTables } from '../audit/audit-log.ts';
import { agentLevels, authTables, deviceEnds } from '../auth/auth-tables.ts';
import { blobTables } from '../blobs/blob-tables.ts';
import { outboundEras, outboundTables } from '../mail-out/outbound-tables.ts';
import { mailArrivalTables } from '../mail-intake/mail-index.ts';
import { senderFloodTables } from '../mail-intake/sender-flood.ts';
import { mailboxTables } from '../mailboxes/mailbox-tables.ts';
import { headerTables } from '../replica/header-log.ts';
import { sentTables, takenColumn } from '../replica/sent-log.ts';
import { signsOfLifeTables } from '../witness/signs-of-life.ts';

/**
 * The relay's tables. Only forward, in this order; the schema's version is the length of the list. Never change a migration
 * that was released: append one.
 *
 *   writers            one small key for each device that ever wrote, and one for the relay itself
 *   docs               every document: generation, newest sequence number, size, whether it is open, when it was erased
 *   snapshots          a document folded up to `seq`
 *   updates            what came after the snapshot; `seq` rises over all documents and is never used twice
 *   receipts           (device, n) -> seq: answers a repeated push, also after folding
 *   clients            which device a Yjs client id belongs to, per document and generation; the first use wins
 *   doc_scopes         who may see a document, since which seq
 *   doc_scopes_left    who could see it, until which seq
 *   device_scopes      the scopes a device is known to hold, to tell it later what it lost
 *   awaiting_verdict   entries that the witness has not answered yet, in order of arrival
 *   ticket_numbers     which document has a number
 *   mail_arrivals      to which mailboxes a mail came
 *   ticket_openings    who opened tickets by mail within the last hour
 *   doc_headers        what a device without the document shows of a ticket
 *   signs_of_life      when something last came from whom in a ticket, by the relay's clock
 */
export interface Migration {
	name: string;
	up: string | ((db: DatabaseSync) => void);
}

export const migrations: readonly Migration[] = [
	{
		name: 'update log',
		up: `
			CREATE TABLE writers (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
			CREATE TABLE docs (
				key INTEGER PRIMARY KEY,
				id TEXT NOT NULL UNIQUE,
				kind TEXT NOT NULL,
				generation INTEGER NOT NULL DEFAULT 0,
				head INTEGER NOT NULL,
				rank INTEGER NOT NULL,
				changed_at INTEGER NOT NULL,
				snapshot_seq INTEGER NOT NULL DEFAULT 0,
				snapshot_bytes INTEGER NOT NULL DEFAULT 0,
				tail_rows INTEGER NOT NULL DEFAULT 0,
				tail_bytes INTEGER NOT NULL DEFAULT 0,
				open INTEGER NOT NULL DEFAULT 0,
				gone_at INTEGER,
				relay_client INTEGER,
				relay_client_era INTEGER
			) STRICT;
			CREATE INDEX docs_by_head ON docs (head);
			CREATE INDEX docs_by_rank ON docs (rank, changed_at DESC, key DESC);
			CREATE TABLE snapshots (
				doc INTEGER PRIMARY KEY REFERENCES docs (key),
				seq INTEGER NOT NULL,
				bytes BLOB NOT NULL
			) STRICT;
			CREATE TABLE updates (
				seq INTEGER PRIMARY KEY,
				doc INTEGER NOT NULL REFERENCES docs (key),
				received_at INTEGER NOT NULL,
				bytes BLOB NOT NULL
			) STRICT;
			CREATE INDEX updates_by_doc ON updates (doc, seq);
			CREATE TABLE receipts (
				writer INTEGER NOT NULL REFERENCES writers (key),
				n INTEGER NOT NULL,
				seq INTEGER NOT NULL,
				PRIMARY KEY (writer, n)
			) STRICT, WITHOUT ROWID;
			CREATE TABLE clients (
				doc INTEGER NOT NULL REFERENCES docs (key),
				generation INTEGER NOT NULL,
				client INTEGER NOT NULL,
				writer INTEGER NOT NULL REFERENCES writers (key),
				PRIMARY KEY (doc, generation, client)
			) STRICT, WITHOUT ROWID;
			CREATE TABLE doc_scopes (
				doc INTEGER NOT NULL REFERENCES docs (key),
				scope TEXT NOT NULL,
				since INTEGER NOT NULL,
				PRIMARY KEY (doc, scope)
			) STRICT, WITHOUT ROWID;
			CREATE INDEX doc_scopes_by_scope ON doc_scopes (scope, doc);
			CREATE TABLE doc_scopes_left (
				doc INTEGER NOT NULL REFERENCES docs (key),
				scope TEXT NOT NULL,
				seq INTEGER NOT NULL,
				PRIMARY KEY (doc, scope)
			) STRICT, WITHOUT ROWID;
			CREATE INDEX doc_scopes_left_by_seq ON doc_scopes_left (seq);
			CREATE TABLE device_scopes (
				device TEXT PRIMARY KEY,
				revision INTEGER NOT NULL,
				scopes TEXT NOT NULL
			) STRICT, WITHOUT ROWID;
			CREATE TABLE awaiting_verdict (
				id INTEGER PRIMARY KEY,
				doc INTEGER NOT NULL REFERENCES docs (key),
				entry TEXT NOT NULL,
				received_at INTEGER NOT NULL
			) STRICT;
			CREATE TABLE ticket_numbers (number TEXT PRIMARY KEY, doc INTEGER NOT NULL REFERENCES docs (key)) STRICT, WITHOUT ROWID;
		`,
	},
	{ name: 'agents, devices, sessions', up: authTables },
	{ name: 'blobs', up: blobTables },
	{ name: 'mailboxes', up: mailboxTables },
	{ name: 'mail out', up: outboundTables },
	{ name: 'signs of life', up: signsOfLifeTables },
	{ name: 'eras of mail out', up: outboundEras },
	{ name: 'tickets of one sender', up: senderFloodTables },
	{ name: 'mailboxes of a mail', up: mailArrivalTables },
	{ name: 'levels of agents', up: agentLevels },
	{ name: 'audit log', up: auditTables },
	{ name: 'headers of tickets', up: headerTables },
	{ name: 'what devices were sent', up: sentTables },
	{ name: 'ends of devices', up: deviceEnds },
	{ name: 'what devices have taken', up: takenColumn },
];
