import { createSubscriber } from 'svelte/reactivity';
import type { Rows, Source } from '../desk.ts';
import type { DocumentId } from '../domain/ids.ts';

/** A source as runes read it: live while an effect looks, current for everybody else. */
export class SourceValue<T> {
	readonly #source: Source<T>;
	readonly #subscribe: () => void;

	constructor(source: Source<T>) {
		this.#source = source;
		this.#subscribe = subscriberTo(source);
	}

	get current(): T {
		this.#subscribe();
		return this.#source.current;
	}
}

/** Rows as runes read them. Asking for one, for a group or for what is unfinished costs no look at all of them. */
export class RowsValue<R> implements Omit<Rows<R>, 'subscribe'> {
	readonly #rows: Rows<R>;
	readonly #subscribe: () => void;

	constructor(rows: Rows<R>) {
		this.#rows = rows;
		this.#subscribe = subscriberTo(rows);
	}

	get #read(): Rows<R> {
		this.#subscribe();
		return this.#rows;
	}

	get current(): readonly R[] {
		return this.#read.current;
	}
	get size(): number {
		return this.#read.size;
	}
	get complete(): boolean {
		return this.#read.complete;
	}
	get revision(): number {
		return this.#read.revision;
	}
	get(document: DocumentId): R | undefined {
		return this.#read.get(document);
	}
	inGroup(group: string): R[] {
		return this.#read.inGroup(group);
	}
	unfinished(): R[] {
		return this.#read.unfinished();
	}
	changesSince(revision: number): ReturnType<Rows<R>['changesSince']> {
		return this.#read.changesSince(revision);
	}
}

function subscriberTo(source: Pick<Source<unknown>, 'subscribe'>): () => void {
	return createSubscriber((update) => {
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
