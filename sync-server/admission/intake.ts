import * as Y from 'yjs';
import type { Scope } from '../../src/lib/domain/audience.ts';
import {
	deskDocument,
	isRecordId,
	relayDevice,
	type BlobId,
	type DocumentId,
	type EntryId,
} from '../../src/lib/domain/ids.ts';
import type { Entry } from '../../src/lib/domain/entry.ts';
import type { FillRandom } from '../../src/lib/domain/ulid.ts';
import { roots } from '../../src/lib/document/record-document.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import type { RejectionCode } from '../../src/lib/protocol/replica.ts';
import type { DeviceIdentity } from '../device-identity.ts';
import type { Schedule } from '../schedule.ts';
import { transaction, type RelayDatabase } from '../store/database.ts';
import { cannotStore, type StorageWatch } from '../store/storage-watch.ts';
import type { Append, UpdateLog } from '../store/update-log.ts';
import { contention, couldContend, stepsOf } from './contention.ts';
import { filesOfDesk } from './desk-files.ts';
import type { DocumentCache } from './document-cache.ts';
import { createFolding } from './folding.ts';
import { factsOf, rootsOf, settle, settleAfter, type OpenDocument } from './open-document.ts';
import { ruleOnOffer } from './offer-rules.ts';
import { hasNews, isTooBig, refuseBeforeApplying, ruleOn, type AdmissionContext, type Additions } from './rules.ts';
import { scanUpdate, type UpdateScan } from './scan-update.ts';
import type { ChangeOutcome, Outcome, RelayChange, Submission } from './submission.ts';
import {
	authorsOf,
	beginTurn,
	capture,
	isSameAudience,
	merged,
	type Captured,
	type Turn,
	type WaitingChange,
	type WaitingSubmission,
} from './turn.ts';

/** What one turn has durably added to one document. */
export interface Committed {
	id: DocumentId;
	generation: number;
	seq: number;
	update: Uint8Array;
	/** The sockets that brought it. */
	origins: ReadonlySet<object | undefined>;
	scopes: readonly Scope[];
	/** True when the audience is not what it was. */
	audienceChanged: boolean;
	/** Whether the witness has something to answer. */
	awaitsVerdict: boolean;
	goneAt?: number;
}

export interface IntakeParts extends AdmissionContext {
	database: RelayDatabase;
	log: UpdateLog;
	cache: DocumentCache;
	schedule: Schedule;
	now(): number;
	fillRandom: FillRandom;
	/** After the commit, before anybody is answered. */
	onCommitted(committed: readonly Committed[]): void;
	storage?: Pick<StorageWatch, 'trouble' | 'failed' | 'stored'> | undefined;
	/** Something that is a bug; the turn was rolled back. */
	onFailure(error: unknown): void;
	/** Whether an entry waits for the witness. */
	awaitsVerdict(entry: Entry, now: number): boolean;
	/** A new entry, inside the transaction that stores it; `author` is undefined for the relay's own. */
	noteEntry?(
		document: DocumentId,
		entry: Entry,
		author: DeviceIdentity | undefined,
		id: EntryId,
		receivedAt: number,
	): void;
	/** A file that a standing document names by that author's hand, inside the transaction that stores it. */
	noteFile?(document: DocumentId, file: BlobId, author: DeviceIdentity | undefined): void;
	/** The configuration as it is now, inside the transaction that stores it; of each Yjs client id, whose device it is. */
	noteDesk?(desk: Y.Doc, deviceOf: ReadonlyMap<number, string>): void;
}

const maxClientsPerDocument = 4000;

function isDecision({ kind }: Entry): boolean {
	return kind === 'delivery-decided';
}

export type Intake = ReturnType<typeof createIntake>;

/**
 * The one writer. What arrives in one turn of the event loop is admitted document by document, appended in one transaction,
 * and answered after its commit.
 */
