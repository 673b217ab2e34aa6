import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, type Page, test } from '@playwright/test';
import { de } from '../../src/lib/ui/words/de.ts';
import { en } from '../../src/lib/ui/words/en.ts';
import { createStaticSite, type StaticSite } from './static-site.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const firstBuild = join(root, 'build');

let site: StaticSite;
test.beforeEach(async () => {
	site = await createStaticSite(firstBuild);
});
test.afterEach(() => site.stop());

/** Opens a page and waits until the worker controls it and has the whole app in its cache. */
async function openWithWorker(page: Page, path = '/') {
	await page.goto(site.url + path);
	await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
	await waitForApp(page);
}

/** Kit has started and drawn a page: the body is more than the empty shell. */
async function waitForApp(page: Page) {
	await expect(page.locator('body')).toContainText(/\S/);
}

async function buildVersion(folder: string) {
	return (JSON.parse(await readFile(join(folder, '_app/version.json'), 'utf8')) as { version: string }).version;
}

function cachedVersions(page: Page) {
	return page.evaluate(async () =>
		(await caches.keys())
			.filter((name) => name.startsWith('tresen-app-'))
			.map((name) => name.slice('tresen-app-'.length)),
	);
}

const offerOf = (page: Page) =>
	page
		.getByRole('status')
		.filter({ hasText: new RegExp(`${de.update.ready}|${en.update.ready}`) })
		.getByRole('button', { name: new RegExp(`^(${de.update.reload}|${en.update.reload})`) });

/** Marks the running page, so that a later look tells whether it was loaded again. */
const mark = (page: Page) => page.evaluate(() => void Object.assign(globalThis, { isSamePage: true }));
const isSamePage = (page: Page) => page.evaluate(() => 'isSamePage' in globalThis);

test('[F97] the app can be installed: the browser names no obstacle', async ({ page }) => {
	await openWithWorker(page);
	const browser = await page.context().newCDPSession(page);
	const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors');
	// A private window, as every test gets one, is the only reason not to offer the installation.
	expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
	const { errors } = await browser.send('Page.getAppManifest');
	expect(errors).toEqual([]);
});

test('[F97] with the server stopped a deep link loads, and a click moves on without loading anew', async ({ page }) => {
	const policyBreaches: string[] = [];
	page.on('console', (message) => {
		if (message.text().includes('Content Security Policy')) policyBreaches.push(message.text());
	});
	await openWithWorker(page);
	await site.stop();

	await page.goto(`${site.url}/some/deep/link?from=mail`);
	await waitForApp(page);
	await page.reload();
	await waitForApp(page);

	await mark(page);
	await page.evaluate(() => {
		const link = document.createElement('a');
		link.href = '/';
		link.textContent = 'to the start';
		document.body.append(link);
		link.click();
	});
	await page.waitForURL(({ pathname }) => pathname !== '/some/deep/link');
	await waitForApp(page);
	expect(await isSamePage(page)).toBe(true);
	expect(policyBreaches).toEqual([]);
});

test("the relay's own paths are never answered from the stored app", async ({ page }) => {
	await openWithWorker(page);
	await site.stop();
	for (const path of [
		'/healthz',
		'/auth/session',
		'/replica/pull',
		'/blobs/abc',
		'/pictures/',
		'/metrics',
		'/sw-reset/',
	])
		await expect(page.goto(site.url + path)).rejects.toThrow(/ERR_CONNECTION_REFUSED/);
});

test('/sw-reset takes away the stored program and leaves the work on the device', async ({ page }) => {
	await openWithWorker(page);
	await page.evaluate(
		() =>
			new Promise<void>((resolve, reject) => {
				const opening = indexedDB.open('work-of-the-agent');
				opening.onupgradeneeded = () => opening.result.createObjectStore('drafts').put('Dear customer', 'draft');
				opening.onsuccess = () => (opening.result.close(), resolve());
				opening.onerror = () => reject(opening.error);
			}),
	);
	await page.goto(`${site.url}/sw-reset/`);

	await site.stop();
	await page.locator('#reset').click();
	await expect(page.locator('#outcome')).toContainText('nothing was removed');
	expect(await cachedVersions(page)).toHaveLength(1);

	await site.serve(firstBuild);
	// Blocks the new registration, so that the page shows what the reset left.
	await page.route('**/service-worker.js', (route) => route.abort());
	await page.locator('#reset').click();
	await page.waitForURL(`${site.url}/`);
	await expect.poll(() => cachedVersions(page)).toEqual([]);
	const databases = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
	expect(databases).toContain('work-of-the-agent');
});

