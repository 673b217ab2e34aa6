import type { Page } from '@playwright/test';
import { invite, openBrowser, readMarks, untilInstalled } from './browser-device.ts';
import { startOurs } from './child.ts';
import { createDemoFolder, temporaryFolder } from './demo-folder.ts';
import { measureFirstSync, type SyncTimes } from './first-sync.ts';
import { forgetKeys, readKeys, watchKeys } from './key-to-paint.ts';
import type { Bench, BenchOptions, Figure } from './row.ts';
import { median, quantile } from './spread.ts';
import { untilPrepared, watchSearch } from './watch-search.ts';

/** Starting with the network off. */
export const startOfflineBench: Bench = {
	name: 'start-offline',
	run: async (options) =>
		measureStarts(await profileOf(ticketCount(options), options), await profileOf(0, options), options),
};

/** Moving in the list and opening tickets. */
export const listAndTicket: Bench = {
	name: 'list-and-ticket',
	run: (options) =>
		withInbox('closed', options, async (page, { tickets }) => [
			await measureMovement(page, tickets, options),
			await measureOpening(page, tickets, options, anywhere),
			await measureOpening(page, tickets, options, theNext),
		]),
};

/** Doing something to a ticket. */
export const localAction: Bench = {
	name: 'local-action',
	run: (options) =>
		withInbox('unclaimed', options, async (page, { tickets }) => [await measureAction(page, tickets, options)]),
};

const ticketCount = ({ quick }: BenchOptions) => (quick ? 1000 : 15_600);

/** The inbox of a full profile, its relay gone, at rest. */
export async function withInbox(
	view: string,
	options: BenchOptions,
	measure: (page: Page, enrolled: Enrolled) => Promise<Figure[]>,
): Promise<Figure[]> {
	const enrolled = await profileOf(ticketCount(options), options);
	return atInbox(enrolled, view, (page) => measure(page, enrolled));
}

export async function atInbox<T>(enrolled: Enrolled, view: string, measure: (page: Page) => Promise<T>): Promise<T> {
	const device = await openBrowser(enrolled.origin, enrolled.profile);
	try {
		await device.page.goto(`${enrolled.origin}/inbox/${view}`);
		await device.page.locator('[role=option]').first().waitFor({ timeout: 60_000 });
		await untilStill(device.page);
		return await measure(device.page);
	} finally {
		await device.close();
	}
}

const profiles = new Map<number, Promise<Enrolled>>();

/** Made once for all that ask. */
export function profileOf(tickets: number, { say }: BenchOptions): Promise<Enrolled> {
	const known = profiles.get(tickets) ?? enrolProfile(tickets, say);
	profiles.set(tickets, known);
	return known;
}

export interface Enrolled {
	profile: string;
	origin: string;
	tickets: number;
	sync: SyncTimes;
}

/** A browser profile that has all tickets, the app and its search index; its relay is stopped: from here on the network is off. */
async function enrolProfile(tickets: number, say: (text: string) => void): Promise<Enrolled> {
	const folder = await createDemoFolder({ tickets });
	const search = await invite(folder.path);
	const relay = await startOurs(folder.path);
	const profile = temporaryFolder();
	const device = await openBrowser(relay.url, profile);
	let sync: SyncTimes;
	try {
		await device.page.addInitScript(watchSearch);
		sync = await measureFirstSync(device, search, tickets === 0);
		await untilInstalled(device.page);
		await untilStill(device.page);
		await untilPrepared(device.page);
	} finally {
		await device.close();
		await relay.stop();
	}
	say(`a profile with ${tickets} tickets is there, and its relay is gone`);
	return { profile, origin: relay.url, tickets, sync };
}

/** Until the numbers beside the views have not changed for a second. */
async function untilStill(page: Page): Promise<void> {
	await page.waitForFunction(
		() => {
			const { benchMarks } = globalThis as unknown as { benchMarks: { counts?: number } };
			return benchMarks.counts !== undefined && performance.now() - benchMarks.counts > 1000;
		},
		undefined,
		{ timeout: 60_000 },
	);
}

