import { updatesToRow } from './document-row.ts';
import type { ProjectionInput } from './projection-messages.ts';
import type { RecordRow } from './rows.ts';

/** Rows in the order of the documents; null where there is none, or the document cannot be read. */
export function projectAll(documents: readonly ProjectionInput[]): (RecordRow | null)[] {
	return documents.map(({ document, updates }) => {
		try {
			return updatesToRow(document, updates) ?? null;
		} catch {
			return null;
		}
	});
}
