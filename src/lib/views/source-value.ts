import { createSubscriber } from 'svelte/reactivity';
import type { Source } from '../desk.ts';

/** A source as runes read it: live while an effect looks, current for everybody else. */
export class SourceValue<T> {
	readonly #source: Source<T>;
	readonly #subscribe: () => void;

	constructor(source: Source<T>) {
		this.#source = source;
		this.#subscribe = createSubscriber((update) => {
			let isWaiting = false;
			return source.subscribe(() => {
				if (isWaiting) return;
				isWaiting = true;
				// Many changes in a row are one; and a change may come while the page is being redrawn, when no state may move.
				queueMicrotask(() => {
					isWaiting = false;
					update();
				});
			});
		});
	}

	get current(): T {
		this.#subscribe();
		return this.#source.current;
	}
}
