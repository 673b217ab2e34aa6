import type { ReplicaState } from '../sync/replica-state.ts';
import type { OutboxItem, Source, StorageState } from '../desk.ts';
import { refusalsOf } from './refusals.ts';

/** How the desk stands to the relay, for the chip in the chrome. */
export interface SyncState {
	/** current: nothing to do · syncing · offline: no word from the relay · problem: an edit needs a person, or the session is over. */
	kind: 'current' | 'syncing' | 'offline' | 'problem';
	unsent: number;
	/** Refused edits, without those that were refused only for them. */
	rejected: number;
	/** When the relay was last heard, ms since 1970. */
	heardAt: number | undefined;
	problem: 'sign-in' | 'revoked' | 'update-app' | 'rejected' | 'storage' | 'relay-storage' | undefined;
	/** During the first sync. */
	progress: { done: number; total: number } | undefined;
	/** Device clock minus relay clock, ms; shown when it is large. */
	clockOffset: number;
	/** Set once when this device was wiped from afar. */
	wiped: boolean;
}

type Current<T> = Pick<Source<T>, 'current'>;

export function toSyncState(
	replica: ReplicaState,
	{ items, isBehind }: { items: Current<readonly OutboxItem[]>; isBehind: Current<boolean> },
	storage: StorageState,
): SyncState {
	const rejected = refusalsOf(items.current).length;
	const unsent = items.current.filter((item) => item.rejected === undefined).length + storage.unsaved;
	const storageTrouble = storage.kind === 'ok' ? undefined : ('storage' as const);
	const problem = replica.problem ?? storageTrouble ?? (rejected > 0 ? ('rejected' as const) : undefined);
	const { heardAt, progress, clockOffset, wiped } = replica;
	return { kind: kindOf(), unsent, rejected, heardAt, problem, progress, clockOffset, wiped };

	function kindOf(): SyncState['kind'] {
		if (wiped || problem !== undefined) return 'problem';
		if (replica.contact === 'offline') return 'offline';
		const isAtWork = replica.busy || unsent > 0 || isBehind.current || progress !== undefined;
		return replica.contact === 'unknown' || isAtWork ? 'syncing' : 'current';
	}
}
