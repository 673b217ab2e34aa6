import type { Locator, Page } from '@playwright/test';
import { forgetKeys, readKeys, watchKeys } from './key-to-paint.ts';
import type { BenchOptions, Figure } from './row.ts';
import { median, quantile } from './spread.ts';

/** Slower than most people type, so that a key waits for none before it. */
const betweenKeysMs = 120;

/** Typing into the palette: what is found may come after the frame. */
export async function measurePalette(page: Page, tickets: number, { rounds }: BenchOptions): Promise<Figure> {
	await page.evaluate(watchKeys);
	const p95s: number[] = [];
	for (let round = 0; round <= rounds; round++) {
		await page.keyboard.press('Control+k');
		const field = page.getByRole('dialog').getByRole('combobox');
		await field.waitFor();
		p95s.push(await typeInto(page, field, 'drucker kasse'));
		await page.keyboard.press('Escape');
		await field.waitFor({ state: 'detached' });
	}
	return atMost50(`palette, key to paint p95, ${tickets} tickets`, p95s);
}

/** Typing into the filter above the list of what is closed: first what many tickets have, then what few have. */
export async function measureFilter(page: Page, tickets: number, { rounds }: BenchOptions): Promise<Figure> {
	await page.evaluate(watchKeys);
	const p95s: number[] = [];
	const field = page.locator('#list input');
	for (let round = 0; round <= rounds; round++) {
		await field.focus();
		p95s.push(await typeInto(page, field, 'drucker kasse'));
		await field.fill('');
		await page.locator('[role=option]').first().waitFor();
	}
	return atMost50(`filter, key to paint p95, ${tickets} tickets`, p95s);
}

/** From a view with work to what is closed, and back: to the frame with its tickets. */
export async function measureViews(page: Page, tickets: number, { rounds }: BenchOptions): Promise<Figure> {
	const p95s: number[] = [];
	for (let round = 0; round <= rounds; round++) {
		const times: number[] = [];
		for (const view of ['open', 'closed', 'unclaimed', 'closed', 'open', 'closed']) {
			await page.evaluate(watchForView, view);
			await page.locator(`#list nav a[href="/inbox/${view}"]`).click();
			times.push(await page.evaluate(() => (globalThis as unknown as { viewShown: Promise<number> }).viewShown));
		}
		p95s.push(quantile(times, 0.95));
	}
	return atMost50(`view chosen p95, ${tickets} tickets`, p95s);
}

/** The tags that are offered for the ticket under the cursor. */
export async function measureTags(page: Page, tickets: number, { rounds }: BenchOptions): Promise<Figure> {
	await page.locator('[role=option]').first().focus();
	await page.keyboard.press('ArrowDown');
	const p95s: number[] = [];
	for (let round = 0; round <= rounds; round++) {
		const times: number[] = [];
		for (let i = 0; i < 5; i++) {
			await page.evaluate(watchForChoices);
			await page.keyboard.press('t');
			times.push(await page.evaluate(() => (globalThis as unknown as { choicesShown: Promise<number> }).choicesShown));
			await page.keyboard.press('Escape');
			await page.getByRole('dialog').waitFor({ state: 'detached' });
		}
		p95s.push(quantile(times, 0.95));
	}
	return atMost50(`tags offered p95, ${tickets} tickets`, p95s);
}

/** From each key to the frame after it, 0.95 of them (ms). */
async function typeInto(page: Page, field: Locator, text: string): Promise<number> {
	await page.evaluate(forgetKeys);
	await field.pressSequentially(text, { delay: betweenKeysMs });
	await page.waitForFunction(
		(count) => (globalThis as unknown as { keyToPaint: number[] }).keyToPaint.length >= count,
		text.length,
	);
	return quantile(await page.evaluate(readKeys), 0.95);
}

function atMost50(what: string, runs: number[]): Figure {
	return { what, value: median(runs), unit: 'ms', budget: { kind: 'at-most', value: 50 }, runs };
}

/** Runs in the page: from the click to the frame in which that view stands with its tickets. */
function watchForView(view: string): void {
	const { afterPaint } = globalThis as unknown as { afterPaint(): Promise<number> };
	const isShown = () => {
		const tab = document.querySelector(`#list nav a[href="/inbox/${view}"][aria-current]`);
		const size = document.querySelector('[role=option]')?.getAttribute('aria-setsize');
		return size !== undefined && tab?.querySelector('.numbers')?.textContent?.replace(/\D/g, '') === size;
	};
	let began = 0;
	addEventListener('click', (event) => (began = event.timeStamp), { capture: true, once: true });
	const viewShown = new Promise<number>((resolve, reject) => {
		const late = setTimeout(() => reject(new Error(`the view ${view} is not shown`)), 10_000);
		const watch = new MutationObserver(() => {
			if (!isShown()) return;
			clearTimeout(late);
			watch.disconnect();
			void afterPaint().then((now) => resolve(now - began));
		});
		watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
	});
	Object.assign(globalThis, { viewShown });
}

/** Runs in the page: from the next key to the frame with a dialog that offers something. */
function watchForChoices(): void {
	const { afterPaint } = globalThis as unknown as { afterPaint(): Promise<number> };
	let began = 0;
	addEventListener('keydown', (event) => (began = event.timeStamp), { capture: true, once: true });
	const choicesShown = new Promise<number>((resolve, reject) => {
		const late = setTimeout(() => reject(new Error('nothing is offered')), 10_000);
		const watch = new MutationObserver(() => {
			if (document.querySelector('[role=dialog] [role=option]') === null) return;
			clearTimeout(late);
			watch.disconnect();
			void afterPaint().then((now) => resolve(now - began));
		});
		watch.observe(document.body, { subtree: true, childList: true, attributes: true });
	});
	Object.assign(globalThis, { choicesShown });
}
