import type { DatabaseSync } from 'node:sqlite';
import type { Scope } from '../../src/lib/domain/audience.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';

export interface StoredTicket {
	key: number;
	id: DocumentId;
	generation: number;
	head: number;
	open: number;
	changedAt: number;
	goneAt: number | null;
}

export type StoredTickets = ReturnType<typeof openStoredTickets>;

/** Tickets as they stand in the relay's database, past its cache: old ones must not push out what is in use. */
export function openStoredTickets(db: DatabaseSync) {
	const columns = 'key, id, generation, head, open, changed_at AS changedAt, gone_at AS goneAt';
	const slice = db.prepare(`SELECT ${columns} FROM docs WHERE kind = 'ticket' AND key > ? ORDER BY key LIMIT ?`);
	const row = db.prepare(`SELECT ${columns} FROM docs WHERE key = ?`);
	const isAt = db.prepare('SELECT 1 FROM docs WHERE key = ? AND generation = ? AND gone_at IS NULL');
	const scopes = db.prepare('SELECT scope FROM doc_scopes WHERE doc = ?');
	const snapshot = db.prepare('SELECT seq, bytes FROM snapshots WHERE doc = ?');
	const tail = db.prepare('SELECT bytes FROM updates WHERE doc = ? AND seq > ? ORDER BY seq');
	return {
		slice: (after: number, most: number) => slice.all(after, most) as unknown as StoredTicket[],
		row: (key: number) => row.get(key) as StoredTicket | undefined,
		/** Whether it is there, and of this generation. */
		isAt: (key: number, generation: number) => isAt.get(key, generation) !== undefined,
		scopesOf: (key: number) => scopes.all(key).map(({ scope }) => scope as Scope),
		updatesOf(key: number): Uint8Array[] {
			const folded = snapshot.get(key) as { seq: number; bytes: Uint8Array } | undefined;
			const rest = tail.all(key, folded?.seq ?? 0) as { bytes: Uint8Array }[];
			return [...(folded === undefined ? [] : [folded.bytes]), ...rest.map(({ bytes }) => bytes)];
		},
	};
}
