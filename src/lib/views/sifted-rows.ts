import type { Rows } from '../desk.ts';
import type { DocumentId } from '../domain/ids.ts';
import { KeptRows } from './kept-rows.ts';

/**
 * Those of a long list that pass, in its order. The list is looked through a piece at a time, so that the first of them are there at
 * once however long it is; what changes in what was looked at already is kept up.
 */
export class SiftedRows<R extends { id: DocumentId }> {
	readonly #list: KeptRows<R>;
	readonly #found: KeptRows<R>;
	/** The last row that was looked at. */
	#upTo: R | 'nothing' | 'everything' = 'nothing';

	constructor(source: Pick<Rows<R>, 'revision' | 'changesSince'>, list: KeptRows<R>, passes: (row: R) => boolean) {
		this.#list = list;
		const { belongs, compare } = list.question;
		this.#found = new KeptRows(source, {
			// Asked again when more has changed than is remembered.
			among: () => (this.#upTo === 'nothing' ? [] : list.current),
			belongs: (row) => this.#isLookedAt(row) && belongs(row) && passes(row),
			compare,
		});
	}

	/** Those found so far. */
	get current(): readonly R[] {
		return this.#found.current;
	}

	get isDone(): boolean {
		return this.#upTo === 'everything';
	}

	/** -1 for a row that is not among those found so far. */
	placeOf(row: R): number {
		return this.#found.placeOf(row);
	}

	/** Looks at the next rows of the list. */
	look(count: number): void {
		// What changed is taken in before more counts as looked at.
		void this.current;
		if (this.#upTo === 'everything') return;
		const rows = this.#list.current;
		const from = this.#upTo === 'nothing' ? 0 : this.#list.countUpTo(this.#upTo);
		const next = rows.slice(from, from + count);
		this.#upTo = from + count < rows.length ? next.at(-1)! : 'everything';
		this.#found.append(next.filter(this.#found.question.belongs));
	}

	#isLookedAt(row: R): boolean {
		if (this.#upTo === 'nothing') return false;
		return this.#upTo === 'everything' || this.#list.question.compare(row, this.#upTo) <= 0;
	}
}
