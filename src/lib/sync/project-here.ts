import * as Y from 'yjs';
import { recordKindOf } from '../domain/ids.ts';
import { updatesToRow } from '../projection/document-row.ts';
import type { Project, Projected, Projectable } from './receive-page.ts';
import type { Time } from './time.ts';

/** As many as are read without letting the screen have a turn: some 10 ms. */
const batch = 20;

/** Reads documents on this thread, a few at a time. */
export function createProjectHere(time: Pick<Time, 'schedule'>): Project {
	return async (documents) => {
		const projected: Projected[] = [];
		for (const [i, one] of documents.entries()) {
			if (i > 0 && i % batch === 0) await new Promise<void>((resolve) => time.schedule(resolve, 0));
			projected.push(projectOne(one));
		}
		return projected;
	};
}

/** Bytes that are no document are named; nothing is thrown. */
export function projectOne({ document, updates }: Projectable): Projected {
	try {
		if (recordKindOf(document) === undefined) Y.mergeUpdates(updates);
		return { kind: 'row', row: updatesToRow(document, updates) };
	} catch (error) {
		return { kind: 'unreadable', why: String(error) };
	}
}
