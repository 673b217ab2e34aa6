import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { openFolder, temporaryFolder } from './demo-folder.ts';

/** A real browser profile enrolled at a real relay. */
export interface BrowserDevice {
	context: BrowserContext;
	page: Page;
	/** The desk's address; a profile is bound to it. */
	origin: string;
	close(): Promise<void>;
}

const flags = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	// A page in the background is slowed down, and a test machine has no foreground.
	'--disable-background-timer-throttling',
	'--disable-backgrounding-occluded-windows',
	'--disable-renderer-backgrounding',
];

export async function openBrowser(origin: string, profile = temporaryFolder()): Promise<BrowserDevice> {
	const context = await chromium.launchPersistentContext(profile, {
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		args: flags,
		viewport: { width: 1280, height: 800 },
		locale: 'de-DE',
		serviceWorkers: 'allow',
	});
	await context.addInitScript(watchPaint);
	const page = context.pages()[0] ?? (await context.newPage());
	return { context, page, origin, close: () => context.close() };
}

/** An invitation for the demo desk's admin, made before the relay holds the directory. */
export async function invite(folder: string): Promise<string> {
	const installation = await openFolder(folder);
	try {
		const agent = await installation.auth.ensureAgent({ mail: 'philipp@desk.example' });
		const invited = await installation.auth.invite('command', { agent: { id: agent.id } });
		if (invited.kind === 'refused') throw new Error(invited.reason);
		return new URL(invited.value.url).search;
	} finally {
		await installation.close();
	}
}

/** Up to the button that makes this browser a device. */
export async function standAtDoor({ page, origin }: BrowserDevice, search: string): Promise<void> {
	await page.goto(`${origin}/enrol${search}`);
	await page.locator('button[type=submit]').waitFor();
}

/** Reads how far sync has come, from the device's own database. */
export function readProgress(page: Page): Promise<{ cursor: number | null; isWalking: boolean } | undefined> {
	return page.evaluate(readProgressHere);
}

/** Waits until the first sync is over; returns the page's clock when it was. */
export async function untilSynced(page: Page, timeoutMs: number, cursor = 0): Promise<number> {
	const deadline = performance.now() + timeoutMs;
	for (;;) {
		const progress = await readProgress(page);
		const now = await page.evaluate(() => performance.timeOrigin + performance.now());
		if (progress !== undefined && !progress.isWalking && (progress.cursor ?? -1) >= cursor) return now;
		if (performance.now() > deadline) throw new Error(`not synced: ${JSON.stringify(progress)}`);
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
}

/** Waits until the app lies in the browser and starts without a network. */
export async function untilInstalled(page: Page): Promise<void> {
	await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated', undefined, {
		timeout: 60_000,
	});
}

/** What the page notes about itself, in ms since its navigation began. */
export interface PaintMarks {
	/** The first ticket of the list. */
	firstRow?: number;
	/** The inbox with its views, with or without tickets. */
	inbox?: number;
	/** When the numbers beside the views last changed. */
	counts?: number;
}

export function readMarks(page: Page): Promise<PaintMarks> {
	return page.evaluate(() => (globalThis as unknown as { benchMarks: PaintMarks }).benchMarks);
}

/** Runs in every page before its own scripts. A frame is on screen when the task after it runs. */
function watchPaint(): void {
	const marks: PaintMarks = {};
	Object.assign(globalThis, {
		benchMarks: marks,
		afterPaint: () =>
			new Promise<number>((resolve) =>
				requestAnimationFrame(() => {
					const channel = new MessageChannel();
					channel.port1.onmessage = () => resolve(performance.now());
					channel.port2.postMessage(undefined);
				}),
			),
	});
	const { afterPaint } = globalThis as unknown as { afterPaint(): Promise<number> };
	let counts = '';
	const look = () => {
		if (marks.inbox === undefined && document.querySelector('#list nav a') !== null) {
			marks.inbox = 0;
			void afterPaint().then((now) => (marks.inbox = now));
		}
		if (marks.firstRow === undefined && document.querySelector('[role=option]') !== null) {
			marks.firstRow = 0;
			void afterPaint().then((now) => (marks.firstRow = now));
		}
		const text = document.querySelector('#list nav')?.textContent ?? '';
		if (text !== counts) {
			counts = text;
			marks.counts = performance.now();
		}
		requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
}

/** Runs in the page. */
async function readProgressHere(): Promise<{ cursor: number | null; isWalking: boolean } | undefined> {
	const known = await indexedDB.databases();
	if (!known.some(({ name }) => name === 'tresen')) return undefined;
	const done = <T>(request: IDBRequest<T>) =>
		new Promise<T>((resolve, reject) => {
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error ?? new Error('unreadable'));
		});
	const db = await done(indexedDB.open('tresen'));
	try {
		if (!db.objectStoreNames.contains('settings')) return undefined;
		const stored = (await done(db.transaction('settings').objectStore('settings').get('sync'))) as
			{ value?: { cursor: number | null; walk: unknown } } | undefined;
		return stored?.value === undefined
			? undefined
			: { cursor: stored.value.cursor, isWalking: stored.value.walk !== null };
	} finally {
		db.close();
	}
}
