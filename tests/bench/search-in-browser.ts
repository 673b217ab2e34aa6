import { tunedQueries } from '../search/judged/queries-tuned.ts';
import { invite, openBrowser, standAtDoor, untilSynced } from './browser-device.ts';
import { startOurs } from './child.ts';
import { createDemoFolder } from './demo-folder.ts';
import type { Bench, BenchOptions, Figure } from './row.ts';
import { keyStrokes } from './search-corpus.ts';
import { median, quantile } from './spread.ts';
import { untilPrepared, watchSearch, type SearchNotes } from './watch-search.ts';

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
