import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser } from '@playwright/test';
import config from '../playwright.config.ts';
import { Device, languages } from './device.ts';

/** A browser profile on disk, in a browser process of its own that can be killed at any moment and started again. */
export interface LastingProfile {
	readonly folder: string;
	open(): Promise<Device>;
	/** SIGKILL to the browser and all its helpers: no page hears of it. */
	kill(): Promise<void>;
	/** As a person closes it: everything is on disk afterwards. */
	close(): Promise<void>;
	remove(): Promise<void>;
}

export async function createLastingProfile(network: ConstructorParameters<typeof Device>[1]): Promise<LastingProfile> {
	const folder = await mkdtemp(join(tmpdir(), 'tresen-profile-'));
	const launch = config.use?.launchOptions;
	let running: { child: ChildProcess; browser: Browser } | undefined;

	async function kill(): Promise<void> {
		if (running === undefined) return;
		const { child, browser } = running;
		running = undefined;
		const ended = once(child, 'exit');
		// A group of its own: the renderers go with the browser.
		process.kill(-child.pid!, 'SIGKILL');
		await ended;
		await browser.close();
	}

	async function close(): Promise<void> {
		if (running === undefined) return;
		const { child, browser } = running;
		const ended = once(child, 'exit');
		const cdp = await browser.newBrowserCDPSession();
		await cdp.send('Browser.close').catch(() => {});
		await ended;
		running = undefined;
		await browser.close();
	}

	return {
		folder,
		close,
		async open() {
			const child = spawn(
				launch?.executablePath ?? 'chromium',
				[
					...(launch?.args ?? []),
					...['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${folder}`],
					...['--lang=de-DE', '--accept-lang=de-DE', '--window-size=1280,800', 'about:blank'],
				],
				{ stdio: ['ignore', 'ignore', 'pipe'], detached: true, env: { ...process.env, TZ: 'Europe/Berlin' } },
			);
			const browser = await chromium.connectOverCDP(await debuggerAddress(child));
			running = { child, browser };
			const context = browser.contexts()[0]!;
			context.setDefaultTimeout(20_000);
			const page = context.pages()[0] ?? (await context.newPage());
			return new Device(page, network, languages.de);
		},
		kill,
		async remove() {
			await kill();
			await rm(folder, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

async function debuggerAddress(child: ChildProcess): Promise<string> {
	for await (const line of createInterface({ input: child.stderr! })) {
		const address = /^DevTools listening on (\S+)/.exec(line)?.[1];
		if (address !== undefined) {
			child.stderr!.resume();
			return address;
		}
	}
	throw new Error('The browser ended before it could be reached.');
}
