import { updatesToRow } from '../projection/document-row.ts';
import type { Session } from '../protocol/session.ts';
import { createDexieRecordStore } from '../store/dexie-record-store.ts';
import { createDeviceKeys, keyDatabase } from '../sync/device-key.ts';
import { createEntrance } from '../sync/entrance.ts';
import { createHttpTransport, socketUrl } from '../sync/http-transport.ts';
import { createSessions, withSession } from '../sync/session.ts';
import { createIndexeddbPersist } from '../sync/standing-document.ts';
import { browserTime } from '../sync/time.ts';
import { wipeBrowser } from '../sync/wipe.ts';
import { createDesk, type Desk, type Entrance, type PageSignals } from '../desk.ts';
import { browserPasskeys } from './passkeys.ts';

export const storeDatabase = 'tresen';

/** The door of the desk in this tab: who is this device, and what opens for it. */
export interface Door {
	entrance: Entrance;
	/** For the session that the entrance knows or made. */
	open(session: Session): Promise<Desk>;
}

/** Puts the browser's parts together. Call it once in a tab. */
export function createDoor(): Door {
	const time = browserTime;
	const store = createDexieRecordStore({ name: storeDatabase, now: time.now, project: updatesToRow });
	const transport = createHttpTransport({ time });
	const keys = createDeviceKeys(indexedDB);
	const plain = createEntrance({ store, transport, keys, passkeys: browserPasskeys });
	return {
		entrance: {
			...plain,
			async addPasskey() {
				const known = await plain.known();
				const sessions = createSessions({ transport, settings: store.settings, keys, known });
				const signedIn = withSession(transport, sessions);
				return createEntrance({ store, transport: signedIn, keys, passkeys: browserPasskeys }).addPasskey();
			},
		},
		open: (session) =>
			createDesk({
				...{ store, transport, session, keys, time },
				fillRandom: (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
				live: { url: socketUrl('', '/live') },
				persist: createIndexeddbPersist(time),
				tabs: {
					locks: navigator.locks,
					channel: typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('tresen-sync'),
					name: 'tresen-sync',
				},
				page: browserPage,
				browserStorage: navigator.storage,
				wipeTraces: () =>
					wipeBrowser(
						{
							indexedDB,
							caches: typeof caches === 'undefined' ? undefined : caches,
							serviceWorker: navigator.serviceWorker,
							localStorage,
							sessionStorage,
						},
						[storeDatabase, keyDatabase],
					),
			}),
	};
}

const browserPage: PageSignals = {
	visible: () => document.visibilityState === 'visible',
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
