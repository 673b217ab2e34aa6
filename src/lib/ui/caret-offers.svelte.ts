import type { Insertion, Lookup, Suggestion, Suggestions } from './suggestions.ts';

/** The list at the caret while somebody writes: what is looked up, what is offered for it and which of it is pointed at. */
export class CaretOffers {
	/** The sign and what follows it at the caret, as the editor reads it; undefined where there is none. */
	lookup = $state.raw<Lookup>();
	active = $state(0);
	readonly #suggestions: () => Suggestions | undefined;
	readonly #replace: (lookup: Lookup, insertion: Insertion) => void;
	/** Where Escape was pressed: what stands there is text. */
	#dismissed = $state<number>();
	#offered = $state.raw<readonly Suggestion[]>([]);
	/** What was found for a text that has changed meanwhile must not be shown. */
	readonly #asked = $derived(this.lookup === undefined ? '' : `${this.lookup.sign} ${this.lookup.text}`);

	/** The list as it is shown; undefined while there is nothing to show. */
	readonly open = $derived(
		this.lookup !== undefined && this.lookup.from !== this.#dismissed && this.#offered.length > 0
			? { lookup: this.lookup, offered: this.#offered }
			: undefined,
	);

	/** Made while a component is, and lives as long. `replace` puts a choice in the place of what was typed. */
	constructor(suggestions: () => Suggestions | undefined, replace: (lookup: Lookup, insertion: Insertion) => void) {
		this.#suggestions = suggestions;
		this.#replace = replace;
		$effect(() => this.#find());
	}

	#find(): (() => void) | undefined {
		const current = this.lookup;
		const suggestions = this.#suggestions();
		if (this.#asked === '' || current === undefined || suggestions === undefined) {
			this.#offered = [];
			if (current === undefined) this.#dismissed = undefined;
			return undefined;
		}
		let isStale = false;
		const show = (items: readonly Suggestion[]) => {
			if (isStale) return;
			this.#offered = items;
			this.active = 0;
		};
		const found = suggestions.find(current.sign, current.text);
		if (found instanceof Promise) found.then(show, () => show([]));
		else show(found);
		return () => (isStale = true);
	}

	/** A key pressed in the text; the list takes those that are for it. */
	press(event: KeyboardEvent): void {
		const { open } = this;
		if (open === undefined || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
		const count = open.offered.length;
		const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
		const step = steps[event.key];
		if (step !== undefined) this.active = (this.active + step + count) % count;
		else if (event.key === 'Escape') this.#dismissed = open.lookup.from;
		else if (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey))
			void this.choose(open.offered[this.active], event.shiftKey);
		else return;
		event.preventDefault();
		event.stopPropagation();
	}

	async choose(suggestion: Suggestion | undefined, other: boolean): Promise<void> {
		const at = this.open?.lookup;
		if (suggestion === undefined || at === undefined) return;
		const wanted = other && suggestion.other !== undefined;
		const insertion = await this.#suggestions()?.choose(at.sign, suggestion.id, wanted);
		// Whoever typed on while it was looked up keeps their text.
		if (insertion === undefined || this.lookup?.from !== at.from || this.lookup.text !== at.text) return;
		this.#replace(at, insertion);
	}
}
