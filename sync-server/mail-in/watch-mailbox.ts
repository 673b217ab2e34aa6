import type { ImapFlow } from 'imapflow';
import type { MailboxLogEntry, MailboxStatus, WatchState } from '../../src/lib/protocol/mailbox.ts';
import { connectImap, whyNotTried, type ImapLimits } from '../mailboxes/connect-imap.ts';
import { thrownToFailure, type MailFailure } from '../mailboxes/mail-problem.ts';
import type { ImapAccount, MailAccount } from '../mailboxes/mailboxes.ts';
import type { Schedule } from '../schedule.ts';
import { cannotStore } from '../store/storage-watch.ts';
import { fetchNew, type LookEnd, type Taking } from './fetch-new.ts';
import { ConnectionLost, inTime } from './in-time.ts';
import type { ReadingPlaces } from './reading-places.ts';
import { retryDelay } from './retry-delay.ts';
import { startReading } from './start-reading.ts';

/** One mailbox, from connecting to the end of the relay. */
export interface MailboxWatch {
	status(): Pick<MailboxStatus, 'state' | 'remaining' | 'problem'>;
	/** Looks now, also where it waits after a problem. */
	look(): void;
	/** Resolves when nothing of it runs any more. */
	close(): Promise<void>;
}

export interface TakenFrom {
	account: MailAccount;
	/** It came just now, and did not lie there before the desk looked. */
	isLive: boolean;
}

export interface WatchParts {
	places: ReadingPlaces;
	take(raw: Uint8Array, label: string, from: TakenFrom): Promise<Taking>;
	log(mailbox: string, entry: Omit<MailboxLogEntry, 'at'>): void;
	/** Lets a few mailboxes fetch at a time; resolves with what gives the place away again. */
	turn(): Promise<() => void>;
	now: () => number;
	/** 0 to 1. */
	chance: () => number;
	schedule: Schedule;
	mostBytes: number;
	/** How often a folder is looked at although the server said nothing. */
	pollMs: number;
	limits: ImapLimits;
	/** Something failed that should not. */
	onFailure(error: unknown): void;
}

const afterBugMs = 60_000;
/** IDLE that ends by itself so soon is not what the server does. */
const tooSoonMs = 50;

