import * as Y from 'yjs';
import type { Scope } from '../../src/lib/domain/audience.ts';
import { recordKindOf, relayDevice, type DocumentId, type EntryId } from '../../src/lib/domain/ids.ts';
import type { RelayDatabase } from './database.ts';

/** A document as the log knows it. */
export interface DocRow {
	key: number;
	id: DocumentId;
	generation: number;
	head: number;
	rank: number;
	changedAt: number;
	snapshotSeq: number;
	/** Bytes of snapshot and tail together. */
	bytes: number;
	goneAt: number | undefined;
	relayClient: number | undefined;
}

export interface LoadedDocument {
	row: DocRow;
	updates: Uint8Array[];
	clients: Map<number, string>;
	scopes: Scope[];
}

/** What one turn adds to one document. */
export interface Append {
	id: DocumentId;
	/** Undefined for a document that the log does not have yet. */
	key: number | undefined;
	generation: number;
	/** Its newest sequence number so far. */
	head: number;
	/** Undefined when nothing new came, only receipts for what is there. */
	update: Uint8Array | undefined;
	receivedAt: number;
	receipts: { device: string; n: number }[];
	clients: { client: number; device: string }[];
	relayClient: number | undefined;
	rank: number;
	changedAt: number;
	open: boolean;
	scopes: readonly Scope[] | undefined;
	awaitingVerdict: readonly EntryId[];
	/** Entries that the witness has answered in this append. */
	answered: readonly EntryId[];
	numbers: readonly string[];
}

export interface Appended {
	key: number;
	seq: number;
	tail: { rows: number; bytes: number; snapshotBytes: number };
}

/** Fold at more rows than this, or when the tail is larger than the snapshot. */
const foldRows = 64;
const foldMinimumBytes = 16 * 1024;

export type UpdateLog = ReturnType<typeof createUpdateLog>;

