import type { MailboxStatus } from '../../src/lib/protocol/mailbox.ts';
import type { ReadingPlaces } from './reading-places.ts';

/** Watches every active mailbox, and takes in what comes. */
export interface MailIn {
	status(id: string): MailboxStatus;
	close(): Promise<void>;
}

export interface MailInParts {
	places: ReadingPlaces;
}

export function createMailIn({ places }: MailInParts): MailIn {
	return {
		status(id) {
			const place = places.get(id);
			return {
				state: 'off',
				taken: place?.taken ?? 0,
				duplicates: place?.duplicates ?? 0,
				skipped: place?.skipped ?? 0,
				...(place?.lastFetchAt === undefined ? {} : { lastFetchAt: place.lastFetchAt }),
				...(place?.lastMailAt === undefined ? {} : { lastMailAt: place.lastMailAt }),
			};
		},
		close: async () => {},
	};
}
