import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { AgentId, DocumentId, EntryId, LineId } from '../../src/lib/domain/ids.ts';

export type OutboundState = 'queued' | 'sending' | 'sent' | 'failed' | 'uncertain' | 'withdrawn';

/** A mail on its way out; see outbound-tables.ts for the states. */
export interface OutboundMail {
	ticket: DocumentId;
	/** What it answers; null when it was withdrawn. */
	slot: string | null;
	/** The entry that it was made from. */
	request: EntryId;
	kind: 'reply' | 'acknowledgement';
	line: LineId;
	agent: AgentId;
	/** The first address, in lower case. */
	recipient: string;
	/** Without angle brackets. */
	messageId: string;
	state: OutboundState;
	causes: EntryId[];
	acceptedAt: number;
	notBefore: number;
	attempts: number;
	firstTriedAt: number | null;
	reason: string | null;
}

/** The mails that go out, in SQLite. Whoever changes a document with them does so in one transaction. */
export interface Outbound {
	ofTicket(ticket: DocumentId): OutboundMail[];
	of(request: EntryId): OutboundMail | undefined;
	ofMessage(messageId: string): OutboundMail | undefined;
	/** Queued mails whose time has come, oldest first. */
	due(now: number, most: number): OutboundMail[];
	/** When the next queued mail is due. */
	nextDue(): number | undefined;
	inState(state: OutboundState): OutboundMail[];
	/** Queued before a backup was restored. */
	queuedBefore(): OutboundMail[];
	/** When this era began: the first time that the queue was opened in it. */
	eraBeganAt(now: number): number;
	/** How many acknowledgements went to an address since then. */
	acknowledgedSince(recipient: string, since: number): number;
	/** Adds the mail, or changes it to what it is now. */
	put(mail: OutboundMail): void;
	addCause(request: EntryId, cause: EntryId): void;
	/** What became of a mail that was being sent. */
	settle(request: EntryId, state: OutboundState, reason: string | null): void;
	/** A mail that did not leave waits for its next attempt, unless it was taken back. */
	requeue(request: EntryId, next: { attempts: number; firstTriedAt: number; notBefore: number; reason: string }): void;
	/** Queued becomes sending, durably; false if it is not queued any more. */
	begin(request: EntryId, now: number): boolean;
	/** A queued mail waits until then; false if it is not queued. */
	postpone(request: EntryId, notBefore: number, reason: string): boolean;
	/** What waits after a fault is due now. */
	hurry(now: number): void;
	/** What waits for a moment later than `latest` waits no longer: the clock was set back. */
	hurryAfter(latest: number, now: number): void;
	/** Makes answers to the mail find its ticket. */
	noteThread(messageId: string, ticket: DocumentId): void;
	/** What waits, by line and reason. */
	waiting(): { line: LineId; reason: string | null; mails: number; oldest: number }[];
}

