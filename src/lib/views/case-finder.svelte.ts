import { untrack } from 'svelte';
import type { SearchState } from '../search/device/search-messages.ts';
import type { ArticleRow } from '../projection/rows.ts';
import { findCases, findInRows, type CaseDesk, type FoundCases } from './find-cases.ts';
import { newestOnly } from './newest-only.ts';
import type { CaseQuestion } from './rank-cases.ts';
import { SourceValue } from './source-value.ts';
import type { Timer } from './wall-clock.svelte.ts';

const nothing: FoundCases = { rows: [], isComplete: true };

/** The cases that fit a question which changes with every key: the newest one wins, and what is shown stays until its answer is there. */
export class CaseFinder {
	readonly #desk: CaseDesk;
	readonly #state: SourceValue<SearchState>;
	readonly #articles: SourceValue<readonly ArticleRow[]>;
	readonly #ask: (question: CaseQuestion) => Promise<FoundCases | undefined>;
	#found = $state.raw<FoundCases>(nothing);
	#asked = 0;

	constructor(desk: CaseDesk, timer: Pick<Timer, 'after'>) {
		this.#desk = desk;
		this.#state = new SourceValue(desk.searchState);
		this.#articles = new SourceValue(desk.articles);
		this.#ask = newestOnly((question) => findCases(desk, question, timer));
	}

	get rows(): readonly ArticleRow[] {
		return this.#found.rows;
	}

	get isComplete(): boolean {
		return this.#found.isComplete;
	}

	/** Call it from an effect: it asks again when cases change and when the index gets further. */
	look(question: CaseQuestion | undefined): void {
		const state = this.#state.current;
		void this.#articles.current;
		untrack(() => void this.#look(question, state));
	}

	async #look(question: CaseQuestion | undefined, state: SearchState): Promise<void> {
		const asked = ++this.#asked;
		if (question === undefined) return this.#show(nothing);
		if (state.kind !== 'open') return this.#show(findInRows(this.#desk, question));
		const found = await this.#ask(question);
		if (found !== undefined && asked === this.#asked) this.#show(found);
	}

	/** The same rows stay the same list: nothing on the screen moves. */
	#show(found: FoundCases): void {
		const { rows, isComplete } = this.#found;
		const isSame = rows.length === found.rows.length && rows.every((row, i) => row === found.rows[i]);
		if (!isSame || isComplete !== found.isComplete) this.#found = isSame ? { ...found, rows } : found;
	}
}
