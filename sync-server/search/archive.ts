import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { lineScope } from '../../src/lib/domain/audience.ts';
import type { LineId } from '../../src/lib/domain/ids.ts';
import { hotSince } from '../../src/lib/domain/tier.ts';
import { archiveLimits, type ArchiveAnswer, type ArchiveQuery } from '../../src/lib/protocol/archive-search.ts';
import { isVisibleTo } from '../admission/rules.ts';
import type { DeviceIdentity } from '../device-identity.ts';
import type { Schedule } from '../schedule.ts';
import type { RelayDatabase } from '../store/database.ts';
import { archiveFile, openArchiveIndex, removeArchiveIndex, rowOf, type ArchiveIndex } from './archive-index.ts';
import { idToken, matchOf, typedWords } from './archive-words.ts';
import type { ArchiveErrand } from './archive-thread.ts';
import { forgetOthers, readResting } from './read-resting.ts';
import { readTicket, snippetFor } from './resting-ticket.ts';
import { openStoredTickets, type StoredTicket } from './stored-tickets.ts';

export interface ArchiveParts {
	database: RelayDatabase;
	now(): number;
	schedule: Schedule;
	/** A bug, or a disk that fails. */
	onFailure(error: unknown): void;
}

/** No device holds less than what changed within a day, and a day of tiers begins at most a day later (`hotSince`). */
const restsAfterMs = 12 * 60 * 60_000;
const firstSweepMs = 10 * 60_000;
const everyMs = 60 * 60_000;
/** A question that comes after news in the relay has old tickets compared, at most this often. */
const askedEveryMs = 60_000;
/** Those that match are in what the agent may see, but for what was moved since it was read. */
const mostLooked = 2000;
/** Of the thread that reads; a ticket has at most a megabyte. */
const threadLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 };
const readBetweenPauses = 4;
const farFuture = Number.MAX_SAFE_INTEGER;

export type Archive = ReturnType<typeof createArchive>;

/**
 * Searches the full text of tickets at rest: those that are closed, and in which nothing happened for half a day. All others lie whole on the
 * devices of those who may see them.
 *
 * AS1 Only what rests is read, some time after its last change, by a thread of its own that ends: storing an edit never waits for it.
 * AS2 What is in the index carries generation and head of the document; both are compared, so that nothing is missed and nothing old is shown.
 * AS3 A hit is shown if the agent may see the ticket now, by the database, whatever the index says.
 * AS4 What an agent is answered is the same, whatever stands in tickets that they may not see: no figures, and no order that depends on these.
 * AS5 What was erased or blacked out is gone from the index, its file included, before the erasure counts as done.
 * AS6 The index may be deleted at any time, and is in no backup.
 */
