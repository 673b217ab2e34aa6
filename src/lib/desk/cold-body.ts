import type { DocumentId } from '../domain/ids.ts';
import { createCell } from '../sync/cell.ts';
import type { Fetched } from '../sync/fetch-documents.ts';
import { want } from '../sync/kept-here.ts';
import type { ReplicaState } from '../sync/replica-state.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { Source } from '../desk.ts';

/** How it stands with what is missing of a record on screen. */
export type BodyState = 'asking' | 'offline' | 'failed' | 'here';

export interface ColdBody {
	state: Source<BodyState>;
	close(): void;
}

interface ColdBodyParts {
	store: Pick<RecordStore, 'settings'>;
	/** Asks the relay for the document and stores it. */
	fetch(document: DocumentId): Promise<Fetched>;
	replica: Source<ReplicaState>;
}

/** Fetches the rest of a record at once, and again as soon as the relay is heard. */
export function createColdBody({ store, fetch, replica }: ColdBodyParts, document: DocumentId): ColdBody {
	const state = createCell<BodyState>('asking');
	let closed = false;
	let isAsking = false;

	async function ask(): Promise<void> {
		if (closed || isAsking || state.current === 'here') return;
		isAsking = true;
		state.set('asking');
		const fetched = await fetch(document).catch(() => ({ kind: 'failed' }) as const);
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
