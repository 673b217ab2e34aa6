import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { WebSocket as NodeSocket } from 'ws';
import type { Random } from '../../sync-server/demo/random.ts';
import { createDesk } from '../../src/lib/create-desk.ts';
import type { Desk } from '../../src/lib/desk.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import type { Answer, PokeListener, Transport } from '../../src/lib/sync/transport.ts';
import type { Page, PushAnswer } from '../../src/lib/protocol/replica.ts';
import type { Session } from '../../src/lib/protocol/session.ts';
import { createDexieRecordStore } from '../../src/lib/store/dexie-record-store.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import { createHttpTransport } from '../../src/lib/sync/http-transport.ts';
import { settingKeys } from '../../src/lib/sync/setting-keys.ts';
import type { FlakyLink } from './flaky-link.ts';
import type { FeedLag } from './feed-lag.ts';

/** An edit that the store said it has. */
export interface SavedEdit {
	document: DocumentId;
	update: Uint8Array;
	what: string;
}

/** The app of one device: everything below the screens, on a store of its own and a line of its own to the relay. */
export interface SoakDevice {
	index: number;
	session: Session;
	cookie: string;
	link: FlakyLink;
	store: RecordStore;
	/** Undefined while the page is being loaded. */
	desk: Desk | undefined;
	saved: SavedEdit[];
	open(): Promise<void>;
	close(): void;
	/** A page that is loaded anew. */
	reload(): Promise<void>;
	/** How far it has come. */
	cursor(): Promise<number>;
}

export interface SoakDeviceParts {
	index: number;
	session: Session;
	cookie: string;
	link: FlakyLink;
	random: Random;
	/** Device clock minus true time, ms. */
	skew: number;
	onDexie: boolean;
	lag: FeedLag;
	/** Something that must not be. */
	violated(what: string): void;
}

export async function createSoakDevice(parts: SoakDeviceParts): Promise<SoakDevice> {
	const { index, session, cookie, link, random, skew, lag, violated } = parts;
	const now = () => Math.floor(Date.now() + skew);
	const time = {
		now,
		schedule(call: () => void, ms: number) {
			const timer = setTimeout(call, ms);
			return () => clearTimeout(timer);
		},
		random: () => random.next(),
	};
	const inner: RecordStore = parts.onDexie
		? createDexieRecordStore({
				...{ name: 'tresen', now, project: updatesToRow, indexedDB: new IDBFactory(), IDBKeyRange },
				channel: null,
			})
		: createMemoryRecordStore({ now, project: updatesToRow });
	const saved: SavedEdit[] = [];
	const store: RecordStore = {
		...inner,
		async commit(change) {
			const committed = await inner.commit(change);
			const { document, update, what } = change;
			if (committed.rejected === undefined) saved.push({ document, update: update.slice(), what });
			return committed;
		},
		// A page that is loaded anew opens the same database again.
		close() {},
	};
	await store.settings.set(settingKeys.session, session);
	await store.addBlocks(session.blocks);

	class Socket extends NodeSocket {
		constructor(url: string) {
			super(url, { headers: { cookie, origin: link.url }, handshakeTimeout: 15_000 });
			this.on('error', () => {});
		}
	}
	const plain = createHttpTransport({
		base: link.url,
		time,
		WebSocket: Socket as never,
		fetch(input, init) {
			const headers = new Headers(init?.headers);
			headers.set('cookie', cookie);
			return fetch(input, { ...init, headers });
		},
	});
	const transport = watched(plain);

	/** Notes how long news takes, and repeats a push now and then, which must change nothing. */
	function watched(real: Transport): Transport {
		const receipts = new Map<number, number>();
		const check = ({ answers }: PushAnswer, isRepeated: boolean) => {
			for (const answer of answers) {
				if (answer.kind === 'rejected') {
					violated(`[I7] device ${index}: edit ${answer.n} was refused: ${answer.code}`);
					continue;
				}
				const before = receipts.get(answer.n);
				receipts.set(answer.n, answer.seq);
				if (before !== undefined && before !== answer.seq)
					violated(`[I7] device ${index}: edit ${answer.n} was answered with ${before} and with ${answer.seq}`);
				if (isRepeated && answer.kind === 'ok') violated(`[I7] device ${index}: edit ${answer.n} was taken twice`);
			}
		};
		const arrived = (answer: Answer<Page>) => {
			if (answer.kind === 'ok') lag.arrived(index, answer.value.cursor, link.goodSince);
			return answer;
		};
		return {
			...real,
			async push(edits) {
				const bytes = edits.slice();
				const answer = await real.push(edits);
				if (answer.kind !== 'ok') return answer;
				check(answer.value, false);
				for (const said of answer.value.answers) if (said.kind === 'ok') lag.acknowledged(index, said.seq);
				if (random.chance(0.02)) {
					const again = await real.push(bytes);
					if (again.kind === 'ok') check(again.value, true);
				}
				return answer;
			},
			pull: (request) => real.pull(request).then(arrived),
			openPoke(listener: PokeListener) {
				return real.openPoke({
					...listener,
					opened() {
						lag.connected(index, true);
						listener.opened();
					},
					poked: (poke) => listener.poked(poke),
					wrote: (news) => listener.wrote(news),
					closed(reason) {
						lag.connected(index, false);
						listener.closed(reason);
					},
				});
			},
		};
	}

	const device: SoakDevice = {
		...{ index, session, cookie, link, store, saved },
		desk: undefined,
		async open() {
			device.desk = await createDesk({
				...{ store, transport, session, time },
				keys: {
					load: async () => undefined,
					device: async () => undefined,
					create: () => Promise.reject(new Error('no keys here')),
					remove: async () => {},
				},
				fillRandom: (bytes) => random.fill(bytes),
				live: { url: `${link.url.replace('http', 'ws')}/live`, WebSocket: Socket as never },
			});
		},
		close() {
			device.desk?.close();
			device.desk = undefined;
			lag.connected(index, false);
		},
		async reload() {
			const before = device.desk;
			if (before === undefined) return;
			device.desk = undefined;
			await before.flush();
			before.close();
			lag.connected(index, false);
			await device.open();
		},
		async cursor() {
			const progress = await store.settings.get<{ cursor: number | null; walk: unknown }>(settingKeys.progress);
			return progress?.walk === null ? (progress.cursor ?? 0) : 0;
		},
	};
	return device;
}
