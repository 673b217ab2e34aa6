import type { Page } from '@playwright/test';
import { invite, openBrowser, readMarks, standAtDoor, untilInstalled, untilSynced } from './browser-device.ts';
import { startOurs } from './child.ts';
import { createDemoFolder, temporaryFolder } from './demo-folder.ts';
import type { Bench, BenchOptions, Figure } from './row.ts';
import { median, quantile } from './spread.ts';

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
	const device = await openBrowser(enrolled.origin, enrolled.profile);
	try {
		await device.page.goto(`${enrolled.origin}/inbox/${view}`);
		await device.page.locator('[role=option]').first().waitFor({ timeout: 60_000 });
		await untilStill(device.page);
		return await measure(device.page, enrolled);
	} finally {
		await device.close();
	}
}

const profiles = new Map<number, Promise<Enrolled>>();

/** Made once for all that ask. */
function profileOf(tickets: number, { say }: BenchOptions): Promise<Enrolled> {
	const known = profiles.get(tickets) ?? enrolProfile(tickets, say);
	profiles.set(tickets, known);
	return known;
}

interface Enrolled {
	profile: string;
	origin: string;
	tickets: number;
}

/** A browser profile that has all tickets and the app; its relay is stopped: from here on the network is off. */
async function enrolProfile(tickets: number, say: (text: string) => void): Promise<Enrolled> {
	const folder = await createDemoFolder({ tickets });
	const search = await invite(folder.path);
	const relay = await startOurs(folder.path);
	const profile = temporaryFolder();
	const device = await openBrowser(relay.url, profile);
	try {
		await standAtDoor(device, search);
		await device.page.locator('button[type=submit]').click();
		await untilSynced(device.page, 900_000);
		await untilInstalled(device.page);
		await untilStill(device.page);
	} finally {
		await device.close();
		await relay.stop();
	}
	say(`a profile with ${tickets} tickets is there, and its relay is gone`);
	return { profile, origin: relay.url, tickets };
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

async function startOffline({ profile, origin, tickets }: Enrolled, slowdown: number): Promise<Start> {
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
async function measureMovement(page: Page, tickets: number, { quick, rounds }: BenchOptions): Promise<Figure> {
	await page.evaluate(() => {
		const found: number[] = [];
		Object.assign(globalThis, { keyToPaint: found });
		const { afterPaint } = globalThis as unknown as { afterPaint(): Promise<number> };
		addEventListener('keydown', (event) => void afterPaint().then((now) => found.push(now - event.timeStamp)), true);
	});
	await page.locator('[role=option]').first().focus();
	const rows = Number(await page.locator('[role=option]').first().getAttribute('aria-setsize'));
	const p95s: number[] = [];
	for (let round = 0; round <= rounds; round++) {
		await page.evaluate(() => ((globalThis as unknown as { keyToPaint: number[] }).keyToPaint.length = 0));
		for (let i = 0; i < (quick ? 40 : 150); i++) {
			const pressed = performance.now();
			await page.keyboard.press(i % 5 === 4 ? 'PageDown' : 'ArrowDown');
			await new Promise((resolve) => setTimeout(resolve, Math.max(0, pressed + keyRepeatMs - performance.now())));
		}
		const times = await page.evaluate(() => [...(globalThis as unknown as { keyToPaint: number[] }).keyToPaint]);
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

interface Opening {
	what: string;
	/** How many rows further down the next one to open stands. */
	step: number;
}

/** Nothing of it was read before. */
const anywhere: Opening = { what: 'ticket open p95', step: 5 };
/** Working down the list: the neighbours of an open ticket are read ahead. */
const theNext: Opening = { what: 'next ticket open p95', step: 1 };

async function measureOpening(
	page: Page,
	tickets: number,
	{ quick, rounds }: BenchOptions,
	{ what, step }: Opening,
): Promise<Figure> {
	const p95s: number[] = [];
	const raw: number[] = [];
	for (let round = 0; round <= rounds; round++) {
		const times = await page.evaluate(openTickets, { count: quick ? 10 : 40, step });
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
		notes: [`from the click on a row never opened before, ${step} further down, to the frame with its timeline`],
	};
}

/** Runs in the page: clicks row after row. */
async function openTickets({
	count,
	step,
}: {
	count: number;
	step: number;
}): Promise<{ ms: number; document: string }[]> {
	const { afterPaint } = globalThis as unknown as { afterPaint(): Promise<number> };
	const times: { ms: number; document: string }[] = [];
	const find = (index: number) =>
		document.querySelector<HTMLElement>(`[role=option][aria-posinset="${index}"]`) ?? undefined;
	const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
	const active = document.querySelector('[role=option][data-active=true]') ?? document.querySelector('[role=option]');
	const first = Number(active?.getAttribute('aria-posinset')) + step;
	for (let index = first; times.length < count; index += step) {
		const row = find(index);
		if (row === undefined) throw new Error(`row ${index} is not on the screen`);
		const path = location.pathname;
		const began = performance.now();
		row.click();
		const isOpen = () =>
			document.querySelector('[data-pane=detail] article[aria-busy=false] [data-entry]') !== null &&
			row.ariaLabel?.includes(document.querySelector('article header .numbers')?.textContent ?? '?') === true;
		// Looks when the DOM changes, so that a frame is not waited for in vain.
		await new Promise<void>((resolve, reject) => {
			const late = setTimeout(() => reject(new Error(`row ${index} does not open`)), 10_000);
			const watch = new MutationObserver(() => {
				if (!isOpen()) return;
				clearTimeout(late);
				watch.disconnect();
				resolve();
			});
			watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
		});
		const ms = (await afterPaint()) - began;
		// Lets what opening has begun come to rest, as a person who reads does; the address follows the picture.
		for (let i = 0; i < 12 || location.pathname === path; i++) await frame();
		times.push({ ms, document: `ticket/${location.pathname.split('/').at(-1) ?? ''}` });
	}
	return times;
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
async function measureAction(page: Page, tickets: number, { quick, rounds }: BenchOptions): Promise<Figure> {
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
