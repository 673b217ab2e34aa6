import type { RowChange } from '../desk.ts';
import type { DocumentId } from '../domain/ids.ts';

/** Whoever has missed more looks at all rows once. */
const remembered = 500;

interface Noted<R> extends RowChange<R> {
	document: DocumentId;
}

/** The latest changes of rows, so that what is made of all rows is made anew only where they changed. */
export function createChangeLog<R>() {
	/** Of changes `first` to `first + noted.length`. */
	let noted: Noted<R>[] = [];
	let first = 0;

	return {
		get revision(): number {
			return first + noted.length;
		},
		note(document: DocumentId, before: R | undefined, after: R | undefined): void {
			noted.push({ document, before, after });
		},
		/** Everybody was told: what is long ago is forgotten. */
		told(): void {
			const old = noted.length - remembered;
			if (old < remembered) return;
			noted = noted.slice(old);
			first += old;
		},
		/** From what a row was then to what it is now, whatever it was in between. */
		since(revision: number): ReadonlyMap<DocumentId, RowChange<R>> | undefined {
			if (revision < first) return undefined;
			const changes = new Map<DocumentId, RowChange<R>>();
			for (const { document, before, after } of noted.slice(revision - first))
				changes.set(document, { before: (changes.get(document) ?? { before }).before, after });
			return changes;
		},
	};
}
