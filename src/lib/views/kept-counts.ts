import type { Rows } from '../desk.ts';

export type CountedRows<R> = Pick<Rows<R>, 'current' | 'revision' | 'changesSince'>;

/** How many rows name each of some keys. Counted once over all rows; from then on only what changed is looked at. */
export class KeptCounts<R, Key extends string = string> {
	readonly #rows: CountedRows<R>;
	readonly #keysOf: (row: R) => readonly Key[];
	#revision = -1;
	#counts = new Map<Key, number>();

	constructor(rows: CountedRows<R>, keysOf: (row: R) => readonly Key[]) {
		this.#rows = rows;
		this.#keysOf = keysOf;
	}

	get current(): ReadonlyMap<Key, number> {
		const { revision } = this.#rows;
		if (revision === this.#revision) return this.#counts;
		const changes = this.#rows.changesSince(this.#revision);
		this.#revision = revision;
		this.#counts = new Map(changes === undefined ? [] : this.#counts);
		if (changes === undefined) for (const row of this.#rows.current) this.#count(row, 1);
		else
			for (const { before, after } of changes.values()) {
				if (before !== undefined) this.#count(before, -1);
				if (after !== undefined) this.#count(after, 1);
			}
		return this.#counts;
	}

	#count(row: R, by: 1 | -1): void {
		for (const key of this.#keysOf(row)) {
			const count = (this.#counts.get(key) ?? 0) + by;
			if (count === 0) this.#counts.delete(key);
			else this.#counts.set(key, count);
		}
	}
}