/** The relay's documents in SQLite. Only the intake writes here, inside its transaction. */
export function createUpdateLog({ db, era }: RelayDatabase) {
	const rowColumns = `key, id, generation, head, rank, changed_at AS changedAt, snapshot_seq AS snapshotSeq,
		snapshot_bytes + tail_bytes AS bytes, gone_at AS goneAt,
		CASE WHEN relay_client_era = ${era} THEN relay_client END AS relayClient`;
	const sql = {
		row: db.prepare(`SELECT ${rowColumns} FROM docs WHERE id = ?`),
		head: db.prepare('SELECT coalesce(max(head), 0) AS head FROM docs'),
		snapshot: db.prepare('SELECT seq, bytes FROM snapshots WHERE doc = ?'),
		tail: db.prepare('SELECT seq, bytes FROM updates WHERE doc = ? AND seq > ? ORDER BY seq'),
		clients: db.prepare(
			'SELECT client, name FROM clients JOIN writers ON writers.key = writer WHERE doc = ? AND generation = ?',
		),
		scopes: db.prepare('SELECT scope FROM doc_scopes WHERE doc = ? ORDER BY scope'),
		scopesOfId: db.prepare('SELECT scope FROM doc_scopes JOIN docs ON docs.key = doc WHERE docs.id = ?'),
		ofKind: db.prepare('SELECT id FROM docs WHERE kind = ? AND gone_at IS NULL ORDER BY id'),
		writer: db.prepare('SELECT key FROM writers WHERE name = ?'),
		addWriter: db.prepare('INSERT INTO writers (name) VALUES (?)'),
		receipt: db.prepare('SELECT seq FROM receipts WHERE writer = ? AND n = ?'),
		newestReceipt: db.prepare('SELECT coalesce(max(n), -1) AS n FROM receipts WHERE writer = ?'),
		addReceipt: db.prepare('INSERT INTO receipts (writer, n, seq) VALUES (?, ?, ?)'),
		addDoc: db.prepare(
			'INSERT INTO docs (id, kind, generation, head, rank, changed_at, open) VALUES (?, ?, ?, ?, ?, ?, ?)',
		),
		addUpdate: db.prepare('INSERT INTO updates (seq, doc, received_at, bytes) VALUES (?, ?, ?, ?)'),
		touchDoc: db.prepare(
			`UPDATE docs SET head = ?, rank = ?, changed_at = ?, open = ?, tail_rows = tail_rows + 1, tail_bytes = tail_bytes + ?
			 WHERE key = ? RETURNING tail_rows AS rows, tail_bytes AS bytes, snapshot_bytes AS snapshotBytes`,
		),
		setRelayClient: db.prepare('UPDATE docs SET relay_client = ?, relay_client_era = ? WHERE key = ?'),
		addClient: db.prepare('INSERT OR IGNORE INTO clients (doc, generation, client, writer) VALUES (?, ?, ?, ?)'),
		enterScope: db.prepare('INSERT OR IGNORE INTO doc_scopes (doc, scope, since) VALUES (?, ?, ?)'),
		unleaveScope: db.prepare('DELETE FROM doc_scopes_left WHERE doc = ? AND scope = ?'),
		leaveScope: db.prepare('DELETE FROM doc_scopes WHERE doc = ? AND scope = ?'),
		rememberLeft: db.prepare('INSERT OR REPLACE INTO doc_scopes_left (doc, scope, seq) VALUES (?, ?, ?)'),
		await: db.prepare('INSERT INTO awaiting_verdict (doc, entry, received_at) VALUES (?, ?, ?)'),
		answered: db.prepare('DELETE FROM awaiting_verdict WHERE doc = ? AND entry = ?'),
		awaiting: db.prepare(
			'SELECT entry, received_at AS receivedAt FROM awaiting_verdict WHERE doc = (SELECT key FROM docs WHERE id = ?) ORDER BY awaiting_verdict.id',
		),
		awaitingDocs: db.prepare('SELECT DISTINCT docs.id FROM awaiting_verdict JOIN docs ON docs.key = doc'),
		addNumber: db.prepare('INSERT OR IGNORE INTO ticket_numbers (number, doc) VALUES (?, ?)'),
		number: db.prepare('SELECT id FROM ticket_numbers JOIN docs ON docs.key = doc WHERE number = ?'),
		dropTail: db.prepare('DELETE FROM updates WHERE doc = ? AND seq <= ?'),
		setSnapshot: db.prepare('INSERT OR REPLACE INTO snapshots (doc, seq, bytes) VALUES (?, ?, ?)'),
		folded: db.prepare(
			`UPDATE docs SET snapshot_seq = ?, snapshot_bytes = ?,
			 tail_rows = (SELECT count(*) FROM updates WHERE doc = docs.key),
			 tail_bytes = (SELECT coalesce(sum(length(bytes)), 0) FROM updates WHERE doc = docs.key) WHERE key = ?`,
		),
		dropSnapshot: db.prepare('DELETE FROM snapshots WHERE doc = ?'),
		dropClients: db.prepare('DELETE FROM clients WHERE doc = ?'),
		dropAwaiting: db.prepare('DELETE FROM awaiting_verdict WHERE doc = ?'),
		rewritten: db.prepare('UPDATE docs SET generation = ?, head = ? WHERE key = ?'),
		erase: db.prepare(
			'UPDATE docs SET gone_at = ?, head = ?, snapshot_seq = 0, snapshot_bytes = 0, tail_rows = 0, tail_bytes = 0 WHERE key = ?',
		),
	};
	const writers = new Map<string, number>();
	/** The highest outbox number of each device; what is above it cannot be a repetition. */
	const newestReceipts = new Map<string, number>();
	let head = (sql.head.get() as { head: number }).head;

	function writerKey(name: string): number | undefined {
		const known = writers.get(name) ?? (sql.writer.get(name) as { key: number } | undefined)?.key;
		if (known !== undefined) writers.set(name, known);
		return known;
	}

	function newestReceipt(device: string, writer: number): number {
		let newest = newestReceipts.get(device);
		if (newest === undefined) {
			newest = (sql.newestReceipt.get(writer) as { n: number }).n;
			newestReceipts.set(device, newest);
		}
		return newest;
	}

	function mustWriter(name: string): number {
		return writerKey(name) ?? Number(sql.addWriter.run(name).lastInsertRowid);
	}

	function row(id: DocumentId): DocRow | undefined {
		const found = sql.row.get(id) as
			(Omit<DocRow, 'goneAt' | 'relayClient'> & Record<string, number | null>) | undefined;
		if (found === undefined) return undefined;
		return { ...found, goneAt: found.goneAt ?? undefined, relayClient: found.relayClient ?? undefined } as DocRow;
	}

	/** Snapshot and tail, or the tail alone, after `since`. */
	function updatesOf(key: number, since = 0): { from: 'snapshot' | 'tail'; updates: Uint8Array[] } {
		const snapshot = sql.snapshot.get(key) as { seq: number; bytes: Uint8Array } | undefined;
		const whole = snapshot !== undefined && (since === 0 || snapshot.seq > since);
		const tail = sql.tail.all(key, whole ? snapshot.seq : since) as { bytes: Uint8Array }[];
		const updates = tail.map((update) => update.bytes);
		if (whole) updates.unshift(snapshot.bytes);
		return { from: whole || since === 0 ? 'snapshot' : 'tail', updates };
	}

	return {
		row,
		updatesOf,
		head: () => head,
		receipt(device: string, n: number): number | undefined {
			const writer = writerKey(device);
			if (writer === undefined || n > newestReceipt(device, writer)) return undefined;
			return writer === undefined ? undefined : (sql.receipt.get(writer, n) as { seq: number } | undefined)?.seq;
		},
		load(id: DocumentId): LoadedDocument | undefined {
			const found = row(id);
			if (found === undefined) return undefined;
			const clients = sql.clients.all(found.key, found.generation) as { client: number; name: string }[];
			return {
				row: found,
				updates: found.goneAt === undefined ? updatesOf(found.key).updates : [],
				clients: new Map(clients.map(({ client, name }) => [client, name])),
				scopes: sql.scopes.all(found.key).map(({ scope }) => scope as Scope),
			};
		},

		/** Inside a transaction. Several appends in one transaction get rising numbers. */
		append(append: Append): Appended {
			const { receivedAt } = append;
			let { key } = append;
			let seq = append.head;
			let tail = { rows: 0, bytes: 0, snapshotBytes: 0 };
			if (append.update !== undefined) {
				seq = ++head;
				const kind = recordKindOf(append.id) ?? append.id.replace(/:.*/, '');
				key ??= Number(
					sql.addDoc.run(append.id, kind, append.generation, seq, append.rank, append.changedAt, append.open ? 1 : 0)
						.lastInsertRowid,
				);
				sql.addUpdate.run(seq, key, receivedAt, append.update);
				tail = sql.touchDoc.get(
					seq,
					append.rank,
					append.changedAt,
					append.open ? 1 : 0,
					append.update.length,
					key,
				) as typeof tail;
			}
			for (const { device, n } of append.receipts) {
				sql.addReceipt.run(mustWriter(device), n, seq);
				newestReceipts.set(device, Math.max(n, newestReceipts.get(device) ?? n));
			}
			if (key === undefined) return { key: 0, seq, tail };
			for (const { client, device } of append.clients)
				sql.addClient.run(key, append.generation, client, mustWriter(device));
			if (append.relayClient !== undefined) sql.setRelayClient.run(append.relayClient, era, key);
			if (append.scopes !== undefined) setScopes(key, append.scopes, seq);
			for (const entry of append.awaitingVerdict) sql.await.run(key, entry, receivedAt);
			for (const entry of append.answered) sql.answered.run(key, entry);
			for (const number of append.numbers) sql.addNumber.run(number, key);
			return { key, seq, tail };
		},

		/** Call when the transaction that appended was rolled back: its numbers were never seen by anybody. */
		forgetUncommitted(): void {
			head = (sql.head.get() as { head: number }).head;
			writers.clear();
			newestReceipts.clear();
		},

		needsFold({ rows, bytes, snapshotBytes }: Appended['tail']): boolean {
			return rows > foldRows || (rows > 1 && bytes > Math.max(snapshotBytes, foldMinimumBytes));
		},

		/**
		 * Folds snapshot and tail through a document with garbage collection (merging bytes keeps deleted text), and deletes
		 * exactly the rows that went into it. Inside a transaction. `open` is the same document in memory, as it is committed.
		 */
		fold(id: DocumentId, open?: { head: number; doc: Y.Doc }): boolean {
			const found = row(id);
			if (found === undefined || found.goneAt !== undefined) return false;
			if (found.head === found.snapshotSeq) return false;
			const doc = open?.head === found.head ? open.doc : documentOf(found);
			const isWhole = doc.store.pendingStructs === null && doc.store.pendingDs === null;
			if (isWhole) {
				const bytes = Y.encodeStateAsUpdate(doc);
				sql.setSnapshot.run(found.key, found.head, bytes);
				sql.dropTail.run(found.key, found.head);
				sql.folded.run(found.head, bytes.length, found.key);
			}
			if (doc !== open?.doc) doc.destroy();
			return isWhole;
		},

		/** Erases a document for everybody; its id stays, so that devices learn of it. Inside a transaction. */
		erase(id: DocumentId, at: number): number | undefined {
			const found = row(id);
			if (found === undefined || found.goneAt !== undefined) return undefined;
			const seq = ++head;
			for (const drop of [sql.dropSnapshot, sql.dropClients, sql.dropAwaiting]) drop.run(found.key);
			sql.dropTail.run(found.key, seq);
			sql.erase.run(at, seq, found.key);
			return seq;
		},

		/**
		 * Another document takes the place of this one: nothing stays of what was stored, and devices get all of it anew. Who may see it,
		 * receipts and what the witness owes stay. Inside a transaction.
		 */
		rewrite(id: DocumentId, next: { generation: number; bytes: Uint8Array; client: number }): number | undefined {
			const found = row(id);
			if (found === undefined || found.goneAt !== undefined) return undefined;
			const seq = ++head;
			sql.dropTail.run(found.key, seq);
			sql.dropClients.run(found.key);
			sql.setSnapshot.run(found.key, seq, next.bytes);
			sql.rewritten.run(next.generation, seq, found.key);
			sql.folded.run(seq, next.bytes.length, found.key);
			sql.setRelayClient.run(next.client, era, found.key);
			sql.addClient.run(found.key, next.generation, next.client, mustWriter(relayDevice));
			return seq;
		},

		/** Entries of a document that the witness owes an answer, in order of arrival. */
		awaitingVerdict: (id: DocumentId) => sql.awaiting.all(id) as { entry: EntryId; receivedAt: number }[],
		documentsAwaitingVerdict: () => sql.awaitingDocs.all().map((found) => found.id as DocumentId),
		scopesOf: (id: DocumentId) => sql.scopesOfId.all(id).map(({ scope }) => scope as Scope),
		/** All documents of a kind that are not erased, oldest first. */
		documentsOfKind: (kind: string) => sql.ofKind.all(kind).map((found) => found.id as DocumentId),
		documentWithNumber: (number: string) => (sql.number.get(number) as { id: DocumentId } | undefined)?.id,
	};

	function documentOf({ id, key }: DocRow): Y.Doc {
		const doc = new Y.Doc({ guid: id });
		doc.transact(() => {
			for (const update of updatesOf(key).updates) Y.applyUpdate(doc, update);
		});
		return doc;
	}

	function setScopes(key: number, scopes: readonly Scope[], seq: number): void {
		const before = sql.scopes.all(key).map(({ scope }) => scope as Scope);
		for (const scope of scopes) {
			if (before.includes(scope)) continue;
			sql.enterScope.run(key, scope, seq);
			sql.unleaveScope.run(key, scope);
		}
		for (const scope of before) {
			if (scopes.includes(scope)) continue;
			sql.leaveScope.run(key, scope);
			sql.rememberLeft.run(key, scope, seq);
		}
	}
}
