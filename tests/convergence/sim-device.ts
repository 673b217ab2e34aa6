import type { Random } from '../../sync-server/demo/random.ts';
import { createDesk } from '../../src/lib/create-desk.ts';
import type { Desk, OpenRecord } from '../../src/lib/desk.ts';
import { relaySide } from '../../src/lib/sync/relay-side.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { EditAnswer } from '../../src/lib/protocol/replica.ts';
import type { CloseReason } from '../../src/lib/protocol/close-reasons.ts';
import type { Committed, LocalChange, RecordStore } from '../../src/lib/store/record-store.ts';
import type { TabChannel } from '../../src/lib/store/store-news.ts';
import { knownSession } from '../../src/lib/sync/session.ts';
import { settingKeys } from '../../src/lib/sync/setting-keys.ts';
import type { PokeListener, Transport } from '../../src/lib/sync/transport.ts';
import { createDexieDisk, createMemoryDisk, type Disk } from './disk.ts';
import { createLife, createMortalStore, type Life, type StoreFaults } from './mortal-store.ts';
import type { Line } from './network.ts';
import type { Enrolled } from './sim-relay.ts';
import type { VirtualTime } from './virtual-time.ts';

/** An edit that the store said it has. */
export interface SavedEdit {
	n: number;
	document: DocumentId;
	generation: number;
	update: Uint8Array;
	what: string;
	/** The store took the relay's word that it has it. */
	acknowledged: boolean;
}

/** What was let go is not looked for; nor what it took along from the generation before. */
export function forgetSaved(
	device: SimDevice,
	{ n, document, generation }: Pick<SavedEdit, 'n' | 'document' | 'generation'>,
): void {
	device.saved.delete(n);
	for (const saved of [...device.saved.values()])
		if (saved.document === document && saved.generation < generation && !saved.acknowledged)
			device.saved.delete(saved.n);
}

export interface Tab {
	life: Life;
	desk: Desk;
	/** Records on its screen. */
	records: Map<DocumentId, OpenRecord>;
}

export interface SimDevice {
	index: number;
	enrolled: Enrolled;
	line: Line;
	/** Device clock minus true time, ms. */
	skew: number;
	tabs: (Tab | undefined)[];
	saved: Map<number, SavedEdit>;
	/** Documents of which a person let a refused edit go: what was built on it is refused as well. */
	discarded: Set<DocumentId>;
	revoked: boolean;
	/** The store beneath all tabs, to look at. */
	look(): RecordStore;
	openTab(place: number): Promise<void>;
	closeTab(place: number): void;
	/** The browser dies, with all tabs. */
	crash(): void;
	/** It dies at the n-th call to the store from now, or at the n-th request inside of one. */
	arm(fuse: { calls: number; moment: 'before' | 'after' } | { requests: number }): void;
	disarm(): void;
}

export interface SimDeviceOptions {
	index: number;
	enrolled: Enrolled;
	time: VirtualTime;
	random: Random;
	line: Line;
	skew: number;
	onDexie: boolean;
	/** Holds closed tickets as rows alone. */
	isRecent: boolean;
	/** The longest that one call to the disk takes, ms. */
	slowestDisk: number;
	faults: StoreFaults;
	/** The relay as a tab reaches it. */
	transport(life: Life): Transport;
	note(what: string): void;
	/** A document became a row; `whyNot` says what should have kept it. */
	trimmed(document: DocumentId, whyNot: string | undefined): void;
	/** The browser died, with tabs at these places. */
	crashed(tabs: number[]): void;
}