test.describe('an update', () => {
	let secondBuild = '';
	let folder = '';

	test.beforeAll(async () => {
		test.setTimeout(180_000);
		// Inside the project: the build looks for its packages from there.
		const cache = join(root, 'node_modules/.cache');
		await mkdir(cache, { recursive: true });
		folder = await mkdtemp(join(cache, 'second-build-'));
		secondBuild = join(folder, 'build');
		const version = `${await buildVersion(firstBuild)}-next`;
		await promisify(execFile)(
			process.execPath,
			[join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'],
			{
				cwd: root,
				env: {
					...process.env,
					APP_BUILD: version,
					APP_BUILD_DIR: secondBuild,
					APP_KIT_DIR: join(folder, 'kit'),
				},
			},
		);
		expect(await buildVersion(secondBuild)).toBe(version);
	});
	test.afterAll(() => rm(folder, { recursive: true, force: true }));

	test('[F98] is offered, reloads only the tab that asked, and the other tab goes on with its build', async ({
		context,
	}) => {
		const [asking, other] = [await context.newPage(), await context.newPage()];
		await openWithWorker(asking);
		await openWithWorker(other);
		const firstVersion = await buildVersion(firstBuild);
		const secondVersion = await buildVersion(secondBuild);
		expect(await cachedVersions(asking)).toEqual([firstVersion]);

		await site.serve(secondBuild);
		await mark(asking);
		await mark(other);
		await asking.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
		await expect(offerOf(asking)).toBeVisible();
		expect(await isSamePage(asking)).toBe(true);

		await offerOf(asking).click();
		await expect.poll(() => isSamePage(asking).catch(() => true)).toBe(false);
		await waitForApp(asking);
		await expect.poll(() => cachedVersions(asking)).toEqual([firstVersion, secondVersion]);
		expect(await isSamePage(other)).toBe(true);
		await expect(offerOf(other)).toBeVisible();

		// The server knows only the second build now: what the old tab still needs comes from the device.
		const onlyInFirst = (await hashedFiles(firstBuild)).filter(
			(file) => !existsSync(join(secondBuild, '_app/immutable', file)),
		);
		expect(onlyInFirst.length).toBeGreaterThan(0);
		const statuses = await other.evaluate(
			(files) => Promise.all(files.map(async (file) => (await fetch(`/_app/immutable/${file}`)).status)),
			onlyInFirst,
		);
		expect(new Set(statuses)).toEqual(new Set([200]));

		await site.stop();
		await asking.reload();
		await waitForApp(asking);
		const loaded = await asking.evaluate(() =>
			performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
		);
		expect(loaded.some((path) => onlyInFirst.some((file) => path.endsWith(file)))).toBe(false);
	});

	test('that breaks off half-way leaves the running build in charge', async ({ page }) => {
		await openWithWorker(page);
		const [missing = ''] = (await hashedFiles(secondBuild)).filter(
			(file) => !existsSync(join(firstBuild, '_app/immutable', file)),
		);
		await rm(join(secondBuild, '_app/immutable', missing));
		await site.serve(secondBuild);
		const outcome = await page.evaluate(async () => {
			const registration = await navigator.serviceWorker.ready;
			const found = new Promise<ServiceWorker | null>((resolve) =>
				registration.addEventListener('updatefound', () => resolve(registration.installing), { once: true }),
			);
			await registration.update().catch(() => undefined);
			const worker = await found;
			return new Promise<string | undefined>((resolve) => {
				const look = () => {
					if (worker?.state === 'redundant' || worker?.state === 'installed') resolve(worker.state);
				};
				worker?.addEventListener('statechange', look);
				look();
			});
		});
		expect(outcome).toBe('redundant');
		expect(await cachedVersions(page)).toEqual([await buildVersion(firstBuild)]);
		await page.reload();
		await waitForApp(page);
	});
});

async function hashedFiles(build: string) {
	const folder = join(build, '_app/immutable');
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
