import type { RecordStore } from '../store/record-store.ts';
import { createCell } from '../sync/cell.ts';
import type { RestoredNews } from '../sync/hand-over.ts';
import { settingKeys } from '../sync/setting-keys.ts';
import type { Desk } from '../desk.ts';

/** What this device handed over after the relay was restored from a backup, in every tab, until a person has seen it. */
export function createRestoredNews({
	settings,
	watch,
}: Pick<RecordStore, 'settings' | 'watch'>): Pick<Desk, 'restored' | 'seenRestored'> & { close(): void } {
	const cell = createCell<RestoredNews | undefined>(undefined);
	const close = watch((change) => {
		if (change.kind === 'settings' && change.keys.includes(settingKeys.restored)) void load();
	});

	async function load(): Promise<void> {
		const news = await settings.get<RestoredNews>(settingKeys.restored).catch(() => undefined);
		if (JSON.stringify(news) !== JSON.stringify(cell.current)) cell.set(news);
	}
	void load();

	return {
		restored: cell,
		async seenRestored() {
			await settings.change<RestoredNews | undefined>(settingKeys.restored, () => undefined);
		},
		close,
	};
}
