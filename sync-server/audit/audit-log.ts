import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { auditPageRecords, type AuditAct, type AuditBy, type AuditQuery } from '../../src/lib/protocol/audit.ts';

export type { AuditAct, AuditBy } from '../../src/lib/protocol/audit.ts';

/**
 *   audit_log      who administered what, or looked at much at once, and when; only added to, and kept for two years
 *   audited_desk   the configuration as it was last looked at, to say what it was before
 *
 * No word of a customer stands in it. A record is written in the transaction of what it tells of, or before it.
 */
export const auditTables = `
	CREATE TABLE audit_log (
		id INTEGER PRIMARY KEY,
		at INTEGER NOT NULL,
		agent TEXT,
		device TEXT,
		act TEXT NOT NULL,
		subject TEXT,
		before TEXT,
		after TEXT
	) STRICT;
	CREATE TABLE audited_desk (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

export interface AuditRecord {
	id: number;
	at: number;
	by: AuditBy;
	act: AuditAct;
	/** The agent, device, mailbox, document or key of the configuration that it was done to. */
	subject?: string;
	before?: unknown;
	after?: unknown;
}

export interface AuditLog {
	add(by: AuditBy, act: AuditAct, subject?: string, change?: { before?: unknown; after?: unknown }): void;
	/** The newest first. */
	read(most: number, query?: AuditQuery): AuditRecord[];
	page(query: AuditQuery): { records: AuditRecord[]; hasMore: boolean };
}

const keptMs = 2 * 365 * 24 * 60 * 60_000;

export function createAuditLog(database: DatabaseSync, now: () => number): AuditLog {
	const insert = database.prepare(
		'INSERT INTO audit_log (at, agent, device, act, subject, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)',
	);
	const newest = database.prepare(
		`SELECT * FROM audit_log WHERE ($before IS NULL OR id < $before)
			AND ($by IS NULL OR ($by = 'command' AND agent IS NULL) OR agent = $by)
			AND ($acts IS NULL OR act IN (SELECT value FROM json_each($acts)))
			AND ($subject IS NULL OR substr(subject, 1, length($subject)) = $subject)
			AND ($from IS NULL OR at >= $from) AND ($to IS NULL OR at < $to)
		ORDER BY id DESC LIMIT $most`,
	);
	database.prepare('DELETE FROM audit_log WHERE at < ?').run(now() - keptMs);
	const written = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
	const read: AuditLog['read'] = (most, { by, acts, subject, from, to, before } = {}) =>
		newest
			.all({
				$before: before ?? null,
				$by: by ?? null,
				$acts: written(acts),
				$subject: subject ?? null,
				$from: from ?? null,
				$to: to ?? null,
				$most: most,
			})
			.map(toRecord);
	return {
		add(by, act, subject, { before, after } = {}) {
			const [agent, device] = by === 'command' ? [null, null] : [by.agent, by.device];
			insert.run(now(), agent, device, act, subject ?? null, written(before), written(after));
		},
		read,
		page(query) {
			const records = read(auditPageRecords + 1, query);
			return { records: records.slice(0, auditPageRecords), hasMore: records.length > auditPageRecords };
		},
	};
}

function toRecord(row: Record<string, SQLOutputValue>): AuditRecord {
	return {
		id: row.id as number,
		at: row.at as number,
		by: row.agent === null ? 'command' : { agent: row.agent as string, device: row.device as string },
		act: row.act as AuditAct,
		...(row.subject === null ? {} : { subject: row.subject as string }),
		...(row.before === null ? {} : { before: JSON.parse(row.before as string) as unknown }),
		...(row.after === null ? {} : { after: JSON.parse(row.after as string) as unknown }),
	};
}
