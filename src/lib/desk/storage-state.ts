import type { StoreFailureKind } from '../store/store-failure.ts';
import type { StorageState } from '../desk.ts';

const kinds: Record<StoreFailureKind, Exclude<StorageState['kind'], 'ok'>> = {
	'connection-lost': 'connection-lost',
	unknown: 'connection-lost',
	quota: 'quota',
	blocked: 'blocked',
	newer: 'blocked',
	damaged: 'damaged',
};

/** `store` is what the store itself reports, `unsaved` what edits ran into. */
export function toStorageState(
	unsaved: { edits: number; why: StoreFailureKind | undefined },
	store: StoreFailureKind | undefined,
): StorageState {
	const why = unsaved.why ?? store;
	return { kind: why === undefined ? 'ok' : kinds[why], unsaved: unsaved.edits };
}
