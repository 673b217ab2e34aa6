import type { ImapAccount } from '../mailboxes/mailboxes.ts';
import type { ReadingPlace } from './reading-places.ts';

/** What the server says of a folder when it is opened. */
export interface OpenedFolder {
	uidValidity: string;
	/** The number that the next mail gets. */
	uidNext: number;
}

/** A folder that was numbered anew is looked at again from this long before it was last seen. */
const overlapMs = 24 * 60 * 60_000;

export type Start = { place: ReadingPlace; kind: 'continued' | 'begun' | 'renumbered' };

/** Where reading starts in a folder that was just opened (RP1-4). */
export function startReading(
	known: ReadingPlace | undefined,
	{ folder, start }: Pick<ImapAccount, 'folder' | 'start'>,
	opened: OpenedFolder,
	now: number,
): Start {
	const { uidValidity } = opened;
	const lastThere = Math.max(0, opened.uidNext - 1);
	if (known?.folder === folder && known.uidValidity === uidValidity) return { place: known, kind: 'continued' };
	const counts = known ?? {
		begunAt: now,
		lastFetchAt: undefined,
		lastMailAt: undefined,
		taken: 0,
		duplicates: 0,
		skipped: 0,
	};
	if (known?.folder !== folder) {
		return {
			kind: 'begun',
			place: {
				...counts,
				folder,
				uidValidity,
				begunAt: now,
				lastUid: start === 'new' ? lastThere : 0,
				backlogUntil: lastThere,
				since: undefined,
			},
		};
	}
	const since = Math.max((known.lastFetchAt ?? known.begunAt) - overlapMs, start === 'new' ? known.begunAt : 0);
	return {
		kind: 'renumbered',
		place: { ...counts, folder, uidValidity, lastUid: 0, backlogUntil: lastThere, since },
	};
}
