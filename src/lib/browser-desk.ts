import { updatesToRow } from './projection/document-row.ts';
import { usualTiers } from './domain/tier.ts';
import type { Session } from './protocol/session.ts';
import type { SearchParts } from './desk/search-desk.ts';
import { deleteIndexFiles } from './search/device/index-files.ts';
import type { StartSearch } from './search/device/search-messages.ts';
import type { RecordStore } from './store/record-store.ts';
import { createDexieRecordStore } from './store/dexie-record-store.ts';
import { createDeviceKeys, keyDatabase, type DeviceKeys } from './sync/device-key.ts';
import { createEntrance as createPlainEntrance } from './sync/entrance.ts';
import { createHttpTransport, socketUrl } from './sync/http-transport.ts';
import { createProjectInWorker } from './sync/project-in-worker.ts';
import { createSessions, withSession } from './sync/session.ts';
import type { Transport } from './sync/transport.ts';
import type { Rescue } from './sync/rescue.ts';
import { browserTime } from './sync/time.ts';
import { forgetStanding, wipeBrowser } from './sync/wipe.ts';
import { createDesk, type PageSignals } from './create-desk.ts';
import type { Desk, Entrance } from './desk.ts';
import { browserPasskeys } from './desk/passkeys.ts';
import { createDeviceLock, type DeviceLock } from './desk/device-lock.ts';
import type { UnlockAnswer } from './desk/unlock.ts';

export const storeDatabase = 'tresen';

interface Ground {
	store: RecordStore;
	transport: Transport;
	keys: DeviceKeys;
}
let ground: Ground | undefined;

/** One database and one way to the relay in a tab, whoever asks first. */
function onGround(): Ground {
	ground ??= {
		store: createDexieRecordStore({ name: storeDatabase, now: browserTime.now, project: updatesToRow }),
		transport: createHttpTransport({ time: browserTime }),
		keys: createDeviceKeys(indexedDB),
	};
	return ground;
}

/** Who this device is, and how it becomes one of the desk's. */
export function createEntrance(): Entrance {
	const { store, transport, keys } = onGround();
	const plain = createPlainEntrance({
		...{ store, transport, keys, passkeys: browserPasskeys },
		async forgetBefore(before) {
			await forgetStanding(indexedDB, before?.agent.id, [keyDatabase]);
			await deleteIndexFiles(pause);
		},
	});
	return {
		...plain,
		leftBehind: async () => ((await isStoreHere()) ? plain.leftBehind() : undefined),
		async addPasskey() {
			const sessions = createSessions({ transport, settings: store.settings, keys, known: await plain.known() });
			const signedIn = withSession(transport, sessions);
			return createPlainEntrance({ store, transport: signedIn, keys, passkeys: browserPasskeys }).addPasskey();
		},
	};
}

/** Looking must not make a database where there is none, after a wipe above all. Where the browser does not tell, it may be there. */
async function isStoreHere(): Promise<boolean> {
	if (typeof indexedDB.databases !== 'function') return true;
	return (await indexedDB.databases()).some(({ name }) => name === storeDatabase);
}

