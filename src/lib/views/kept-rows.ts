import type { Rows } from '../desk.ts';
import type { DocumentId } from '../domain/ids.ts';

/** Which rows, in which order. `compare` tells any two rows apart. */
export interface RowsQuestion<R> {
	/** Where to look for them: all rows, or fewer if none of the others belongs. */
	among: () => readonly R[];
	belongs(row: R): boolean;
	compare(a: R, b: R): number;
}

/**
 * The rows that answer a question, in their order. Found once among all rows; from then on only what changed is looked at, whenever
 * somebody asks. As long as only other rows change, the array is the same one.
 */
export class KeptRows<R extends { id: DocumentId }> {
	readonly question: RowsQuestion<R>;
	readonly #source: Pick<Rows<R>, 'revision' | 'changesSince'>;
	#revision = -1;
	#sorted: readonly R[] = [];

	constructor(source: Pick<Rows<R>, 'revision' | 'changesSince'>, question: RowsQuestion<R>) {
		this.#source = source;
		this.question = question;
	}

	get current(): readonly R[] {
		const { revision } = this.#source;
		if (revision === this.#revision) return this.#sorted;
		const { among, belongs, compare } = this.question;
		const changes = this.#source.changesSince(this.#revision);
		this.#revision = revision;
		if (changes === undefined) return (this.#sorted = among().filter(belongs).sort(compare));
		let next: R[] | undefined;
		for (const { before, after } of changes.values()) {
			const was = before !== undefined && belongs(before) ? before : undefined;
			const is = after !== undefined && belongs(after) ? after : undefined;
			if (was === is) continue;
			next ??= [...this.#sorted];
			if (was !== undefined) next.splice(this.#placeFor(was, next), 1);
			if (is !== undefined) next.splice(this.#placeFor(is, next), 0, is);
		}
		return (this.#sorted = next ?? this.#sorted);
	}

	/** -1 for a row that is not among them. */
	placeOf(row: R): number {
		const place = this.#placeFor(row, this.current);
		return this.#sorted[place]?.id === row.id ? place : -1;
	}

	/** How many stand before it or in its place. */
	countUpTo(row: R): number {
		const place = this.#placeFor(row, this.current);
		const there = this.#sorted[place];
		return there !== undefined && this.question.compare(there, row) === 0 ? place + 1 : place;
	}

	/** Takes in more that belong, in their order, which all come after those it has. */
	append(rows: readonly R[]): void {
		if (rows.length > 0) this.#sorted = [...this.current, ...rows];
	}

	/** Where it stands or would stand. */
	#placeFor(row: R, rows: readonly R[]): number {
		let from = 0;
		let to = rows.length;
		while (from < to) {
			const middle = (from + to) >>> 1;
			if (this.question.compare(rows[middle]!, row) < 0) from = middle + 1;
			else to = middle;
		}
		return from;
	}
}
