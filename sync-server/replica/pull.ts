import type { DatabaseSync } from 'node:sqlite';
import type { Scope } from '../../src/lib/domain/audience.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import { hotSince } from '../../src/lib/domain/tier.ts';
import type {
	BootstrapRequest,
	DocumentNews,
	DocumentsRequest,
	HeaderNews,
	Page,
	PullRequest,
} from '../../src/lib/protocol/replica.ts';
import type { DeviceIdentity } from '../device-identity.ts';
import type { RelayDatabase } from '../store/database.ts';
import type { UpdateLog } from '../store/update-log.ts';
import { ranks } from '../admission/open-document.ts';
import { createHeaderLog } from './header-log.ts';
import type { SentLog } from './sent-log.ts';

export interface FeedParts {
	database: RelayDatabase;
	log: UpdateLog;
	now(): number;
	/** How many bytes of updates one page carries; a single document may be larger. */
	pageBytes?: number;
	/** What each device was sent, for the day on which it is lost. */
	sent?: Pick<SentLog, 'pulled' | 'walked'>;
}

interface FeedRow {
	key: number;
	id: DocumentId;
	generation: number;
	head: number;
	rank: number;
	changedAt: number;
	goneAt: number | null;
	enteredAt: number;
}

const pageDocuments = 200;
/** A new device shows its first tickets after this page: few come soon. */
const firstPageDocuments = 50;
/** Making headers holds up everybody else no longer than this. */
const headerTurnMs = 60;
const lastPhase = 'changed';

