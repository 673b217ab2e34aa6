import type { DocumentId } from '../domain/ids.ts';
import { createCell } from '../sync/cell.ts';
import { fetchDocuments, want, type FetchParts } from '../sync/fetch-documents.ts';
import type { ReplicaState } from '../sync/replica.ts';
import type { Source } from '../desk.ts';

/** How it stands with what is missing of a record on screen. */
export type BodyState = 'asking' | 'offline' | 'failed' | 'here';

export interface ColdBody {
	state: Source<BodyState>;
	close(): void;
}

/** Fetches the rest of a record at once, and again as soon as the relay is heard. */
export function createColdBody(parts: FetchParts & { replica: Source<ReplicaState> }, document: DocumentId): ColdBody {
	const { store, replica } = parts;
	const state = createCell<BodyState>('asking');
	let closed = false;
	let isAsking = false;

	async function ask(): Promise<void> {
		if (closed || isAsking || state.current === 'here') return;
		isAsking = true;
		state.set('asking');
		const fetched = await fetchDocuments(parts, [document]).catch(() => ({ kind: 'failed' }) as const);
		isAsking = false;
		if (closed) return;
		if (fetched.kind === 'fetched') return state.set('here');
		if (fetched.kind === 'superseded') return void want(store, [document]).catch(() => {});
		state.set(fetched.kind === 'offline' ? 'offline' : 'failed');
	}

	let contact = replica.current.contact;
	const stop = replica.subscribe(() => {
		const before = contact;
		contact = replica.current.contact;
		if (contact === 'heard' && before !== 'heard') void ask();
	});
	void ask();

	return {
		state,
		close() {
			closed = true;
			stop();
		},
	};
}
