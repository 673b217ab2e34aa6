import type { RecordStore } from '../store/record-store.ts';
import { settingKeys } from '../sync/setting-keys.ts';
import type { ThisDevice } from '../desk.ts';

/** What the browser keeps for this desk, and how to keep, export, repair and delete it. */
export function createThisDevice(parts: {
	store: RecordStore;
	storage: Pick<StorageManager, 'estimate' | 'persisted' | 'persist'> | undefined;
	flush(): Promise<void>;
	repaired(): Promise<void>;
	wipe(): Promise<void>;
}): ThisDevice {
	const { store, storage } = parts;
	return {
		async storage() {
			const estimate: StorageEstimate = (await storage?.estimate().catch(() => undefined)) ?? {};
			const [tickets, persons, organisations, blobs] = await Promise.all([
				store.rows.count('ticket'),
				store.rows.count('person'),
				store.rows.count('organisation'),
				store.blobs.count(),
			]);
			const persisted = (await storage?.persisted().catch(() => false)) ?? false;
			const { usage, quota } = estimate;
			return { persisted, usage, quota, tickets, parties: persons + organisations, blobs };
		},
		persist: async () => (await storage?.persist().catch(() => false)) ?? false,
		async exportUnsent() {
			await parts.flush();
			return new Blob([await store.exportUnsent()], { type: 'application/octet-stream' });
		},
		importUnsent: async (file) => store.importUnsent(new Uint8Array(await file.arrayBuffer())),
		async repair() {
			await parts.flush();
			await store.repair({ settings: [settingKeys.session, settingKeys.clockOffset, settingKeys.draftFiles] });
			await parts.repaired();
		},
		wipe: () => parts.wipe(),
	};
}
