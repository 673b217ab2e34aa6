import type { DocumentId } from '../domain/ids.ts';
import type { Writing } from '../protocol/replica.ts';
import { createCell } from '../sync/cell.ts';
import type { ReplicaState } from '../sync/replica-state.ts';
import type { Source } from '../desk.ts';

/** Who writes in which record. The relay repeats itself, and only what is new is a change. */
export function createWritingSource(
	state: Source<Pick<ReplicaState, 'writing'>>,
): Source<ReadonlyMap<DocumentId, readonly Writing[]>> {
	const byDocument = createCell<ReadonlyMap<DocumentId, readonly Writing[]>>(new Map());
	let known = '[]';
	state.subscribe(() => {
		const { writing } = state.current;
		const said = JSON.stringify(writing);
		if (said === known) return;
		known = said;
		byDocument.set(Map.groupBy(writing, ({ document }) => document));
	});
	return byDocument;
}
