/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />

// Keeps the whole app on the device. One cache per build:
//   install   everything the build lists goes into its own cache; unchanged hashed files are copied from the last one
//   activate  this build and the one that was active before it stay, so that tabs of the old build can still load
//             the parts they have not needed yet; everything older goes
//   fetch     pages are answered with this build's index.html, files from the caches, the relay's paths never
// The data of the desk is not in here: it lies in IndexedDB, and no update of the app touches it.

import { version } from '$service-worker';

declare const self: ServiceWorkerGlobalScope & {
	readonly __WB_MANIFEST: readonly (string | { url: string; revision: string | null })[];
};
interface BackgroundSyncEvent extends ExtendableEvent {
	readonly tag: string;
}

const page = '/index.html';
const cachePrefix = 'tresen-app-';
const cacheName = cachePrefix + version;
const wasActive = '/.was-active';
const relayPaths = ['auth/', 'replica/', 'live/', 'blobs/', 'pictures/', 'healthz', 'readyz', 'metrics', 'sw-reset'];
const hashedFiles = /\/_app\/immutable\//;

const files = self.__WB_MANIFEST.map(
	(entry) => new URL(typeof entry === 'string' ? entry : entry.url, self.location.origin).pathname,
);

const isForRelay = (path: string) => relayPaths.some((start) => path.startsWith(`/${start}`));

self.addEventListener('install', (event) => {
	event.waitUntil(fillCache());
	passRelayBy(event);
});
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

self.addEventListener('message', (event) => {
	if (event.data?.type === 'SKIP_WAITING') event.waitUntil(self.skipWaiting());
});

self.addEventListener('fetch', (event) => {
	const { request } = event;
	const url = new URL(request.url);
	if (request.method !== 'GET' || url.origin !== self.location.origin || isForRelay(url.pathname)) return;
	if (request.mode === 'navigate') event.respondWith(answerPage(request));
	else if (hashedFiles.test(url.pathname) || files.includes(url.pathname)) event.respondWith(answerFile(request, url));
});

// Chromium alone wakes a worker when the network is back; the open tab does the sending.
self.addEventListener('sync', (event) => {
	const { tag } = event as BackgroundSyncEvent;
	if (tag === 'outbox') (event as BackgroundSyncEvent).waitUntil(askTabsToSend());
});

/** Where browsers know static routes, what goes to the relay does not even wake the worker. */
function passRelayBy(event: ExtendableEvent) {
	const { addRoutes } = event as ExtendableEvent & { addRoutes?(rules: object[]): Promise<void> };
	if (!addRoutes) return;
	const rules = relayPaths.map((path) => ({ condition: { urlPattern: { pathname: `/${path}*` } }, source: 'network' }));
	event.waitUntil(addRoutes.call(event, rules).catch(() => {}));
}

async function fillCache() {
	const earlier = await openEarlierCaches();
	const cache = await caches.open(cacheName);
	try {
		await Promise.all(
			files.map(async (file) => {
				const kept = hashedFiles.test(file) ? await firstMatch(earlier, file) : undefined;
				const response = kept ?? (await fetch(file, { cache: 'reload', credentials: 'same-origin' }));
				if (!response.ok || response.redirected) throw new Error(`${file} answered ${response.status}`);
				await cache.put(file, response);
			}),
		);
	} catch (error) {
		// Half a build must never take over, nor count as the build that was active before.
		await caches.delete(cacheName);
		throw error;
	}
}

async function takeOver() {
	const names = (await caches.keys()).filter((name) => name.startsWith(cachePrefix) && name !== cacheName);
	const active: string[] = [];
	for (const name of names) {
		const cache = await caches.open(name);
		if (await cache.match(wasActive)) active.push(name);
	}
	const previous = active.at(-1);
	await Promise.all(names.filter((name) => name !== previous).map((name) => caches.delete(name)));
	const own = await caches.open(cacheName);
	await own.put(wasActive, new Response(version));
	await self.clients.claim();
}

async function answerPage(request: Request) {
	// Never by opening the cache: on a device that was wiped that would make it anew.
	return (await caches.match(page, { cacheName })) ?? fetch(request);
}

async function answerFile(request: Request, url: URL) {
	const own = await caches.match(url.pathname, { cacheName });
	const found = own ?? (await firstMatch(await openEarlierCaches(), url.pathname));
	return found ?? fetch(request);
}

async function openEarlierCaches() {
	const names = (await caches.keys()).filter((name) => name.startsWith(cachePrefix) && name !== cacheName);
	return Promise.all(names.reverse().map((name) => caches.open(name)));
}

async function firstMatch(searched: readonly Cache[], path: string) {
	for (const cache of searched) {
		const found = await cache.match(path);
		if (found) return found;
	}
	return undefined;
}

async function askTabsToSend() {
	const tabs = await self.clients.matchAll({ type: 'window' });
	for (const tab of tabs) tab.postMessage({ type: 'SEND_OUTBOX' });
}
