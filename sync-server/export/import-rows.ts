import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import {
	agentIdSchema,
	documentIdSchema,
	entryIdSchema,
	lineIdSchema,
	type EntryId,
} from '../../src/lib/domain/ids.ts';
import { OperationRefused } from '../commands/operation.ts';
import { transaction } from '../store/database.ts';
import { lists } from './desk-format.ts';
import type { OpenArchive } from '../archive/open-archive.ts';
import { checked } from './read-desk-archive.ts';

/** Rows of one transaction. */
const batchSize = 250;

type Row = (string | number | null)[];

export async function addRows<Schema extends v.GenericSchema>(
	archive: OpenArchive,
	name: string,
	schema: Schema,
	db: DatabaseSync,
	sql: string,
	rowOf: (line: v.InferOutput<Schema>) => Row,
): Promise<number> {
	const insert = db.prepare(sql);
	const store = (rows: readonly Row[]) =>
		transaction(db, () => {
			for (const row of rows) insert.run(...row);
		});
	let rows: Row[] = [];
	let count = 0;
	for await (const line of checked(archive, name, schema)) {
		rows.push(rowOf(line));
		count++;
		if (rows.length < batchSize) continue;
		storeOrRefuse(name, () => store(rows));
		rows = [];
	}
	storeOrRefuse(name, () => store(rows));
	return count;
}

const sqliteConstraint = 19;

export function storeOrRefuse(name: string, store: () => void): void {
	try {
		store();
	} catch (thrown) {
		const { errcode = 0, message } = thrown as { errcode?: number; message: string };
		if ((errcode & 0xff) !== sqliteConstraint) throw thrown;
		throw new OperationRefused(`${name}: two lines contradict each other (${message}).`);
	}
}

const text = v.pipe(v.string(), v.maxLength(2000));
export const momentSchema = v.pipe(v.number(), v.integer(), v.minValue(0));

const outgoingSchema = v.object({
	...{
		ticket: documentIdSchema,
		slot: v.nullable(text),
		request: entryIdSchema,
		kind: v.picklist(['reply', 'acknowledgement']),
	},
	...{ line: v.union([lineIdSchema, v.literal('')]), agent: agentIdSchema, recipient: text, message_id: text },
	state: v.picklist(['queued', 'sending', 'sent', 'failed', 'uncertain', 'withdrawn']),
	...{ causes: v.array(entryIdSchema), accepted_at: momentSchema, not_before: momentSchema, attempts: momentSchema },
	...{ first_tried_at: v.nullable(momentSchema), reason: v.nullable(text), era: momentSchema },
});

/** With the era in which they were queued: what had not left then is uncertain now. */
export const addOutgoing = (archive: OpenArchive, db: DatabaseSync) =>
	addRows(
		archive,
		lists.outgoing,
		outgoingSchema,
		db,
		`INSERT INTO outbound_mail (ticket, slot, request, kind, line, agent, recipient, message_id, state, causes,
			accepted_at, not_before, attempts, first_tried_at, reason, era) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		(mail) => [
			...[mail.ticket, mail.slot, mail.request, mail.kind, mail.line, mail.agent, mail.recipient, mail.message_id],
			...[mail.state, JSON.stringify(mail.causes), mail.accepted_at, mail.not_before, mail.attempts],
			...[mail.first_tried_at, mail.reason, Math.min(mail.era, 1)],
		],
	);

/** The replies of which mails tell. */
export async function requestsIn(archive: OpenArchive): Promise<Set<EntryId>> {
	const requests = new Set<EntryId>();
	for await (const { request } of checked(archive, lists.outgoing, outgoingSchema)) requests.add(request);
	return requests;
}

const mailIndexSchema = v.variant('kind', [
	v.object({ kind: v.literal('mail'), key: text, content: text, ticket: documentIdSchema, at: momentSchema }),
	v.object({ kind: v.literal('thread'), messageId: text, ticket: documentIdSchema }),
	v.object({ kind: v.literal('arrival'), mail: text, mailbox: text }),
]);

export async function addMailIndex(archive: OpenArchive, db: DatabaseSync): Promise<void> {
	const insert = {
		mail: db.prepare('INSERT INTO imported_mails (key, content, ticket, imported_at) VALUES (?, ?, ?, ?)'),
		thread: db.prepare('INSERT INTO mail_threads (message_id, ticket) VALUES (?, ?)'),
		arrival: db.prepare('INSERT INTO mail_arrivals (mail, mailbox) VALUES (?, ?)'),
	};
	let batch: v.InferOutput<typeof mailIndexSchema>[] = [];
	const store = () =>
		storeOrRefuse(lists.mailIndex, () =>
			transaction(db, () => {
				for (const line of batch) {
					if (line.kind === 'mail') insert.mail.run(line.key, line.content, line.ticket, line.at);
					else if (line.kind === 'thread') insert.thread.run(line.messageId, line.ticket);
					else insert.arrival.run(line.mail, line.mailbox);
				}
			}),
		);
	for await (const line of checked(archive, lists.mailIndex, mailIndexSchema)) {
		batch.push(line);
		if (batch.length < batchSize) continue;
		store();
		batch = [];
	}
	store();
}

const server = {
	...{ host: text, port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)) },
	...{
		security: v.picklist(['tls', 'starttls', 'none']),
		allowPlain: v.optional(v.boolean()),
		trusted: v.optional(v.pipe(v.string(), v.maxLength(100_000))),
	},
};
const mailboxLineSchema = v.object({
	id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,40}$/)),
	account: v.object({
		...{ name: text, line: lineIdSchema, address: text, active: v.boolean(), plusAddressing: v.optional(v.boolean()) },
		imap: v.optional(
			v.object({
				...server,
				user: text,
				folder: text,
				start: v.picklist(['new', 'unseen', 'all']),
				after: v.picklist(['seen', 'leave', 'move']),
				moveTo: v.optional(text),
			}),
		),
		smtp: v.optional(v.object({ ...server, user: v.optional(text) })),
	}),
	place: v.nullable(
		v.object({
			...{
				folder: text,
				uid_validity: text,
				last_uid: momentSchema,
				backlog_until: momentSchema,
				since: v.nullable(momentSchema),
				begun_at: momentSchema,
			},
			...{
				last_fetch_at: v.nullable(momentSchema),
				last_mail_at: v.nullable(momentSchema),
				taken: momentSchema,
				duplicates: momentSchema,
				skipped: momentSchema,
			},
		}),
	),
});

/** Switched off: two desks must not fetch from one mailbox, and the passwords are not there. */
export async function addMailboxes(archive: OpenArchive, db: DatabaseSync): Promise<number> {
	const insert = db.prepare('INSERT INTO mailboxes (id, account, created_at, changed_at) VALUES (?, ?, ?, ?)');
	const place =
		db.prepare(`INSERT INTO mailbox_places (mailbox, folder, uid_validity, last_uid, backlog_until, since, begun_at,
		last_fetch_at, last_mail_at, taken, duplicates, skipped) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
	let count = 0;
	for await (const { id, account, place: read } of checked(archive, lists.mailboxes, mailboxLineSchema)) {
		storeOrRefuse(lists.mailboxes, () => {
			insert.run(id, JSON.stringify({ ...account, active: false }), count, count);
			if (read === null) return;
			place.run(
				...[id, read.folder, read.uid_validity, read.last_uid, read.backlog_until, read.since, read.begun_at],
				...[read.last_fetch_at, read.last_mail_at, read.taken, read.duplicates, read.skipped],
			);
		});
		count++;
	}
	return count;
}
