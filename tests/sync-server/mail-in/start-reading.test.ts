import { expect, test } from 'vitest';
import type { ReadingPlace } from '../../../sync-server/mail-in/reading-places.ts';
import { startReading } from '../../../sync-server/mail-in/start-reading.ts';

const day = 24 * 60 * 60_000;
const now = 100 * day;
const opened = { uidValidity: '7', uidNext: 11 };

function place(change: Partial<ReadingPlace> = {}): ReadingPlace {
	return {
		folder: 'INBOX',
		uidValidity: '7',
		lastUid: 5,
		backlogUntil: 3,
		since: undefined,
		begunAt: now - 50 * day,
		lastFetchAt: now - 10 * day,
		lastMailAt: undefined,
		taken: 4,
		duplicates: 1,
		skipped: 2,
		...change,
	};
}

test('[RP1] reading goes on where it was, in the same folder with the same numbers', () => {
	expect(startReading(place(), { folder: 'INBOX', start: 'all' }, opened, now)).toEqual({
		kind: 'continued',
		place: place(),
	});
});

test('[RP3] the first look knows what was there before; only new mail means: from now on', () => {
	const first = (start: 'new' | 'unseen' | 'all') => startReading(undefined, { folder: 'INBOX', start }, opened, now);
	expect(first('new').place).toMatchObject({ lastUid: 10, backlogUntil: 10, begunAt: now });
	expect(first('unseen').place).toMatchObject({ lastUid: 0, backlogUntil: 10 });
	expect(first('all').place).toMatchObject({ lastUid: 0, backlogUntil: 10 });
	const empty = startReading(undefined, { folder: 'INBOX', start: 'unseen' }, { uidValidity: '1', uidNext: 1 }, now);
	expect(empty.place).toMatchObject({ lastUid: 0, backlogUntil: 0 });
	// A server that says nothing of it.
	const silent = startReading(undefined, { folder: 'INBOX', start: 'new' }, { uidValidity: '1', uidNext: 0 }, now);
	expect(silent.place.lastUid).toBe(0);
});

test('[RP1] another folder is a first look, and what was counted stays', () => {
	const start = startReading(place(), { folder: 'Requests', start: 'unseen' }, opened, now);
	expect(start.kind).toBe('begun');
	expect(start.place).toMatchObject({ folder: 'Requests', lastUid: 0, backlogUntil: 10, taken: 4, skipped: 2 });
});

test('[RP4] new numbers: read again from a day before the last look, and never from before it began', () => {
	const renumbered = { uidValidity: '8', uidNext: 21 };
	const again = startReading(place(), { folder: 'INBOX', start: 'unseen' }, renumbered, now);
	expect(again.kind).toBe('renumbered');
	expect(again.place).toMatchObject({
		uidValidity: '8',
		lastUid: 0,
		backlogUntil: 20,
		since: now - 11 * day,
		taken: 4,
	});
	const young = place({ begunAt: now - day / 2, lastFetchAt: now });
	expect(startReading(young, { folder: 'INBOX', start: 'new' }, renumbered, now).place.since).toBe(now - day / 2);
});
