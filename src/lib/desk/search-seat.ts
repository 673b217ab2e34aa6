/** The worker that has the index. */
export interface SearchThread {
	close(): void;
}

export interface SearchSeatParts {
	start(): SearchThread;
	/** Absent in old browsers: then each tab has an index of its own, in memory but for one. */
	locks: Pick<LockManager, 'request'> | undefined;
	name: string;
}

/** One tab of a device runs the worker, the one with the lock; when it goes, the next takes over. */
export interface SearchSeat {
	/** Waits for its turn. */
	take(): void;
	/** Takes the turn of a tab that sleeps. */
	steal(): void;
	readonly isTaken: boolean;
	/** May be called twice. Nothing starts any more. */
	close(): void;
}

export function createSearchSeat({ start, locks, name }: SearchSeatParts): SearchSeat {
	const giveUp = new AbortController();
	let thread: SearchThread | undefined;
	let release = () => {};
	let isWaiting = false;
	let closed = false;

	function hold(): Promise<void> {
		if (closed) return Promise.resolve();
		thread ??= start();
		return new Promise<void>((resolve) => (release = resolve));
	}
	/** Somebody stole the lock, or the browser refuses locks: then it is as if there were none. */
	function lost(): void {
		if (closed) return;
		if (thread === undefined) {
			thread = start();
			return;
		}
		thread.close();
		thread = undefined;
		wait();
	}
	function wait(): void {
		locks?.request(name, { signal: giveUp.signal }, hold).catch(lost);
	}

	return {
		take() {
			if (closed || isWaiting) return;
			isWaiting = true;
			if (locks === undefined) thread = start();
			else wait();
		},
		steal() {
			if (closed || thread !== undefined) return;
			isWaiting = true;
			locks?.request(name, { steal: true }, hold).catch(lost);
		},
		get isTaken() {
			return thread !== undefined;
		},
		close() {
			if (closed) return;
			closed = true;
			thread?.close();
			thread = undefined;
			release();
			giveUp.abort();
		},
	};
}
