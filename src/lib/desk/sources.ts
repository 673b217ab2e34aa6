import type * as Y from 'yjs';
import type { HeldDocument } from '../sync/open-documents.ts';
import { createListeners } from '../sync/cell.ts';
import type { Source } from '../desk.ts';

/** A value made from others; the same until one of them changes. */
export function createDerived<T>(sources: readonly Pick<Source<unknown>, 'subscribe'>[], read: () => T): Source<T> {
	const listeners = createListeners<[]>();
	let known: { value: T } | undefined;
	for (const source of sources)
		source.subscribe(() => {
			known = undefined;
			listeners.call();
		});
	return {
		get current() {
			known ??= { value: read() };
			return known.value;
		},
		subscribe: listeners.add,
	};
}

/** What a standing document says, read anew when it changes. */
export function createDocumentSource<T>(held: HeldDocument, read: (doc: Y.Doc) => T): Source<T> {
	const changed = createListeners<[]>();
	const tell = () => changed.call();
	held.doc.on('update', tell);
	held.replaced(() => {
		held.doc.on('update', tell);
		tell();
	});
	return createDerived([{ subscribe: changed.add }], () => read(held.doc));
}
