import { steadyOffset, offsetOf } from './clock-offset.ts';
import type { DocumentId } from '../domain/ids.ts';
import { dayMs } from '../domain/tier.ts';
import type { Session } from '../protocol/session.ts';
import type { CloseReason } from '../protocol/close-reasons.ts';
import type { Page } from '../protocol/replica.ts';
import type { GoneWords } from '../store/gone-words.ts';
import type { RecordStore } from '../store/record-store.ts';
import { isSameSetting } from '../store/same-setting.ts';
import { classifyStoreError } from '../store/store-failure.ts';
import { backoffDelay } from './backoff.ts';
import { createCell, type Cell } from './cell.ts';
import { pollDelay } from './polling.ts';
import {
	afterPullPage,
	afterScopeChange,
	afterWalkPage,
	firstProgress,
	startAgain,
	walkAgain,
	withHeadersAnew,
	type Progress,
} from './progress.ts';
import { fetchDocuments } from './fetch-documents.ts';
import { handOver } from './hand-over.ts';
import { forgetGone } from './forget-gone.ts';
import { keepTiers } from './keep-tiers.ts';
import { readTier } from './kept-here.ts';
import { pushAll, type PushOutcome } from './push.ts';
import { receivePage, type Project } from './receive-page.ts';
import { quietReplica, type ReplicaState } from './replica-state.ts';
import { sendFiles } from './send-files.ts';
import { withSession, type Sessions } from './session.ts';
import { afterWritingNews } from './writing.ts';
import { settingKeys } from './setting-keys.ts';
import type { Time } from './time.ts';
import type { NoAnswer, Transport } from './transport.ts';

/**
 * Moves what the store keeps to the relay and back. One per device: the leader's.
 *
 * RP1 One round at a time: push, then the rest of a walk over whole documents, then pull, then numbers and files. On a new device the
 *     first page of the walk comes before the first push.
 * RP2 A page and how far it brings us are stored in one transaction, so that a crash repeats a page at most.
 * RP3 A walk goes on after a reload where it stopped, and edits leave between its pages.
 * RP4 No word from the relay is never an error: it is tried again, later each time, at once when somebody asks.
 * RP5 `revoked` wipes this device; nothing else does.
 * RP6 A page that was asked for before a repair is not stored after it.
 * RP7 What a page left open (see receive-page.ts) is fetched in the same round, or in a later one; then what has become cold is trimmed.
 * RP8 Nothing leaves that was not looked through for what was erased meanwhile; the relay refuses it as `pull-first` until this device has
 *     taken the new generations and says so by its next pull.
 */
export interface Replica {
	state: Cell<ReplicaState>;
	start(): void;
	/** A round now, whatever was planned. Resolves when it is over. */
	syncNow(): Promise<void>;
	/** Fetches everything once more. */
	walkAgain(): Promise<void>;
	close(): void;
}

export interface ReplicaParts {
	store: RecordStore;
	/** Plain; the replica proves the session itself. */
	transport: Transport;
	sessions: Sessions;
	time: Time;
	project: Project;
	visible(): boolean;
	/** Deletes everything on this device. */
	wipe(): Promise<void>;
	/** A document that a person has before their eyes is not trimmed. */
	isInUse?(document: DocumentId): boolean;
	/** How often it is looked for what has become cold; once a day unless given. */
	trimEveryMs?: number;
	/** What is kept beside the store, without what was erased (FG2). */
	cleanElsewhere?(gone: readonly GoneWords[]): Promise<void>;
}

/** What a round covers: edits only, or everything. */
type Wanted = 'nothing' | 'push' | 'all';
/** Edits made in quick succession share a request. */
const gatherMs = 250;
/** Pokes in quick succession share a pull. */
const pokeMs = 50;
const fewNumbers = 500;
/** One to take what was erased, one to say so, one for what is erased meanwhile. */
const mostPullsFirst = 3;
/** So many documents are looked at in a round. */
const mostFolds = 50;

