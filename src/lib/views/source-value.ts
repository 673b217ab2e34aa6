import { createSubscriber } from 'svelte/reactivity';
import type { Source } from '../desk.ts';

/** A source as runes read it: live while an effect looks, current for everybody else. */
export class SourceValue<T> {
	readonly #source: Source<T>;
	readonly #subscribe: () => void;

	constructor(source: Source<T>) {
		this.#source = source;
		this.#subscribe = createSubscriber((update) => source.subscribe(update));
	}

	get current(): T {
		this.#subscribe();
		return this.#source.current;
	}
}