interface Start {
	/** The first ticket is on the screen. */
	usable: number;
	/** The numbers beside the views are final: every row is in memory. */
	complete: number;
}

async function measureStarts(full: Enrolled, empty: Enrolled, { rounds }: BenchOptions): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const slowdown of [1, 4]) {
		const starts: Start[] = [];
		const shells: number[] = [];
		for (let round = 0; round <= rounds; round++) {
			const shell = await startOffline(empty, slowdown);
			const start = await startOffline(full, slowdown);
			// The first one fills the browser's code cache.
			if (round === 0) continue;
			starts.push(start);
			shells.push(shell.usable);
		}
		figures.push({
			what: `start offline, ${full.tickets} tickets${slowdown === 1 ? '' : `, ${slowdown}x slower`}`,
			value: median(starts.map(({ usable }) => usable)),
			unit: 's',
			budget: { kind: 'at-most', value: slowdown === 1 ? 1.5 : 3 },
			peers: [{ name: 'the same app, empty desk', value: median(shells) }],
			runs: starts.map(({ usable }) => usable),
			notes: [
				`a new browser process, relay stopped, from navigation to the first ticket painted; every row is in memory after ${median(starts.map(({ complete }) => complete)).toFixed(2)} s`,
			],
		});
	}
	return figures;
}

export async function startOffline({ profile, origin, tickets }: Enrolled, slowdown: number): Promise<Start> {
	const device = await openBrowser(origin, profile);
	try {
		const { page, context } = device;
		if (slowdown > 1) {
			const browser = await context.newCDPSession(page);
			await browser.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
		}
		await page.goto(`${origin}/inbox/closed`);
		const what = tickets === 0 ? '#list nav a' : '[role=option]';
		await page.locator(what).first().waitFor({ timeout: 60_000 });
		await untilStill(page);
		const marks = await readMarks(page);
		return {
			usable: ((tickets === 0 ? marks.inbox : marks.firstRow) ?? Number.NaN) / 1000,
			complete: (marks.counts ?? Number.NaN) / 1000,
		};
	} finally {
		await device.close();
	}
}

/** How fast a key that is held down repeats. */
const keyRepeatMs = 33;

/** From the key to the frame that shows it, for keys pressed one after the other and for pages. */
export async function measureMovement(page: Page, tickets: number, { quick, rounds }: BenchOptions): Promise<Figure> {
	await page.evaluate(watchKeys);
	await page.locator('[role=option]').first().focus();
	const rows = Number(await page.locator('[role=option]').first().getAttribute('aria-setsize'));
	const p95s: number[] = [];
	for (let round = 0; round <= rounds; round++) {
		await page.evaluate(forgetKeys);
		for (let i = 0; i < (quick ? 40 : 150); i++) {
			const pressed = performance.now();
			await page.keyboard.press(i % 5 === 4 ? 'PageDown' : 'ArrowDown');
			await new Promise((resolve) => setTimeout(resolve, Math.max(0, pressed + keyRepeatMs - performance.now())));
		}
		const times = await page.evaluate(readKeys);
		if (round > 0) p95s.push(quantile(times, 0.95));
	}
	const idleFrame = await page.evaluate(async () => {
		const { afterPaint } = globalThis as unknown as { afterPaint(): Promise<number> };
		const times: number[] = [];
		for (let i = 0; i < 60; i++) {
			const began = performance.now();
			times.push((await afterPaint()) - began);
		}
		return times;
	});
	return {
		what: `list movement, key to paint p95, ${tickets} tickets`,
		value: median(p95s),
		unit: 'ms',
		budget: { kind: 'at-most', value: 50 },
		peers: [{ name: 'an idle frame p95', value: quantile(idleFrame, 0.95) }],
		runs: p95s,
		notes: [
			`in a view of ${rows} rows, four steps and a page at a time, as fast as a held key repeats (30 a second); a frame is 16.7 ms`,
		],
	};
}

export interface Opening {
	what: string;
	/** How many rows further down the next one to open stands. */
	step: number;
}

/** Nothing of it was read before. */
export const anywhere: Opening = { what: 'ticket open p95', step: 5 };
/** Working down the list: the neighbours of an open ticket are read ahead. */
const theNext: Opening = { what: 'next ticket open p95', step: 1 };

