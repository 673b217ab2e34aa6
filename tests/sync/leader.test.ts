import { beforeEach, describe, expect, it } from 'vitest';
import { createCell } from '../../src/lib/sync/cell.ts';
import { createLeadership, type LeaderParts, type Led } from '../../src/lib/sync/leader.ts';
import { quietReplica, type ReplicaState } from '../../src/lib/sync/replica-state.ts';
import type { TabChannel } from '../../src/lib/store/store-news.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

/** One lock, given in order of asking, as Web Locks do; `steal` takes it from whoever has it. */
function createLocks(): NonNullable<LeaderParts['locks']> {
	let holder: { lose(error: Error): void } | undefined;
	const queue: (() => void)[] = [];
	const next = () => {
		if (holder === undefined) queue.shift()?.();
	};
	const grant = (work: () => Promise<unknown>) =>
		new Promise((resolve, reject) => {
			const own = { lose: reject };
			holder = own;
			void work().then((value) => {
				resolve(value);
				if (holder !== own) return;
				holder = undefined;
				next();
			});
		});
	return {
		request: ((_name: string, options: { signal?: AbortSignal; steal?: boolean }, work: () => Promise<unknown>) => {
			if (options.steal === true) {
				holder?.lose(new DOMException('stolen', 'AbortError'));
				return grant(work);
			}
			return new Promise((resolve, reject) => {
				queue.push(() => {
					if (!options.signal?.aborted) return void grant(work).then(resolve, reject);
					reject(new DOMException('given up', 'AbortError'));
					next();
				});
				queueMicrotask(next);
			});
		}) as never,
	};
}

function createChannels(): () => TabChannel {
	const all = new Set<{ listeners: ((event: { data: unknown }) => void)[] }>();
	return () => {
		const own = { listeners: [] as ((event: { data: unknown }) => void)[] };
		all.add(own);
		return {
			postMessage: (message) =>
				[...all]
					.filter((other) => other !== own)
					.forEach(({ listeners }) => listeners.forEach((tell) => tell({ data: message }))),
			addEventListener: (_type, listener) => void own.listeners.push(listener),
			close: () => void all.delete(own),
		};
	};
}

function createLed() {
	const state = createCell<ReplicaState>(quietReplica);
	const calls: string[] = [];
	const led: Led = {
		state,
		start: () => void calls.push('start'),
		syncNow: () => Promise.resolve(void calls.push('sync')),
		walkAgain: () => Promise.resolve(void calls.push('again')),
		close: () => void calls.push('close'),
	};
	return { led, state, calls };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

let time: VirtualTime;
beforeEach(() => {
	time = createVirtualTime();
});

describe('leadership', () => {
	it('one tab leads, the others wait and show its state', async () => {
		const [locks, channel, first, second] = [createLocks(), createChannels(), createLed(), createLed()];
		const one = createLeadership({ lead: () => first.led, locks, channel: channel(), name: 'x', time });
		const two = createLeadership({ lead: () => second.led, locks, channel: channel(), name: 'x', time });
		await settle();
		expect([one.leading, two.leading]).toEqual([true, false]);
		first.state.set({ ...quietReplica, contact: 'heard', heardAt: 7 });
		expect(two.state.current).toMatchObject({ contact: 'heard', heardAt: 7 });
		expect(second.calls).toEqual([]);
	});

	it('any tab can ask the leader to sync', async () => {
		const [locks, channel, first, second] = [createLocks(), createChannels(), createLed(), createLed()];
		createLeadership({ lead: () => first.led, locks, channel: channel(), name: 'x', time });
		const two = createLeadership({ lead: () => second.led, locks, channel: channel(), name: 'x', time });
		await settle();
		two.syncNow();
		two.walkAgain();
		expect(first.calls).toEqual(['start', 'sync', 'again']);
	});

	it('the next tab takes over when the leader goes', async () => {
		const [locks, channel, first, second] = [createLocks(), createChannels(), createLed(), createLed()];
		const one = createLeadership({ lead: () => first.led, locks, channel: channel(), name: 'x', time });
		const two = createLeadership({ lead: () => second.led, locks, channel: channel(), name: 'x', time });
		await settle();
		one.close();
		one.close();
		await settle();
		expect(first.calls).toEqual(['start', 'close']);
		expect(two.leading).toBe(true);
		expect(second.calls).toEqual(['start']);
	});

	it('a tab that comes later hears at once how things stand', async () => {
		const [locks, channel, first] = [createLocks(), createChannels(), createLed()];
		createLeadership({ lead: () => first.led, locks, channel: channel(), name: 'x', time });
		await settle();
		first.state.set({ ...quietReplica, contact: 'offline' });
		const late = createLeadership({ lead: () => createLed().led, locks, channel: channel(), name: 'x', time });
		expect(late.state.current.contact).toBe('offline');
	});

	it('a leader that sleeps with the lock in its hand loses it to a tab that is awake', async () => {
		const [locks, channel, first, second] = [createLocks(), createChannels(), createLed(), createLed()];
		const asleep = { ...channel(), addEventListener: () => {} };
		const one = createLeadership({ lead: () => first.led, locks, channel: asleep, name: 'x', time });
		await settle();
		const two = createLeadership({ lead: () => second.led, locks, channel: channel(), name: 'x', time });
		two.syncNow();
		await time.advance(7999);
		expect(two.leading).toBe(false);
		await time.advance(1);
		expect([one.leading, two.leading]).toEqual([false, true]);
		expect(first.calls).toEqual(['start', 'close']);
		expect(second.calls).toEqual(['start']);
		two.close();
		await settle();
		expect(one.leading).toBe(true);
	});

	it('a leader that answers keeps the lock', async () => {
		const [locks, channel, first, second] = [createLocks(), createChannels(), createLed(), createLed()];
		createLeadership({ lead: () => first.led, locks, channel: channel(), name: 'x', time });
		await settle();
		const two = createLeadership({ lead: () => second.led, locks, channel: channel(), name: 'x', time });
		two.syncNow();
		await time.advance(60_000);
		expect(two.leading).toBe(false);
	});

	it('without locks each tab works alone', () => {
		const [first, second] = [createLed(), createLed()];
		createLeadership({ lead: () => first.led, locks: undefined, channel: undefined, name: 'x', time });
		createLeadership({ lead: () => second.led, locks: undefined, channel: undefined, name: 'x', time });
		expect([first.calls, second.calls]).toEqual([['start'], ['start']]);
	});

	it('takes no word that is not its own', async () => {
		const [locks, channel, first] = [createLocks(), createChannels(), createLed()];
		const other = channel();
		const one = createLeadership({ lead: () => first.led, locks, channel: channel(), name: 'x', time });
		await settle();
		for (const noise of [null, 1, 'sync', { kind: 'state' }, { kind: 'state', state: null }, { kind: 'wipe' }])
			other.postMessage(noise);
		expect(first.calls).toEqual(['start']);
		expect(one.state.current).toEqual(quietReplica);
	});
});
