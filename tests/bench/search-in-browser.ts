import type { Page } from '@playwright/test';
import { tunedQueries } from '../search/judged/queries-tuned.ts';
import { invite, openBrowser, standAtDoor, untilSynced } from './browser-device.ts';
import { startOurs } from './child.ts';
import { createDemoFolder } from './demo-folder.ts';
import type { Bench, BenchOptions, Figure } from './row.ts';
import { keyStrokes } from './search-corpus.ts';
import { median, quantile } from './spread.ts';

/** The same index where people use it: SQLite as WebAssembly on the browser's files, in a worker, asked from the page. */
export const searchInBrowser: Bench = { name: 'search-in-browser', run: measure };

async function measure({ quick, rounds, say }: BenchOptions): Promise<Figure[]> {
	const folder = await createDemoFolder({ tickets: quick ? 1000 : 15_600 });
	const search = await invite(folder.path);
	const relay = await startOurs(folder.path);
	const device = await openBrowser(relay.url);
	try {
		const { page } = device;
		await page.addInitScript(watchSearch);
		await standAtDoor(device, search);
		await page.locator('button[type=submit]').click();
		await untilSynced(page, 900_000);
		await untilPrepared(page);
		// The page that is measured does nothing but index: everything is synced, and the files of the index are gone.
		await page.goto(`${relay.url}/healthz`);
		await page.waitForFunction(removeIndex);
		await page.goto(`${relay.url}/search`);
		const { documents } = await untilPrepared(page);
		const made = await page.evaluate(readNotes);
		say(`${documents} documents indexed in ${Math.round(made.indexingMs)} ms`);

		const opened: number[] = [];
		for (let round = 0; round < rounds; round++) {
			await page.reload();
			await untilPrepared(page);
			opened.push((await page.evaluate(readNotes)).openMs);
		}
		const typed = keyStrokes(tunedQueries.filter((_, i) => i % (quick ? 20 : 5) === 0).map(([, query]) => query));
		const p95s: number[] = [];
		for (let round = 0; round <= rounds; round++) {
			const times = await page.evaluate(askAll, typed);
			if (round > 0) p95s.push(quantile(times, 0.95));
		}
		const about = `${documents} documents`;
		return [
			{
				...{ what: `search in the browser, per key stroke p95, ${about}`, value: median(p95s), unit: 'ms', runs: p95s },
				budget: { kind: 'at-most', value: 50 },
				notes: [`${typed.length} key strokes, from the question in the page to the answer with its marks`],
			},
			{
				...{ what: `search in the browser, longest block of the page while indexing ${about}`, unit: 'ms' },
				value: made.longestMs,
				budget: { kind: 'at-most', value: 50 },
				notes: [
					`${Math.round(made.indexingMs)} ms from the first document to the last; 50 ms is the least that the browser reports, and 0 is none`,
				],
			},
			{
				...{ what: `search in the browser, from the start of the worker to the open index, ${about}`, unit: 'ms' },
				...{ value: median(opened), runs: opened },
				notes: ['with loading SQLite and compiling its WebAssembly'],
			},
		];
	} finally {
		await device.close();
		await relay.stop();
	}
}

interface SearchNotes {
	startedAt: number;
	openedAt: number;
	beganAt: number;
	preparedAt: number;
	documents: number;
	blocks: { at: number; ms: number }[];
}

/** Runs in every page before its own scripts. */
function watchSearch(): void {
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

async function untilPrepared(page: Page): Promise<{ documents: number }> {
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

/** Runs in the page. The page's own start is not counted: it ends before the worker has its index open. */
function readNotes(): { indexingMs: number; longestMs: number; openMs: number } {
	const { searchNotes } = globalThis as unknown as { searchNotes: SearchNotes };
	const { startedAt, openedAt, beganAt, preparedAt, blocks } = searchNotes;
	const during = blocks.filter(({ at }) => at >= beganAt && at <= preparedAt);
	return {
		indexingMs: preparedAt - beganAt,
		longestMs: Math.max(0, ...during.map(({ ms }) => ms)),
		openMs: openedAt - startedAt,
	};
}

/** Runs in the page: one question after the other, as the app asks them. */
async function askAll(texts: readonly string[]): Promise<number[]> {
	const { searchChannel: channel } = globalThis as unknown as { searchChannel: BroadcastChannel };
	const times: number[] = [];
	for (const [id, text] of texts.entries()) {
		const began = performance.now();
		await new Promise<void>((resolve) => {
			const hear = ({ data }: MessageEvent<{ kind: string; tab?: string; id?: number }>) => {
				if (data.kind !== 'answer' || data.tab !== 'bench' || data.id !== id) return;
				channel.removeEventListener('message', hear);
				resolve();
			};
			channel.addEventListener('message', hear);
			channel.postMessage({ kind: 'ask', tab: 'bench', id, query: { text, limit: 60, now: Date.now() } });
		});
		times.push(performance.now() - began);
	}
	return times;
}

/** Runs in the page. */
async function removeIndex(): Promise<boolean> {
	const root = await navigator.storage.getDirectory();
	try {
		await root.removeEntry('tresen-search', { recursive: true });
		return true;
	} catch (error) {
		return (error as DOMException).name === 'NotFoundError';
	}
}
