import type { StoreChange } from './record-store.ts';

/** How tabs of one device hear of each other's changes; a BroadcastChannel fits. */
export interface TabChannel {
	postMessage(message: unknown): void;
	addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
	close(): void;
}

export interface StoreNews {
	/** To this tab and to the others. */
	tell(change: StoreChange): void;
	/** To the other tabs only. */
	tellOthers(change: StoreChange): void;
	/** To this tab only. */
	tellHere(change: StoreChange): void;
	watch(listener: (change: StoreChange) => void): () => void;
	close(): void;
}

/** `heard` sees what other tabs say before the listeners do. */
export function createStoreNews(
	channel: TabChannel | undefined,
	heard: (change: StoreChange) => void = () => undefined,
): StoreNews {
	const listeners = new Set<(change: StoreChange) => void>();
	let closed = false;
	const tellHere = (change: StoreChange) => {
		for (const listener of [...listeners]) listener(change);
	};
	channel?.addEventListener('message', ({ data }) => {
		if (closed || !isStoreChange(data)) return;
		heard(data);
		tellHere(data);
	});
	const tellOthers = (change: StoreChange) => {
		if (!closed) channel?.postMessage(change);
	};
	return {
		tell(change) {
			if (closed) return;
			tellHere(change);
			tellOthers(change);
		},
		tellOthers,
		tellHere,
		watch(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		close() {
			if (closed) return;
			closed = true;
			listeners.clear();
			channel?.close();
		},
	};
}

function isStoreChange(data: unknown): data is StoreChange {
	if (typeof data !== 'object' || data === null) return false;
	const { kind } = data as { kind?: unknown };
	return kind === 'documents' || kind === 'outbox' || kind === 'settings' || kind === 'closed';
}
