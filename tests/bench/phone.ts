import type { Page } from '@playwright/test';
import { invite, openBrowser, standAtDoor, untilInstalled, untilSynced, type BrowserDevice } from './browser-device.ts';
import { startOurs } from './child.ts';
import { createDemoFolder } from './demo-folder.ts';
import type { Bench } from './row.ts';

/** A phone: 390x844, a finger, and a processor four times slower. It holds what is open, its own and recent; the rest as rows. */
export const phone: Bench = {
	name: 'phone',
	async run({ quick, say }) {
		const tickets = quick ? 2000 : 15_600;
		const folder = await createDemoFolder({ tickets });
		const data = folder.copy();
		const search = await invite(data);
		const relay = await startOurs(data);
		const device = await openBrowser(relay.url);
		try {
			const { page } = device;
			await becomePhone(page);
			const sync = await firstSync(device, search);
			const held = await page.evaluate(readHeld);
			say(`usable after ${sync.usable.toFixed(1)} s, all after ${sync.whole.toFixed(1)} s; ${JSON.stringify(held)}`);
			const opened: number[] = [];
			for (const id of held.someCold) opened.push(await openCold(page, `${relay.url}/inbox/closed/${id}`));
			await untilInstalled(page);
			await relay.stop();
			await page.goto(`${device.origin}/inbox/open`);
			await page.locator('[role=option]').first().waitFor();
			const offline = await page.evaluate(
				() => (globalThis as unknown as { benchMarks: { firstRow: number } }).benchMarks.firstRow,
			);
			const of = `phone, ${tickets} tickets`;
			const notes = ['CPU slowed down by 4, 390x844; the relay runs on the same machine'];
			return [
				{ what: `first sync, usable (${of})`, value: sync.usable, unit: 's', notes },
				{ what: `first sync, all of it (${of})`, value: sync.whole, unit: 's', notes },
				{
					...{ what: `bytes held (${of})`, value: held.bytes / 1e6, unit: 'MB' },
					notes: [
						`${held.whole} tickets whole, ${held.cold} as rows; all that the browser counts for the desk, app and index included`,
					],
				},
				...(opened.length === 0
					? []
					: [
							{
								what: `cold ticket by its address, page load to messages (${of})`,
								value: middle(opened),
								unit: 'ms',
								runs: opened,
								notes,
							},
						]),
				{
					...{ what: `start offline to usable inbox (${of})`, value: offline / 1000, unit: 's', notes },
					budget: { kind: 'at-most' as const, value: 3 },
				},
			];
		} finally {
			await device.close();
			await relay.stop();
		}
	},
};

async function becomePhone(page: Page): Promise<void> {
	const session = await page.context().newCDPSession(page);
	await session.send('Emulation.setDeviceMetricsOverride', {
		...{ width: 390, height: 844, deviceScaleFactor: 3, mobile: true },
		...{ screenWidth: 390, screenHeight: 844 },
	});
	await session.send('Emulation.setTouchEmulationEnabled', { enabled: true });
	await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
}

async function firstSync(device: BrowserDevice, search: string): Promise<{ usable: number; whole: number }> {
	const { page } = device;
	await standAtDoor(device, search);
	const began = await page.evaluate(() => performance.timeOrigin + performance.now());
	await page.locator('button[type=submit]').click();
	await page.locator('[role=option]').first().waitFor({ timeout: 120_000 });
	const usable = await page.evaluate(() => performance.timeOrigin + performance.now());
	const whole = await untilSynced(page, 600_000);
	return { usable: (usable - began) / 1000, whole: (whole - began) / 1000 };
}

/** From the ticket's address to its messages: the start of the app is in it. */
async function openCold(page: Page, url: string): Promise<number> {
	await page.goto(url);
	await page.locator('#reply').waitFor({ timeout: 60_000 });
	return page.evaluate(() => performance.now());
}

/** Runs in the page. */
async function readHeld(): Promise<{ bytes: number; whole: number; cold: number; someCold: string[] }> {
	const done = <T>(request: IDBRequest<T>) =>
		new Promise<T>((resolve, reject) => {
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error ?? new Error('unreadable'));
		});
	const db = await done(indexedDB.open('tresen'));
	const read = db.transaction(['rows', 'settings']);
	const rows = read.objectStore('rows');
	const all = (await done(rows.getAll())) as { id: string; kind: string; cold?: 1 }[];
	const tier = (await done(read.objectStore('settings').get('tier'))) as { value?: { kind?: string } } | undefined;
	db.close();
	if (tier?.value?.kind !== 'recent') throw new Error('the app does not take this for a phone');
	const tickets = all.filter(({ kind }) => kind === 'ticket');
	const cold = tickets.filter((row) => row.cold === 1);
	return {
		bytes: (await navigator.storage.estimate()).usage ?? 0,
		whole: tickets.length - cold.length,
		cold: cold.length,
		someCold: cold.slice(0, 5).map(({ id }) => id.slice('ticket/'.length)),
	};
}

function middle(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
