import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { WebSocket as NodeSocket } from 'ws';
import { createDesk } from '../../src/lib/create-desk.ts';
import type { Desk } from '../../src/lib/desk.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { createDexieRecordStore } from '../../src/lib/store/dexie-record-store.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import { createDeviceKeys, keyDatabase, type DeviceKeys } from '../../src/lib/sync/device-key.ts';
import { createEntrance } from '../../src/lib/sync/entrance.ts';
import { createHttpTransport } from '../../src/lib/sync/http-transport.ts';
import { browserTime } from '../../src/lib/sync/time.ts';
import { relaySide } from '../../src/lib/sync/relay-side.ts';
import type { Transport } from '../../src/lib/sync/transport.ts';
import { forgetStanding } from '../../src/lib/sync/wipe.ts';
import { afterTest, cookieOf, type TestRelay } from '../sync-server/running-relay.ts';

/** A browser profile: databases, cookies and a network that can be pulled out. */
export interface Profile {
	readonly store: RecordStore;
	readonly databases: IDBFactory;
	readonly keys: DeviceKeys;
	readonly transport: Transport;
	/** A further store on what is there now, as after loading the page anew. */
	openStore(): RecordStore;
	/** Uses what `openStore` gives from now on. */
	reload(): void;
	entrance: ReturnType<typeof createEntrance>;
	open(): Promise<Desk>;
	offline: boolean;
	cookie: string;
}

export function createProfile(relay: TestRelay): Profile {
	const databases = new IDBFactory();
	const sockets = new Set<NodeSocket>();
	let offline = false;
	const openStore = () =>
		createDexieRecordStore({
			...{ name: 'tresen', now: Date.now, project: updatesToRow, indexedDB: databases, IDBKeyRange },
			channel: null,
		});
	const profile: { -readonly [Key in keyof Profile]: Profile[Key] } = {
		cookie: '',
		get offline() {
			return offline;
		},
		set offline(value) {
			offline = value;
			if (value) for (const socket of sockets) socket.terminate();
		},
		...{ databases, openStore, reload: enter },
		store: undefined as never,
		keys: createDeviceKeys(databases),
		transport: undefined as never,
		entrance: undefined as never,
		open: undefined as never,
	};
	class Socket extends NodeSocket {
		constructor(url: string) {
			super(offline ? 'ws://127.0.0.1:1' : url, { headers: { cookie: profile.cookie, origin: relay.url } });
			this.on('error', () => {});
			sockets.add(this);
		}
	}
	const transport = createHttpTransport({
		base: relay.url,
		time: browserTime,
		WebSocket: Socket as never,
		fetch: async (input, init) => {
			if (offline) throw new TypeError('Failed to fetch');
			const headers = new Headers(init?.headers);
			if (profile.cookie !== '') headers.set('cookie', profile.cookie);
			const response = await fetch(input, { ...init, headers });
			if (response.headers.has('set-cookie')) profile.cookie = cookieOf(response.headers);
			return response;
		},
	});
	const { keys } = profile;
	profile.transport = transport;
	function enter(): void {
		profile.store = openStore();
		profile.entrance = createEntrance({
			...{ store: profile.store, transport, keys, passkeys: undefined },
			forgetBefore: (before) => forgetStanding(databases, before?.agent.id, [keyDatabase]),
		});
	}
	enter();
	profile.open = async () => {
		const session = await profile.entrance.known();
		if (session === undefined) throw new Error('not enrolled');
		const desk = await createDesk({
			...{ store: profile.store, transport, session, keys, time: browserTime },
			fillRandom: (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
			live: { url: `${relay.url.replace('http', 'ws')}/live`, WebSocket: Socket as never },
			relaySide: async () => relaySide,
		});
		afterTest(() => desk.close());
		return desk;
	};
	return profile;
}