/** What a device reads: the feed of changed documents, and the walk over all of them when it begins. */
export function createFeed({ database, log, now, pageBytes = limits.pageBytes, sent }: FeedParts) {
	const { db, era } = database;
	const columns = `d.key, d.id, d.generation, d.head, d.rank, d.changed_at AS changedAt, d.gone_at AS goneAt,
		(SELECT min(since) FROM doc_scopes s WHERE s.doc = d.key AND s.scope IN (SELECT value FROM json_each($scopes))) AS enteredAt`;
	const isVisible = `EXISTS (SELECT 1 FROM doc_scopes s WHERE s.doc = d.key AND s.scope IN (SELECT value FROM json_each($scopes)))`;
	const changed = db.prepare(
		`SELECT ${columns} FROM docs d WHERE d.head > $cursor AND ${isVisible} ORDER BY d.head LIMIT ${pageDocuments + 1}`,
	);
	// For a progress bar: some of these the device may not see. Asking that of each would take longer than the page.
	const countChanged = db.prepare('SELECT count(*) AS n FROM docs WHERE head > $cursor');
	const left = db.prepare(
		`SELECT DISTINCT d.id FROM doc_scopes_left l JOIN docs d ON d.key = l.doc
		 WHERE l.seq > $cursor AND l.seq <= $end AND l.scope IN (SELECT value FROM json_each($held)) AND NOT ${isVisible}`,
	);
	const lost = db.prepare(
		`SELECT DISTINCT d.id FROM doc_scopes l JOIN docs d ON d.key = l.doc
		 WHERE l.scope IN (SELECT value FROM json_each($lost)) AND NOT ${isVisible}`,
	);
	const walkAt = (place: string) =>
		db.prepare(
			`SELECT ${columns} FROM docs d WHERE ${place} AND d.gone_at IS NULL AND ${isVisible}
			 ORDER BY d.rank, d.changed_at DESC, d.key DESC LIMIT ${pageDocuments + 1}`,
		);
	// Two questions, so that each begins in the index where the page before ended.
	const walkRank = walkAt(
		'd.rank = $rank AND d.changed_at <= $changedAt AND (d.changed_at < $changedAt OR d.key < $key)',
	);
	const walkRanksAfter = walkAt('d.rank > $rank');
	// From one index alone: a document of several of these scopes is counted for each, and so are erased ones.
	const countAll = db.prepare(
		'SELECT count(*) AS n FROM doc_scopes WHERE scope IN (SELECT value FROM json_each($scopes))',
	);
	const named = db.prepare(
		`SELECT ${columns} FROM docs d WHERE d.id IN (SELECT value FROM json_each($ids)) AND (d.gone_at IS NOT NULL OR ${isVisible})`,
	);
	const held = heldScopes(db);
	const headerLog = createHeaderLog(database, log);

	/** Adds documents up to the page's bytes; says how many of the rows found their place. */
	function fill(
		rows: readonly FeedRow[],
		newsOf: (row: FeedRow) => DocumentNews,
		{ most = pageDocuments, headerOf = () => undefined, only }: Filling = {},
	): Filled {
		const news: DocumentNews[] = [];
		const headers: HeaderNews[] = [];
		const began = performance.now();
		let bytes = 0;
		let taken = 0;
		for (const row of rows.slice(0, most)) {
			if (row.goneAt === null) {
				const header = headerOf(row);
				if (header === undefined && only === 'headers') {
					taken++;
					continue;
				}
				const next = header ?? newsOf(row);
				const size = 'header' in next ? next.header.length : next.updates.reduce((sum, { length }) => sum + length, 0);
				const isFirst = news.length === 0 && headers.length === 0;
				if (!isFirst && (bytes + size > pageBytes || performance.now() - began > headerTurnMs)) break;
				bytes += size;
				if ('header' in next) headers.push(next);
				else news.push(next);
			}
			taken++;
		}
		headerLog.write();
		return { news, headers, taken };
	}

	/** Says of a ticket that is cold for the device what is sent instead of it. */
	function coldFor(
		{ agent }: DeviceIdentity,
		recentDays: number | undefined,
	): (row: FeedRow) => HeaderNews | undefined {
		if (recentDays === undefined) return () => undefined;
		const since = hotSince(now(), recentDays);
		return ({ key, id, rank, changedAt, generation, head }) => {
			if (rank !== ranks.history || changedAt >= since || !id.startsWith('ticket/')) return undefined;
			const logged = headerLog.of(key, id, head);
			if (logged === undefined || logged.agents.includes(agent)) return undefined;
			return { document: id, generation, head, header: logged.header };
		};
	}

	const wholeNews = (row: FeedRow): DocumentNews => ({
		document: row.id,
		generation: row.generation,
		head: row.head,
		from: 'snapshot',
		updates: log.updatesOf(row.key).updates,
	});

	const signed = (identity: DeviceIdentity) => ({
		relayTime: now(),
		era,
		scopeRevision: identity.scopeRevision,
	});

	return {
		/** What a device asked for by name: the tail after what it has, else all of it. What it may not see is as good as dropped. */
		documents(identity: DeviceIdentity, { documents }: DocumentsRequest): Page {
			const asked = new Map(documents.map((one) => [one.document, one]));
			held.write(identity, [...new Set([...held.read(identity.device), ...identity.scopes])]);
			const rows = named.all({
				$scopes: JSON.stringify(identity.scopes),
				$ids: JSON.stringify([...asked.keys()]),
			}) as unknown as FeedRow[];
			const { news, taken } = fill(rows, (row) => {
				const has = asked.get(row.id);
				if (has === undefined || has.generation !== row.generation || has.head === 0) return wholeNews(row);
				const { from, updates } = log.updatesOf(row.key, has.head);
				return { document: row.id, generation: row.generation, head: row.head, from, updates };
			});
			for (const { id } of rows) asked.delete(id);
			return {
				documents: news,
				gone: rows.slice(0, taken).flatMap((row) => (row.goneAt === null ? [] : [row.id])),
				dropped: [...asked.keys()],
				cursor: 0,
				next: null,
				total: rows.length,
				...signed(identity),
			};
		},

		pull(identity: DeviceIdentity, { cursor, since = cursor, scopeRevision, recentDays }: PullRequest): Page {
			const scopes = JSON.stringify(identity.scopes);
			const rows = changed.all({ $scopes: scopes, $cursor: cursor }) as unknown as FeedRow[];
			const newsOf = (row: FeedRow): DocumentNews => {
				const has = Math.min(since, cursor);
				// Whoever sees a document for the first time needs all of it.
				const { from, updates } = log.updatesOf(row.key, row.enteredAt > has ? 0 : has);
				return { document: row.id, generation: row.generation, head: row.head, from, updates };
			};
			const { news, headers, taken } = fill(rows, newsOf, { headerOf: coldFor(identity, recentDays) });
			const isLast = taken === rows.length;
			const end = isLast ? Math.max(log.head(), cursor) : (rows[taken - 1]?.head ?? cursor);
			const before = held.read(identity.device);
			// It may have lost the line since the document left it.
			const everHeld = JSON.stringify([...new Set([...before, ...identity.scopes])]);
			const dropped = left
				.all({ $scopes: scopes, $held: everHeld, $cursor: cursor, $end: end })
				.map(({ id }) => id as DocumentId);
			const lostScopes = before.filter((scope) => !identity.scopes.includes(scope));
			if (lostScopes.length > 0 && scopeRevision !== identity.scopeRevision) {
				const lostDocuments = lost.all({ $scopes: scopes, $lost: JSON.stringify(lostScopes) });
				dropped.push(...lostDocuments.map(({ id }) => id as DocumentId));
			}
			// A device that has not heard of new lines is sent their documents all the same; it may lose them before it hears.
			const holds = scopeRevision === identity.scopeRevision ? [] : before;
			held.write(identity, [...new Set([...holds, ...identity.scopes])], before);
			sent?.pulled(identity.device, Math.min(end, log.head()), Math.min(cursor, log.head()));
			return {
				documents: news,
				headers,
				gone: rows.slice(0, taken).flatMap((row) => (row.goneAt === null ? [] : [row.id])),
				dropped: [...new Set(dropped)],
				cursor: end,
				next: isLast ? null : String(end),
				total: isLast ? rows.length : Number((countChanged.get({ $cursor: cursor }) as { n: number }).n),
				...signed(identity),
			};
		},

		/**
		 * All documents once, in the order in which they are useful; at the end those again that changed since the walk began,
		 * because a document that changes may jump over the place where the walk is. Undefined for a key that is none.
		 */
		bootstrap(
			identity: DeviceIdentity,
			{ after, scopes: wanted, recentDays, only }: BootstrapRequest,
		): Page | undefined {
			const key = readWalkKey(after, log.head());
			if (key === undefined) return undefined;
			const mine = identity.scopes.filter((scope) => wanted === undefined || wanted.includes(scope));
			const scopes = JSON.stringify(mine);
			held.write(identity, [...new Set([...held.read(identity.device), ...identity.scopes])]);
			// Counted once for a walk: each page would take longer the more documents there are.
			const total = key.total ?? Number((countAll.get({ $scopes: scopes }) as { n: number }).n);
			const filling = { headerOf: coldFor(identity, recentDays), only };
			const page = ({ news, headers }: Filled, next: string | null): Page => {
				sent?.walked(identity.device, key.began, next === null);
				return {
					documents: news,
					headers,
					gone: [],
					dropped: [],
					cursor: key.began,
					next,
					total,
					...signed(identity),
				};
			};
			if (key.phase === lastPhase) {
				const rows = changed.all({ $scopes: scopes, $cursor: key.head }) as unknown as FeedRow[];
				const filled = fill(rows, wholeNews, filling);
				const { taken } = filled;
				const head = rows[taken - 1]?.head ?? key.head;
				return page(filled, taken === rows.length ? null : `${lastPhase}.${head}.${key.began}.${total}`);
			}
			const { rank, changedAt } = key;
			const rows = walkRank.all({ $scopes: scopes, $rank: rank, $changedAt: changedAt, $key: key.key });
			if (rows.length <= pageDocuments) rows.push(...walkRanksAfter.all({ $scopes: scopes, $rank: rank }));
			const found = rows as unknown as FeedRow[];
			const most = after === null ? firstPageDocuments : pageDocuments;
			const filled = fill(found, wholeNews, { ...filling, most });
			const { taken } = filled;
			const last = found[taken - 1];
			if (taken < found.length && last !== undefined)
				return page(filled, `${last.rank}.${last.changedAt}.${last.key}.${key.began}.${total}`);
			return page(filled, log.head() > key.began ? `${lastPhase}.${key.began}.${key.began}.${total}` : null);
		},
	};
}

