import { expect, test } from 'vitest';
import { createSearchDesk, type SearchParts } from '../../src/lib/desk/search-desk.ts';
import type { SearchAnswer, SearchMessage, SearchState } from '../../src/lib/search/device/search-messages.ts';
import type { StoreChange } from '../../src/lib/store/record-store.ts';
import type { TabChannel } from '../../src/lib/store/store-news.ts';
import type { Time } from '../../src/lib/sync/time.ts';

interface Worker {
	isRunning: boolean;
	asked: string[];
	answers: boolean;
	toldAtWork: number;
	say(complete: boolean): void;
}

/** A device: its tabs, their channel, their locks, and a clock that stands until it is moved. */
function createDevice() {
	const ends = new Set<{ hear(data: unknown): void }>();
	const workers: Worker[] = [];
	const timers = new Set<{ at: number; call(): void }>();
	const queue: { hold(): Promise<unknown>; options: LockOptions; fail(error: unknown): void; isHeld: boolean }[] = [];
	let now = 0;
	let tabs = 0;

	function channel(): TabChannel {
		const listeners: ((event: { data: unknown }) => void)[] = [];
		const end = { hear: (data: unknown) => listeners.forEach((listener) => listener({ data })) };
		ends.add(end);
		return {
			postMessage: (data) => [...ends].filter((other) => other !== end).forEach((other) => other.hear(data)),
			addEventListener: (_, listener) => void listeners.push(listener),
			close: () => void ends.delete(end),
		};
	}

	function grant(): void {
		const first = queue[0];
		if (first === undefined || first.isHeld) return;
		first.isHeld = true;
		void first.hold().then(() => {
			queue.splice(queue.indexOf(first), 1);
			grant();
		});
	}
	const locks = {
		request: (_: string, options: LockOptions, hold: () => Promise<unknown>) =>
			new Promise((_resolve, reject) => {
				const waiting = { hold, options, fail: reject, isHeld: false };
				options.signal?.addEventListener('abort', () => {
					if (!waiting.isHeld) queue.splice(queue.indexOf(waiting), 1);
				});
				if (options.steal === true) {
					for (const held of queue.splice(0).reverse())
						if (held.isHeld) held.fail(new DOMException('stolen', 'AbortError'));
						else queue.unshift(held);
					queue.unshift(waiting);
				} else queue.push(waiting);
				grant();
			}),
	} as unknown as LockManager;

	const time: Time = {
		now: () => now,
		random: () => 0,
		schedule(call, ms) {
			const timer = { at: now + ms, call };
			timers.add(timer);
			return () => void timers.delete(timer);
		},
	};

	function openTab(more: Partial<SearchParts> = {}) {
		const watchers = new Set<(change: StoreChange) => void>();
		let forgotten = 0;
		const hands = new Set<() => void>();
		const parts: SearchParts = {
			startWorker() {
				const own = channel();
				const run = `run ${workers.length}`;
				const say = (complete: boolean) => own.postMessage({ kind: 'state', run, state: { ...state, complete } });
				const worker: Worker = { isRunning: true, asked: [], answers: true, toldAtWork: 0, say };
				workers.push(worker);
				const state: SearchState & { kind: 'open' } = {
					...{ kind: 'open', documents: workers.length, complete: true, where: 'disk' },
					...{ byKind: {}, waiting: 0 },
				};
				own.addEventListener('message', ({ data }) => {
					const message = data as SearchMessage;
					if (!worker.isRunning || !worker.answers) return;
					if (message.kind === 'at-work') worker.toldAtWork++;
					if (message.kind === 'hello') own.postMessage({ kind: 'state', run, state });
					if (message.kind !== 'ask') return;
					worker.asked.push(message.query.text);
					const answer: SearchAnswer = {
						hits: [],
						scope: { documents: workers.length, complete: true, where: 'disk' },
					};
					own.postMessage({ kind: 'answer', tab: message.tab, id: message.id, answer });
				});
				own.postMessage({ kind: 'state', run, state });
				return {
					close() {
						worker.isRunning = false;
						own.close();
					},
				};
			},
			...{ locks, channel: channel(), name: 'search', tab: `tab ${++tabs}` },
			whileAtWork(heard) {
				hands.add(heard);
				return () => void hands.delete(heard);
			},
			forget: () => Promise.resolve(++forgotten),
			...more,
		};
		const desk = createSearchDesk(parts, {
			time,
			store: {
				watch(listener) {
					watchers.add(listener);
					return () => void watchers.delete(listener);
				},
			},
		});
		return {
			...desk,
			tell: (change: StoreChange) => [...watchers].forEach((watcher) => watcher(change)),
			forgotten: () => forgotten,
			/** Somebody presses a key in this tab. */
			press: () => hands.forEach((heard) => heard()),
		};
	}

	/** Lets time pass, and everything that waited for it happen. */
	async function pass(ms: number): Promise<void> {
		now += ms;
		for (const timer of [...timers])
			if (timer.at <= now) {
				timers.delete(timer);
				timer.call();
			}
		await settle();
	}
	return { openTab, workers, pass };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const running = (device: ReturnType<typeof createDevice>) => device.workers.filter(({ isRunning }) => isRunning).length;

test('one worker for all tabs; each gets its own answers', async () => {
	const device = createDevice();
	const [first, second] = [device.openTab(), device.openTab()];
	first.start(false);
	second.start(false);
	await device.pass(1000);
	expect(device.workers).toHaveLength(1);
	expect(await second.search({ text: 'druck' })).toMatchObject({ scope: { documents: 1, complete: true } });
	expect(await first.search({ text: 'haus' })).toMatchObject({ scope: { documents: 1 } });
	expect(device.workers[0]!.asked).toEqual(['druck', 'haus']);
	expect(second.state.current).toMatchObject({ kind: 'open', documents: 1 });
});

test('when the tab with the worker closes, the next takes over, and answers what was asked meanwhile', async () => {
	const device = createDevice();
	const [first, second] = [device.openTab(), device.openTab()];
	await first.search({ text: 'a' });
	second.start(false);
	await device.pass(1000);
	device.workers[0]!.answers = false;
	const answer = second.search({ text: 'b' });
	first.close();
	await settle();
	expect(await answer).toMatchObject({ scope: { documents: 2 } });
	expect(running(device)).toBe(1);
	first.close();
	second.close();
	expect(running(device)).toBe(0);
});

test('a tab that sleeps with the worker loses it to whoever asks', async () => {
	const device = createDevice();
	const [first, second] = [device.openTab(), device.openTab()];
	await first.search({ text: 'a' });
	device.workers[0]!.answers = false;
	const answer = second.search({ text: 'b' });
	await device.pass(4000);
	expect(device.workers).toHaveLength(1);
	await device.pass(2000);
	expect(await answer).toMatchObject({ scope: { documents: 2 } });
	expect(running(device)).toBe(1);
});

test('without a worker questions are answered with nothing, and the state says so', async () => {
	const device = createDevice();
	const broken = device.openTab({
		startWorker(failed) {
			failed('blocked by the policy');
			return { close: () => undefined };
		},
	});
	expect(await broken.search({ text: 'a' })).toMatchObject({ hits: [], scope: { complete: false } });
	expect(broken.state.current).toEqual({ kind: 'unavailable', why: 'blocked by the policy' });
	expect(await broken.search({ text: 'b' })).toMatchObject({ hits: [] });
});

test('a worker that never answers costs patience once, and no question stays open', async () => {
	const device = createDevice();
	const tab = device.openTab();
	await tab.search({ text: 'a' });
	device.workers[0]!.answers = false;
	const answer = tab.search({ text: 'b' });
	await device.pass(20_000);
	expect(await answer).toMatchObject({ hits: [], scope: { complete: false } });
});

test('[F100] a wipe ends the search in every tab and deletes the index; nothing starts it again', async () => {
	const device = createDevice();
	const [first, second] = [device.openTab(), device.openTab()];
	await first.search({ text: 'a' });
	second.start(false);
	await device.pass(1000);
	first.tell({ kind: 'closed', why: 'wiped' });
	second.tell({ kind: 'closed', why: 'wiped' });
	await first.wipe();
	await settle();
	expect(first.forgotten()).toBe(1);
	expect(running(device)).toBe(0);
	expect(await second.search({ text: 'b' })).toMatchObject({ hits: [] });
	expect(device.workers).toHaveLength(1);
});

test('[IX7] the worker is told that somebody works while it makes the index, twice a second and not afterwards', async () => {
	const device = createDevice();
	const tab = device.openTab();
	tab.start(false);
	await device.pass(1000);
	const [worker] = device.workers;
	tab.press();
	expect(worker?.toldAtWork).toBe(0);
	worker?.say(false);
	for (let i = 0; i < 10; i++) {
		tab.press();
		await device.pass(100);
	}
	expect(worker?.toldAtWork).toBe(2);
	worker?.say(true);
	await device.pass(1000);
	tab.press();
	worker?.say(false);
	tab.close();
	tab.press();
	expect(worker?.toldAtWork).toBe(2);
});
