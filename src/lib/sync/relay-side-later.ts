import { backoffDelay } from './backoff.ts';
import { createCell } from './cell.ts';
import type { Led } from './leader.ts';
import type { Live, LiveParts } from './live.ts';
import type { RelaySide } from './relay-side.ts';
import { quietReplica, type ReplicaState } from './replica-state.ts';
import type { Replica, ReplicaParts } from './replica.ts';
import type { Persist } from './standing-document.ts';
import type { Time } from './time.ts';

/** Stands in for the relay side until its code is here; what was begun meanwhile begins then. */
export interface RelaySideLater {
	createReplica(parts: ReplicaParts): Led;
	createLive(parts: LiveParts): Live;
	createIndexeddbPersist(time: Time): Persist;
	readonly fetchDocuments: RelaySide['fetchDocuments'];
	/** Stops trying to load it. */
	close(): void;
}

/** `load` is called until it succeeds: the network may go before the app is on the device. */
export function createRelaySideLater(load: () => Promise<RelaySide>, time: Time): RelaySideLater {
	let failures = 0;
	let callOff = () => {};
	let closed = false;

	const side = new Promise<RelaySide>((resolve) => {
		function attempt(): void {
			void load().then(resolve, () => {
				failures++;
				if (!closed) callOff = time.schedule(attempt, backoffDelay(failures, time.random()));
			});
		}
		attempt();
	});

	/** Begins something when the code is here, unless it was ended before. */
	function begin(start: (side: RelaySide) => (() => void) | undefined): () => void {
		let end: (() => void) | undefined;
		let isOver = false;
		void side.then((here) => {
			if (!isOver) end = start(here);
		});
		return () => {
			isOver = true;
			end?.();
		};
	}

	return {
		createReplica(parts) {
			const state = createCell<ReplicaState>(quietReplica);
			let replica: Replica | undefined;
			const close = begin((here) => {
				const made = here.createReplica(parts);
				made.state.subscribe(() => state.set(made.state.current));
				replica = made;
				return made.close;
			});
			return {
				state,
				start: () => void side.then(() => replica?.start()),
				syncNow: () => side.then(() => replica?.syncNow()),
				walkAgain: () => side.then(() => replica?.walkAgain()),
				close,
			};
		},
		createLive(parts) {
			let live: Live | undefined;
			const close = begin((here) => (live = here.createLive(parts)).close);
			return { close, wake: () => live?.wake(), join: (...about) => begin(() => live?.join(...about)) };
		},
		createIndexeddbPersist: (ownTime) => (document, doc) => ({
			close: begin((here) => here.createIndexeddbPersist(ownTime)(document, doc).close),
		}),
		fetchDocuments: async (...asked) => (await side).fetchDocuments(...asked),
		close() {
			closed = true;
			callOff();
		},
	};
}