/** The desk of this tab, for the session that the entrance knows or made. */
export async function createBrowserDesk(session: Session): Promise<Desk> {
	const { store, transport, keys } = onGround();
	const desk = await createDesk({
		...{ store, transport, session, keys, time: browserTime },
		project: createProjectInWorker(browserTime),
		fillRandom: (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
		live: { url: socketUrl('', '/live') },
		copies: true,
		tabs: {
			locks: navigator.locks,
			channel: typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('tresen-sync'),
			name: 'tresen-sync',
		},
		page: browserPage,
		browserStorage: navigator.storage,
		usualTier: isPhone() ? usualTiers.phone : usualTiers.other,
		search: createBrowserSearch(session),
		async cleanElsewhere(gone) {
			const { cleanKeptCall } = await import('./desk/clean-call.ts');
			cleanKeptCall(localStorage, gone, (key) => dispatchEvent(new StorageEvent('storage', { key })));
		},
		wipeTraces() {
			ground = undefined;
			return wipeBrowser(
				{
					indexedDB,
					caches: typeof caches === 'undefined' ? undefined : caches,
					serviceWorker: navigator.serviceWorker,
					localStorage,
					sessionStorage,
				},
				[storeDatabase, keyDatabase],
			);
		},
	});
	rememberEnrolment();
	desk.sync.subscribe(() => {
		const { kind, unsent } = desk.sync.current;
		if (kind === 'offline' && unsent > 0) void wakeWhenBack();
	});
	return desk;
}

/** A small screen that is touched: there is less room, and the network costs. */
function isPhone(): boolean {
	return Math.min(screen.width, screen.height) < 600 && matchMedia('(pointer: coarse)').matches;
}

/** The lock of this device in this tab, and how to ask the relay to open it. */
export interface BrowserLock extends DeviceLock {
	ask(byPerson: boolean): Promise<UnlockAnswer>;
	/** Edits and files that only this device has. */
	unsent(): Promise<number>;
	/** Follows what the desk hears of the relay, and what it asks for. Returns the way out. */
	follow(desk: Desk): () => void;
}

export function createBrowserLock(): BrowserLock {
	const { store } = onGround();
	const lock = createDeviceLock(store, browserTime);
	const woke = () => {
		if (document.visibilityState === 'visible') void lock.look();
	};
	document.addEventListener('visibilitychange', woke);
	return {
		...lock,
		async ask(byPerson) {
			const { askUnlock } = await import('./desk/unlock.ts');
			const { transport, keys } = onGround();
			return askUnlock({ transport, settings: store.settings, keys, passkeys: browserPasskeys, byPerson });
		},
		async unsent() {
			const [edits, files] = await Promise.all([store.outbox(), store.blobs.unsent()]);
			return edits.length + files.length;
		},
		follow(desk) {
			const hear = () => {
				const { heardAt } = desk.sync.current;
				if (heardAt !== undefined) void lock.heard(heardAt);
			};
			const readLimit = () => {
				const { lines, desk: settings } = desk.config.current;
				// Before the first sync nothing is known of what the desk wants.
				if (lines.length > 0) void lock.setLimit(hoursToMs(settings.lockAfterHours));
			};
			readLimit();
			hear();
			const stops = [desk.sync.subscribe(hear), desk.config.subscribe(readLimit)];
			return () => stops.forEach((stop) => stop());
		},
		close() {
			document.removeEventListener('visibilitychange', woke);
			lock.close();
		},
	};
}

const hoursToMs = (hours: number | undefined) => (hours === undefined ? undefined : hours * 60 * 60_000);

/** Undefined where the browser has no such means: lists can still be filtered. */
function createBrowserSearch({ device }: Session): SearchParts | undefined {
	if (typeof BroadcastChannel === 'undefined' || typeof Worker === 'undefined') return undefined;
	const name = 'tresen-search';
	return {
		startWorker(failed) {
			const worker = new Worker(new URL('./search/device/search-worker.ts', import.meta.url), { type: 'module' });
			worker.addEventListener('error', (event) => failed(event.message || 'the worker did not start'));
			const run = crypto.randomUUID();
			const start: StartSearch = { kind: 'start', run, channel: name, database: storeDatabase, owner: device.id };
			worker.postMessage(start);
			return { close: () => worker.terminate() };
		},
		locks: navigator.locks,
		channel: new BroadcastChannel(name),
		name,
		tab: crypto.randomUUID(),
		whileAtWork(heard) {
			const events = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchmove'];
			for (const event of events) addEventListener(event, heard, { capture: true, passive: true });
			return () => events.forEach((event) => removeEventListener(event, heard, { capture: true }));
		},
		forget: () => deleteIndexFiles(pause),
	};
}

const pause = (ms: number) => new Promise<void>((resolve) => void browserTime.schedule(resolve, ms));

/** For the day on which this device's data cannot be read. The store of this tab is closed for it; load the page anew afterwards. */
export async function createBrowserRescue(deviceName: string): Promise<Rescue> {
	const { createRescue } = await import('./sync/rescue.ts');
	const { transport, keys } = onGround();
	ground?.store.close();
	ground = undefined;
	return createRescue({
		...{ indexedDB, name: storeDatabase, transport, keys, now: browserTime.now, deviceName, wasEnrolled },
		openStore: () => createDexieRecordStore({ name: storeDatabase, now: browserTime.now, project: updatesToRow }),
	});
}

/** Kept outside of the databases: a browser that throws those away leaves this, and a wipe does not. */
const enrolmentMark = 'tresen:enrolled';

function rememberEnrolment(): void {
	try {
		localStorage.setItem(enrolmentMark, 'yes');
	} catch {
		// Without it a lost database looks like a new browser.
	}
}

export function wasEnrolled(): boolean {
	try {
		return localStorage.getItem(enrolmentMark) !== null;
	} catch {
		return false;
	}
}

/** Chromium alone wakes the worker when the network is back; it then asks this tab to send. Everywhere else the tab notices by itself. */
async function wakeWhenBack(): Promise<void> {
	try {
		const registration = (await navigator.serviceWorker?.getRegistration()) as BackgroundSync | undefined;
		await registration?.sync?.register('outbox');
	} catch {
		// A bonus, refused.
	}
}
interface BackgroundSync {
	sync?: { register(tag: string): Promise<void> };
}

const browserPage: PageSignals = {
	visible: () => document.visibilityState === 'visible',
	idle: () =>
		new Promise((resolve) => {
			// Safari has no idle callbacks.
			if (globalThis.requestIdleCallback === undefined) resolve();
			else requestIdleCallback(() => resolve(), { timeout: 1000 });
		}),
	listen({ woke, leaving }) {
		const looked = () => (document.visibilityState === 'visible' ? woke() : leaving());
		const fromWorker = (event: MessageEvent) => {
			if ((event.data as { type?: unknown } | null)?.type === 'SEND_OUTBOX') woke();
		};
		const worker = navigator.serviceWorker as ServiceWorkerContainer | undefined;
		addEventListener('online', woke);
		addEventListener('pageshow', woke);
		addEventListener('pagehide', leaving);
		document.addEventListener('visibilitychange', looked);
		worker?.addEventListener('message', fromWorker);
		return () => {
			removeEventListener('online', woke);
			removeEventListener('pageshow', woke);
			removeEventListener('pagehide', leaving);
			document.removeEventListener('visibilitychange', looked);
			worker?.removeEventListener('message', fromWorker);
		};
	},
};
