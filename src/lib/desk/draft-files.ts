import { draftKey, readDraftFiles, type DraftFiles } from '../document/draft-files.ts';
import type { RecordStore } from '../store/record-store.ts';
import { createCell } from '../sync/cell.ts';
import { settingKeys } from '../sync/setting-keys.ts';
import type { Desk } from '../desk.ts';

/** The text of a draft is everybody's; the files beside it are this device's until they are sent. */
export function createDraftFiles({ settings, watch }: Pick<RecordStore, 'settings' | 'watch'>): Pick<
	Desk,
	'draftFiles' | 'changeDraftFiles'
> & {
	load(): Promise<void>;
	close(): void;
} {
	const cell = createCell<DraftFiles>({});
	const close = watch((change) => {
		if (change.kind === 'settings' && change.keys.includes(settingKeys.draftFiles)) void load();
	});

	async function load(): Promise<void> {
		const stored = await settings.get<unknown>(settingKeys.draftFiles).catch(() => undefined);
		if (stored !== undefined) cell.set(readDraftFiles(stored));
	}

	return {
		draftFiles: cell,
		async changeDraftFiles(document, kind, change) {
			const changed = (before: unknown): DraftFiles => {
				const { [draftKey(document, kind)]: files = [], ...others } = readDraftFiles(before);
				const next = change(files);
				return next.length === 0 ? others : { ...others, [draftKey(document, kind)]: next };
			};
			// A device that stores nothing now shows them all the same, as long as the tab lasts.
			cell.set(changed(cell.current));
			await settings.change(settingKeys.draftFiles, changed).catch(() => {});
		},
		load,
		close,
	};
}
