import type { Page } from '@playwright/test';

/** What a page hears of its search, in ms since its navigation began. */
export interface SearchNotes {
	startedAt: number;
	openedAt: number;
	beganAt: number;
	preparedAt: number;
	documents: number;
	blocks: { at: number; ms: number }[];
}

/** Runs in every page before its own scripts. */
export function watchSearch(): void {
	const notes: SearchNotes = { startedAt: 0, openedAt: 0, beganAt: 0, preparedAt: 0, documents: 0, blocks: [] };
	const channel = new BroadcastChannel('tresen-search');
	channel.addEventListener('message', ({ data }) => {
		const { kind, state } = data as { kind: string; state?: { kind: string; complete: boolean; documents: number } };
		if (kind !== 'state' || state === undefined) return;
		const now = performance.now();
		if (state.kind === 'starting') notes.startedAt ||= now;
		if (state.kind !== 'open') return;
		notes.openedAt ||= now;
		if (!state.complete) notes.beganAt ||= now;
		else if (state.documents > 0) {
			notes.preparedAt = now;
			notes.documents = state.documents;
		}
	});
	new PerformanceObserver((list) => {
		for (const { startTime, duration } of list.getEntries()) notes.blocks.push({ at: startTime, ms: duration });
	}).observe({ entryTypes: ['longtask'] });
	Object.assign(globalThis, { searchNotes: notes, searchChannel: channel });
}

/** Until everything on the device is in the index, for a second. */
export async function untilPrepared(page: Page): Promise<{ documents: number }> {
	await page.waitForFunction(
		() => {
			const { searchNotes } = globalThis as unknown as { searchNotes: SearchNotes };
			return searchNotes.preparedAt > 0 && performance.now() - searchNotes.preparedAt > 1000;
		},
		undefined,
		{ timeout: 900_000 },
	);
	return page.evaluate(() => (globalThis as unknown as { searchNotes: SearchNotes }).searchNotes);
}
