import { createCell, type Cell } from './cell.ts';
import { quietReplica, type ReplicaState } from './replica.ts';
import type { TabChannel } from '../store/store-news.ts';

/** What leads: the replica. */
export interface Led {
	state: Pick<Cell<ReplicaState>, 'current' | 'subscribe'>;
	start(): void;
	syncNow(): Promise<void>;
	startAgain(): Promise<void>;
	close(): void;
}

export interface LeaderParts {
	lead(): Led;
	/** Absent in old browsers: then each tab works alone. That costs requests and nothing else, because a push may be repeated. */
	locks: Pick<LockManager, 'request'> | undefined;
	/** How tabs of one device speak to each other. */
	channel: TabChannel | undefined;
	/** One lock for one desk in one browser profile. */
	name: string;
}

type Message = { kind: 'state'; state: ReplicaState } | { kind: 'sync' | 'start-again' | 'hello' };

/**
 * One tab of a device syncs, the one with the lock; when it goes, the next takes over. All show the leader's state, and any can ask it
 * to sync.
 */
export interface Leadership {
	state: Pick<Cell<ReplicaState>, 'current' | 'subscribe'>;
	readonly leading: boolean;
	syncNow(): void;
	startAgain(): void;
	close(): void;
}

export function createLeadership(parts: LeaderParts): Leadership {
	const { channel, locks } = parts;
	const state = createCell<ReplicaState>(quietReplica);
	const giveUp = new AbortController();
	let led: Led | undefined;
	let release = () => {};
	let closed = false;

	const post = (message: Message) => channel?.postMessage(message);
	const lead = () => {
		if (closed) return;
		const own = parts.lead();
		led = own;
		own.state.subscribe(() => {
			state.set(own.state.current);
			post({ kind: 'state', state: own.state.current });
		});
		own.start();
	};

	channel?.addEventListener('message', ({ data }) => {
		if (closed || !isMessage(data)) return;
		if (data.kind === 'state') {
			if (led === undefined) state.set(data.state);
		} else if (led === undefined) return;
		else if (data.kind === 'sync') void led.syncNow();
		else if (data.kind === 'start-again') void led.startAgain();
		else post({ kind: 'state', state: led.state.current });
	});

	if (locks === undefined) lead();
	else {
		post({ kind: 'hello' });
		const held = () => {
			lead();
			return new Promise<void>((resolve) => (release = resolve));
		};
		locks.request(parts.name, { signal: giveUp.signal }, held).catch(() => {
			// Given up on close; otherwise the browser refuses locks, and it is as if there were none.
			if (!closed && led === undefined) lead();
		});
	}

	return {
		state,
		get leading() {
			return led !== undefined;
		},
		syncNow() {
			if (led === undefined) post({ kind: 'sync' });
			else void led.syncNow();
		},
		startAgain() {
			if (led === undefined) post({ kind: 'start-again' });
			else void led.startAgain();
		},
		close() {
			if (closed) return;
			closed = true;
			led?.close();
			release();
			giveUp.abort();
			channel?.close();
		},
	};
}

function isMessage(data: unknown): data is Message {
	if (typeof data !== 'object' || data === null) return false;
	const { kind, state } = data as { kind?: unknown; state?: unknown };
	if (kind === 'state') return typeof state === 'object' && state !== null && 'contact' in state;
	return kind === 'sync' || kind === 'start-again' || kind === 'hello';
}
