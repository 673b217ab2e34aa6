import type { DatabaseSync } from 'node:sqlite';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { addressKey, withoutWords, type KeyOf, type PersonalWords } from '../../src/lib/domain/personal-words.ts';

/**
 * What stands of a person in the tables beside the documents: addresses that lead to people, mails on their way and mails that are known,
 * senders of the last hour, what was noted of mailboxes. Inside a transaction.
 */
export function forgetInTables(
	db: DatabaseSync,
	{ words, keyOf, person }: { words: PersonalWords; keyOf: KeyOf; person: DocumentId | null },
): void {
	const standIn = (address: string) => words.addresses.get(keyOf('address', addressKey(address)));
	const scrub = (text: string) => withoutWords(text, words, keyOf, false);
	const scrubId = (id: string) => withoutWords(id, words, keyOf, true);

	if (person !== null) db.prepare('DELETE FROM person_addresses WHERE person = ?').run(person);
	const dropAddress = db.prepare('DELETE FROM person_addresses WHERE address = ?');
	for (const { address } of db.prepare('SELECT DISTINCT address FROM person_addresses').all())
		if (standIn(address as string) !== undefined) dropAddress.run(address as string);

	const dropSender = db.prepare('DELETE FROM ticket_openings WHERE sender = ?');
	for (const { sender } of db.prepare('SELECT DISTINCT sender FROM ticket_openings').all())
		if (standIn(sender as string) !== undefined) dropSender.run(sender as string);

	const changeOutbound = db.prepare('UPDATE outbound_mail SET recipient = ?, reason = ?, message_id = ? WHERE id = ?');
	for (const row of db.prepare('SELECT id, recipient, reason, message_id FROM outbound_mail').all()) {
		const { recipient, reason, message_id } = row as { recipient: string; reason: string | null; message_id: string };
		const next = [
			standIn(recipient) ?? recipient,
			reason === null ? null : scrub(reason),
			scrubId(message_id),
		] as const;
		if (next[0] !== recipient || next[1] !== reason || next[2] !== message_id)
			changeOutbound.run(...next, row.id as number);
	}

	// A Message-ID seldom names anybody; where it does, answers to that mail are not found any more.
	for (const [table, column] of [
		['mail_threads', 'message_id'],
		['imported_mails', 'key'],
		['mail_arrivals', 'mail'],
	] as const) {
		const change = db.prepare(`UPDATE OR REPLACE ${table} SET ${column} = ? WHERE ${column} = ?`);
		for (const row of db.prepare(`SELECT DISTINCT ${column} AS id FROM ${table}`).all()) {
			const id = row.id as string;
			const put = scrubId(id);
			if (put !== id) change.run(put, id);
		}
	}

	const changeLog = db.prepare('UPDATE mailbox_log SET entry = ? WHERE id = ?');
	for (const row of db.prepare('SELECT id, entry FROM mailbox_log').all()) {
		const put = scrub(row.entry as string);
		if (put !== row.entry) changeLog.run(put, row.id as number);
	}
}

/** Mails to them that are on their way: nothing is erased under the sender's hands. */
export function mailsUnderWay(db: DatabaseSync, tickets: readonly DocumentId[]): number {
	const count = db.prepare(
		`SELECT count(*) AS n FROM outbound_mail WHERE state IN ('queued', 'sending') AND ticket IN (SELECT value FROM json_each(?))`,
	);
	return count.get(JSON.stringify(tickets))?.n as number;
}
