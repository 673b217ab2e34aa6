import { expect, test } from 'vitest';
import { AppUpdate } from '../../src/lib/views/app-update.ts';

const minutes = 60_000;

/** A browser with service workers, as far as an update sees it. */
function createBrowser({ controlled = true, waiting = false, registers = true } = {}) {
	const calls: string[] = [];
	let now = 0;
	const timers = new Map<number, () => void>();
	const worker = () => {
		const target = Object.assign(new EventTarget(), {
			state: 'installing',
			postMessage: (message: { type: string }) => calls.push(message.type),
		});
		return target as unknown as ServiceWorker & { state: string };
	};
	const registration = Object.assign(new EventTarget(), {
		installing: null as ServiceWorker | null,
		waiting: waiting ? worker() : null,
		update: async () => {
			calls.push('update');
			throw new TypeError('no network');
		},
	});
	const workers = Object.assign(new EventTarget(), {
		controller: controlled ? worker() : null,
		register: async (script: string, options: RegistrationOptions) => {
			if (!registers) throw new DOMException('storage is blocked', 'SecurityError');
			calls.push(`register ${script} ${options.updateViaCache}`);
			return registration;
		},
	});
	const page = Object.assign(new EventTarget(), { visibilityState: 'visible' as DocumentVisibilityState });
	return {
		calls,
		parts: {
			workers: workers as unknown as ServiceWorkerContainer,
			page: page as unknown as Document,
			now: () => now,
			every: (run: () => void, ms: number) => {
				timers.set(ms, run);
				return () => void timers.delete(ms);
			},
			reload: () => void calls.push('reload'),
		},
		passTime: (ms: number) => (now += ms),
		isTicking: () => timers.size > 0,
		tick: (ms: number) => timers.get(ms)?.(),
		focus: () => page.dispatchEvent(new Event('visibilitychange')),
		install: () => {
			const installing = worker();
			registration.installing = installing;
			registration.dispatchEvent(new Event('updatefound'));
			registration.installing = null;
			registration.waiting = installing;
			installing.state = 'installed';
			installing.dispatchEvent(new Event('statechange'));
		},
		takeOver: () => {
			registration.waiting = null;
			Object.assign(workers, { controller: worker() });
			workers.dispatchEvent(new Event('controllerchange'));
		},
	};
}

async function startedIn(browser: ReturnType<typeof createBrowser>) {
	const update = new AppUpdate(browser.parts);
	await update.start();
	return update;
}

test('the worker is registered past the HTTP cache, and a newer build is looked for at once', async () => {
	const browser = createBrowser();
	await startedIn(browser);
	expect(browser.calls).toEqual(['register /service-worker.js none', 'update']);
});

test('the first worker ever takes over a fresh page without calling it out of date', async () => {
	const browser = createBrowser({ controlled: false });
	const update = await startedIn(browser);
	browser.install();
	browser.takeOver();
	expect(update.state).toBe('current');
	expect(browser.calls).not.toContain('reload');
});

test('a newer build is offered and changes nothing until somebody asks', async () => {
	const browser = createBrowser();
	const update = await startedIn(browser);
	browser.install();
	expect(update.state).toBe('ready');
	expect(browser.calls).not.toContain('SKIP_WAITING');
	expect(browser.calls).not.toContain('reload');
});

test('a build that was already waiting when the tab opened is offered too', async () => {
	expect((await startedIn(createBrowser({ waiting: true }))).state).toBe('ready');
});

test('the tab that asks writes what was typed, then lets the new worker in, then reloads', async () => {
	const browser = createBrowser({ waiting: true });
	const update = await startedIn(browser);
	update.beforeReload = async () => void browser.calls.push('draft written');
	await update.apply();
	expect(browser.calls.slice(-2)).toEqual(['draft written', 'SKIP_WAITING']);
	browser.takeOver();
	expect(browser.calls.at(-1)).toBe('reload');
});

test('a worker that does not come in at the first knock is asked again until it does', async () => {
	const browser = createBrowser({ waiting: true });
	const update = await startedIn(browser);
	const asked = () => browser.calls.filter((call) => call === 'SKIP_WAITING').length;
	await update.apply();
	await update.apply();
	expect(asked()).toBe(1);
	browser.tick(1_000);
	browser.tick(1_000);
	expect(asked()).toBe(3);
	browser.takeOver();
	browser.tick(1_000);
	expect(asked()).toBe(3);
	expect(browser.calls.filter((call) => call === 'reload')).toHaveLength(1);
});

test('a draft that could not be written stops the update', async () => {
	const browser = createBrowser({ waiting: true });
	const update = await startedIn(browser);
	update.beforeReload = () => Promise.reject(new Error('disk full'));
	await expect(update.apply()).rejects.toThrow('disk full');
	expect(browser.calls).not.toContain('SKIP_WAITING');
});

test('a tab that did not ask stays as it is, says so, and reloads when it asks later', async () => {
	const browser = createBrowser({ waiting: true });
	const update = await startedIn(browser);
	browser.takeOver();
	expect(update.state).toBe('outdated');
	expect(browser.calls).not.toContain('reload');
	await update.apply();
	expect(browser.calls.at(-1)).toBe('reload');
});

test('coming back to the tab looks for a newer build, but not twice in fifteen minutes', async () => {
	const browser = createBrowser();
	await startedIn(browser);
	const looks = () => browser.calls.filter((call) => call === 'update').length;
	browser.passTime(14 * minutes);
	browser.focus();
	expect(looks()).toBe(1);
	browser.passTime(1 * minutes);
	browser.focus();
	browser.focus();
	expect(looks()).toBe(2);
	browser.tick(60 * minutes);
	expect(looks()).toBe(3);
});

test('without workers, or where the browser refuses them, the app goes on and says that it did not install', async () => {
	const browser = createBrowser({ registers: false });
	expect(await new AppUpdate(browser.parts).start()).toBe(false);
	expect(await new AppUpdate({ ...browser.parts, workers: undefined }).start()).toBe(false);
});

test('closing stops the clock and the listening, and may be done twice', async () => {
	const browser = createBrowser();
	const update = await startedIn(browser);
	update.close();
	update.close();
	expect(browser.isTicking()).toBe(false);
	browser.install();
	expect(update.state).toBe('current');
});
