import { expect, test } from 'vitest';
import { createRestoredNews } from '../../src/lib/desk/restored-news.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { RestoredNews } from '../../src/lib/sync/hand-over.ts';
import { settingKeys } from '../../src/lib/sync/setting-keys.ts';

const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));

test('[F99] what was handed over after a restore stands in every tab until a person has seen it in one', async () => {
	const store = createMemoryRecordStore({ now: () => 0, project: () => undefined });
	const [here, there] = [createRestoredNews(store), createRestoredNews(store)];
	await settled();
	expect(here.restored.current).toBeUndefined();
	const news: RestoredNews = { era: 7, backupAt: 5, records: 2, refused: 0, files: 1, isDone: true };
	await store.settings.set(settingKeys.restored, news);
	await settled();
	expect([here.restored.current, there.restored.current]).toEqual([news, news]);
	await there.seenRestored();
	await settled();
	expect([here.restored.current, there.restored.current]).toEqual([undefined, undefined]);
	const later = createRestoredNews(store);
	await settled();
	expect(later.restored.current).toBeUndefined();
});
