import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ImapFlow } from 'imapflow';
import type { MailboxLogEntry } from '../../src/lib/protocol/mailbox.ts';
import type { MailProblem } from '../../src/lib/protocol/mail-problem.ts';
import { unreadableAnswer } from '../mailboxes/mail-problem.ts';
import type { ImapAccount } from '../mailboxes/mailboxes.ts';
import { cannotStore } from '../store/storage-watch.ts';
import { ConnectionLost, inTime } from './in-time.ts';
import type { ReadingPlace } from './reading-places.ts';

/**
 * One look at an open folder: takes in what is not done with yet, oldest first.
 *
 *   FN1  Stored, then marked on the server, then remembered. A crash between brings the mail again, and the intake knows it.
 *   FN2  A mail that cannot be taken now stops the look: it stays unread and comes first the next time.
 *   FN3  A mail that can never be taken is written to the log and passed over, and stays unread for a person to see.
 *   FN4  Never more than a few megabytes of mails, or a single one, in memory; what is too big is not even fetched.
 */
export interface Look {
	client: ImapFlow;
	/** What ended the connection. */
	whyEnded(): unknown;
	imap: ImapAccount;
	place: ReadingPlace;
	/** Mails that broke the connection or the intake before, by UID: how often. Kept over looks. */
	attempts: Map<number, number>;
	/** `isLive`: it came just now, and did not lie there before the desk looked. */
	take(raw: Uint8Array, label: string, isLive: boolean): Promise<Taking>;
	remember(place: ReadingPlace): void;
	log(entry: Omit<MailboxLogEntry, 'at'>): void;
	/** How many are left after each step. */
	progress(remaining: number): void;
	isStopped(): boolean;
	/** Something failed that should not. */
	onFailure(error: unknown): void;
	now: () => number;
	mostBytes: number;
	/** How long the server may be silent. */
	silenceMs: number;
}

/** What the intake made of a mail. */
export type Taking = { outcome: 'created' | 'followed-up' | 'duplicate' } | { outcome: 'refused'; reason: string };

export type LookEnd =
	| { kind: 'done'; taken: number; duplicates: number; target?: 'target-folder-missing' }
	| { kind: 'later'; problem: MailProblem }
	| { kind: 'stopped' };

interface Found {
	uid: number;
	size: number;
	receivedAt: number | undefined;
}

/** So many are asked for their size at once. */
const chunkMails = 100;
/** So much is fetched at once. */
const groupBytes = 4 * 1024 * 1024;
const groupMails = 25;
/** A mail that was on the server for longer was late, and nobody expects an acknowledgement any more. */
const liveMs = 24 * 60 * 60_000;
/** A mail that breaks what reads it is tried so often. */
const mostAttempts = 3;

/** The intake's reasons that pass; all others are of the mail itself. */
const laterByReason: Readonly<Record<string, MailProblem>> = {
	'storage-full': 'storage-full',
	'no-line': 'no-line',
	'try-later': 'try-later',
	stopped: 'try-later',
};

export async function fetchNew(look: Look): Promise<LookEnd> {
	const { client, imap, attempts } = look;
	const place = { ...look.place };
	const before = { taken: place.taken, duplicates: place.duplicates };
	let target: 'target-folder-missing' | undefined;

	const uids = await candidates(look, place);
	let remaining = uids.length;
	look.progress(remaining);
	for (const chunk of inChunks(uids, chunkMails)) {
		const found = await sizesOf(client, chunk);
		for (const group of inGroups(found, attempts)) {
			if (look.isStopped()) return { kind: 'stopped' };
			const done: number[] = [];
			let problem: MailProblem | undefined;
			try {
				problem = await takeGroup(look, place, group, done);
			} finally {
				// Also what was stored before something failed is marked and remembered.
				if (client.usable && done.length > 0) target = (await markTaken(look, done)) ?? target;
				if (client.usable || imap.after === 'leave' || done.length === 0) look.remember(place);
			}
			if (!client.usable) throw new ConnectionLost('the connection ended');
			if (problem !== undefined) return { kind: 'later', problem };
			remaining -= group.length;
			look.progress(remaining);
		}
		// What was in the chunk and is not there any more was removed by somebody else.
		place.lastUid = Math.max(place.lastUid, chunk.at(-1) ?? 0);
	}
	place.lastFetchAt = look.now();
	look.remember(place);
	const taken = place.taken - before.taken;
	const duplicates = place.duplicates - before.duplicates;
	return { kind: 'done', taken, duplicates, ...(target === undefined ? {} : { target }) };
}

