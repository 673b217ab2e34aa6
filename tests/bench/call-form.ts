import type { Page } from '@playwright/test';
import { casesDe } from '../../src/lib/ui/words/de-cases.ts';
import { withInbox } from './at-work.ts';
import type { Bench, BenchOptions, Figure } from './row.ts';
import { median, quantile } from './spread.ts';

/** Somebody picks up the phone: the form, and the standard cases while they type what is said. */
export const callForm: Bench = {
	name: 'call-form',
	run: (options) =>
		withInbox('unclaimed', options, async (page, { tickets }) => [
			await measureForm(page, tickets, options),
			await measureCases(page, tickets, options),
		]),
};

const callerField = 'form input[role=combobox]';
const requests = [
	'Der Drucker druckt nur noch Streifen, seit gestern',
	'Ich habe mein Passwort vergessen und bin gesperrt',
	'Die Kasse startet heute nicht, der Bildschirm bleibt schwarz',
];

async function measureForm(page: Page, tickets: number, { quick, rounds }: BenchOptions): Promise<Figure> {
	await page.locator('[role=option]').first().focus();
	// The first call of the day counts like the others: its code lies ready by then.
	await page.evaluate(idleFor, 3000);
	const p95s: number[] = [];
	const first: number[] = [];
	const work: number[] = [];
	const thread = await page.context().newCDPSession(page);
	await thread.send('Performance.enable', { timeDomain: 'threadTicks' });
	const workSoFar = async () => {
		const { metrics } = await thread.send('Performance.getMetrics');
		return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
	};
	for (let round = 0; round <= rounds; round++) {
		const times: number[] = [];
		for (let i = 0; i < (quick ? 4 : 12); i++) {
			await page.evaluate(watchForField, callerField);
			const before = await workSoFar();
			await page.keyboard.press('l');
			times.push(await page.evaluate(() => (globalThis as unknown as { fieldThere: Promise<number> }).fieldThere));
			work.push((await workSoFar()) - before);
			await page.keyboard.press('Escape');
			await page.locator('[role=option]').first().waitFor();
			await page.evaluate(idleFor, 200);
		}
		if (round === 0) first.push(times[0] ?? Number.NaN);
		else p95s.push(quantile(times, 0.95));
	}
	return {
		what: `call form, key to painted form p95, ${tickets} tickets`,
		value: median(p95s),
		unit: 'ms',
		budget: { kind: 'at-most', value: 100 },
		peers: [{ name: 'an idle frame p95', value: await idleFrame(page) }],
		runs: p95s,
		notes: [
			`from the key in the inbox to the frame in which the caller field has the focus; the first time ${median(first).toFixed(0)} ms`,
			`of that the page itself works ${median(work).toFixed(0)} ms, the first time ${(work[0] ?? Number.NaN).toFixed(0)} ms, whatever else runs on the machine`,
		],
	};
}

async function measureCases(page: Page, tickets: number, { quick, rounds }: BenchOptions): Promise<Figure> {
	await page.keyboard.press('l');
	await page.locator(callerField).waitFor();
	const request = page.locator('form textarea');
	await request.focus();
	await page.evaluate(watchCases);
	const p95s: number[] = [];
	let changed = 0;
	for (let round = 0; round <= rounds; round++) {
		const times: number[] = [];
		for (const text of requests.slice(0, quick ? 1 : requests.length)) {
			await request.fill('');
			await page.keyboard.type(text, { delay: 60 });
			await page.evaluate(idleFor, 300);
			times.push(...(await page.evaluate(takeTimes)));
		}
		// The index is opened meanwhile.
		if (round === 0) await page.getByText(casesDe.panel.partly).waitFor({ state: 'hidden', timeout: 60_000 });
		else {
			p95s.push(quantile(times, 0.95));
			changed += times.length;
		}
	}
	return {
		what: `call form, key to other standard cases p95, ${tickets} tickets`,
		value: median(p95s),
		unit: 'ms',
		budget: { kind: 'at-most', value: 50 },
		peers: [{ name: 'an idle frame p95', value: await idleFrame(page) }],
		runs: p95s,
		notes: [`of ${changed} keys that changed what is offered, typed 60 ms apart; a frame is 16.7 ms`],
	};
}

async function idleFrame(page: Page): Promise<number> {
	const times = await page.evaluate(async () => {
		const { afterPaint } = globalThis as unknown as { afterPaint(): Promise<number> };
		const found: number[] = [];
		for (let i = 0; i < 60; i++) {
			const began = performance.now();
			found.push((await afterPaint()) - began);
		}
		return found;
	});
	return quantile(times, 0.95);
}

/** Runs in the page: so many milliseconds of frames, as a person pauses. */
async function idleFor(ms: number): Promise<void> {
	const until = performance.now() + ms;
	while (performance.now() < until) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Runs in the page: from the next key to the frame in which the field has the focus. */
function watchForField(selector: string): void {
	const { afterPaint } = globalThis as unknown as { afterPaint(): Promise<number> };
	let began = 0;
	addEventListener('keydown', (event) => (began = event.timeStamp), { capture: true, once: true });
	const fieldThere = new Promise<number>((resolve, reject) => {
		const late = setTimeout(() => reject(new Error('the form does not open')), 10_000);
		const watch = (event: FocusEvent) => {
			if (!(event.target instanceof Element) || !event.target.matches(selector)) return;
			clearTimeout(late);
			removeEventListener('focusin', watch, true);
			void afterPaint().then((now) => resolve(now - began));
		};
		addEventListener('focusin', watch, true);
	});
	Object.assign(globalThis, { fieldThere });
}

/** Runs in the page: from each key to the frame in which other cases are offered. */
function watchCases(): void {
	const { afterPaint } = globalThis as unknown as { afterPaint(): Promise<number> };
	const caseTimes: number[] = [];
	Object.assign(globalThis, { caseTimes });
	const offered = () =>
		[...document.querySelectorAll('button[data-case] span.font-medium')].map((title) => title.textContent).join('|');
	let began = 0;
	let before = offered();
	addEventListener('keydown', (event) => (began = event.timeStamp), true);
	new MutationObserver(() => {
		const now = offered();
		if (now === before) return;
		before = now;
		const key = began;
		void afterPaint().then((painted) => caseTimes.push(painted - key));
	}).observe(document.body, { subtree: true, childList: true, characterData: true });
}

/** Runs in the page. */
function takeTimes(): number[] {
	return (globalThis as unknown as { caseTimes: number[] }).caseTimes.splice(0);
}
