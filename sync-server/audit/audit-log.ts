import type { DatabaseSync } from 'node:sqlite';

/**
 *   audit_log      who administered what, or took much at once, and when; only added to, and kept for two years
 *   audited_desk   the configuration as it was last looked at, to say what it was before
 *
 * No word of a customer stands in it.
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

export type AuditAct =
	| 'desk-set-up'
	| 'agent-invited'
	| 'agent-changed'
	| 'device-enrolled'
	| 'device-revoked'
	| 'device-wiped'
	| 'signed-in'
	| 'configuration-changed'
	| 'mailbox-changed'
	| 'mailbox-removed'
	| 'data-exported';

/** Who did it: an agent on a device, or somebody on the machine of the relay. */
export type AuditBy = { agent: string; device: string } | 'command';

export interface AuditRecord {
	id: number;
	at: number;
	by: AuditBy;
	act: AuditAct;
	/** The agent, device, mailbox or key of the configuration that it was done to. */
	subject?: string;
	before?: unknown;
	after?: unknown;
}

export interface AuditLog {
	add(by: AuditBy, act: AuditAct, subject?: string, change?: { before?: unknown; after?: unknown }): void;
	/** The newest first. */
	read(most: number): AuditRecord[];
}

const keptMs = 2 * 365 * 24 * 60 * 60_000;

export function createAuditLog(database: DatabaseSync, now: () => number): AuditLog {
	const insert = database.prepare(
		'INSERT INTO audit_log (at, agent, device, act, subject, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)',
	);
	const newest = database.prepare('SELECT * FROM audit_log ORDER BY id DESC LIMIT ?');
	database.prepare('DELETE FROM audit_log WHERE at < ?').run(now() - keptMs);
	const written = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
	return {
		add(by, act, subject, { before, after } = {}) {
			const [agent, device] = by === 'command' ? [null, null] : [by.agent, by.device];
			insert.run(now(), agent, device, act, subject ?? null, written(before), written(after));
		},
		read: (most) =>
			newest.all(most).map((row) => ({
				id: row.id as number,
				at: row.at as number,
				by: row.agent === null ? 'command' : { agent: row.agent as string, device: row.device as string },
				act: row.act as AuditAct,
				...(row.subject === null ? {} : { subject: row.subject as string }),
				...(row.before === null ? {} : { before: JSON.parse(row.before as string) as unknown }),
				...(row.after === null ? {} : { after: JSON.parse(row.after as string) as unknown }),
			})),
	};
}