export async function measureOpening(
	page: Page,
	tickets: number,
	{ quick, rounds }: BenchOptions,
	{ what, step }: Opening,
): Promise<Figure> {
	const p95s: number[] = [];
	const raw: number[] = [];
	for (let round = 0; round <= rounds; round++) {
		const times = await openTickets(page, { count: quick ? 10 : 40, step });
		if (round === 0) continue;
		p95s.push(
			quantile(
				times.map(({ ms }) => ms),
				0.95,
			),
		);
		raw.push(
			quantile(
				await page.evaluate(
					readRaw,
					times.map(({ document }) => document),
				),
				0.95,
			),
		);
	}
	return {
		what: `${what}, ${tickets} tickets`,
		value: median(p95s),
		unit: 'ms',
		budget: { kind: 'at-most', value: 50 },
		peers: [{ name: 'reading its rows from IndexedDB p95', value: median(raw) }],
		runs: p95s,
		notes: [
			`from the click of the pointer, which came the moment before, on a row never opened before, ${step} further down, to the frame with its timeline`,
		],
	};
}

/** The first one after a start: what opening needs may have to be fetched and made. */
export async function measureFirstOpening(page: Page): Promise<Figure> {
	await page.locator('[role=option]').first().focus();
	const [first] = await openTickets(page, { count: 1, step: 3 });
	return { what: 'first ticket open', value: first!.ms, unit: 'ms' };
}

interface Opened {
	ms: number;
	document: string;
}

/** Clicks row after row, as a person with a mouse does: the pointer is over a row before it presses. */
async function openTickets(page: Page, { count, step }: { count: number; step: number }): Promise<Opened[]> {
	const times: Opened[] = [];
	const first = step + (await page.evaluate(placeOfCursor));
	for (let index = first; times.length < count; index += step) {
		const { x, y } = await page.evaluate(awaitOpening, index);
		await page.mouse.move(x, y);
		await page.mouse.click(x, y);
		times.push(await page.evaluate(() => (globalThis as unknown as { opening: Promise<Opened> }).opening));
	}
	return times;
}

/** Runs in the page. */
function placeOfCursor(): number {
	const active = document.querySelector('[role=option][data-active=true]') ?? document.querySelector('[role=option]');
	return Number(active?.getAttribute('aria-posinset'));
}

/** Runs in the page: from now on waits for the click on that row; says where it is. */
async function awaitOpening(index: number): Promise<{ x: number; y: number }> {
	const { afterPaint } = globalThis as unknown as { afterPaint(): Promise<number> };
	const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
	const row = document.querySelector<HTMLElement>(`[role=option][aria-posinset="${index}"]`);
	if (row === null) throw new Error(`row ${index} is not on the screen`);
	row.scrollIntoView({ block: 'nearest' });
	await frame();
	const path = location.pathname;
	const clicked = new Promise<number>((resolve) =>
		addEventListener('click', (event) => resolve(event.timeStamp), { capture: true, once: true }),
	);
	const isOpen = () =>
		document.querySelector('[data-pane=detail] article[aria-busy=false] [data-entry]') !== null &&
		row.ariaLabel?.includes(document.querySelector('article header .numbers')?.textContent ?? '?') === true;
	// Looks when the DOM changes, so that a frame is not waited for in vain.
	const open = new Promise<void>((resolve, reject) => {
		const late = setTimeout(() => reject(new Error(`row ${index} does not open`)), 10_000);
		const watch = new MutationObserver(() => {
			if (!isOpen()) return;
			clearTimeout(late);
			watch.disconnect();
			resolve();
		});
		watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
	});
	const opening = open.then(async () => {
		const ms = (await afterPaint()) - (await clicked);
		// Lets what opening has begun come to rest, as a person who reads does; the address follows the picture.
		for (let i = 0; i < 12 || location.pathname === path; i++) await frame();
		return { ms, document: `ticket/${location.pathname.split('/').at(-1) ?? ''}` };
	});
	Object.assign(globalThis, { opening });
	const { left, top, width, height } = row.getBoundingClientRect();
	return { x: left + width / 2, y: top + height / 2 };
}