export function watchMailbox(account: MailAccount, imap: ImapAccount, parts: WatchParts): MailboxWatch {
	const { id } = account;
	const { places, now, schedule } = parts;
	const attempts = new Map<number, number>();
	let state: WatchState = 'connecting';
	let remaining: number | undefined;
	let problem: MailboxStatus['problem'];
	let failures = 0;
	let closed = false;
	const stop = new AbortController();
	let client: ImapFlow | undefined;
	let whyEnded: () => unknown = () => undefined;
	let hasNews = false;
	let wake: () => void = () => undefined;

	const log = (entry: Omit<MailboxLogEntry, 'at'>) => {
		try {
			parts.log(id, entry);
		} catch (thrown) {
			// A full disk takes no log either, and has to be heard of elsewhere.
			if (!cannotStore(thrown)) throw thrown;
		}
	};
	const news = () => {
		hasNews = true;
		wake();
	};
	/** Resolves with the next news, and after that time. */
	const newsWithin = (ms: number) =>
		new Promise<void>((resolve) => {
			if (hasNews || closed) return resolve();
			const cancel = schedule.after(ms, resolve);
			wake = () => {
				cancel();
				resolve();
			};
		});

	const failed = async ({ problem: code, detail }: MailFailure) => {
		failures = problem === undefined || problem.code === code ? failures + 1 : 1;
		const waitMs = retryDelay(code, failures, parts.chance());
		if (problem?.code !== code) log({ event: 'problem', problem: code, ...(detail === undefined ? {} : { detail }) });
		problem = { code, at: now(), retryAt: now() + waitMs, ...(detail === undefined ? {} : { detail }) };
		state = 'waiting';
		remaining = undefined;
		hasNews = false;
		await newsWithin(waitMs);
	};
	const isWell = () => {
		if (problem !== undefined) log({ event: 'recovered' });
		problem = undefined;
		failures = 0;
	};

	/** Connects and stays until something goes wrong. */
	const session = async (): Promise<MailFailure | undefined> => {
		state = 'connecting';
		const refusal = whyNotTried(account);
		if (refusal !== undefined) return refusal;
		const connection = await connectImap(imap, parts.limits, stop.signal);
		if (connection.kind === 'failed') return connection;
		client = connection.client;
		whyEnded = connection.whyEnded;
		client.on('close', () => wake());
		try {
			if (problem === undefined) log({ event: 'connected' });
			while (!closed) {
				const failure = await watchFolder(client);
				if (failure !== undefined) return failure;
			}
			return undefined;
		} catch (thrown) {
			if (cannotStore(thrown)) return { problem: 'storage-full' };
			return thrownToFailure(thrown instanceof ConnectionLost ? (whyEnded() ?? thrown) : thrown);
		} finally {
			// A server that does not answer must not keep the relay from stopping.
			client.close();
			client = undefined;
		}
	};

	/** Until the folder has to be opened again, because another one has its name now. */
	const watchFolder = async (client: ImapFlow): Promise<MailFailure | undefined> => {
		const opened = await client.mailboxOpen(imap.folder, { readOnly: imap.after === 'leave' });
		const folder = { uidValidity: String(opened.uidValidity), uidNext: opened.uidNext };
		const { place, kind } = startReading(places.get(id), imap, folder, now());
		if (kind !== 'continued') places.put(id, place);
		if (kind === 'renumbered') log({ event: 'folder-renumbered' });
		client.removeAllListeners('exists');
		client.on('exists', news);
		let hasBeenSilent = false;
		while (!closed) {
			if (hasBeenSilent && !(await inTime(isSameFolder(client, folder.uidValidity), parts.limits.silenceMs))) {
				return undefined;
			}
			const end = await look(client);
			if (end.kind === 'stopped') return undefined;
			if (end.kind === 'later') return { problem: end.problem };
			isWell();
			if (end.target !== undefined) {
				log({ event: 'problem', problem: end.target });
				problem = { code: end.target, at: now() };
			}
			if (end.taken + end.duplicates > 0) {
				log({ event: 'fetched', taken: end.taken, duplicates: end.duplicates });
			}
			state = 'listening';
			hasBeenSilent = !(await listen(client));
		}
		return undefined;
	};

	const look = async (client: ImapFlow): Promise<LookEnd> => {
		const leave = await parts.turn();
		try {
			hasNews = false;
			if (closed) return { kind: 'stopped' };
			state = 'fetching';
			const place = places.get(id);
			if (place === undefined) return { kind: 'stopped' };
			return await fetchNew({
				client,
				whyEnded,
				imap,
				place,
				attempts,
				take: (raw, label, isLive) => parts.take(raw, label, { account, isLive }),
				remember: (changed) => places.put(id, changed),
				log,
				progress: (left) => (remaining = left === 0 ? undefined : left),
				isStopped: () => closed,
				onFailure: (error) => parts.onFailure(error),
				now,
				mostBytes: parts.mostBytes,
				silenceMs: parts.limits.silenceMs,
			});
		} finally {
			leave();
		}
	};

	/** True when the server said that something changed; false when it was silent for so long that one should ask. */
	const listen = async (client: ImapFlow): Promise<boolean> => {
		const { silenceMs } = parts.limits;
		const until = now() + parts.pollMs;
		let isPushed = true;
		while (!hasNews && !closed) {
			const left = until - now();
			if (left <= 0) return false;
			const waiting = newsWithin(Math.min(left, silenceMs / 2));
			if (isPushed) {
				const began = performance.now();
				const ended = await Promise.race([waiting, idle(client)]);
				wake();
				isPushed = ended === undefined || (ended === 'ended' && performance.now() - began > tooSoonMs);
			} else await waiting;
			if (!client.usable) throw new ConnectionLost('the connection ended');
			// A dead line looks like a quiet one until it is asked something.
			if (!hasNews && !closed) await inTime(client.noop(), silenceMs);
		}
		return true;
	};

	const run = async () => {
		while (!closed) {
			try {
				const failure = await session();
				if (!closed && failure !== undefined) await failed(failure);
			} catch (thrown) {
				if (closed) break;
				parts.onFailure(thrown);
				await newsWithin(afterBugMs);
			}
		}
		state = 'off';
	};
	const running = run();

	return {
		status: () => ({
			state,
			...(remaining === undefined ? {} : { remaining }),
			...(problem === undefined ? {} : { problem }),
		}),
		look: news,
		close() {
			closed = true;
			stop.abort();
			wake();
			client?.close();
			return running;
		},
	};
}

async function idle(client: ImapFlow): Promise<'ended' | 'refused'> {
	const ended: unknown = await client.idle().catch(() => false);
	return ended === false ? 'refused' : 'ended';
}

/** Whether the name still belongs to the folder that is open: it may have been renamed, or made anew. */
async function isSameFolder(client: ImapFlow, uidValidity: string): Promise<boolean> {
	const { mailbox } = client;
	if (mailbox === false) return false;
	const status = await client.status(mailbox.path, { uidValidity: true });
	return status !== false && String(status.uidValidity) === uidValidity;
}
