/** A value that says when it changed. `current` keeps its identity until then. */
export interface Cell<T> {
	readonly current: T;
	subscribe(changed: () => void): () => void;
	set(value: T): void;
}

export function createCell<T>(initial: T): Cell<T> {
	let current = initial;
	const listeners = createListeners<[]>();
	return {
		get current() {
			return current;
		},
		subscribe: listeners.add,
		set(value) {
			if (Object.is(value, current)) return;
			current = value;
			listeners.call();
		},
	};
}

export interface Listeners<Arguments extends unknown[]> {
	add(listener: (...values: Arguments) => void): () => void;
	call(...values: Arguments): void;
}

/** A listener that throws must not keep the others from hearing. */
export function createListeners<Arguments extends unknown[]>(): Listeners<Arguments> {
	const listeners = new Set<(...values: Arguments) => void>();
	return {
		add(listener) {
			const own = (...values: Arguments) => listener(...values);
			listeners.add(own);
			return () => listeners.delete(own);
		},
		call(...values) {
			for (const listener of [...listeners]) {
				try {
					listener(...values);
				} catch (error) {
					console.error(error);
				}
			}
		},
	};
}