export function createArchive({ database, now, schedule, onFailure }: ArchiveParts) {
	const { db, dataDir, era } = database;
	const stored = openStoredTickets(db);
	const newest = db.prepare('SELECT coalesce(max(head), 0) AS head FROM docs');
	let index: ArchiveIndex | undefined;
	let sweeping: Promise<void> | undefined;
	/** Where the feed stood when all that rests was in the index. */
	let swept: { head: number } | undefined;
	let triedAt = -Infinity;
	/** Tickets that rest and are not in it yet. */
	let isBehind = true;
	let thread: Worker | undefined;
	let closed = false;
	let callOff = () => {};

	const opened = () => (index ??= openArchiveIndex(dataDir, era));
	const headNow = () => newest.get()?.head as number;
	const turn = () => new Promise<void>((resolve) => schedule.soon(resolve));

	/** Throws away what cannot be worked with; the next sweep makes it anew. False where not even that can be done. */
	function beginAnew(because?: unknown): boolean {
		if (because !== undefined) onFailure(because);
		swept = undefined;
		isBehind = true;
		try {
			index?.close();
		} catch {
			// It is deleted all the same.
		}
		index = undefined;
		try {
			if (dataDir !== undefined) removeArchiveIndex(dataDir);
			return true;
		} catch (error) {
			onFailure(error);
			return false;
		}
	}

	async function sweepAll(): Promise<void> {
		const head = headNow();
		const restsSince = now() - restsAfterMs;
		const behind = () => void (isBehind = true);
		triedAt = now();
		const own = opened();
		if (dataDir === undefined)
			await readResting({
				...{ db, index: own, restsSince, behind },
				measure: () => performance.now(),
				isOver: () => closed,
				pause: turn,
			});
		else await readInThread({ directory: dataDir, era, restsSince }, behind);
		if (closed || index !== own) return;
		swept = { head };
		isBehind = false;
	}

	/** A thread of its own has its own memory, and gives it back. */
	function readInThread(errand: ArchiveErrand, behind: () => void): Promise<void> {
		return new Promise((resolve, reject) => {
			thread = new Worker(new URL('./archive-thread.ts', import.meta.url), {
				workerData: errand,
				resourceLimits: threadLimits,
			});
			thread.unref();
			thread.on('message', behind);
			thread.on('error', reject);
			thread.on('exit', (code) =>
				code === 0 || closed ? resolve() : reject(new Error('old tickets could not be read')),
			);
		});
	}

	function sweep(): Promise<void> {
		sweeping ??= sweepAll()
			.catch((error: unknown) => void (closed || beginAnew(error)))
			.finally(() => (sweeping = undefined));
		return sweeping;
	}

	function sweepLater(ms: number): void {
		if (closed) return;
		callOff = schedule.after(ms, () => void sweep().then(() => sweepLater(everyMs)));
	}

	/** The newest that match and that this agent may see, one more than are answered. */
	function lookFor(identity: DeviceIdentity, match: string, from: number, since: number): StoredTicket[] {
		const found: StoredTicket[] = [];
		let looked = 0;
		for (const { doc, generation, head } of opened().find(match, rowOf(from), since)) {
			const row = stored.row(doc);
			if (row?.head === head && row.generation === generation && maySee(identity, row)) found.push(row);
			if (found.length > archiveLimits.hits || ++looked > mostLooked) break;
		}
		return found;
	}

	/** AS3. */
	function maySee(identity: DeviceIdentity, { key, id, goneAt }: StoredTicket): boolean {
		return goneAt === null && isVisibleTo({ id, scopes: stored.scopesOf(key) }, identity);
	}

	return {
		/** Reads what rests, soon and then every hour. */
		start: () => sweepLater(firstSweepMs),
		/** Resolves when all that rests is in the index. */
		sweep,

		async search(identity: DeviceIdentity, query: ArchiveQuery): Promise<ArchiveAnswer> {
			if (swept?.head !== headNow() && now() - triedAt > askedEveryMs) void sweep();
			const answer: ArchiveAnswer = { hits: [], more: false, complete: !isBehind };
			const typed = typedWords(query.text);
			if (typed.length === 0) return answer;
			const before =
				query.recentDays === undefined ? farFuture : rowOf(Math.min(now(), hotSince(now(), query.recentDays)));
			let found: StoredTicket[];
			try {
				found = lookFor(identity, questionOf(identity, query, typed), query.from ?? 0, before);
			} catch (error) {
				// A damaged file, or a disk that fails: it is made anew, and nothing else is touched by it.
				beginAnew(error);
				return { ...answer, complete: false };
			}
			answer.more = found.length > archiveLimits.hits;
			for (const [i, { key, head }] of found.slice(0, archiveLimits.hits).entries()) {
				if (i % readBetweenPauses === readBetweenPauses - 1) await turn();
				// Others had their turn: what was erased or moved meanwhile is not shown.
				const row = stored.row(key);
				if (row?.head !== head || !maySee(identity, row)) continue;
				const ticket = readTicket(row.id, stored.updatesOf(key));
				if (ticket === undefined) continue;
				const { text, ranges } = snippetFor(ticket, typed);
				answer.hits.push({ document: row.id, snippet: { text, ranges: ranges.map(([start, end]) => [start, end]) } });
			}
			return answer;
		},

		/** What was erased or blacked out leaves the index and its file. False if that has to be tried again. */
		forgetErased(): boolean {
			if (index === undefined && (dataDir === undefined || !existsSync(join(dataDir, archiveFile)))) return true;
			try {
				return forgetOthers(db, opened()) || beginAnew();
			} catch (error) {
				return beginAnew(error);
			}
		},

		async close(): Promise<void> {
			closed = true;
			callOff();
			await thread?.terminate();
			index?.close();
			index = undefined;
		},
	};
}

/** The words, in what the agent may see, narrowed to what was asked for. */
function questionOf({ scopes }: DeviceIdentity, query: ArchiveQuery, typed: readonly string[]): string {
	const { line, queue, person } = query;
	const narrowed = [
		...(line === undefined ? [] : [lineScope(line as LineId)]),
		...(queue === undefined ? [] : [`queue:${queue}`]),
		...(person === undefined ? [] : [person]),
	];
	const seen = scopes.map((scope) => `"${idToken(scope)}"`).join(' OR ');
	return [matchOf(typed), `(${seen})`, ...narrowed.map((id) => `"${idToken(id)}"`)].join(' AND ');
}
