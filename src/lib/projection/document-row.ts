import * as Y from 'yjs';
import { readRecord } from '../document/record-document.ts';
import { foldParty } from '../domain/fold-party.ts';
import { foldTicket } from '../domain/fold-ticket.ts';
import { recordKindOf, type DocumentId } from '../domain/ids.ts';
import { partyToRow } from './party-row.ts';
import type { RecordRow } from './rows.ts';
import { newerTicketRow, ticketToRow } from './ticket-row.ts';

/** What lists show of a record; undefined for standing documents, and while nothing says what the record is. */
export function documentToRow(document: DocumentId, doc: Y.Doc): RecordRow | undefined {
	const kind = recordKindOf(document);
	if (kind === undefined) return undefined;
	const reading = readRecord(doc);
	// A record that says it is something else than its name is not listed under a wrong kind.
	if (reading.kind === 'empty' || reading.record !== kind) return undefined;
	if (kind !== 'ticket') {
		const party = foldParty(reading.facts);
		return party && partyToRow(document, kind, party);
	}
	const ticket = foldTicket(reading.facts);
	if (reading.kind === 'record') return ticket && ticketToRow(document, ticket);
	return ticket === undefined
		? newerTicketRow(document, reading.facts)
		: { ...ticketToRow(document, ticket), newer: true };
}

/** The same from stored updates. Throws if they are not Yjs updates. */
export function updatesToRow(document: DocumentId, updates: readonly Uint8Array[]): RecordRow | undefined {
	if (recordKindOf(document) === undefined) return undefined;
	const doc = new Y.Doc();
	doc.transact(() => {
		for (const update of updates) Y.applyUpdate(doc, update);
	});
	const row = documentToRow(document, doc);
	doc.destroy();
	return row;
}