export function createSimDevice(options: SimDeviceOptions): SimDevice {
	const { index, enrolled, time, random, line } = options;
	const now = () => Math.floor(time.now + device.skew);
	const disk: Disk = options.onDexie ? createDexieDisk(now) : createMemoryDisk(now);
	const storeNews = createTabChannels(time);
	const leaderNews = createTabChannels(time);
	const locks = createLocks(time);
	let fuse: { left: number; moment: 'before' | 'after' } | undefined;
	let own: RecordStore | undefined;

	function blows(): 'before' | 'after' | undefined {
		if (fuse === undefined || --fuse.left > 0) return undefined;
		const { moment } = fuse;
		fuse = undefined;
		return moment;
	}

	function crash(): void {
		options.note(`device ${index} dies`);
		fuse = undefined;
		const open = [...device.tabs.keys()].filter((place) => device.tabs[place] !== undefined);
		for (const place of open) {
			device.tabs[place]?.life.die();
			device.tabs[place] = undefined;
		}
		disk.cut();
		own = undefined;
		options.crashed(open);
	}

	function saved(change: LocalChange, { n, rejected }: Committed): void {
		const { document, generation, update, what } = change;
		if (rejected === undefined)
			device.saved.set(n, { n, document, generation, update: update.slice(), what, acknowledged: false });
	}

	function answered(answers: readonly EditAnswer[]): void {
		for (const { n, kind } of answers) {
			const edit = device.saved.get(n);
			if (edit !== undefined && kind !== 'rejected') edit.acknowledged = true;
		}
	}

	async function openTab(place: number): Promise<void> {
		if (device.tabs[place] !== undefined) return;
		const life = createLife();
		const inner = disk.open(storeNews.join(life));
		const tab: Tab = { life, desk: undefined as never, records: new Map() };
		const store = createMortalStore(inner, {
			life,
			time,
			delay: () => (random.chance(0.3) ? random.below(options.slowestDisk) : 0),
			blows,
			blow: crash,
			saved,
			answered,
			trimmed(document, whyNot) {
				const isShown = tab.records.has(document);
				options.trimmed(document, whyNot ?? (isShown ? 'it is on the screen of that tab' : undefined));
			},
			faults: options.faults,
		});
		const session = (await time.track(knownSession(inner.settings))) ?? enrolled.session;
		device.tabs[place] = tab;
		life.onDeath(() => {
			for (const record of tab.records.values()) record.awareness.destroy();
		});
		const made = createDesk({
			store,
			transport: options.transport(life),
			session,
			// Sessions outlast a run, so that a device never has to prove its key.
			keys: {
				load: async () => undefined,
				device: async () => undefined,
				create: () => Promise.reject(new Error('no keys here')),
				remove: async () => {},
			},
			time: {
				now,
				schedule: (call, ms) => time.after(ms, () => (life.isDead ? undefined : call())),
				random: () => random.next(),
			},
			fillRandom: (bytes) => random.fill(bytes),
			relaySide: async () => relaySide,
			// Days that begin tomorrow: whatever is closed is old.
			...(options.isRecent ? { usualTier: { kind: 'recent', days: -1 }, trimEveryMs: 3000 } : {}),
			tabs: { locks: locks.of(life), channel: leaderNews.join(life), name: 'desk' },
		});
		const desk = await Promise.race([made, new Promise<undefined>((end) => life.onDeath(() => end(undefined)))]);
		if (desk !== undefined) tab.desk = desk;
	}

	const device: SimDevice = {
		index,
		enrolled,
		line,
		skew: options.skew,
		tabs: [],
		saved: new Map(),
		discarded: new Set(),
		revoked: false,
		look: () => (own ??= disk.open({ postMessage() {}, addEventListener() {}, close() {} })),
		openTab,
		closeTab(place) {
			const tab = device.tabs[place];
			if (tab === undefined) return;
			device.tabs[place] = undefined;
			options.note(`device ${index} closes tab ${place}`);
			if (tab.desk !== undefined) {
				for (const record of tab.records.values()) record.close();
				tab.desk.close();
			}
			// A page that goes gives its last writes to the database, and is then no more.
			time.after(2 * options.slowestDisk + 1, () => tab.life.die());
		},
		crash,
		arm(wanted) {
			if ('requests' in wanted) {
				if (disk.armRequests(wanted.requests, crash)) return;
				fuse = { left: wanted.requests, moment: 'before' };
			} else fuse = { left: wanted.calls, moment: wanted.moment };
		},
		disarm() {
			fuse = undefined;
			disk.armRequests(Infinity, () => {});
		},
	};
	return device;
}

/** What an enrolment leaves on a device before its first desk opens. */
export async function settleIn(device: SimDevice): Promise<void> {
	const { session } = device.enrolled;
	const store = device.look();
	await store.settings.set(settingKeys.session, session);
	await store.addBlocks(session.blocks);
}

/** BroadcastChannel for the tabs of one device, a moment later. */
function createTabChannels(time: VirtualTime): { join(life: Life): TabChannel } {
	const members = new Set<{ life: Life; listeners: ((event: { data: unknown }) => void)[] }>();
	return {
		join(life) {
			const member = { life, listeners: [] as ((event: { data: unknown }) => void)[] };
			members.add(member);
			life.onDeath(() => members.delete(member));
			return {
				postMessage(message) {
					if (life.isDead) return;
					const data = structuredClone(message);
					for (const other of members) {
						if (other === member) continue;
						time.after(1, () => {
							if (!other.life.isDead) for (const listener of other.listeners) listener({ data });
						});
					}
				},
				addEventListener: (_type, listener) => void member.listeners.push(listener),
				close: () => void members.delete(member),
			};
		},
	};
}

/** Web Locks: one holder, who lets go when it is done or dies. */
function createLocks(time: VirtualTime): { of(life: Life): Pick<LockManager, 'request'> } {
	const waiting: { life: Life; run: () => Promise<unknown> }[] = [];
	let held = false;

	function next(): void {
		if (held) return;
		const first = waiting.shift();
		if (first === undefined) return;
		if (first.life.isDead) return next();
		held = true;
		let over = false;
		const letGo = () => {
			if (over) return;
			over = true;
			held = false;
			time.after(1, next);
		};
		first.life.onDeath(letGo);
		void first.run().finally(letGo);
	}

	return {
		of: (life) => ({
			request(_name: string, settings: LockOptions, granted: LockGrantedCallback<unknown>) {
				return new Promise<unknown>((resolve, reject) => {
					const item = {
						life,
						async run() {
							const result = await granted(null);
							resolve(result);
						},
					};
					waiting.push(item);
					settings.signal?.addEventListener('abort', () => {
						const place = waiting.indexOf(item);
						if (place < 0) return;
						waiting.splice(place, 1);
						reject(new DOMException('given up', 'AbortError'));
					});
					time.after(1, next);
				});
			},
		}),
	} as { of(life: Life): Pick<LockManager, 'request'> };
}

export type { CloseReason, PokeListener };