/** Runs in the page: only the bytes of each document, out of the app's own tables. */
async function readRaw(documents: string[]): Promise<number[]> {
	const done = <T>(request: IDBRequest<T>) =>
		new Promise<T>((resolve, reject) => {
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error ?? new Error('unreadable'));
		});
	const db = await done(indexedDB.open('tresen'));
	const times: number[] = [];
	for (const document of documents) {
		const began = performance.now();
		const transaction = db.transaction(['snapshots', 'updates'], 'readonly');
		const range = IDBKeyRange.bound([document, 0], [document, Infinity]);
		await Promise.all([
			done(transaction.objectStore('snapshots').get(document)),
			done(transaction.objectStore('updates').index('[document+i]').getAll(range)),
		]);
		times.push(performance.now() - began);
	}
	db.close();
	return times;
}

/** Closing a ticket from the list: key, fold, command, one strict transaction, row, paint. */
export async function measureAction(page: Page, tickets: number, { quick, rounds }: BenchOptions): Promise<Figure> {
	await page.locator('[role=option]').first().focus();
	await page.keyboard.press('ArrowDown');
	await page.locator('[role=option][data-active=true]').waitFor();
	const rows = Number(await page.locator('[role=option]').first().getAttribute('aria-setsize'));
	const each = Math.min(quick ? 5 : 15, Math.floor((rows - 5) / (rounds + 1)));
	const p95s: number[] = [];
	const written: number[] = [];
	for (let round = 0; round <= rounds; round++) {
		const times: number[] = [];
		for (let i = 0; i < each; i++) {
			await page.evaluate(watchForRowToGo);
			await page.keyboard.press('e');
			times.push(await page.evaluate(() => (globalThis as unknown as { rowGone: Promise<number> }).rowGone));
		}
		if (round === 0) continue;
		p95s.push(quantile(times, 0.95));
		written.push(quantile(await page.evaluate(writeRaw, each), 0.95));
	}
	return {
		what: `local action (close a ticket) p95, ${tickets} tickets`,
		value: median(p95s),
		unit: 'ms',
		budget: { kind: 'at-most', value: 100 },
		peers: [{ name: 'one strict IndexedDB transaction p95', value: median(written) }],
		runs: p95s,
		notes: ['from the key to the frame without its row; the edit is durable by then, and the relay is away'],
	};
}

/** Runs in the page: from the next key to the frame in which the list is shorter. */
function watchForRowToGo(): void {
	const { afterPaint } = globalThis as unknown as { afterPaint(): Promise<number> };
	const size = () => document.querySelector('[role=option]')?.getAttribute('aria-setsize');
	const before = size();
	let began = 0;
	addEventListener('keydown', (event) => (began = event.timeStamp), { capture: true, once: true });
	const rowGone = new Promise<number>((resolve, reject) => {
		const late = setTimeout(() => reject(new Error('the row stays')), 10_000);
		const watch = new MutationObserver(() => {
			if (size() === before) return;
			clearTimeout(late);
			watch.disconnect();
			void afterPaint().then((now) => resolve(now - began));
		});
		watch.observe(document.body, { subtree: true, childList: true, attributes: true });
	});
	Object.assign(globalThis, { rowGone });
}

/** Runs in the page. */
async function writeRaw(count: number): Promise<number[]> {
	const opening = indexedDB.open('bench-write');
	opening.onupgradeneeded = () => opening.result.createObjectStore('rows', { autoIncrement: true });
	const db = await new Promise<IDBDatabase>((resolve, reject) => {
		opening.onsuccess = () => resolve(opening.result);
		opening.onerror = () => reject(opening.error ?? new Error('unreadable'));
	});
	const times: number[] = [];
	for (let i = 0; i < count; i++) {
		const began = performance.now();
		const transaction = db.transaction('rows', 'readwrite', { durability: 'strict' });
		for (let row = 0; row < 3; row++) transaction.objectStore('rows').add(new Uint8Array(300));
		await new Promise<void>((resolve) => (transaction.oncomplete = () => resolve()));
		times.push(performance.now() - began);
	}
	db.close();
	return times;
}
