import { invite, openBrowser, standAtDoor, untilSynced, type BrowserDevice } from './browser-device.ts';
import { startOurs } from './child.ts';
import { createDemoFolder } from './demo-folder.ts';
import type { Bench } from './row.ts';
import { median } from './spread.ts';

const rawPut = 'raw download + bulk put';

/** From the click on "enrol" to work, and to everything being there. */
export const firstSync: Bench = {
	name: 'first-sync',
	async run({ quick, rounds, say }) {
		const tickets = quick ? 1000 : 6000;
		const folder = await createDemoFolder({ tickets });
		const usable: number[] = [];
		const whole: number[] = [];
		const raw: number[] = [];
		let bytes = 0;
		for (let round = 0; round < Math.min(rounds, 3); round++) {
			const data = folder.copy();
			const search = await invite(data);
			const relay = await startOurs(data);
			const device = await openBrowser(relay.url);
			try {
				const seconds = await measureFirstSync(device, search);
				usable.push(seconds.usable);
				whole.push(seconds.whole);
				await device.page.goto(`${relay.url}/sw-reset/`);
				const plain = await device.page.evaluate(downloadAndPut);
				raw.push(plain.ms / 1000);
				bytes = plain.bytes;
				say(
					`usable after ${seconds.usable.toFixed(1)} s, all after ${seconds.whole.toFixed(1)} s; raw ${(plain.ms / 1000).toFixed(1)} s`,
				);
			} finally {
				await device.close();
				await relay.stop();
			}
		}
		return [
			{
				what: `first sync, usable (${tickets} tickets)`,
				value: median(usable),
				unit: 's',
				budget: { kind: 'at-most', value: 1 },
				runs: usable,
				notes: ['from the click that enrols the device to the first ticket on the screen, the app being loaded'],
			},
			{
				what: `first sync of ${tickets} tickets`,
				value: median(whole),
				unit: 's',
				budget: { kind: 'at-most', value: 15 },
				peers: [{ name: rawPut, value: median(raw) }],
				runs: whole,
				notes: [
					`${(bytes / 1e6).toFixed(1)} MB; the relay, the browser and its workers share the processor of this machine`,
				],
			},
		];
	},
};

/** In seconds. */
export interface SyncTimes {
	/** From the click that enrols the device to the first ticket on the screen; of an empty desk to its list. */
	usable: number;
	/** To everything being there. */
	whole: number;
}

export async function measureFirstSync(device: BrowserDevice, search: string, isEmpty = false): Promise<SyncTimes> {
	const { page } = device;
	await standAtDoor(device, search);
	await page.evaluate(() => {
		addEventListener('click', () => Object.assign(globalThis, { clickedAt: performance.now() }), true);
	});
	await page.locator('button[type=submit]').click();
	const what = isEmpty ? '#list nav a' : '[role=option]';
	await page.locator(what).first().waitFor({ timeout: 60_000 });
	const end = await untilSynced(page, 900_000);
	return page.evaluate((endedAt) => {
		const { clickedAt, benchMarks } = globalThis as unknown as {
			clickedAt: number;
			benchMarks: { firstRow?: number; inbox: number };
		};
		return {
			usable: ((benchMarks.firstRow ?? benchMarks.inbox) - clickedAt) / 1000,
			whole: (endedAt - performance.timeOrigin - clickedAt) / 1000,
		};
	}, end);
}

/** Runs in the page: the same bytes over the same door, into a table of documents, without reading them. */
async function downloadAndPut(): Promise<{ ms: number; bytes: number }> {
	const done = <T>(request: IDBRequest<T>) =>
		new Promise<T>((resolve, reject) => {
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error ?? new Error('unreadable'));
		});
	const opening = indexedDB.open('bench-raw');
	opening.onupgradeneeded = () => opening.result.createObjectStore('documents', { keyPath: 'document' });
	const db = await done(opening);
	const began = performance.now();
	let bytes = 0;
	for (let after: string | null = null; ;) {
		const response = await fetch('/replica/bootstrap', {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ after }),
		});
		if (!response.ok) throw new Error(`bootstrap was answered ${response.status}`);
		const page = new Uint8Array(await response.arrayBuffer());
		bytes += page.length;
		let at = 0;
		const readNumber = () => {
			let value = 0;
			for (let scale = 1; ; scale *= 128) {
				const byte = page[at++] as number;
				value += (byte & 127) * scale;
				if (byte < 128) return value;
			}
		};
		const readBytes = () => {
			const length = readNumber();
			at += length;
			return page.slice(at - length, at);
		};
		const head = JSON.parse(new TextDecoder().decode(readBytes())) as { next: string | null };
		const transaction = db.transaction('documents', 'readwrite', { durability: 'strict' });
		const store = transaction.objectStore('documents');
		for (let count = readNumber(); count > 0; count--) {
			const document = new TextDecoder().decode(readBytes());
			readNumber();
			readNumber();
			at++;
			const updates: Uint8Array[] = [];
			for (let rest = readNumber(); rest > 0; rest--) updates.push(readBytes());
			store.put({ document, updates });
		}
		await new Promise<void>((resolve, reject) => {
			transaction.oncomplete = () => resolve();
			transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
		});
		after = head.next;
		if (after === null) break;
	}
	const ms = performance.now() - began;
	db.close();
	return { ms, bytes };
}
