import * as Y from 'yjs';
import { readRecord } from '../../src/lib/document/record-document.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { splitWords } from '../../src/lib/search/fold.ts';
import { snippetOf } from '../../src/lib/search/highlight.ts';
import type { MarkedText, SearchDocument } from '../../src/lib/search/search-document.ts';
import { ticketToSearch } from '../../src/lib/search/ticket-text.ts';
import { idToken, isMeant, tokensOf } from './archive-words.ts';

/** What can be found of a stored ticket; undefined for what cannot be read. */
export function readTicket(id: DocumentId, updates: readonly Uint8Array[]): SearchDocument | undefined {
	const doc = new Y.Doc({ guid: id });
	try {
		doc.transact(() => {
			for (const update of updates) Y.applyUpdate(doc, update);
		});
		const reading = readRecord(doc);
		if (reading.kind === 'empty' || reading.record !== 'ticket') return undefined;
		const ticket = foldTicket(reading.facts);
		return ticket === undefined ? undefined : ticketToSearch(id, ticket);
	} catch {
		return undefined;
	} finally {
		doc.destroy();
	}
}

/** Its words, who may see it, and what it can be narrowed to. */
export function* tokensOfTicket(ticket: SearchDocument, scopes: readonly string[]): Generator<string> {
	const { title, number = '', customer = '', tags, body, queue = '', person = '' } = ticket;
	yield* tokensOf(`${title}\n${number}\n${customer}\n${tags.join(' ')}\n${body}`);
	for (const id of [...scopes, `queue:${queue}`, ...person.split(' ')]) yield idToken(id);
}

/** The piece of the text in which most of what was typed stands. */
export function snippetFor({ body }: SearchDocument, typed: readonly string[]): MarkedText {
	const split = splitWords(body);
	const meant = new Set(split.map(({ word }) => word).filter((word) => typed.some((one) => isMeant(word, one))));
	return snippetOf(body, [...meant], split);
}