export function createOutbound(database: DatabaseSync, era: number): Outbound {
	const columns = 'SELECT * FROM outbound_mail';
	const ofTicket = database.prepare(`${columns} WHERE ticket = ? ORDER BY id`);
	const ofRequest = database.prepare(`${columns} WHERE request = ?`);
	const ofMessage = database.prepare(
		`${columns} WHERE message_id = ? AND state <> 'withdrawn' ORDER BY id DESC LIMIT 1`,
	);
	const due = database.prepare(`${columns} WHERE state = 'queued' AND not_before <= ? ORDER BY not_before, id LIMIT ?`);
	const nextDue = database.prepare(`SELECT min(not_before) AS at FROM outbound_mail WHERE state = 'queued'`);
	const inState = database.prepare(`${columns} WHERE state = ? ORDER BY id`);
	const queuedBefore = database.prepare(`${columns} WHERE state = 'queued' AND era < ${era} ORDER BY id`);
	const beginEra = database.prepare(`INSERT OR IGNORE INTO outbound_eras (era, began_at) VALUES (${era}, ?)`);
	const eraBegan = database.prepare(`SELECT began_at AS at FROM outbound_eras WHERE era = ${era}`);
	const acknowledged = database.prepare(
		`SELECT count(*) AS n FROM outbound_mail WHERE kind = 'acknowledgement' AND recipient = ? AND accepted_at > ?`,
	);
	const put = database.prepare(`
		INSERT INTO outbound_mail (ticket, slot, request, kind, line, agent, recipient, message_id, state, causes,
			accepted_at, not_before, attempts, first_tried_at, reason, era)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ${era})
		ON CONFLICT (request) DO UPDATE SET slot = ?2, state = ?9, causes = ?10, not_before = ?12, attempts = ?13,
			first_tried_at = ?14, reason = ?15, era = ${era}
	`);
	const begin = database.prepare(`
		UPDATE outbound_mail SET state = 'sending', attempts = attempts + 1, first_tried_at = coalesce(first_tried_at, ?2)
		WHERE request = ?1 AND state = 'queued'
	`);
	const postpone = database.prepare(
		`UPDATE outbound_mail SET not_before = ?2, reason = ?3 WHERE request = ?1 AND state = 'queued'`,
	);
	const addCause = database.prepare(
		`UPDATE outbound_mail SET causes = json_insert(causes, '$[#]', ?2) WHERE request = ?1`,
	);
	const settle = database.prepare('UPDATE outbound_mail SET state = ?2, reason = ?3 WHERE request = ?1');
	const requeue = database.prepare(`
		UPDATE outbound_mail SET state = 'queued', attempts = ?2, first_tried_at = ?3, not_before = ?4, reason = ?5
		WHERE request = ?1 AND state IN ('queued', 'sending')
	`);
	const hurry = database.prepare(
		`UPDATE outbound_mail SET not_before = ? WHERE state = 'queued' AND reason IS NOT NULL`,
	);
	const hurryAfter = database.prepare(
		`UPDATE outbound_mail SET not_before = ? WHERE state = 'queued' AND not_before > ?`,
	);
	const thread = database.prepare('INSERT OR IGNORE INTO mail_threads (message_id, ticket) VALUES (?, ?)');
	const waiting = database.prepare(`
		SELECT line, reason, count(*) AS mails, min(accepted_at) AS oldest FROM outbound_mail WHERE state = 'queued'
		GROUP BY line, reason ORDER BY line, reason
	`);
	return {
		ofTicket: (ticket) => ofTicket.all(ticket).map(toMail),
		of: (request) => optional(ofRequest.get(request)),
		ofMessage: (messageId) => optional(ofMessage.get(messageId)),
		due: (now, most) => due.all(now, most).map(toMail),
		nextDue: () => (nextDue.get()?.at as number | null | undefined) ?? undefined,
		inState: (state) => inState.all(state).map(toMail),
		queuedBefore: () => queuedBefore.all().map(toMail),
		eraBeganAt(now) {
			beginEra.run(Math.floor(now));
			return eraBegan.get()?.at as number;
		},
		acknowledgedSince: (recipient, since) => acknowledged.get(recipient, since)?.n as number,
		put(mail) {
			const { ticket, slot, request, kind, line, agent, recipient, messageId, state, causes } = mail;
			const { acceptedAt, notBefore, attempts, firstTriedAt, reason } = mail;
			put.run(
				...[ticket, slot, request, kind, line, agent, recipient, messageId, state, JSON.stringify(causes)],
				...[Math.floor(acceptedAt), Math.floor(notBefore), attempts, firstTriedAt, reason],
			);
		},
		addCause: (request, cause) => void addCause.run(request, cause),
		settle: (request, state, reason) => void settle.run(request, state, reason),
		requeue: (request, { attempts, firstTriedAt, notBefore, reason }) =>
			void requeue.run(request, attempts, Math.floor(firstTriedAt), Math.floor(notBefore), reason),
		begin: (request, now) => begin.run(request, Math.floor(now)).changes > 0,
		postpone: (request, notBefore, reason) => postpone.run(request, Math.floor(notBefore), reason).changes > 0,
		hurry: (now) => void hurry.run(Math.floor(now)),
		hurryAfter: (latest, now) => void hurryAfter.run(Math.floor(now), Math.floor(latest)),
		noteThread: (messageId, ticket) => void thread.run(messageId, ticket),
		waiting: () => waiting.all() as unknown as ReturnType<Outbound['waiting']>,
	};
}

function optional(row: Record<string, SQLOutputValue> | undefined): OutboundMail | undefined {
	return row === undefined ? undefined : toMail(row);
}

function toMail(row: Record<string, SQLOutputValue>): OutboundMail {
	return {
		ticket: row.ticket as DocumentId,
		slot: row.slot as string | null,
		request: row.request as EntryId,
		kind: row.kind as OutboundMail['kind'],
		line: row.line as LineId,
		agent: row.agent as AgentId,
		recipient: row.recipient as string,
		messageId: row.message_id as string,
		state: row.state as OutboundState,
		causes: JSON.parse(row.causes as string) as EntryId[],
		acceptedAt: row.accepted_at as number,
		notBefore: row.not_before as number,
		attempts: row.attempts as number,
		firstTriedAt: row.first_tried_at as number | null,
		reason: row.reason as string | null,
	};
}