export function createIntake(parts: IntakeParts) {
	const { database, log, cache, schedule, now } = parts;
	let submissions: WaitingSubmission[] = [];
	let changes: WaitingChange[] = [];
	let isScheduled = false;
	let isStopped = false;
	const folding = createFolding(parts);
	let idle: (() => void)[] = [];

	function wake(): void {
		if (isScheduled) return;
		isScheduled = true;
		schedule.soon(() => {
			isScheduled = false;
			flush();
			if (submissions.length === 0 && changes.length === 0) {
				const waiting = idle;
				idle = [];
				for (const resolve of waiting) resolve();
			}
		});
	}

	function flush(): void {
		const batch = submissions;
		const own = changes;
		submissions = [];
		changes = [];
		if (parts.storage?.trouble === 'database-damaged') {
			for (const waiting of [...batch, ...own]) waiting.resolve({ kind: 'storage-full' });
			return;
		}
		const turns = new Map<DocumentId, Turn>();
		const answers: (() => void)[] = [];
		const written: { change: WaitingChange; turns: Turn[] }[] = [];
		try {
			for (const change of own) applyChange(change, turns, written, answers);
			admitAll(batch, turns, answers);
			if (turns.size > 0 || written.length > 0) commit(turns, written, answers);
		} catch (error) {
			for (const id of turns.keys()) cache.evict(id);
			log.forgetUncommitted();
			const full = cannotStore(error);
			if (full) parts.storage?.failed(error);
			else parts.onFailure(error);
			// Nothing is acknowledged that is not stored: whoever asked keeps it and asks again.
			for (const waiting of batch) waiting.resolve(full ? { kind: 'storage-full' } : { kind: 'stopped' });
			for (const waiting of own) {
				if (full) waiting.resolve({ kind: 'storage-full' });
				else waiting.reject(error);
			}
			return;
		}
		for (const answer of answers) answer();
		cache.trim();
		folding.plan();
	}

	function turnOf(id: DocumentId, turns: Map<DocumentId, Turn>): Turn {
		const turn = turns.get(id) ?? beginTurn(cache.open(id));
		turns.set(id, turn);
		return turn;
	}

	/** The relay's own writes come first in a turn, so that they can be undone whole. */
	function applyChange(
		waiting: WaitingChange,
		turns: Map<DocumentId, Turn>,
		written: { change: WaitingChange; turns: Turn[] }[],
		answers: (() => void)[],
	): void {
		const before = new Map<Turn, Pick<Turn, 'updates' | 'entries' | 'numbers' | 'answered' | 'touched'>>();
		const refuse = (code: 'gone' | 'document-too-big') => {
			// What other changes of this turn did to these documents is applied anew to a fresh copy.
			for (const [turn, kept] of before) {
				Object.assign(turn, kept);
				cache.evict(turn.open.id);
				turn.open = cache.open(turn.open.id);
				for (const [client, device] of turn.newClients) turn.open.clients.set(client, device);
				turn.open.relayClient ??= turn.relayClient;
				turn.open.doc.transact(() => {
					for (const update of kept.updates) Y.applyUpdate(turn.open.doc, update);
				});
			}
			answers.push(() => waiting.resolve({ kind: 'refused', code }));
		};
		for (const { id, change, answers: answered, isVerdict } of waiting.item.documents) {
			const turn = turnOf(id, turns);
			if (turn.open.goneAt !== undefined) return refuse('gone');
			if (!before.has(turn))
				before.set(turn, {
					updates: [...turn.updates],
					entries: [...turn.entries],
					numbers: [...turn.numbers],
					answered: [...turn.answered],
					touched: turn.touched,
				});
			const { doc } = turn.open;
			doc.clientID = relayClientOf(turn);
			const entriesBefore = isRecordId(id) ? new Set(factsOf(turn.open).entries.keys()) : undefined;
			const pieces = capture(doc, () => doc.transact(() => change(doc), relayDevice)).updates;
			turn.open.facts = undefined;
			turn.updates.push(...pieces);
			turn.hasOwnChange = true;
			turn.answered.push(...(answered ?? []));
			turn.touched ||= pieces.length > 0 || (answered?.length ?? 0) > 0;
			for (const piece of pieces) turn.open.bytes += piece.length;
			if (isVerdict !== true && isTooBig(turn.open)) return refuse('document-too-big');
			if (entriesBefore === undefined) continue;
			for (const [entry, value] of factsOf(turn.open).entries) {
				if (entriesBefore.has(entry)) continue;
				turn.entries.push([entry, value]);
				if (value.kind === 'opened') turn.numbers.push(value.number);
			}
		}
		written.push({ change: waiting, turns: [...before.keys()] });
	}

	/** One client id for each document and era: ids of past writers cost every later reader. */
	function relayClientOf(turn: Turn): number {
		const { open } = turn;
		if (open.relayClient === undefined) {
			const bytes = new Uint8Array(4);
			do parts.fillRandom(bytes);
			while (open.clients.has(new DataView(bytes.buffer).getUint32(0)));
			open.relayClient = new DataView(bytes.buffer).getUint32(0);
			turn.relayClient = open.relayClient;
			turn.newClients.set(open.relayClient, relayDevice);
			open.clients.set(open.relayClient, relayDevice);
		}
		return open.relayClient;
	}

	function admitAll(batch: WaitingSubmission[], turns: Map<DocumentId, Turn>, answers: (() => void)[]): void {
		const groups = new Map<DocumentId, WaitingSubmission[]>();
		const firstOf = new Map<string, WaitingSubmission>();
		for (const waiting of batch) {
			const { identity, n, document } = waiting.item;
			if (n !== undefined) {
				const seq = log.receipt(identity.device, n);
				if (seq !== undefined) {
					answers.push(() => waiting.resolve({ kind: 'duplicate', seq }));
					continue;
				}
				const name = `${identity.device} ${n}`;
				const first = firstOf.get(name);
				if (first !== undefined) {
					const answerFirst = first.resolve;
					first.resolve = (outcome) => {
						answerFirst(outcome);
						waiting.resolve(outcome.kind === 'ok' ? { kind: 'duplicate', seq: outcome.seq } : outcome);
					};
					continue;
				}
				firstOf.set(name, waiting);
			}
			const group = groups.get(document);
			if (group === undefined) groups.set(document, [waiting]);
			else group.push(waiting);
		}
		for (const [id, group] of groups) admitGroup(turnOf(id, turns), group, answers);
	}

	function admitGroup(turn: Turn, group: WaitingSubmission[], answers: (() => void)[]): void {
		const reject = (waiting: WaitingSubmission, code: RejectionCode) => {
			answers.push(() => waiting.resolve({ kind: 'rejected', code }));
		};
		const scanned: { waiting: WaitingSubmission; scan: UpdateScan }[] = [];
		for (const waiting of group.filter(({ item }) => item.isOffer === true)) {
			const code = admitOffer(turn, waiting);
			if (code !== undefined) reject(waiting, code);
		}
		const bound = new Map<number, string>();
		for (const waiting of group) {
			if (waiting.item.isOffer === true) continue;
			const { update, identity, generation } = waiting.item;
			if (update.length > limits.updateBytes) {
				reject(waiting, 'too-big');
				continue;
			}
			const scan = scanUpdate(update);
			if (scan === undefined) {
				reject(waiting, 'malformed');
				continue;
			}
			const code = refuseBeforeApplying(turn.open, identity, generation, scan);
			if (code !== undefined) {
				reject(waiting, code);
				continue;
			}
			if (couldContend(turn.open.doc, scan) || !bind(turn.open, bound, scan, identity)) {
				reject(waiting, 'document-too-big');
				continue;
			}
			scanned.push({ waiting, scan });
		}
		if (scanned.length === 0) return;
		const code = attempt(
			turn,
			scanned.map(({ waiting }) => waiting),
			bound,
		);
		if (code === undefined) return;
		// One of them is bad: each for itself, from the committed state. What costs too much is not tried again and again.
		const costly = new Set<string>();
		for (const { waiting, scan } of scanned) {
			const { identity, generation } = waiting.item;
			const own = new Map<number, string>();
			let refusal = refuseBeforeApplying(turn.open, identity, generation, scan);
			if (refusal === undefined && !bind(turn.open, own, scan, identity)) refusal = 'document-too-big';
			if (refusal === undefined && costly.has(identity.device)) refusal = 'document-too-big';
			refusal ??= scanned.length === 1 ? code : attempt(turn, [waiting], own);
			if (refusal === 'document-too-big') costly.add(identity.device);
			if (refusal !== undefined) {
				for (const client of own.keys()) turn.open.clients.delete(client);
				reject(waiting, refusal);
			}
		}
	}

	/** What others wrote may come with it; see offer-rules.ts. */
	function admitOffer(turn: Turn, waiting: WaitingSubmission): RejectionCode | undefined {
		const { update, generation } = waiting.item;
		const { open } = turn;
		if (open.goneAt !== undefined) return 'gone';
		if (open.key === undefined) open.generation = generation;
		else if (generation !== open.generation) return 'other-generation';
		if (update.length > limits.offerBytes) return 'too-big';
		const scan = scanUpdate(update);
		const allowed = rootsOf(open);
		if (scan === undefined || [...scan.roots].some((root) => !allowed.includes(root))) return 'malformed';
		if (open.clients.size + scan.clients.length > maxClientsPerDocument) return 'document-too-big';
		return couldContend(open.doc, scan) ? 'document-too-big' : attempt(turn, [waiting], new Map());
	}

	/** Binds the client ids that are new here to the device, until the turn is committed or undone. */
	function bind(open: OpenDocument, bound: Map<number, string>, scan: UpdateScan, { device }: DeviceIdentity): boolean {
		for (const { client, to } of scan.clients) {
			if (open.clients.has(client) || to <= Y.getState(open.doc.store, client)) continue;
			if (open.clients.size >= maxClientsPerDocument) return false;
			open.clients.set(client, device);
			bound.set(client, device);
		}
		return true;
	}

	/** Applies updates to the document in one transaction. If the rules refuse, everything is as it was before. */
	function attempt(turn: Turn, group: WaitingSubmission[], bound: Map<number, string>): RejectionCode | undefined {
		const { open } = turn;
		const authors = authorsOf(group);
		const additions: Additions = { entries: [], numbers: [] };
		const [first] = group;
		const offerer = first?.item.isOffer === true ? first.item.identity : undefined;
		const said = new Map(offerer && open.record ? open.doc.getMap(roots.verdicts).entries() : []);
		let captured: Captured;
		try {
			captured = capture(open.doc, () =>
				open.doc.transact((current) => {
					for (const { item } of group) Y.applyUpdate(open.doc, item.update, relayDevice);
					return current;
				}),
			);
		} catch {
			// Whatever Yjs cannot read or put together.
			undo(turn, bound);
			return 'malformed';
		}
		let code: RejectionCode | undefined;
		const context = { ...parts, era: database.era, restored: database.restored };
		const offered = offerer && ruleOnOffer(open, captured.transaction, offerer, context, said);
		const ruling = offered ?? ruleOn(open, captured.transaction, authors, parts);
		if (ruling.kind === 'refused') code = ruling.code;
		else if (captured.updates.length > 0) {
			additions.entries = ruling.additions.entries;
			additions.numbers = ruling.additions.numbers;
			open.bytes += captured.updates.reduce((sum, update) => sum + update.length, 0);
			open.contention += stepsOf(captured.transaction);
			const isTooMuch = open.contention > contention.steps || isTooBig(open, offerer && limits.offerBytes);
			code = isTooMuch ? 'document-too-big' : growFacts(turn, additions, offerer !== undefined);
		}
		if (code !== undefined) {
			undo(turn, bound);
			return code;
		}
		// A client whose structs all turned out to be known needs no binding.
		if (hasNews(captured.transaction)) for (const [client, device] of bound) turn.newClients.set(client, device);
		else for (const client of bound.keys()) open.clients.delete(client);
		if (offerer !== undefined && offered?.kind === 'admitted') {
			for (const [id] of additions.entries) turn.offered.set(id, offerer);
			for (const [client, device] of offered.clients)
				if (!open.clients.has(client)) {
					open.clients.set(client, device);
					turn.newClients.set(client, device);
				}
		}
		turn.updates.push(...captured.updates);
		if (said.size > 0) sayOver(turn, said);
		turn.accepted.push(...group);
		turn.entries.push(...additions.entries);
		turn.numbers.push(...additions.numbers);
		turn.touched ||= captured.updates.length > 0 || group.some(({ item }) => item.n !== undefined);
		return undefined;
	}

	/** What the relay that is gone had said may come above what this one has said since: this one's word stays. */
	function sayOver(turn: Turn, said: ReadonlyMap<string, unknown>): void {
		const { open } = turn;
		const verdicts = open.doc.getMap(roots.verdicts);
		const covered = [...said].filter(([key, verdict]) => verdicts.get(key) !== verdict);
		if (covered.length === 0) return;
		open.doc.clientID = relayClientOf(turn);
		const { updates } = capture(open.doc, () =>
			open.doc.transact(() => covered.forEach(([key, verdict]) => verdicts.set(key, verdict)), relayDevice),
		);
		open.facts = undefined;
		open.bytes += updates.reduce((sum, update) => sum + update.length, 0);
		turn.updates.push(...updates);
		turn.hasOwnChange = true;
	}

	/** A record that nobody could ever see is not accepted: its opening entry is missing. */
	function growFacts(turn: Turn, additions: Additions, isOffer: boolean): RejectionCode | undefined {
		if (turn.open.record === undefined) return undefined;
		if (isOffer) {
			turn.open.facts = undefined;
			settle(turn.open, now());
		} else if (additions.entries.length > 0) settleAfter(turn.open, additions.entries, now());
		return turn.open.scopes.length === 0 ? 'missing-base' : undefined;
	}

	/** Back to what is committed, and what this turn has accepted already. */
	function undo(turn: Turn, bound: Map<number, string>): void {
		const { id } = turn.open;
		cache.evict(id);
		const open = cache.open(id);
		turn.open = open;
		for (const client of bound.keys()) open.clients.delete(client);
		for (const [client, device] of turn.newClients) open.clients.set(client, device);
		open.relayClient ??= turn.relayClient;
		if (turn.updates.length > 0) {
			open.doc.transact(() => {
				for (const update of turn.updates) Y.applyUpdate(open.doc, update);
			});
			if (turn.entries.length > 0) settle(open, now());
		}
	}

	function commit(
		turns: Map<DocumentId, Turn>,
		written: { change: WaitingChange; turns: Turn[] }[],
		answers: (() => void)[],
	): void {
		const at = now();
		const seqs = new Map<DocumentId, number>();
		const committed: Committed[] = [];
		const touched = [...turns.values()].filter((turn) => turn.touched);
		transaction(database.db, () => {
			for (const turn of touched) {
				const { open } = turn;
				if (turn.hasOwnChange || open.key === undefined) settle(open, at);
				if (open.record === undefined) open.changedAt = at;
				const audienceChanged = !isSameAudience(turn.scopesBefore, open.scopes);
				// A decision to send again may have been followed by the relay that is gone: nobody follows it twice.
				const awaiting = turn.entries
					.filter(([id, entry]) => parts.awaitsVerdict(entry, at) && !(turn.offered.has(id) && isDecision(entry)))
					.map(([id]) => id);
				const append: Append = {
					id: open.id,
					key: open.key,
					generation: open.generation,
					head: open.head,
					update: merged(turn.updates),
					receivedAt: at,
					receipts: turn.accepted.flatMap(({ item }) =>
						item.n === undefined ? [] : [{ device: item.identity.device, n: item.n }],
					),
					clients: [...turn.newClients].map(([client, device]) => ({ client, device })),
					relayClient: turn.relayClient,
					rank: open.rank,
					changedAt: Math.floor(open.changedAt),
					open: open.isOpen,
					scopes: audienceChanged || open.key === undefined ? open.scopes : undefined,
					awaitingVerdict: awaiting,
					answered: turn.answered,
					numbers: turn.numbers,
				};
				const appended = log.append(append);
				seqs.set(open.id, appended.seq);
				if (parts.noteEntry !== undefined && turn.entries.length > 0) {
					const authors = authorsOf(turn.accepted);
					for (const [id, entry] of turn.entries)
						parts.noteEntry(
							open.id,
							entry,
							turn.offered.get(id) ?? authors.find(({ device }) => device === entry.device),
							id,
							at,
						);
				}
				if (parts.noteFile !== undefined && open.id === deskDocument) {
					const authors = authorsOf(turn.accepted);
					for (const { file, device } of filesOfDesk(open.doc, open.clients)) {
						const author = authors.find((one) => one.device === device);
						if (author !== undefined || device === relayDevice) parts.noteFile(open.id, file, author);
					}
				}
				if (open.id === deskDocument && append.update !== undefined) parts.noteDesk?.(open.doc, open.clients);
				if (append.update !== undefined) {
					open.key = appended.key;
					open.head = appended.seq;
					committed.push({
						id: open.id,
						generation: open.generation,
						seq: appended.seq,
						update: append.update,
						origins: new Set([
							...turn.accepted.map(({ item }) => item.origin),
							...(turn.hasOwnChange ? [undefined] : []),
						]),
						scopes: open.scopes,
						audienceChanged,
						awaitsVerdict: awaiting.length > 0,
					});
					if (log.needsFold(appended.tail)) folding.add(open.id);
				}
			}
			for (const { change } of written) change.item.alongside?.(database.db);
		});
		if (touched.length > 0) parts.storage?.stored();
		for (const turn of touched) {
			const seq = seqs.get(turn.open.id) ?? 0;
			for (const waiting of turn.accepted) answers.push(() => waiting.resolve({ kind: 'ok', seq }));
		}
		for (const turn of turns.values()) {
			if (turn.touched) continue;
			const seq = log.head();
			for (const waiting of turn.accepted) answers.push(() => waiting.resolve({ kind: 'ok', seq }));
		}
		for (const { change, turns: own } of written) {
			const mine = new Map(own.map((turn) => [turn.open.id, seqs.get(turn.open.id) ?? log.head()]));
			answers.push(() => change.resolve({ kind: 'ok', seqs: mine }));
		}
		if (committed.length > 0) parts.onCommitted(committed);
	}

	return {
		submit(submission: Submission): Promise<Outcome> {
			if (isStopped) return Promise.resolve({ kind: 'stopped' });
			return new Promise((resolve) => {
				submissions.push({ item: submission, resolve });
				wake();
			});
		},
		/** The relay's own pen. A change that throws is a bug, and nothing of its turn is stored. */
		change(change: RelayChange): Promise<ChangeOutcome> {
			if (isStopped) return Promise.resolve({ kind: 'stopped' });
			return new Promise((resolve, reject) => {
				changes.push({ item: change, resolve, reject });
				wake();
			});
		},
		/** Resolves when all that came in so far is committed and answered. */
		settled(): Promise<void> {
			if (submissions.length === 0 && changes.length === 0) return Promise.resolve();
			return new Promise((resolve) => idle.push(resolve));
		},
		/** Commits what is there and takes nothing more. */
		stop(): void {
			if (isStopped) return;
			while (submissions.length > 0 || changes.length > 0) flush();
			isStopped = true;
			folding.stop();
		},
	};
}