export function createReplica(parts: ReplicaParts): Replica {
	const { store, sessions, time } = parts;
	const transport = withSession(parts.transport, sessions);
	const state = createCell<ReplicaState>(quietReplica);
	let closed = false;
	let started = false;
	let active = false;
	let running = Promise.resolve();
	let wanted: Wanted = 'nothing';
	let failures = 0;
	let quietRounds = 0;
	let pulledAt = 0;
	const grown = new Set<DocumentId>();
	let pullFirst = 0;
	let callOffRound = () => {};
	let callOffGather: (() => void) | undefined;
	let poke: { close(): void; open: boolean } | undefined;
	let pokeFailures = 0;
	let callOffPoke = () => {};
	let stopWatching = () => {};

	const show = (change: Partial<ReplicaState>) => {
		if (!closed) state.set({ ...state.current, ...change });
	};

	function run(what: Exclude<Wanted, 'nothing'>): Promise<void> {
		wanted = what === 'all' || wanted === 'all' ? 'all' : 'push';
		if (!active) running = rounds();
		return running;
	}

	async function rounds(): Promise<void> {
		active = true;
		callOffRound();
		while (wanted !== 'nothing' && !closed && !state.current.wiped) {
			const what = wanted;
			wanted = 'nothing';
			const stopped = await round(what).catch((error: unknown): Stop => {
				const why = classifyStoreError(error);
				if (why === 'unknown') console.error(error);
				return { kind: 'storage' };
			});
			if (closed) break;
			if (stopped?.kind === 'superseded') {
				wanted = 'all';
				continue;
			}
			await conclude(stopped);
			if (stopped !== undefined) wanted = 'nothing';
		}
		active = false;
		plan();
	}

	async function round(what: Exclude<Wanted, 'nothing'>): Promise<Stop | undefined> {
		await forget();
		let progress = await readProgress();
		// What is sent before the feed begins could be erased or move out of sight without this device ever hearing of it.
		const hasBegun = progress !== undefined && progress.cursor !== null && progress.handOver === undefined;
		let news = 0;
		let full: Stop | undefined;
		if (hasBegun) {
			const pushed = await pushAll({ store, transport, now: time.now, era: progress?.era ?? 0 }, heard);
			if (!mustPullFirst(pushed)) pullFirst = 0;
			if (pushed.kind === 'other-era') what = 'all';
			else if (mustPullFirst(pushed)) {
				what = 'all';
				if (++pullFirst <= mostPullsFirst) wanted = 'all';
				else [full, pullFirst] = [pushed as NoAnswer, 0];
			}
			// Where nothing can be stored, what is there can still be read.
			else if (pushed.kind === 'refused' && pushed.reason === 'storage-full') [full, what] = [pushed, 'all'];
			else if (pushed.kind !== 'ok') return pushed;
			else news = pushed.sent;
		}
		if (what === 'push') return undefined;
		progress = await readProgress();
		if (progress === undefined) return { kind: 'refused', reason: 'sign-in' };
		const anew = await adaptHeaders(progress);
		if (anew === undefined) return { kind: 'superseded' };
		progress = anew;
		if (progress.walk !== null) {
			const walked = await walk(progress);
			if ('kind' in walked) return walked;
			progress = walked;
			news++;
		}
		if (progress.handOver !== undefined) {
			const handed = await giveBack(progress);
			if (handed !== undefined) return handed;
			news++;
			wanted = 'all';
			progress = await readProgress();
			if (progress === undefined) return { kind: 'refused', reason: 'sign-in' };
		}
		const pulled = await pull(progress);
		if ('kind' in pulled) return pulled;
		news += pulled.news;
		if (pulled.again) wanted = 'all';
		const open = await fetchWanted();
		if (open !== undefined) return open;
		const block = await fetchNumbers();
		if (block !== undefined) return block;
		const files = full ?? (await sendFiles(store.blobs, transport));
		await foldGrown();
		await trim();
		quietRounds = news > 0 ? 0 : quietRounds + 1;
		pulledAt = time.now();
		return files.kind === 'ok' ? undefined : files;
	}

	/** False if the device was repaired, or told to start again, while the page was on its way: it belongs to what is no more. */
	async function take(page: Page, before: Progress, after: Progress): Promise<boolean> {
		const { progress } = settingKeys;
		const places = { store, project: parts.project };
		const taken = await receivePage(places, page, { [progress]: after }, { [progress]: before });
		await forget();
		return taken === 'stored';
	}

	async function forget(): Promise<void> {
		// The relay hears by the next pull that it is done.
		if (await forgetGone(store, parts.cleanElsewhere ?? (async () => {}))) wanted = 'all';
	}

	async function walk(start: Progress): Promise<Progress | Stop> {
		let progress = start;
		while (progress.walk !== null && !closed) {
			const { after, scopes, done, total, only } = progress.walk;
			show({ busy: true, progress: { done, total } });
			const askedAt = time.now();
			const answer = await transport.bootstrap({
				...{ after, ...(await recentDays()) },
				...(scopes === null ? {} : { scopes }),
				...(only === undefined ? {} : { only }),
			});
			if (answer.kind !== 'ok') return answer;
			const page = answer.value;
			heard(page.relayTime, askedAt);
			// A page that leads to itself would go round for ever.
			if (page.next !== null && page.next === after) return { kind: 'offline' };
			const next = afterWalkPage(progress, page);
			if (!(await take(page, progress, next))) return { kind: 'superseded' };
			progress = next;
			// Until the relay has been handed what it lacks, edits could build on what it does not know.
			if (progress.handOver !== undefined) continue;
			const pushed = await pushAll({ store, transport, now: time.now, era: progress.era }, heard);
			// The pull that follows notices.
			if (pushed.kind === 'other-era') break;
			if (pushed.kind !== 'ok' && !mustPullFirst(pushed)) return pushed;
		}
		show({ progress: undefined });
		return progress;
	}

	async function pull(start: Progress): Promise<{ news: number; again: boolean } | Stop> {
		let progress = start;
		let news = 0;
		for (;;) {
			const { cursor, since, scopeRevision } = progress;
			const askedAt = time.now();
			const answer = await transport.pull({
				...{ cursor: cursor ?? 0, scopeRevision, ...(await recentDays()) },
				...(since === undefined ? {} : { since }),
			});
			if (answer.kind !== 'ok') return answer;
			const page = answer.value;
			heard(page.relayTime, askedAt);
			const changed = changesOf(page);
			if (changed > 0) show({ busy: true });
			news += changed;
			const moved = page.cursor > (cursor ?? 0);
			const next = afterPullPage(progress, page);
			const isNews = changed > 0 || moved || since !== undefined;
			if (isNews && !(await take(page, progress, next))) return { kind: 'superseded' };
			progress = next;
			if (page.scopeRevision !== scopeRevision || page.era !== progress.era) {
				const adapted = await adapt(progress, page);
				return 'kind' in adapted ? adapted : { news, again: adapted.moved };
			}
			for (const { document, from } of page.documents)
				if (from === 'tail' && grown.size < mostFolds) grown.add(document);
			if (page.next === null || !moved) return { news, again: false };
		}
	}

	/** The agent's lines changed, or the relay came back from a backup: then its cursors and ours have nothing in common any more. */
	async function adapt(progress: Progress, page: Page): Promise<{ moved: boolean } | Stop> {
		const answer = await sessions.refresh();
		if (answer.kind !== 'ok') return answer;
		const session = answer.value;
		const restored = page.era !== progress.era;
		// The walk brings those that are still there.
		if (restored) await store.dropCold();
		const next = restored
			? {
					...startAgain(progress),
					handOver: { after: null },
					era: page.era,
					scopes: session.scopes,
					scopeRevision: page.scopeRevision,
				}
			: afterScopeChange(progress, session, page.scopeRevision);
		if (!(await replaceProgress(progress, next))) return { kind: 'superseded' };
		return { moved: restored || next.scopeRevision !== progress.scopeRevision };
	}

	/** After an update of the app that shows cold tickets in another way. Undefined if something else has happened meanwhile. */
	async function adaptHeaders(progress: Progress): Promise<Progress | undefined> {
		const next = withHeadersAnew(progress, (await store.rows.countCold()) > 0);
		return next === progress || (await replaceProgress(progress, next)) ? next : undefined;
	}

	async function replaceProgress(before: Progress, next: Progress): Promise<boolean> {
		const stored = await store.settings.change<Progress>(settingKeys.progress, (value) =>
			value === undefined || isSameSetting(value, before) ? next : value,
		);
		return isSameSetting(stored, next);
	}

	async function recentDays(): Promise<{ recentDays?: number }> {
		const tier = await readTier(store);
		return tier.kind === 'everything' ? {} : { recentDays: tier.days };
	}

	async function fetchWanted(): Promise<Stop | undefined> {
		for (;;) {
			const documents = (await store.settings.get<DocumentId[]>(settingKeys.wanted)) ?? [];
			if (documents.length === 0 || closed) return undefined;
			show({ busy: true });
			const fetched = await fetchDocuments({ store, transport, project: parts.project }, documents);
			if (fetched.kind === 'refused' && fetched.reason === 'not-found') return undefined;
			if (fetched.kind !== 'fetched') return fetched;
			const left = (await store.settings.get<DocumentId[]>(settingKeys.wanted)) ?? [];
			if (left.length >= documents.length) return undefined;
		}
	}

	/** Nothing waits for it: what fails is done with the next round. */
	async function trim(): Promise<void> {
		const agent = sessions.current.current?.agent.id;
		const progress = await readProgress();
		if (agent === undefined || closed || progress === undefined || progress.walk !== null) return;
		await keepTiers({
			...{ store, agent, now: time.now() - state.current.clockOffset, everyMs: parts.trimEveryMs ?? dayMs },
			isInUse: (document) => parts.isInUse?.(document) === true,
		}).catch(() => {});
	}

	/** Hands over what a restored relay lacks, from where it stopped. */
	async function giveBack(start: Progress): Promise<Stop | undefined> {
		let progress = start;
		show({ busy: true });
		const outcome = await handOver(
			{ store, transport, from: start.handOver?.after ?? null, era: start.era },
			async (after) => {
				const next: Progress = { ...progress, handOver: after === undefined ? undefined : { after } };
				const stored = await store.settings.change<Progress>(settingKeys.progress, (value) =>
					value === undefined || isSameSetting(value, progress) ? next : value,
				);
				progress = next;
				return isSameSetting(stored, next) && !closed;
			},
		);
		if (outcome.kind === 'done') return undefined;
		return outcome.kind === 'superseded' ? { kind: 'superseded' } : outcome;
	}

	/** Tails make documents long; folding does nothing where it is not worth it. */
	async function foldGrown(): Promise<void> {
		const documents = [...grown];
		grown.clear();
		for (const document of documents) if (!closed) await store.fold(document).catch(() => {});
	}

	async function fetchNumbers(): Promise<Stop | undefined> {
		if (sessions.current.current?.agent.role === 'observer') return undefined;
		if ((await store.addBlocks([])) >= fewNumbers) return undefined;
		const answer = await transport.block();
		if (answer.kind === 'ok') await store.addBlocks([answer.value]);
		else if (answer.kind === 'offline' || answer.reason === 'sign-in' || answer.reason === 'revoked') return answer;
		return undefined;
	}

	async function readProgress(): Promise<Progress | undefined> {
		const stored = await store.settings.get<Progress>(settingKeys.progress);
		if (stored !== undefined) return stored;
		const session: Session | undefined = sessions.current.current;
		if (session === undefined) return undefined;
		return store.settings.change<Progress>(settingKeys.progress, (value) => value ?? firstProgress(session));
	}

	function heard(relayTime: number, askedAt: number): void {
		const now = time.now();
		const before = state.current.clockOffset;
		const clockOffset = steadyOffset(before, offsetOf(relayTime, askedAt, now));
		show({ contact: 'heard', heardAt: now, clockOffset });
		if (clockOffset !== before) void store.settings.set(settingKeys.clockOffset, clockOffset).catch(() => {});
	}

	async function conclude(stopped: Exclude<Stop, { kind: 'superseded' }> | undefined): Promise<void> {
		if (stopped === undefined) {
			failures = 0;
			show({ busy: false, problem: undefined, contact: 'heard' });
			return;
		}
		failures++;
		if (stopped.kind === 'offline') show({ busy: false, contact: 'offline' });
		else if (stopped.kind === 'storage') show({ busy: false, problem: 'storage' });
		else await refused(stopped.reason);
	}

	async function refused(reason: CloseReason): Promise<void> {
		if (reason === 'revoked') {
			show({ busy: false, problem: 'revoked' });
			stop();
			// Where it fails another tab is at it, or this one is closing; what is left is told `revoked` again at the next start.
			const isWiped = await parts.wipe().then(
				() => true,
				() => false,
			);
			if (isWiped) show({ wiped: true });
		} else if (reason === 'update-app') show({ busy: false, problem: 'update-app' });
		else if (reason === 'sign-in' || reason === 'no-access') show({ busy: false, problem: 'sign-in' });
		else if (reason === 'storage-full') show({ busy: false, problem: 'relay-storage' });
		else show({ busy: false, contact: 'offline' });
	}

	function plan(): void {
		callOffRound();
		if (closed || !started || state.current.wiped) return;
		const polled = pollDelay({ visible: parts.visible(), poked: poke?.open === true, quietRounds }, time.random());
		callOffRound = time.schedule(
			() => void run('all'),
			failures > 0 ? backoffDelay(failures, time.random()) : Math.max(0, pulledAt + polled - time.now()),
		);
	}

	function openPoke(): void {
		if (closed || !started || poke !== undefined || state.current.wiped) return;
		const line = { open: false, close: () => {} };
		poke = line;
		line.close = transport.openPoke({
			opened() {
				line.open = true;
				pokeFailures = 0;
				// Something may have happened while nobody listened; and now polling can rest.
				if (failures > 0 || state.current.contact !== 'heard') void run('all');
			},
			poked({ head, scopeRevision, writing = state.current.writing }) {
				show({ contact: 'heard', heardAt: time.now(), writing });
				callOffPoke();
				callOffPoke = time.schedule(() => void pullIfBehind(head, scopeRevision), pokeMs);
			},
			wrote: (news) => show({ writing: afterWritingNews(state.current.writing, news) }),
			closed(reason) {
				if (poke !== line) return;
				poke = undefined;
				show({ writing: [] });
				void lineLost(reason);
			},
		});
	}

	async function lineLost(reason: CloseReason | undefined): Promise<void> {
		pokeFailures++;
		if (reason === 'sign-in') {
			const renewed = await sessions.renew();
			if (renewed.kind === 'refused') await refused(renewed.reason);
		} else if (reason === 'revoked') await refused('revoked');
		else if (pokeFailures === 1) void run('all');
		if (closed || state.current.wiped) return;
		callOffPoke();
		callOffPoke = time.schedule(openPoke, backoffDelay(pokeFailures, time.random()));
	}

	/** The relay also speaks to say that it is there; only what this device lacks is a reason to ask. */
	async function pullIfBehind(head: number, scopeRevision: number): Promise<void> {
		const progress = await readProgress().catch(() => undefined);
		const behind =
			progress === undefined ||
			progress.walk !== null ||
			head > (progress.cursor ?? 0) ||
			scopeRevision !== progress.scopeRevision;
		if (behind || failures > 0) await run('all');
	}

	function gather(): void {
		if (closed || !started || callOffGather !== undefined) return;
		callOffGather = time.schedule(() => {
			callOffGather = undefined;
			if (failures === 0) void run('push');
		}, gatherMs);
	}

	function stop(): void {
		started = false;
		callOffRound();
		callOffGather?.();
		callOffGather = undefined;
		callOffPoke();
		stopWatching();
		const line = poke;
		poke = undefined;
		line?.close();
	}

	return {
		state,
		start() {
			if (started || closed) return;
			started = true;
			stopWatching = store.watch((change) => {
				if (change.kind === 'outbox') gather();
			});
			void store.settings
				.get<number>(settingKeys.clockOffset)
				.catch(() => undefined)
				.then((clockOffset) => {
					if (state.current.heardAt === undefined && clockOffset !== undefined) show({ clockOffset });
				});
			openPoke();
			void run('all');
		},
		syncNow() {
			if (closed || state.current.wiped) return Promise.resolve();
			failures = 0;
			quietRounds = 0;
			if (started && poke === undefined) {
				callOffPoke();
				openPoke();
			}
			return run('all');
		},
		async walkAgain() {
			if ((await readProgress()) !== undefined)
				await store.settings.change<Progress | undefined>(settingKeys.progress, (value) => value && walkAgain(value));
			await run('all');
		},
		close() {
			if (closed) return;
			stop();
			closed = true;
		},
	};
}

type Stop = NoAnswer | { kind: 'storage' } | { kind: 'superseded' };

function mustPullFirst(pushed: PushOutcome): boolean {
	return pushed.kind === 'refused' && pushed.reason === 'pull-first';
}

function changesOf(page: Page): number {
	return page.documents.length + (page.headers?.length ?? 0) + page.gone.length + page.dropped.length;
}
