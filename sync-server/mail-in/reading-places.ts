import type { DatabaseSync } from 'node:sqlite';

/**
 * How far a mailbox was read.
 *
 *   RP1  A UID counts only together with its folder and that folder's UIDVALIDITY.
 *   RP2  Everything up to `lastUid` is done with: taken, there already, or passed over for good.
 *   RP3  Up to `backlogUntil` stood what was there at the first look: of that only what the mailbox is set to take.
 *   RP4  Where a folder was numbered anew, only what came since `since` counts; the rest was looked at under its old numbers.
 */
export interface ReadingPlace {
	folder: string;
	uidValidity: string;
	lastUid: number;
	backlogUntil: number;
	since: number | undefined;
	/** When the mailbox was looked at for the first time. */
	begunAt: number;
	lastFetchAt: number | undefined;
	lastMailAt: number | undefined;
	taken: number;
	duplicates: number;
	skipped: number;
}

export interface ReadingPlaces {
	get(mailbox: string): ReadingPlace | undefined;
	put(mailbox: string, place: ReadingPlace): void;
}

interface PlaceRow {
	folder: string;
	uid_validity: string;
	last_uid: number;
	backlog_until: number;
	since: number | null;
	begun_at: number;
	last_fetch_at: number | null;
	last_mail_at: number | null;
	taken: number;
	duplicates: number;
	skipped: number;
}

export function createReadingPlaces(database: DatabaseSync): ReadingPlaces {
	const select = database.prepare('SELECT * FROM mailbox_places WHERE mailbox = ?');
	// A mailbox that was removed meanwhile leaves nothing behind.
	const upsert = database.prepare(`
		INSERT OR REPLACE INTO mailbox_places (mailbox, folder, uid_validity, last_uid, backlog_until, since, begun_at,
			last_fetch_at, last_mail_at, taken, duplicates, skipped)
		SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM mailboxes WHERE id = ?
	`);
	return {
		get(mailbox) {
			const row = select.get(mailbox) as PlaceRow | undefined;
			if (row === undefined) return undefined;
			return {
				folder: row.folder,
				uidValidity: row.uid_validity,
				lastUid: row.last_uid,
				backlogUntil: row.backlog_until,
				since: row.since ?? undefined,
				begunAt: row.begun_at,
				lastFetchAt: row.last_fetch_at ?? undefined,
				lastMailAt: row.last_mail_at ?? undefined,
				taken: row.taken,
				duplicates: row.duplicates,
				skipped: row.skipped,
			};
		},
		put(mailbox, place) {
			upsert.run(
				place.folder,
				place.uidValidity,
				place.lastUid,
				place.backlogUntil,
				place.since ?? null,
				place.begunAt,
				place.lastFetchAt ?? null,
				place.lastMailAt ?? null,
				place.taken,
				place.duplicates,
				place.skipped,
				mailbox,
			);
		},
	};
}
