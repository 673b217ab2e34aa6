import type { Desk } from '../desk.ts';
import type { ArticleRow } from '../projection/rows.ts';
import { readCase, type ReadCase, type Reading } from './read-case.ts';

const kept = 60;

/** What a few standard cases say, read when first asked for and kept until they change. */
export class CaseReader {
	readonly #desk: Desk;
	#read = $state.raw<ReadonlyMap<string, ReadCase>>(new Map());
	/** By key; what fell out of what is kept stays here, and is read again when it is chosen. */
	readonly #asked = new Set<string>();

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	/** Undefined until it is read. Ask for it with `want`. */
	of(row: ArticleRow, reading: Reading): ReadCase | undefined {
		return this.#read.get(keyOf(row, reading));
	}

	want(rows: readonly ArticleRow[], reading: Reading): void {
		for (const row of rows) if (!this.#asked.has(keyOf(row, reading))) void this.read(row, reading);
	}

	async read(row: ArticleRow, reading: Reading): Promise<ReadCase | undefined> {
		const key = keyOf(row, reading);
		this.#asked.add(key);
		const read = await readCase(this.#desk, row.id, reading);
		if (read === undefined) {
			this.#asked.delete(key);
			return undefined;
		}
		this.#read = new Map([...this.#read, [key, read] as const].slice(-kept));
		return read;
	}
}

function keyOf({ id, changedAt }: ArticleRow, { line, agentLanguage }: Reading): string {
	return `${id} ${changedAt} ${line ?? ''} ${agentLanguage}`;
}
