import * as Y from 'yjs';
import { unnamedDoc } from '../document/unnamed-doc.ts';
import { readRecord } from '../document/record-document.ts';
import { foldRecord } from '../domain/fold-record.ts';
import { recordKindOf, type DocumentId } from '../domain/ids.ts';
import { articleToRow } from './article-row.ts';
import { interactionToRow } from './interaction-row.ts';
import { partyToRow } from './party-row.ts';
import type { RecordRow } from './rows.ts';
import { newerTicketRow, ticketToRow } from '../domain/ticket-row.ts';

/** What lists show of a record; undefined for standing documents, and while nothing says what the record is. */
export function documentToRow(document: DocumentId, doc: Y.Doc): RecordRow | undefined {
	const kind = recordKindOf(document);
	if (kind === undefined) return undefined;
	const reading = readRecord(doc);
	// A record that says it is something else than its name is not listed under a wrong kind.
	if (reading.kind === 'empty' || reading.record !== kind) return undefined;
	const record = foldRecord(kind, reading.facts);
	const newer = reading.kind === 'newer';
	if (record === undefined) return newer && kind === 'ticket' ? newerTicketRow(document, reading.facts) : undefined;
	if (record.kind === 'ticket') return { ...ticketToRow(document, record.ticket), newer };
	if (record.kind === 'article') return { ...articleToRow(document, record.article, doc), newer };
	if (record.kind === 'interaction') return { ...interactionToRow(document, record.interaction), newer };
	return partyToRow(document, record.kind, record.party);
}

/** The same from stored updates. Throws if they are not Yjs updates. */
export function updatesToRow(document: DocumentId, updates: readonly Uint8Array[]): RecordRow | undefined {
	if (recordKindOf(document) === undefined) return undefined;
	const doc = unnamedDoc();
	doc.transact(() => {
		for (const update of updates) Y.applyUpdate(doc, update);
	});
	const row = documentToRow(document, doc);
	doc.destroy();
	return row;
}
