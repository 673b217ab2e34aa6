import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type * as Y from 'yjs';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { readRecord } from '../../src/lib/document/record-document.ts';
import type { SunkMail } from '../support/smtp-sink.ts';

/** What still waits in a data directory that a relay works on: for verdicts, to be sent, to be taken from the mailbox. */
export function watchWaiting(data: string) {
	const db = new DatabaseSync(join(data, 'tresen.sqlite'), { readOnly: true });
	const count = (sql: string) => {
		const statement = db.prepare(`SELECT count(*) AS n FROM ${sql}`);
		return () => (statement.get() as { n: number }).n;
	};
	const verdicts = count('awaiting_verdict');
	const mails = count("outbound_mail WHERE state IN ('queued', 'sending')");
	const taken = count('imported_mails');
	return { read: () => ({ verdicts: verdicts(), mails: mails(), taken: taken() }), close: () => db.close() };
}

export interface MailFigures {
	sent: number;
	held: number;
	uncertainArrived: number;
	uncertainLost: number;
	broken: string[];
}

/** Every request to send has come to one end, and the customer's mailbox agrees with it. */
export function judgeMails(
	tickets: Iterable<[DocumentId, Y.Doc]>,
	data: string,
	sunk: readonly SunkMail[],
): MailFigures {
	const figures: MailFigures = { sent: 0, held: 0, uncertainArrived: 0, uncertainLost: 0, broken: [] };
	const arrived = new Map<string, number>();
	for (const { messageId } of sunk) arrived.set(messageId, (arrived.get(messageId) ?? 0) + 1);
	const db = new DatabaseSync(join(data, 'tresen.sqlite'), { readOnly: true });
	const messageIdOf = db.prepare('SELECT message_id AS id FROM outbound_mail WHERE request = ?');
	for (const [id, doc] of tickets) {
		const reading = readRecord(doc);
		const replies = reading.kind === 'record' ? (foldTicket(reading.facts)?.replies ?? []) : [];
		const answered = new Map<string, number>();
		for (const reply of replies) {
			const { kind } = reply.state;
			const { id: request, slot } = reply.request;
			if (kind === 'held') {
				figures.held++;
				continue;
			}
			if (slot !== null) answered.set(slot, (answered.get(slot) ?? 0) + 1);
			const times = arrived.get(String(messageIdOf.get(request)?.id)) ?? 0;
			if (kind === 'sent' && times === 1) figures.sent++;
			else if (kind === 'uncertain' && times === 1) figures.uncertainArrived++;
			else if (kind === 'uncertain' && times === 0) figures.uncertainLost++;
			else figures.broken.push(`a mail of ${id} is ${kind} and arrived ${times} times`);
		}
		for (const [slot, times] of answered)
			if (times > 1) figures.broken.push(`${slot} in ${id} is answered ${times} times`);
	}
	db.close();
	for (const [messageId, times] of arrived) if (times > 1) figures.broken.push(`${messageId} left ${times} times`);
	return figures;
}

/** How often a message with this Message-ID stands in a ticket. */
export function messagesById(tickets: Iterable<[DocumentId, Y.Doc]>): Map<string, number> {
	const found = new Map<string, number>();
	for (const [, doc] of tickets)
		for (const entry of doc.getMap('entries').values()) {
			const { kind, messageId } = entry as { kind: string; messageId?: string };
			if (kind === 'message' && messageId !== undefined) found.set(messageId, (found.get(messageId) ?? 0) + 1);
		}
	return found;
}
