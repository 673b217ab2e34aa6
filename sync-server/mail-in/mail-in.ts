import type { MailboxLogEntry, MailboxStatus } from '../../src/lib/protocol/mailbox.ts';
import type { Mailboxes } from '../mailboxes/mailboxes.ts';
import { imapLimits, type ImapLimits } from '../mailboxes/connect-imap.ts';
import { realSchedule, type Schedule } from '../schedule.ts';
import type { Taking } from './fetch-new.ts';
import type { ReadingPlaces } from './reading-places.ts';
import { createTurns } from './turns.ts';
import { watchMailbox, type MailboxWatch, type TakenFrom, type WatchParts } from './watch-mailbox.ts';

/** Watches every active mailbox, and takes in what comes. */
export interface MailIn {
	/** Begins to fetch; once. */
	start(): void;
	status(id: string): MailboxStatus;
	/** Looks now, also where it waits after a problem. */
	look(id: string): void;
	/** Stops fetching; resolves when nothing runs any more. */
	close(): Promise<void>;
}

export interface MailInParts {
	mailboxes: Mailboxes;
	places: ReadingPlaces;
	take(raw: Uint8Array, label: string, from: TakenFrom): Promise<Taking>;
	log(mailbox: string, entry: Omit<MailboxLogEntry, 'at'>): void;
	now: () => number;
	/** The largest mail that is fetched. */
	mostBytes: number;
	onFailure(error: unknown): void;
	chance?: () => number;
	schedule?: Schedule;
	limits?: ImapLimits;
	pollMs?: number;
}

/** Servers push; this is for those that do not, and for pushes that got lost. */
const defaultPollMs = 2 * 60_000;
/** Mails are stored one after another anyway; more only need memory. */
const mostAtOnce = 3;

export function createMailIn(parts: MailInParts): MailIn {
	const { mailboxes, places } = parts;
	const watches = new Map<string, MailboxWatch>();
	const ending = new Set<Promise<void>>();
	const turn = createTurns(mostAtOnce);
	const watchParts: WatchParts = {
		places,
		take: parts.take,
		log: parts.log,
		turn,
		now: parts.now,
		chance: parts.chance ?? Math.random,
		schedule: parts.schedule ?? realSchedule,
		mostBytes: parts.mostBytes,
		pollMs: parts.pollMs ?? defaultPollMs,
		limits: parts.limits ?? imapLimits,
		onFailure: (error) => parts.onFailure(error),
	};
	let closing: Promise<void> | undefined;

	const end = (id: string) => {
		const ended = watches.get(id)?.close();
		watches.delete(id);
		if (ended !== undefined) {
			ending.add(ended);
			void ended.finally(() => ending.delete(ended));
		}
		return ended;
	};
	/** Each mailbox has one watch at a time: the new one begins when the one before has ended. */
	const changes = new Map<string, Promise<void>>();
	const follow = (id: string) => {
		const begin = async () => {
			await end(id);
			const account = closing === undefined ? mailboxes.get(id) : undefined;
			if (account?.active === true && account.imap !== undefined) {
				watches.set(id, watchMailbox(account, account.imap, watchParts));
			}
		};
		const next = (changes.get(id) ?? Promise.resolve()).then(begin).catch((error) => parts.onFailure(error));
		changes.set(id, next);
	};
	let stopListening: (() => void) | undefined;

	return {
		start() {
			if (stopListening !== undefined || closing !== undefined) return;
			stopListening = mailboxes.onChange((id) => {
				if (mailboxes.get(id) !== undefined) parts.log(id, { event: 'changed' });
				follow(id);
			});
			for (const { id } of mailboxes.all()) follow(id);
		},
		status(id) {
			const place = places.get(id);
			return {
				...(watches.get(id)?.status() ?? { state: 'off' }),
				taken: place?.taken ?? 0,
				duplicates: place?.duplicates ?? 0,
				skipped: place?.skipped ?? 0,
				...(place?.lastFetchAt === undefined ? {} : { lastFetchAt: place.lastFetchAt }),
				...(place?.lastMailAt === undefined ? {} : { lastMailAt: place.lastMailAt }),
			};
		},
		look: (id) => watches.get(id)?.look(),
		close() {
			closing ??= (async () => {
				stopListening?.();
				await Promise.all(changes.values());
				for (const id of [...watches.keys()]) void end(id);
				await Promise.all(ending);
			})();
			return closing;
		},
	};
}
