import { createSubscriber } from 'svelte/reactivity';

/** `ready`: a newer build waits. `outdated`: another tab put it to use, and this one still runs the older build. */
export type AppUpdateState = 'current' | 'ready' | 'outdated';

export interface AppUpdateParts {
	/** Where service workers are registered; undefined where the browser has none or the page is not secure. */
	readonly workers: ServiceWorkerContainer | undefined;
	readonly page: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;
	readonly now: () => number;
	readonly every: (run: () => void, ms: number) => () => void;
	readonly reload: () => void;
}

const checkOnFocusAfterMs = 15 * 60_000;
const checkEveryMs = 60 * 60_000;
const askAgainMs = 1_000;

/**
 * Installs the worker that keeps the app on the device and follows its updates.
 * An update is put to use only when somebody asks for it, and only the tab that asked is loaded again.
 */
export class AppUpdate {
	readonly #parts: AppUpdateParts;
	#state: AppUpdateState = 'current';
	#registration: ServiceWorkerRegistration | undefined;
	#checkedAt = 0;
	#isReloadAsked = false;
	#hadController = false;
	#changed: () => void = () => {};
	#closers: (() => void)[] = [];
	readonly #subscribe = createSubscriber((changed) => {
		this.#changed = changed;
		return () => (this.#changed = () => {});
	});

	constructor(parts: AppUpdateParts = browserParts()) {
		this.#parts = parts;
	}

	get state(): AppUpdateState {
		this.#subscribe();
		return this.#state;
	}

	/** Registers the worker. False where the browser cannot have one: the app then needs the relay for each start. */
	async start(): Promise<boolean> {
		const { workers, page } = this.#parts;
		if (!workers) return false;
		this.#hadController = workers.controller !== null;
		this.#listen(workers, 'controllerchange', () => this.#controllerChanged());
		try {
			this.#registration = await workers.register('/service-worker.js', { scope: '/', updateViaCache: 'none' });
		} catch {
			return false;
		}
		const registration = this.#registration;
		if (registration.waiting && workers.controller) this.#become('ready');
		if (registration.installing) this.#follow(registration.installing);
		this.#listen(registration, 'updatefound', () => {
			if (registration.installing) this.#follow(registration.installing);
		});
		this.#listen(page, 'visibilitychange', () => {
			if (page.visibilityState === 'visible' && this.#parts.now() - this.#checkedAt >= checkOnFocusAfterMs)
				void this.check();
		});
		this.#closers.push(this.#parts.every(() => void this.check(), checkEveryMs));
		void this.check();
		return true;
	}

	/** Asks the relay for a newer build. Without the network there is none, and that is no failure. */
	async check(): Promise<void> {
		if (!this.#registration) return;
		this.#checkedAt = this.#parts.now();
		try {
			await this.#registration.update();
		} catch {
			// Offline: the next focus or the next hour asks again.
		}
	}

	/** Stores what is being typed; set by whoever holds it. If it fails there is no reload. */
	beforeReload: () => Promise<void> = async () => {};

	/** Puts the newer build to use in this tab, once what was typed is stored. */
	async apply(): Promise<void> {
		if (this.#state === 'current') return;
		await this.beforeReload();
		if (!this.#registration?.waiting) return this.#parts.reload();
		if (this.#isReloadAsked) return;
		this.#isReloadAsked = true;
		this.#letIn();
		// A request that reaches the old worker while it stops makes Chromium forget that it was to be replaced.
		this.#closers.push(this.#parts.every(() => this.#letIn(), askAgainMs));
	}

	close(): void {
		for (const close of this.#closers) close();
		this.#closers = [];
	}

	#letIn() {
		this.#registration?.waiting?.postMessage({ type: 'SKIP_WAITING' });
	}

	#follow(worker: ServiceWorker) {
		this.#listen(worker, 'statechange', () => {
			// The very first worker takes over a page that came from the network: nothing is out of date then.
			if (worker.state === 'installed' && this.#parts.workers?.controller) this.#become('ready');
		});
	}

	#controllerChanged() {
		if (this.#isReloadAsked) return this.#parts.reload();
		if (this.#hadController) this.#become('outdated');
		this.#hadController = true;
	}

	#become(state: AppUpdateState) {
		if (this.#state === state) return;
		this.#state = state;
		this.#changed();
	}

	#listen(target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>, type: string, react: () => void) {
		target.addEventListener(type, react);
		this.#closers.push(() => target.removeEventListener(type, react));
	}
}

function browserParts(): AppUpdateParts {
	return {
		workers: import.meta.env.DEV ? undefined : navigator.serviceWorker,
		page: document,
		now: () => performance.now(),
		every: (run, ms) => {
			const timer = setInterval(run, ms);
			return () => clearInterval(timer);
		},
		reload: () => location.reload(),
	};
}
