import type { Desk } from '../desk.ts';
import { openCallBacks, type CallBack } from '../domain/call-backs.ts';
import { contactFigures, fateOfTicket, figuresByLine, type ContactFigures } from '../domain/contact-figures.ts';
import type { AgentId, CategoryId, DocumentId, LineId } from '../domain/ids.ts';
import type { Outcome } from '../domain/interaction-entry.ts';
import { repeatContacts } from '../domain/same-matter.ts';
import type { InteractionRow, TicketRow } from '../projection/rows.ts';
import { daysOf, periodAt, periodBeside, type Period, type PeriodKind } from './period.ts';
import { RowsValue, SourceValue } from './source-value.ts';
import { foldText } from './ticket-filter.ts';

const repeatsLookBack = 7 * 24 * 3_600_000;

/** The contacts of a period, as the log and the report show them. */
export class ContactLog {
	readonly #rows: SourceValue<readonly InteractionRow[]>;
	readonly #tickets: RowsValue<TicketRow>;

	period = $state.raw<Period>({ kind: 'day', start: 0, end: 0 });
	text = $state('');
	line = $state<LineId | ''>('');
	outcome = $state<Outcome | ''>('');
	agent = $state<AgentId | ''>('');

	constructor(desk: Desk, now: number, kind: PeriodKind = 'day') {
		this.#rows = new SourceValue(desk.interactions);
		this.#tickets = new RowsValue(desk.tickets);
		this.period = periodAt(kind, now);
	}

	show(kind: PeriodKind, at: number = this.period.start): void {
		this.period = periodAt(kind, at);
	}

	step(by: 1 | -1): void {
		this.period = periodBeside(this.period, by);
	}

	readonly #near = $derived.by(() => {
		const { start, end } = this.period;
		return this.#rows.current.filter(({ began }) => began >= start - repeatsLookBack && began < end);
	});
	/** Also those whose earlier contact lies before the period. */
	readonly repeats = $derived.by(() => repeatContacts(this.#near));
	readonly #inPeriod = $derived.by(() => this.#near.filter(({ began }) => began >= this.period.start));

	/** Newest first. */
	readonly rows = $derived.by((): InteractionRow[] => {
		const words = foldText(this.text.trim()).split(/\s+/).filter(Boolean);
		return this.#inPeriod
			.filter((row) => this.line === '' || row.line === this.line)
			.filter((row) => this.outcome === '' || row.outcome === this.outcome)
			.filter((row) => this.agent === '' || row.by === this.agent)
			.filter((row) => {
				if (words.length === 0) return true;
				const searched = foldText(
					`${row.fromName} ${row.phone} ${row.request} ${row.number ?? ''} ${row.passedTo ?? ''}`,
				);
				return words.every((word) => searched.includes(word));
			})
			.sort((a, b) => b.began - a.began || (a.id < b.id ? 1 : -1));
	});

	readonly #fateOf = (ticket: DocumentId) => fateOfTicket(this.#tickets.get(ticket));

	/** Of what the filter shows. */
	readonly figures = $derived.by((): ContactFigures => contactFigures(this.rows, this.#fateOf, this.repeats));
	readonly byLine = $derived.by(() => figuresByLine(this.#inPeriod, this.#fateOf, this.repeats));
	readonly total = $derived.by((): ContactFigures => contactFigures(this.#inPeriod, this.#fateOf, this.repeats));
	readonly byDay = $derived.by(() =>
		daysOf(this.period).map((day) => ({
			day,
			figures: contactFigures(
				this.#inPeriod.filter(({ began }) => began >= day.start && began < day.end),
				this.#fateOf,
				this.repeats,
			),
		})),
	);
	/** What they were about, the most frequent first. */
	readonly byCategory = $derived.by((): { category: CategoryId | null; count: number }[] => {
		const counts = new Map<CategoryId | null, number>();
		for (const { direction, outcome, category } of this.#inPeriod)
			if (direction === 'in' && outcome !== 'missed') counts.set(category, (counts.get(category) ?? 0) + 1);
		return [...counts]
			.map(([category, count]) => ({ category, count }))
			.sort((a, b) => b.count - a.count || ((a.category ?? '') < (b.category ?? '') ? -1 : 1));
	});
}

/** Who waits to be called back. */
export class CallBackList {
	readonly #rows: SourceValue<readonly InteractionRow[]>;
	readonly #session: SourceValue<Desk['session']['current']>;
	isMine = $state(false);

	constructor(desk: Desk) {
		this.#rows = new SourceValue(desk.interactions);
		this.#session = new SourceValue(desk.session);
	}

	readonly all = $derived.by((): CallBack<InteractionRow>[] => openCallBacks(this.#rows.current));
	readonly mine = $derived.by(() => this.all.filter(({ agent }) => agent === this.#session.current?.agent.id));
	readonly shown = $derived(this.isMine ? this.mine : this.all);
}
