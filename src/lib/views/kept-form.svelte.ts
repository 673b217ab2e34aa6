import { untrack } from 'svelte';
import type { ActFailure, Desk } from '../desk.ts';
import { isBegunEmpty, readBegunForms, type BegunForms, type BegunKind } from '../domain/begun-form.ts';
import type { Line } from '../domain/desk-config.ts';
import type { AgentId, LineId } from '../domain/ids.ts';
import type { PartyRow } from '../projection/rows.ts';
import { RowsValue, SourceValue } from './source-value.ts';

export type Begun<K extends BegunKind> = NonNullable<BegunForms[K]>;

export interface KeptFormParts {
	desk: Desk;
	now: () => number;
	/** The line used last; it is the first choice if it still can be chosen. */
	line?: string | undefined;
}

/**
 * What the forms for a new ticket and a new mail share: a line, files, what went wrong, and that nothing typed is lost. What stands
 * in the form is the same in every tab of this device; `keep` and `adopt` are for effects.
 */
export abstract class KeptForm<K extends BegunKind> {
	readonly #kind: K;
	readonly #now: () => number;
	readonly #forms: SourceValue<BegunForms>;
	protected readonly desk: Desk;
	protected readonly config: SourceValue<Desk['config']['current']>;
	protected readonly session: SourceValue<Desk['session']['current']>;
	protected readonly parties: RowsValue<PartyRow>;
	/** What is stored, as far as this form knows; '' for nothing. */
	#known: string;

	draft = $state() as Begun<K>;
	isBusy = $state(false);
	wasTried = $state(false);
	failure = $state.raw<ActFailure | undefined>(undefined);
	/** It was found on this device: somebody began it before. */
	isResumed = $state(false);
	/** False where this device stores nothing now. */
	isKept = $state(true);

	constructor({ desk, now, line }: KeptFormParts, kind: K) {
		this.desk = desk;
		this.#kind = kind;
		this.#now = now;
		this.config = new SourceValue(desk.config);
		this.session = new SourceValue(desk.session);
		this.parties = new RowsValue(desk.parties);
		this.#forms = new SourceValue(desk.begunForms);
		const kept = desk.begunForms.current[kind];
		this.#known = this.#textOf(kept);
		this.isResumed = this.#known !== '';
		this.draft = this.isResumed ? (structuredClone(kept) as Begun<K>) : this.#begin((line ?? null) as LineId | null);
	}

	protected abstract empty(): Omit<Begun<K>, 'agent' | 'began' | 'line'>;

	#begin(line: LineId | null): Begun<K> {
		const agent = this.desk.session.current?.agent.id ?? ('nobody' as AgentId);
		return { agent, began: this.#now(), line, ...this.empty() } as unknown as Begun<K>;
	}

	/** Nothing that somebody typed. */
	get isEmpty(): boolean {
		return isBegunEmpty(this.draft);
	}

	/** At every change, before the next key. */
	keep(): void {
		const isEmpty = this.isEmpty;
		const text = isEmpty ? '' : this.#textOf($state.snapshot(this.draft) as Begun<K>);
		if (text === this.#known) return;
		if (this.#known === '') untrack(() => (this.draft.began = this.#now()));
		const draft = isEmpty ? undefined : (untrack(() => $state.snapshot(this.draft)) as Begun<K>);
		this.#known = this.#textOf(draft);
		void this.desk.keepForm(this.#kind, draft as BegunForms[K]).then((isKept) => (this.isKept = isKept));
	}

	/** What was written in another tab, sent there, or brought back. */
	adopt(): void {
		const stored = this.#forms.current[this.#kind];
		const text = this.#textOf(stored);
		if (text === this.#known) return;
		this.#known = text;
		untrack(() => {
			this.isResumed = text !== '';
			this.draft = this.isResumed ? (structuredClone(stored) as Begun<K>) : this.#begin(this.draft.line);
		});
	}

	/** Takes away what stands there, and gives it back to who may want it again. */
	discard(): Begun<K> {
		const before = $state.snapshot(this.draft) as Begun<K>;
		this.startAnew();
		return before;
	}

	/** Empty, for the same line. */
	protected startAnew(): void {
		this.draft = this.#begin(this.draft.line);
		this.wasTried = false;
		this.failure = undefined;
		this.isResumed = false;
		this.keep();
	}

	#textOf(form: BegunForms[K]): string {
		return JSON.stringify(readBegunForms({ [this.#kind]: form })[this.#kind]) ?? '';
	}

	abstract readonly lines: readonly Line[];
	readonly line: Line | undefined = $derived.by(
		() => this.lines.find(({ id }) => id === this.draft.line) ?? this.lines[0],
	);

	chooseLine(line: LineId): void {
		this.draft.line = line;
	}
}
