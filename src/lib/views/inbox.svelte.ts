import { untrack } from 'svelte';
import type { Desk } from '../desk.ts';
import { categoryPath } from '../domain/category.ts';
import type { AgentId, DocumentId } from '../domain/ids.ts';
import type { TicketRow } from '../projection/rows.ts';
import { KeptRows } from './kept-rows.ts';
import { belongsToView, compareRows, countViews, type SavedView, type TicketOrder } from './saved-view.ts';
import { SiftedRows } from './sifted-rows.ts';
import { RowsValue, SourceValue } from './source-value.ts';
import { matchesFilter, readFilter, type FilterNames, type TicketFilter } from './ticket-filter.ts';

/** So long a piece of what is closed is looked through, ms: a frame has room for it. */
const pieceMs = 8;

function lookOn(sifted: SiftedRows<TicketRow>, ms = pieceMs): void {
	const began = performance.now();
	do sifted.look(250);
	while (!sifted.isDone && performance.now() - began < ms);
}

/**
 * What the list of tickets shows: which view, filter and order, where the cursor stands and what is selected.
 * The cursor moves without anything being filtered or sorted again.
 */
export class Inbox {
	readonly #now: () => number;
	readonly #tickets: RowsValue<TicketRow>;
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
	readonly counts = $derived.by(() => countViews(this.#tickets, { me: this.me, now: this.#now() }));
	/** Grows with the years, so it is put in order once and kept, whatever else is shown. Nothing in it comes due. */
	readonly #closed = $derived.by(
		() =>
			new KeptRows(this.#tickets, {
				among: () => this.#tickets.current,
				belongs: ({ status }) => status === 'closed',
				compare: compareRows(this.order, 0),
			}),
	);
	readonly #kept = $derived.by(() => {
		const filter = readFilter(this.filterText);
		if (this.view !== 'closed') return this.#keep(filter);
		return filter === undefined ? this.#closed : this.#sift(filter);
	});
	/** Rises with each piece of the closed ones that was looked through. */
	#pieces = $state(0);
	readonly rows = $derived.by(() => {
		void this.#pieces;
		return this.#kept.current;
	});

	/** `now` must be a state that moves, so that reminders come due while nobody types. */
	constructor(desk: Desk, now: () => number) {
		this.#now = now;
		this.#tickets = new RowsValue(desk.tickets);
		this.#session = new SourceValue(desk.session);
		this.#config = new SourceValue(desk.config);
	}

	#keep(filter: TicketFilter | undefined): KeptRows<TicketRow> {
		const { view, me } = this;
		const [names, now] = [this.#names, this.#now()];
		return new KeptRows<TicketRow>(this.#tickets, {
			among: () => this.#tickets.unfinished(),
			belongs: (row) =>
				belongsToView(row, view, { me, now }, filter !== undefined) &&
				(filter === undefined || matchesFilter(row, filter, names)),
			compare: compareRows(this.order, now),
		});
	}

	#sift(filter: TicketFilter): SiftedRows<TicketRow> {
		const names = this.#names;
		const sifted = new SiftedRows(this.#tickets, this.#closed, (row) => matchesFilter(row, filter, names));
		// What changes later is taken in without looking through all of it again.
		untrack(() => lookOn(sifted));
		return sifted;
	}

	/** True while what is closed is not looked through to its end for what passes the filter. */
	get isSifting(): boolean {
		void this.#pieces;
		return this.#kept instanceof SiftedRows && !this.#kept.isDone;
	}

	/** Looks through the next of what is closed, or all the rest of it. */
	siftOn(toTheEnd = false): void {
		if (this.#kept instanceof SiftedRows) lookOn(this.#kept, toTheEnd ? Infinity : pieceMs);
		this.#pieces++;
	}

	/** Puts what is closed in order, so that nobody waits for it who chooses that view. */
	prepare(): void {
		void this.#closed.current;
	}

	/** False while rows are still being read from the device or looked through. */
	get isComplete(): boolean {
		return this.#tickets.complete && !this.isSifting;
	}

	show(view: SavedView): void {
		if (this.view === view) return;
		this.view = view;
		this.scrollTop = 0;
		this.clearSelection();
	}

	/** Where the view shows that ticket now; -1 where it does not. */
	placeOf(document: DocumentId): number {
		const row = this.#tickets.get(document);
		return row === undefined ? -1 : this.#kept.placeOf(row);
	}

	/** What comes after a ticket that is done: the next in this view, else the one before. */
	neighbourOf(document: DocumentId): DocumentId | undefined {
		const place = this.placeOf(document);
		const rows = this.#kept.current;
		return (rows[place + 1] ?? rows[place - 1])?.id;
	}

	/** The tickets that are most likely opened after this one. */
	besides(document: DocumentId): DocumentId[] {
		const place = this.placeOf(document);
		if (place < 0) return [];
		const rows = this.#kept.current;
		return [place + 1, place - 1, place + 2].flatMap((at) => rows[at]?.id ?? []);
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
