import type { Request } from '@playwright/test';
import { brotliCompressSync, constants } from 'node:zlib';
import { invite, openBrowser, standAtDoor, untilSynced } from './browser-device.ts';
import { startOurs } from './child.ts';
import { createDemoFolder } from './demo-folder.ts';
import type { Bench } from './row.ts';

/** The JavaScript that the inbox needs before it can be used, as it goes over the line. */
export const firstRoute: Bench = {
	name: 'first-route',
	async run({ say }) {
		const folder = await createDemoFolder({ tickets: 30 });
		const search = await invite(folder.path);
		const relay = await startOurs(folder.path);
		const device = await openBrowser(relay.url);
		try {
			await standAtDoor(device, search);
			await device.page.locator('button[type=submit]').click();
			await untilSynced(device.page, 60_000);

			// The second visit, with nothing stored: what the inbox itself asks for, without the door.
			await device.page.goto(`${relay.url}/sw-reset/`);
			await device.page.evaluate(async () => {
				for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
				for (const name of await caches.keys()) await caches.delete(name);
			});
			const browser = await device.context.newCDPSession(device.page);
			await browser.send('Network.clearBrowserCache');
			await browser.send('Network.setBypassServiceWorker', { bypass: true });
			await device.page.addInitScript(noteFirstRow);
			const asked: Request[] = [];
			const note = (request: Request) => void asked.push(request);
			device.page.on('request', note);
			await device.page.goto(`${relay.url}/`);
			await device.page.locator('[role=option]').first().waitFor({ timeout: 60_000 });
			device.page.off('request', note);
			const late = new Set(await device.page.evaluate(askedAfterFirstRow));
			const needed = asked.filter((request) => !late.has(request.url()));
			const files = (await Promise.all(needed.map(readScript))).filter((file) => file !== undefined);
			const kib = (of: typeof files) => of.reduce((sum, { bytes }) => sum + bytes, 0) / 1024;
			const page = files.filter(({ isWorker }) => !isWorker);
			const workers = files.filter(({ isWorker }) => isWorker);
			for (const { url, bytes } of [...files].sort((a, b) => b.bytes - a.bytes).slice(0, 8))
				say(`${(bytes / 1024).toFixed(1)} KiB ${url}`);
			return [
				{
					what: 'first-route JS, brotli',
					value: kib(page),
					unit: 'KiB',
					budget: { kind: 'at-most', value: 170 },
					notes: [
						`${page.length} files asked for up to the first ticket on the screen; ${workers.length} worker files of ${kib(workers).toFixed(1)} KiB and the service worker, which load beside them, are not counted`,
					],
				},
			];
		} finally {
			await device.close();
			await relay.stop();
		}
	},
};

/** In the page: when the first ticket stands in the list. */
function noteFirstRow(): void {
	const seen = new MutationObserver(() => {
		if (document.querySelector('[role=option]') === null) return;
		performance.mark('first-row');
		seen.disconnect();
	});
	seen.observe(document, { childList: true, subtree: true });
}

function askedAfterFirstRow(): string[] {
	const firstRow = performance.getEntriesByName('first-row')[0]?.startTime ?? Infinity;
	return performance
		.getEntriesByType('resource')
		.filter(({ startTime }) => startTime > firstRow)
		.map(({ name }) => name);
}

interface Script {
	url: string;
	isWorker: boolean;
	bytes: number;
}

/** Undefined for what is no script of the app. */
async function readScript(request: Request): Promise<Script | undefined> {
	const { pathname } = new URL(request.url());
	if (!pathname.endsWith('.js') || pathname === '/service-worker.js') return undefined;
	const isWorker = /worker/.test(pathname) || request.resourceType() === 'other';
	const body = await (await request.response())?.body();
	return { url: pathname, isWorker, bytes: body === undefined ? 0 : compressed(body) };
}

function compressed(body: Buffer): number {
	return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}
