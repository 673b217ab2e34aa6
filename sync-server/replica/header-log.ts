import * as Y from 'yjs';
import { readRecord } from '../../src/lib/document/record-document.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { ticketToRow } from '../../src/lib/domain/ticket-row.ts';
import { headerVersion, writeHeader } from '../../src/lib/protocol/ticket-header.ts';
import { transaction, type RelayDatabase } from '../store/database.ts';
import type { UpdateLog } from '../store/update-log.ts';

/**
 *   doc_headers   what a device without the document shows of a ticket, as it was at `head`; made when first asked for
 *
 * An erased or redacted document takes its header with it, whoever does it: nothing of it may outlive the text.
 */
export const headerTables = `
	CREATE TABLE doc_headers (
		doc INTEGER PRIMARY KEY REFERENCES docs (key),
		head INTEGER NOT NULL,
		version INTEGER NOT NULL,
		agents TEXT NOT NULL,
		header TEXT NOT NULL
	) STRICT;
	CREATE TRIGGER doc_headers_end AFTER UPDATE OF generation, gone_at ON docs
	WHEN OLD.generation <> NEW.generation OR OLD.gone_at IS NOT NEW.gone_at
	BEGIN
		DELETE FROM doc_headers WHERE doc = OLD.key;
	END;
`;

export interface LoggedHeader {
	header: string;
	/** Who holds the ticket or is assigned. */
	agents: readonly string[];
}

export type HeaderLog = ReturnType<typeof createHeaderLog>;

/** Headers of tickets. Reading one costs as much as the whole ticket, so it is kept. */
export function createHeaderLog({ db }: RelayDatabase, log: Pick<UpdateLog, 'updatesOf'>) {
	const select = db.prepare('SELECT agents, header FROM doc_headers WHERE doc = ? AND head = ? AND version = ?');
	const put = db.prepare(
		'INSERT OR REPLACE INTO doc_headers (doc, head, version, agents, header) VALUES (?, ?, ?, ?, ?)',
	);
	let unwritten: { key: number; head: number; made: LoggedHeader }[] = [];
	return {
		/** Undefined for what cannot be told in a header: it is sent whole. */
		of(key: number, id: DocumentId, head: number): LoggedHeader | undefined {
			const known = select.get(key, head, headerVersion) as { agents: string; header: string } | undefined;
			if (known !== undefined) return { header: known.header, agents: known.agents.split(' ') };
			const made = makeHeader(id, log.updatesOf(key).updates);
			if (made !== undefined) unwritten.push({ key, head, made });
			return made;
		},
		/** Writes what was made since: together, as each commit waits for the disk. */
		write(): void {
			const some = unwritten;
			unwritten = [];
			if (some.length === 0) return;
			try {
				transaction(db, () => {
					for (const { key, head, made } of some) put.run(key, head, headerVersion, made.agents.join(' '), made.header);
				});
			} catch {
				// A full disk: they are made again when asked for.
			}
		},
	};
}

function makeHeader(id: DocumentId, updates: readonly Uint8Array[]): LoggedHeader | undefined {
	const doc = new Y.Doc({ guid: id });
	try {
		doc.transact(() => {
			for (const update of updates) Y.applyUpdate(doc, update);
		});
		const reading = readRecord(doc);
		if (reading.kind !== 'record' || reading.record !== 'ticket') return undefined;
		const ticket = foldTicket(reading.facts);
		if (ticket === undefined) return undefined;
		const row = ticketToRow(id, ticket);
		const agents = [row.assignee, row.holder].filter((agent) => agent !== null);
		return { header: writeHeader(row), agents };
	} finally {
		doc.destroy();
	}
}
