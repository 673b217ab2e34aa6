import { SvelteSet } from 'svelte/reactivity';
import type { Desk } from '../desk.ts';
import type { AgentId, DocumentId } from '../domain/ids.ts';
import type { TicketRow } from '../projection/rows.ts';
import {
	belongsToView,
	compareRows,
	countViews,
	type Looking,
	type SavedView,
	type TicketOrder,
} from './saved-view.ts';
import { SourceValue } from './source-value.ts';
import { matchesFilter, readFilter, type FilterNames } from './ticket-filter.ts';

/**
 * The list of tickets: which view, filter and order, where the cursor stands and what is selected.
 * Moving the cursor never filters or sorts anything again.
 */
export class Inbox {
	readonly #desk: Desk;
	readonly #now: () => number;
	readonly #rows: SourceValue<readonly TicketRow[]>;
	readonly #session: SourceValue<Desk['session']['current']>;
	readonly #config: SourceValue<Desk['config']['current']>;

	view = $state<SavedView>('unclaimed');
	filterText = $state('');
	order = $state<TicketOrder>('newest');
	/** The ticket the cursor is on; the list shows it as current. */
	cursor = $state<DocumentId | undefined>(undefined);
	readonly selected = new SvelteSet<DocumentId>();
	/** Where `Shift+J` started. */
	#anchor: DocumentId | undefined;

	readonly me = $derived.by((): AgentId | undefined => this.#session.current?.agent.id);
	readonly #names = $derived.by((): FilterNames => {
		const { agents, queues, lines } = this.#config.current;
		const nameOf = (all: readonly { id: string; name: string }[]) => {
			const byId = new Map(all.map(({ id, name }) => [id, name]));
			return (id: string) => byId.get(id) ?? id;
		};
		return { me: this.me, agent: nameOf(agents), queue: nameOf(queues), line: nameOf(lines) };
	});
	readonly #looking = $derived.by((): Looking => ({ me: this.me, now: this.#now() }));
	readonly counts = $derived.by(() => countViews(this.#rows.current, this.#looking));
	readonly rows = $derived.by((): readonly TicketRow[] => {
		const filter = readFilter(this.filterText);
		const names = this.#names;
		const looking = this.#looking;
		const rows = this.#rows.current.filter(
			(row) => belongsToView(row, this.view, looking) && (filter === undefined || matchesFilter(row, filter, names)),
		);
		return rows.sort(compareRows(this.order, looking.now));
	});
	readonly #places = $derived.by(() => new Map(this.rows.map((row, place) => [row.id, place])));
	readonly cursorPlace = $derived.by(() => (this.cursor === undefined ? undefined : this.#places.get(this.cursor)));

	/** `now` must be a state that moves, so that reminders come due while nobody types. */
	constructor(desk: Desk, now: () => number) {
		this.#desk = desk;
		this.#now = now;
		this.#rows = new SourceValue(desk.tickets);
		this.#session = new SourceValue(desk.session);
		this.#config = new SourceValue(desk.config);
	}

	/** False while rows are still being read from the device. */
	get isComplete(): boolean {
		void this.#rows.current;
		return this.#desk.tickets.complete;
	}

	placeOf(document: DocumentId): number | undefined {
		return this.#places.get(document);
	}

	show(view: SavedView): void {
		if (this.view === view) return;
		this.view = view;
		this.clearSelection();
	}

	/** Moves the cursor by rows; from nowhere it goes to the first, or backwards to the last. */
	move(by: number): DocumentId | undefined {
		const last = this.rows.length - 1;
		if (last < 0) return undefined;
		const from = this.cursorPlace ?? (by > 0 ? -1 : last + 1);
		return this.moveTo(Math.min(Math.max(0, from + by), last));
	}

	moveTo(place: number): DocumentId | undefined {
		const row = this.rows[place < 0 ? this.rows.length + place : place];
		if (row !== undefined) this.cursor = row.id;
		return row?.id;
	}

	/** What comes after a ticket that is done: the next in this view, else the one before. */
	neighbourOf(document: DocumentId): DocumentId | undefined {
		const place = this.#places.get(document);
		if (place === undefined) return this.rows[0]?.id;
		return (this.rows[place + 1] ?? this.rows[place - 1])?.id;
	}

	toggleSelected(document: DocumentId): void {
		this.#anchor = document;
		if (!this.selected.delete(document)) this.selected.add(document);
	}

	/** Moves the cursor and selects from where the selection began. */
	extend(by: number): void {
		this.#anchor ??= this.cursor;
		const from = this.#anchor === undefined ? undefined : this.#places.get(this.#anchor);
		const to = this.move(by);
		const place = to === undefined ? undefined : this.#places.get(to);
		if (place === undefined) return;
		const [first, last] = [Math.min(from ?? place, place), Math.max(from ?? place, place)];
		this.selected.clear();
		for (const row of this.rows.slice(first, last + 1)) this.selected.add(row.id);
	}

	selectAll(): void {
		for (const row of this.rows) this.selected.add(row.id);
	}

	clearSelection(): void {
		this.selected.clear();
		this.#anchor = undefined;
	}

	/** What an act is about: the selection, else the ticket under the cursor. */
	get targets(): DocumentId[] {
		if (this.selected.size > 0) return this.rows.filter((row) => this.selected.has(row.id)).map((row) => row.id);
		return this.cursor === undefined ? [] : [this.cursor];
	}
}
