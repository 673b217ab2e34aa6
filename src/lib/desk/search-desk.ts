import {
	isSearchMessage,
	nothingSearched,
	type SearchAnswer,
	type SearchMessage,
	type SearchState,
} from '../search/device/search-messages.ts';
import type { SearchQuery } from '../search/search-document.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { TabChannel } from '../store/store-news.ts';
import { createCell } from '../sync/cell.ts';
import type { Time } from '../sync/time.ts';
import type { Source } from '../desk.ts';
import { createSearchSeat, type SearchThread } from './search-seat.ts';

/** The browser's parts of the search. */
export interface SearchParts {
	/** Starts the worker, which speaks on the channel; `failed` when it cannot even load. */
	startWorker(failed: (why: string) => void): SearchThread;
	locks: Pick<LockManager, 'request'> | undefined;
	channel: TabChannel;
	/** One lock for one desk in one browser profile. */
	name: string;
	/** Another one for every tab. */
	tab: string;
	/** Tells when somebody presses or moves something in this tab; returns the way out. */
	whileAtWork(heard: () => void): () => void;
	/** Deletes the index from the device. */
	forget(): Promise<unknown>;
}

export interface SearchDesk {
	state: Source<SearchState>;
	search(query: SearchQuery): Promise<SearchAnswer>;
	/** Makes the index, if nobody does, without being asked for anything; a little later, when the first screen stands. */
	start(isNew: boolean): void;
	lookAgain(): void;
	/** Ends here and in the other tabs, and deletes the index. */
	wipe(): Promise<void>;
	close(): void;
}

const startAfterMs = 500;
/** The first tickets of a new device need all there is. */
const startNewAfterMs = 2000;
/** A worker that says nothing for so long sleeps with its tab: some systems stop hidden tabs and leave them their locks. */
const silenceMs = 5000;
/** Often enough for the worker to go on making room. */
const atWorkMs = 500;
/** Then whoever asked goes on without. */
const patienceMs = 20_000;

interface Asked {
	query: SearchQuery;
	resolve(answer: SearchAnswer): void;
	callOff: (() => void)[];
}

/** The tab's side of the search: asks whichever worker of this device has the index, and lets one be started. */
export function createSearchDesk(
	parts: SearchParts | undefined,
	{ time, store }: { time: Time; store: Pick<RecordStore, 'watch'> },
): SearchDesk {
	if (parts === undefined) return noSearch();
	const { channel, tab } = parts;
	const state = createCell<SearchState>({ kind: 'starting' });
	const asked = new Map<number, Asked>();
	let lastId = 0;
	let heardAt = 0;
	let run: string | undefined;
	let closed = false;
	let callOffStart: (() => void) | undefined;
	let toldAtWork = -Infinity;

	const post = (message: SearchMessage) => channel.postMessage(message);
	const seat = createSearchSeat({ start: () => parts.startWorker(failed), locks: parts.locks, name: parts.name });

	channel.addEventListener('message', ({ data }) => {
		if (closed || !isSearchMessage(data)) return;
		if (data.kind === 'state') hear(data.run, data.state);
		else if (data.kind === 'answer' && data.tab === tab) {
			heardAt = time.now();
			settle(data.id, data.answer);
		}
	});
	const stopWatching = store.watch((change) => {
		if (change.kind === 'closed' && change.why !== 'connection-lost') close();
	});

	const stopHearing = parts.whileAtWork(() => {
		const isIdle = state.current.kind !== 'open' || state.current.complete;
		if (isIdle || time.now() - toldAtWork < atWorkMs) return;
		toldAtWork = time.now();
		post({ kind: 'at-work' });
	});

	function hear(from: string, now: SearchState): void {
		heardAt = time.now();
		const isNew = from !== run || state.current.kind === 'starting';
		run = from;
		state.set(now);
		// Another worker has not heard what the one before it was asked; one that starts hears nothing yet.
		if (now.kind === 'unavailable') for (const id of [...asked.keys()]) settle(id, nothingSearched);
		else if (isNew && now.kind === 'open') for (const [id, { query }] of asked) post({ kind: 'ask', tab, id, query });
	}
	function failed(why: string): void {
		hear('failed', { kind: 'unavailable', why });
	}
	function settle(id: number, answer: SearchAnswer): void {
		const question = asked.get(id);
		asked.delete(id);
		for (const callOff of question?.callOff ?? []) callOff();
		question?.resolve(answer);
	}
	function wakeIfSilent(askedAt: number): void {
		if (!closed && heardAt <= askedAt) seat.steal();
	}
	function close(): void {
		if (closed) return;
		closed = true;
		callOffStart?.();
		stopWatching();
		stopHearing();
		for (const id of [...asked.keys()]) settle(id, nothingSearched);
		seat.close();
		channel.close();
	}

	post({ kind: 'hello' });
	return {
		state,
		search(query) {
			if (!closed) seat.take();
			if (closed || state.current.kind === 'unavailable') return Promise.resolve(nothingSearched);
			const id = ++lastId;
			const now = time.now();
			return new Promise((resolve) => {
				const callOff = [
					time.schedule(() => wakeIfSilent(now), silenceMs),
					time.schedule(() => settle(id, nothingSearched), patienceMs),
				];
				asked.set(id, { query, resolve, callOff });
				post({ kind: 'ask', tab, id, query });
			});
		},
		start(isNew) {
			callOffStart ??= time.schedule(() => seat.take(), isNew ? startNewAfterMs : startAfterMs);
		},
		lookAgain: () => post({ kind: 'look-again' }),
		async wipe() {
			close();
			await parts.forget();
		},
		close,
	};
}

function noSearch(): SearchDesk {
	return {
		state: createCell<SearchState>({ kind: 'unavailable', why: 'no worker' }),
		search: () => Promise.resolve(nothingSearched),
		start: () => undefined,
		lookAgain: () => undefined,
		wipe: () => Promise.resolve(),
		close: () => undefined,
	};
}
