import type { ImapFlow } from 'imapflow';
import { expect, test } from 'vitest';
import { fetchNew, type Look } from '../../../sync-server/mail-in/fetch-new.ts';

/** A server with these mails, by UID from 1, which notes what is asked of it at a time. */
function folderOf(sizes: readonly number[]) {
	const most = { mails: 0, bytes: 0, listed: 0 };
	const held = new Map<number, number>();
	const marked = new Set<number>();
	const uidsOf = (range: string) => range.split(',').map(Number);
	const client = {
		usable: true,
		search: ({ uid }: { uid: string }) => {
			const first = Number(uid.split(':')[0]);
			return Promise.resolve(sizes.map((_, i) => i + 1).filter((each) => each >= first));
		},
		async *fetch(range: string, query: { source?: boolean }) {
			const uids = uidsOf(range);
			await Promise.resolve();
			if (!query.source) most.listed = Math.max(most.listed, uids.length);
			for (const uid of uids) {
				const size = sizes[uid - 1] ?? 0;
				if (!query.source) {
					yield { uid, size, internalDate: new Date(0) };
					continue;
				}
				held.set(uid, size);
				most.mails = Math.max(most.mails, held.size);
				most.bytes = Math.max(
					most.bytes,
					[...held.values()].reduce((sum, bytes) => sum + bytes, 0),
				);
				yield { uid, source: Buffer.alloc(size) };
			}
		},
		messageFlagsAdd(range: string) {
			for (const uid of uidsOf(range)) marked.add(uid);
			return Promise.resolve(true);
		},
	};
	return { client: client as unknown as ImapFlow, most, held, marked };
}

function lookAt(folder: ReturnType<typeof folderOf>, more: Partial<Look> = {}): Look {
	return {
		client: folder.client,
		whyEnded: () => undefined,
		imap: { start: 'all', after: 'seen' } as Look['imap'],
		place: {
			...{ folder: 'INBOX', uidValidity: '1', lastUid: 0, backlogUntil: 0, since: undefined, begunAt: 0 },
			...{ lastFetchAt: undefined, lastMailAt: undefined, taken: 0, duplicates: 0, skipped: 0 },
		},
		attempts: new Map(),
		take: (_raw, label) => {
			folder.held.delete(Number(label.replace('mail ', '')));
			return Promise.resolve({ outcome: 'created' });
		},
		...{ remember: () => {}, log: () => {}, progress: () => {}, isStopped: () => false },
		onFailure: (error) => {
			throw error;
		},
		...{ now: () => 1_000, mostBytes: 30 * 1024 * 1024, silenceMs: 60_000 },
		...more,
	};
}

test('[F1] a full mailbox at first start is taken whole, and never more than 25 mails of it are in memory', async () => {
	const folder = folderOf(Array.from({ length: 1_000 }, () => 2_000));
	const left: number[] = [];
	const places: number[] = [];
	const end = await fetchNew(
		lookAt(folder, { progress: (remaining) => left.push(remaining), remember: ({ lastUid }) => places.push(lastUid) }),
	);
	expect(end).toEqual({ kind: 'done', taken: 1_000, duplicates: 0 });
	expect(folder.marked.size).toBe(1_000);
	expect(folder.most).toMatchObject({ mails: 25, listed: 100 });
	// What a crash brings again is one group.
	expect(Math.max(...places.map((place, i) => place - (places[i - 1] ?? 0)))).toBe(25);
	expect(left.slice(0, 3)).toEqual([1_000, 975, 950]);
	expect(left.at(-1)).toBe(0);
});

test('[F1] large mails come a few at a time, and the largest alone', async () => {
	const megabyte = 1024 * 1024;
	const sizes = Array.from({ length: 24 }, (_, i) => (i % 8 === 7 ? 20 * megabyte : 1.5 * megabyte));
	const folder = folderOf(sizes);
	expect(await fetchNew(lookAt(folder))).toMatchObject({ kind: 'done', taken: 24 });
	expect(folder.most.bytes).toBe(20 * megabyte);
	const small = folderOf(Array.from({ length: 24 }, () => 1.5 * megabyte));
	await fetchNew(lookAt(small));
	expect(small.most.bytes).toBeLessThanOrEqual(4 * megabyte);
});

test('[F1] between two mails everybody else has a turn', async () => {
	const folder = folderOf(Array.from({ length: 200 }, () => 100));
	let turns = 0;
	let isOver = false;
	const others = () => {
		turns++;
		if (!isOver) setImmediate(others);
	};
	setImmediate(others);
	await fetchNew(lookAt(folder));
	isOver = true;
	expect(turns).toBeGreaterThanOrEqual(200);
});
