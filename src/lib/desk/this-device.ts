import type { RecordStore } from '../store/record-store.ts';
import { decodeUnsent, encodeUnsent, type UnsentFile } from '../store/unsent-file.ts';
import { settingKeys } from '../sync/setting-keys.ts';
import type { ThisDevice } from '../desk.ts';

/** What the browser keeps for this desk, and how to keep, export, repair and delete it. */
export function createThisDevice(parts: {
	store: RecordStore;
	storage: Pick<StorageManager, 'estimate' | 'persisted' | 'persist'> | undefined;
	flush(): Promise<void>;
	unsavedEdits(): UnsentFile['edits'];
	repaired(): Promise<void>;
	wipe(): Promise<void>;
}): ThisDevice {
	const { store, storage } = parts;
	return {
		async storage() {
			const estimate: StorageEstimate = (await storage?.estimate().catch(() => undefined)) ?? {};
			const [tickets, cold, persons, organisations, blobs] = await Promise.all([
				store.rows.count('ticket'),
				store.rows.countCold(),
				store.rows.count('person'),
				store.rows.count('organisation'),
				store.blobs.count(),
			]);
			const persisted = (await storage?.persisted().catch(() => false)) ?? false;
			const { usage, quota } = estimate;
			return { persisted, usage, quota, tickets, cold, parties: persons + organisations, blobs };
		},
		persist: async () => (await storage?.persist().catch(() => false)) ?? false,
		async exportUnsent() {
			await parts.flush();
			const stored = await store.exportUnsent().catch(() => undefined);
			const unsaved = parts.unsavedEdits();
			if (stored !== undefined && unsaved.length === 0) return fileOf(stored);
			// The store takes or gives nothing any more: what is in memory is the last there is of it.
			const read = stored === undefined ? undefined : decodeUnsent(stored);
			const known: UnsentFile = read?.kind === 'ok' ? read.file : { edits: [], blobs: [] };
			return fileOf(encodeUnsent({ ...known, edits: [...known.edits, ...unsaved] }));
		},
		importUnsent: async (file) => store.importUnsent(new Uint8Array(await file.arrayBuffer())),
		async repair() {
			await parts.flush();
			const { session, clockOffset, draftFiles, begunForms, lock, tier, kept, goneWords } = settingKeys;
			await store.repair({ settings: [session, clockOffset, draftFiles, begunForms, lock, tier, kept, goneWords] });
			await parts.repaired();
		},
		wipe: () => parts.wipe(),
	};
}

function fileOf(bytes: Uint8Array<ArrayBuffer>): Blob {
	return new Blob([bytes], { type: 'application/octet-stream' });
}
