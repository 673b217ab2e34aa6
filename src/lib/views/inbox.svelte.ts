import type { Desk } from '../desk.ts';
import { categoryPath } from '../domain/category.ts';
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
 * What the list of tickets shows: which view, filter and order, where the cursor stands and what is selected.
 * The cursor moves without anything being filtered or sorted again.
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
	selected = $state.raw<ReadonlySet<DocumentId>>(new Set());
	/** How far the list was scrolled when it was last on screen. */
	scrollTop = 0;

	readonly me = $derived.by((): AgentId | undefined => this.#session.current?.agent.id);
	readonly #names = $derived.by((): FilterNames => {
		const { agents, queues, lines, systems, categories } = this.#config.current;
		const nameOf = (all: readonly { id: string; name: string }[]) => {
			const byId = new Map(all.map(({ id, name }) => [id, name]));
			return (id: string) => byId.get(id) ?? id;
		};
		return {
			me: this.me,
			agent: nameOf(agents),
			queue: nameOf(queues),
			line: nameOf(lines),
			system: nameOf(systems),
			category: (id) => categoryPath(categories, id) ?? id,
		};
	});
	readonly #looking = $derived.by((): Looking => ({ me: this.me, now: this.#now() }));
	readonly counts = $derived.by(() => countViews(this.#rows.current, this.#looking));
	readonly rows = $derived.by((): readonly TicketRow[] => {
		const filter = readFilter(this.filterText);
		const names = this.#names;
		const looking = this.#looking;
		const rows = this.#rows.current.filter(
			(row) =>
				belongsToView(row, this.view, looking, filter !== undefined) &&
				(filter === undefined || matchesFilter(row, filter, names)),
		);
		return rows.sort(compareRows(this.order, looking.now));
	});
	readonly #places = $derived.by(() => new Map(this.rows.map((row, place) => [row.id, place])));

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

	show(view: SavedView): void {
		if (this.view === view) return;
		this.view = view;
		this.scrollTop = 0;
		this.clearSelection();
	}

	/** Whether the view shows that ticket now. */
	has(document: DocumentId): boolean {
		return this.#places.has(document);
	}

	/** What comes after a ticket that is done: the next in this view, else the one before. */
	neighbourOf(document: DocumentId): DocumentId | undefined {
		const place = this.#places.get(document);
		if (place === undefined) return this.rows[0]?.id;
		return (this.rows[place + 1] ?? this.rows[place - 1])?.id;
	}

	/** The tickets that are most likely opened after this one. */
	besides(document: DocumentId): DocumentId[] {
		const place = this.#places.get(document);
		if (place === undefined) return [];
		return [place + 1, place - 1, place + 2].flatMap((at) => this.rows[at]?.id ?? []);
	}

	clearSelection(): void {
		this.selected = new Set();
	}

	/** What an act is about: the selection, else the ticket under the cursor. */
	get targets(): DocumentId[] {
		if (this.selected.size > 0) return this.rows.filter((row) => this.selected.has(row.id)).map((row) => row.id);
		return this.cursor === undefined ? [] : [this.cursor];
	}
}