interface Filling {
	most?: number;
	/** Of a row that is sent as a header. */
	headerOf?: (row: FeedRow) => HeaderNews | undefined;
	only?: 'headers' | undefined;
}

interface Filled {
	news: DocumentNews[];
	headers: HeaderNews[];
	taken: number;
}

export type Feed = ReturnType<typeof createFeed>;

/** Keys of older relays, which a device may still have, say no total. */
type WalkKey = { began: number; total: number | undefined } & (
	{ phase: 'walk'; rank: number; changedAt: number; key: number } | { phase: typeof lastPhase; head: number }
);

function readWalkKey(after: string | null, head: number): WalkKey | undefined {
	if (after === null) return { phase: 'walk', rank: -1, changedAt: 0, key: 0, began: head, total: undefined };
	const [first, ...rest] = after.split('.');
	const numbers = rest.map(Number);
	if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0)) return undefined;
	if (first === lastPhase && (numbers.length === 2 || numbers.length === 3)) {
		const [changed, began, total] = numbers as [number, number, number?];
		return { phase: lastPhase, head: changed, began, total };
	}
	const rank = Number(first);
	if (!Number.isSafeInteger(rank) || (numbers.length !== 3 && numbers.length !== 4)) return undefined;
	const [changedAt, key, began, total] = numbers as [number, number, number, number?];
	return { phase: 'walk', rank, changedAt, key, began, total };
}

/** Which scopes a device is known to hold documents of, so that it can be told what it lost. */
function heldScopes(db: DatabaseSync) {
	const select = db.prepare('SELECT scopes FROM device_scopes WHERE device = ?');
	const upsert = db.prepare('INSERT OR REPLACE INTO device_scopes (device, revision, scopes) VALUES (?, ?, ?)');
	const read = (device: string): Scope[] => {
		const row = select.get(device) as { scopes: string } | undefined;
		return row === undefined ? [] : (JSON.parse(row.scopes) as Scope[]);
	};
	return {
		read,
		write(identity: DeviceIdentity, scopes: readonly Scope[], before: readonly Scope[] = read(identity.device)): void {
			const sorted = [...scopes].sort();
			if (JSON.stringify([...before].sort()) === JSON.stringify(sorted)) return;
			upsert.run(identity.device, identity.scopeRevision, JSON.stringify(sorted));
		},
	};
}
