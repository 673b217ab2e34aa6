import type { DexieParts } from './dexie-documents.ts';
import { createDexieOutbox } from './dexie-outbox.ts';
import { createDexieReceive } from './dexie-receive.ts';
import { createDexieRetry } from './dexie-retry.ts';
import { createDexieTiers } from './dexie-tiers.ts';

/** What of the store only serves what speaks with the relay: its code can wait until the first screen stands. */
export function createDexieRelaySide(parts: DexieParts) {
	return {
		...createDexieReceive(parts),
		...createDexieOutbox(parts),
		...createDexieRetry(parts),
		...createDexieTiers(parts),
	};
}
