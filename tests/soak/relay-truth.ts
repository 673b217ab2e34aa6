import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type * as Y from 'yjs';
import { readRecord } from '../../src/lib/document/record-document.ts';
import type { Entry } from '../../src/lib/domain/entry.ts';
import { isRecordId, type DocumentId } from '../../src/lib/domain/ids.ts';
import { compareEpochs, type Epoch, type Verdict } from '../../src/lib/domain/verdict.ts';
import { docOf } from '../convergence/content.ts';

/** The relay's database as it is on the disk, read beside the running relay. */
export interface RelayTruth {
	head(): number;
	/** Facts that have no verdict yet, and mails that are to leave. */
	owed(): { verdicts: number; mails: number };
	/** Mails of customers that were taken. */
	mailsTaken(): number;
	outbound(): { ticket: string; slot: string | null; request: string; messageId: string; state: string }[];
	documents(since?: number): AtRelay[];
	sizes(): { documents: number; p95: number; most: number; largest: string };
	/** How many Yjs clients ever wrote in a document. */
	clients(): { p95: number; most: number; mostIn: string; inDesk: number };
	/** Verdicts are written once, and the highest epoch of a ticket never falls: looks at what changed since the last look. */
	watchVerdicts(violated: (what: string) => void): void;
	close(): void;
}

export interface AtRelay {
	id: DocumentId;
	head: number;
	isGone: boolean;
	updates: Uint8Array[];
}

export interface FactsAtRelay {
	entries: ReadonlyMap<string, Entry>;
	verdicts: ReadonlyMap<string, Verdict>;
}

export function factsOf(doc: Y.Doc): FactsAtRelay | undefined {
	const reading = readRecord(doc);
	return reading.kind === 'record' ? (reading.facts as FactsAtRelay) : undefined;
}

export function openTruth(data: string): RelayTruth {
	const db = new DatabaseSync(join(data, 'tresen.sqlite'), { readOnly: true });
	db.exec('PRAGMA busy_timeout = 5000');
	const number = (sql: string) => Number(Object.values(db.prepare(sql).get() ?? {})[0] ?? 0);
	const seen = new Map<DocumentId, { verdicts: Map<string, string>; highest: Epoch | undefined }>();
	let watchedTo = 0;

	const truth: RelayTruth = {
		head: () => number('SELECT coalesce(max(head), 0) FROM docs'),
		owed: () => ({
			verdicts: number('SELECT count(*) FROM awaiting_verdict'),
			mails: number(`SELECT count(*) FROM outbound_mail WHERE state IN ('queued', 'sending')`),
		}),
		mailsTaken: () => number('SELECT count(*) FROM imported_mails'),
		outbound: () =>
			db
				.prepare('SELECT ticket, slot, request, message_id AS messageId, state FROM outbound_mail')
				.all() as unknown as ReturnType<RelayTruth['outbound']>,
		documents(since = -1) {
			const snapshot = db.prepare('SELECT seq, bytes FROM snapshots WHERE doc = ?');
			const tail = db.prepare('SELECT bytes FROM updates WHERE doc = ? AND seq > ? ORDER BY seq');
			db.exec('BEGIN');
			try {
				return db
					.prepare('SELECT key, id, head, gone_at FROM docs WHERE head > ?')
					.all(since)
					.map(({ key, id, head, gone_at }) => {
						const folded = snapshot.get(key as number);
						const updates = tail
							.all(key as number, (folded?.seq as number | undefined) ?? 0)
							.map(({ bytes }) => bytes as Uint8Array);
						if (folded !== undefined) updates.unshift(folded.bytes as Uint8Array);
						return { id: id as DocumentId, head: head as number, isGone: gone_at !== null, updates };
					});
			} finally {
				db.exec('COMMIT');
			}
		},
		sizes() {
			const sizes = db.prepare('SELECT id, snapshot_bytes + tail_bytes AS bytes FROM docs ORDER BY bytes').all();
			const at = (share: number) => sizes[Math.floor((sizes.length - 1) * share)];
			return {
				documents: sizes.length,
				p95: Number(at(0.95)?.bytes ?? 0),
				most: Number(at(1)?.bytes ?? 0),
				largest: String(at(1)?.id ?? ''),
			};
		},
		clients() {
			const counts = db
				.prepare(
					`SELECT id, count(*) AS n FROM clients JOIN docs ON docs.key = doc WHERE kind NOT IN ('desk', 'me') GROUP BY doc ORDER BY n`,
				)
				.all();
			const at = (share: number) => counts[Math.floor((counts.length - 1) * share)];
			return {
				p95: Number(at(0.95)?.n ?? 0),
				most: Number(at(1)?.n ?? 0),
				mostIn: String(at(1)?.id ?? ''),
				inDesk: number(`SELECT count(*) FROM clients JOIN docs ON docs.key = doc WHERE docs.id = 'desk'`),
			};
		},
		watchVerdicts(violated) {
			const changed = truth.documents(watchedTo);
			for (const { id, head, updates, isGone } of changed) {
				watchedTo = Math.max(watchedTo, head);
				if (isGone || !isRecordId(id)) continue;
				const doc = docOf(updates);
				const facts = factsOf(doc);
				const before = seen.get(id) ?? { verdicts: new Map<string, string>(), highest: undefined };
				const now = new Map([...(facts?.verdicts ?? [])].map(([key, verdict]) => [key, JSON.stringify(verdict)]));
				for (const [key, verdict] of before.verdicts)
					if (now.get(key) !== verdict) violated(`[I8] ${id}: verdict ${key} was ${verdict}, is ${now.get(key)}`);
				const highest = highestEpoch(facts);
				if (before.highest !== undefined && (highest === undefined || compareEpochs(highest, before.highest) < 0))
					violated(`[I4] ${id}: its epoch fell from ${JSON.stringify(before.highest)} to ${JSON.stringify(highest)}`);
				seen.set(id, { verdicts: now, highest });
				doc.destroy();
			}
		},
		close: () => db.close(),
	};
	return truth;
}

function highestEpoch(facts: FactsAtRelay | undefined): Epoch | undefined {
	let highest: Epoch | undefined;
	for (const verdict of facts?.verdicts.values() ?? []) {
		if (verdict.kind !== 'claim') continue;
		if (highest === undefined || compareEpochs(verdict.epoch, highest) > 0) highest = verdict.epoch;
	}
	return highest;
}
