import { createCell, type Cell } from './cell.ts';
import { quietReplica, type ReplicaState } from './replica-state.ts';
import type { TabChannel } from '../store/store-news.ts';
import type { Time } from './time.ts';

/** What leads: the replica. */
export interface Led {
	state: Pick<Cell<ReplicaState>, 'current' | 'subscribe'>;
	start(): void;
	syncNow(): Promise<void>;
	walkAgain(): Promise<void>;
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
	time: Pick<Time, 'schedule'>;
}

/** A leader that does not answer for so long sleeps: some systems stop hidden tabs and leave them their locks. */
const silenceMs = 8000;

type Message = { kind: 'state'; state: ReplicaState } | { kind: 'sync' | 'walk-again' | 'hello' };

/**
 * One tab of a device syncs, the one with the lock; when it goes, the next takes over. All show the leader's state, and any can ask it
 * to sync. Whoever asks and hears nothing takes the lock: two leaders for a moment cost requests and nothing else.
 */
export interface Leadership {
	state: Pick<Cell<ReplicaState>, 'current' | 'subscribe'>;
	readonly leading: boolean;
	syncNow(): void;
	walkAgain(): void;
	close(): void;
}

export function createLeadership(parts: LeaderParts): Leadership {
	const { channel, locks } = parts;
	const state = createCell<ReplicaState>(quietReplica);
	const giveUp = new AbortController();
	let led: Led | undefined;
	let release = () => {};
	let callOffSteal: (() => void) | undefined;
	let closed = false;

	const post = (message: Message) => channel?.postMessage(message);

	function lead(): void {
		const own = parts.lead();
		led = own;
		own.state.subscribe(() => {
			if (led !== own) return;
			state.set(own.state.current);
			post({ kind: 'state', state: own.state.current });
		});
		own.start();
	}
	function hold(): Promise<void> {
		if (closed) return Promise.resolve();
		if (led === undefined) lead();
		return new Promise<void>((resolve) => (release = resolve));
	}
	function lost(): void {
		if (closed) return;
		if (led === undefined) return lead();
		led.close();
		led = undefined;
		wait();
	}
	/** Fails when the lock is stolen, and where the browser refuses locks: then it is as if there were none. */
	function wait(): void {
		locks?.request(parts.name, { signal: giveUp.signal }, hold).catch(lost);
	}
	function steal(): void {
		callOffSteal = undefined;
		if (!closed && led === undefined) locks?.request(parts.name, { steal: true }, hold).catch(lost);
	}
	function ask(message: Message): void {
		callOffSteal ??= parts.time.schedule(steal, silenceMs);
		post(message);
	}

	channel?.addEventListener('message', ({ data }) => {
		if (closed || !isMessage(data)) return;
		if (data.kind === 'state') {
			callOffSteal?.();
			callOffSteal = undefined;
			if (led === undefined) state.set(data.state);
			return;
		}
		if (led === undefined) return;
		post({ kind: 'state', state: led.state.current });
		if (data.kind === 'sync') void led.syncNow();
		else if (data.kind === 'walk-again') void led.walkAgain();
	});

	if (locks === undefined) lead();
	else {
		post({ kind: 'hello' });
		wait();
	}

	return {
		state,
		get leading() {
			return led !== undefined;
		},
		syncNow() {
			if (led === undefined) ask({ kind: 'sync' });
			else void led.syncNow();
		},
		walkAgain() {
			if (led === undefined) ask({ kind: 'walk-again' });
			else void led.walkAgain();
		},
		close() {
			if (closed) return;
			closed = true;
			callOffSteal?.();
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
	return kind === 'sync' || kind === 'walk-again' || kind === 'hello';
}