/** The UIDs that are not done with, rising. */
async function candidates({ client, imap, silenceMs }: Look, place: ReadingPlace): Promise<number[]> {
	const { lastUid, backlogUntil, since } = place;
	const found = new Set<number>();
	const search = async (first: number, last: number | '*', query: object) => {
		const uids = await inTime(client.search({ uid: `${first}:${last}`, ...query }, { uid: true }), silenceMs);
		if (!Array.isArray(uids)) throw new ConnectionLost('the search was not answered');
		// `*` is the newest mail, also where it is older than `first`.
		for (const uid of uids) if (uid >= first && (last === '*' || uid <= last)) found.add(uid);
	};
	await search(Math.max(lastUid, backlogUntil) + 1, '*', {});
	if (lastUid < backlogUntil) {
		if (imap.start === 'all') await search(lastUid + 1, backlogUntil, {});
		else if (imap.start === 'unseen') await search(lastUid + 1, backlogUntil, { seen: false });
		if (since !== undefined) {
			// Servers compare days in a time zone of their own.
			await search(lastUid + 1, backlogUntil, { since: new Date(since - 24 * 60 * 60_000) });
		}
	}
	return [...found].sort((a, b) => a - b);
}

async function sizesOf(client: ImapFlow, uids: readonly number[]): Promise<Found[]> {
	const found: Found[] = [];
	const query = { uid: true, size: true, internalDate: true };
	for await (const message of client.fetch(uids.join(','), query, { uid: true })) {
		const { uid, size = 0, internalDate } = message;
		const receivedAt = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime();
		found.push({ uid, size, receivedAt: Number.isNaN(receivedAt) ? undefined : receivedAt });
	}
	if (!client.usable) throw new ConnectionLost('the connection ended');
	const asked = new Set(uids);
	return found.filter(({ uid }) => asked.has(uid)).sort((a, b) => a.uid - b.uid);
}

/** Takes the mails of a group one after another; says why it stopped. */
async function takeGroup(
	look: Look,
	place: ReadingPlace,
	group: readonly Found[],
	done: number[],
): Promise<MailProblem | undefined> {
	const { client, imap, attempts } = look;
	const skip = (uid: number, reason: string, detail?: string) => {
		look.log({ event: 'mail-skipped', uid, reason, ...(detail === undefined ? {} : { detail }) });
		place.skipped++;
		place.lastUid = uid;
		attempts.delete(uid);
	};
	const wanted = group.filter(({ size }) => size <= look.mostBytes);
	const sources = await sourcesOf(look, wanted);
	for (const { uid, size, receivedAt } of group) {
		if (look.isStopped()) return 'try-later';
		const isOld = uid <= place.backlogUntil && receivedAt !== undefined && receivedAt < (place.since ?? 0);
		if (isOld && imap.start === 'new') {
			place.lastUid = uid;
			continue;
		}
		if (size > look.mostBytes) {
			skip(uid, 'too-big', `${Math.ceil(size / 1024 / 1024)} MB`);
			continue;
		}
		const raw = sources.get(uid);
		if (raw === undefined) {
			const tried = (attempts.get(uid) ?? 0) + 1;
			attempts.set(uid, tried);
			if (tried <= mostAttempts && (await isThere(client, uid))) return 'server-error';
			if (tried > mostAttempts) skip(uid, 'not-sent');
			else place.lastUid = uid;
			continue;
		}
		// The size on the list may be wrong.
		if (raw.length > look.mostBytes) {
			skip(uid, 'too-big', `${Math.ceil(raw.length / 1024 / 1024)} MB`);
			continue;
		}
		sources.delete(uid);
		const age = receivedAt === undefined ? 0 : look.now() - receivedAt;
		const isLive = uid > place.backlogUntil && age < liveMs;
		const taking = await takeOne(look, uid, raw, isLive);
		if (taking.outcome === 'refused') {
			const later = laterByReason[taking.reason];
			if (later !== undefined) return later;
			skip(uid, taking.reason);
		} else {
			if (taking.outcome === 'duplicate') place.duplicates++;
			else {
				place.taken++;
				place.lastMailAt = look.now();
			}
			place.lastUid = uid;
			attempts.delete(uid);
			done.push(uid);
		}
		// Devices are answered between two mails.
		await nextTurn();
	}
	return undefined;
}

