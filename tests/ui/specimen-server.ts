import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from '@playwright/test';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { build, preview } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export interface Specimens {
	browser: Browser;
	/** Address of a specimen. */
	at(show: string, more?: Record<string, string>): string;
	close(): Promise<void>;
}

/** Builds the specimen pages as the product is built, serves them and starts a browser. */
export async function startSpecimens(): Promise<Specimens> {
	const outDir = await mkdtemp(join(tmpdir(), 'tresen-specimens-'));
	const shared = {
		configFile: false,
		root: here('specimens'),
		logLevel: 'error',
		plugins: [tailwindcss(), svelte({ configFile: false })],
		resolve: { alias: { $lib: here('../../src/lib') } },
		build: { outDir, emptyOutDir: true, target: 'esnext' },
	} as const;
	await build({ ...shared, plugins: [...shared.plugins] });
	const server = await preview({ ...shared, plugins: [], preview: { port: 0, host: '127.0.0.1' } });
	const base = server.resolvedUrls!.local[0]!;
	const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
	const browser = await chromium.launch({
		executablePath,
		args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
	});
	return {
		browser,
		at: (show, more = {}) => `${base}?${new URLSearchParams({ show, ...more })}`,
		async close() {
			await browser.close();
			await server.close();
			await rm(outDir, { recursive: true, force: true });
		},
	};
}