/** A mail at which the intake breaks is tried again later, and after a few times it stands in nobody's way any more. */
async function takeOne(look: Look, uid: number, raw: Uint8Array, isLive: boolean): Promise<Taking> {
	try {
		return await look.take(raw, `mail ${uid}`, isLive);
	} catch (thrown) {
		if (cannotStore(thrown)) return { outcome: 'refused', reason: 'storage-full' };
		look.onFailure(thrown);
		const tried = (look.attempts.get(uid) ?? 0) + 1;
		look.attempts.set(uid, tried);
		return { outcome: 'refused', reason: tried < mostAttempts ? 'try-later' : 'unreadable' };
	}
}

/** The bytes of the mails, by UID. BODY.PEEK: fetching marks nothing as read. */
async function sourcesOf(
	{ client, attempts, whyEnded }: Look,
	group: readonly Found[],
): Promise<Map<number, Uint8Array>> {
	const sources = new Map<number, Uint8Array>();
	const tooOften = ({ uid }: Found) => (attempts.get(uid) ?? 0) >= mostAttempts;
	const uids = group.filter((found) => !tooOften(found)).map(({ uid }) => uid);
	if (uids.length === 0) return sources;
	try {
		for await (const { uid, source } of client.fetch(uids.join(','), { uid: true, source: true }, { uid: true })) {
			// Servers have sent NIL as well.
			if (source) sources.set(uid, source);
		}
	} catch (thrown) {
		// It sends what cannot be read: the same again would end the same way, so each is tried alone and then left.
		if (isUnreadable(thrown) || isUnreadable(whyEnded()))
			for (const uid of uids) attempts.set(uid, (attempts.get(uid) ?? 0) + 1);
		throw thrown;
	}
	if (!client.usable) throw new ConnectionLost('the connection ended');
	return sources;
}

function isUnreadable(thrown: unknown): boolean {
	const { code = '' } = (thrown ?? {}) as { code?: string };
	return unreadableAnswer.test(code);
}

async function isThere(client: ImapFlow, uid: number): Promise<boolean> {
	const uids = await client.search({ uid: String(uid) }, { uid: true });
	if (!Array.isArray(uids)) throw new ConnectionLost('the search was not answered');
	return uids.includes(uid);
}

/** On the server: read, moved, or as it was. */
async function markTaken(
	{ client, imap }: Look,
	uids: readonly number[],
): Promise<'target-folder-missing' | undefined> {
	if (imap.after === 'leave') return undefined;
	const range = uids.join(',');
	if (imap.after === 'move' && imap.moveTo !== undefined) {
		const moved = await client.messageMove(range, imap.moveTo, { uid: true });
		if (moved !== false || !client.usable) return undefined;
		// Better read than lost: they would be taken for new by people who look at the mailbox.
		await client.messageFlagsAdd(range, ['\\Seen'], { uid: true });
		return 'target-folder-missing';
	}
	await client.messageFlagsAdd(range, ['\\Seen'], { uid: true });
	return undefined;
}

function* inChunks<T>(items: readonly T[], size: number): Generator<T[]> {
	for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}

/** Few enough bytes to hold; what was difficult before goes alone. */
function* inGroups(found: readonly Found[], attempts: ReadonlyMap<number, number>): Generator<Found[]> {
	let group: Found[] = [];
	let bytes = 0;
	for (const one of found) {
		const isAlone = attempts.has(one.uid);
		if (group.length > 0 && (isAlone || group.length >= groupMails || bytes + one.size > groupBytes)) {
			yield group;
			group = [];
			bytes = 0;
		}
		group.push(one);
		bytes += one.size;
		if (isAlone) bytes = groupBytes;
	}
	if (group.length > 0) yield group;
}
