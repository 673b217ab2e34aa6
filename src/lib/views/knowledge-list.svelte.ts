import { SvelteMap } from 'svelte/reactivity';
import type { Desk } from '../desk.ts';
import type { ArticleState } from '../domain/article-entry.ts';
import type { Language } from '../domain/desk-config.ts';
import type { AgentId, CategoryId, DocumentId, SystemId } from '../domain/ids.ts';
import type { ArticleRow } from '../projection/rows.ts';
import { articleTitle } from './article-title.ts';
import {
	belongsToKnowledge,
	countKnowledge,
	matchesKnowledge,
	scoreText,
	wordsOf,
	type KnowledgeView,
} from './knowledge-view.ts';
import { SourceValue } from './source-value.ts';

const listsByDesk = new WeakMap<Desk, KnowledgeList>();

/** The one list of a desk: it stands as it was left while one looks at a ticket. */
export function knowledgeListOf(desk: Desk, now: () => number, language: () => Language): KnowledgeList {
	const known = listsByDesk.get(desk) ?? new KnowledgeList(desk, now, language);
	listsByDesk.set(desk, known);
	return known;
}

/** What the list of articles shows: view, filters and text, where the cursor stands and how far it was scrolled. */
export class KnowledgeList {
	readonly #desk: Desk;
	readonly #now: () => number;
	readonly #language: () => Language;
	readonly #rows: SourceValue<readonly ArticleRow[]>;
	readonly #session: SourceValue<Desk['session']['current']>;
	readonly #config: SourceValue<Desk['config']['current']>;

	view = $state<KnowledgeView>('all');
	text = $state('');
	system = $state<SystemId | null>(null);
	category = $state<CategoryId | null>(null);
	state = $state<ArticleState | null>(null);
	cursor = $state<DocumentId | undefined>(undefined);
	scrollTop = 0;
	/** What the index found for a text that was typed: the place of each hit. */
	#found = $state.raw<{ text: string; places: ReadonlyMap<string, number> }>({ text: '', places: new Map() });
	/** Steps that were ticked while answering; on this screen alone, and gone with it. */
	readonly ticks = new SvelteMap<string, ReadonlySet<number>>();

	readonly me = $derived.by((): AgentId | undefined => this.#session.current?.agent.id);
	readonly #reading = $derived.by(() => ({ me: this.me, now: this.#now() }));
	readonly counts = $derived.by(() => countKnowledge(this.#rows.current, this.#reading));
	/** Words of system and category by row, so that typing their name finds what belongs to them. */
	readonly #names = $derived.by(() => {
		const { systems, categories } = this.#config.current;
		return new Map<string, string>([...systems, ...categories].map(({ id, name }) => [id, name]));
	});
	readonly rows = $derived.by((): readonly ArticleRow[] => {
		const { system, category, state, view } = this;
		const config = this.#config.current;
		const asked = wordsOf(this.text);
		const found = this.#rows.current
			.filter(
				(row) =>
					belongsToKnowledge(row, view, this.#reading) && matchesKnowledge(row, { system, category, state }, config),
			)
			.map((row) => ({ row, score: scoreText(row, asked, this.#namesOf(row)) || this.#scoreOfHit(row) }))
			.filter(({ score }) => score > 0);
		const language = this.#language();
		const compare = comparers[view];
		const titles = new Map(found.map(({ row }) => [row.id, articleTitle(row, language).text]));
		return found
			.sort(
				(a, b) =>
					b.score - a.score ||
					compare(a.row, b.row) ||
					collator.compare(titles.get(a.row.id) ?? '', titles.get(b.row.id) ?? '') ||
					(a.row.id < b.row.id ? -1 : 1),
			)
			.map(({ row }) => row);
	});

	constructor(desk: Desk, now: () => number, language: () => Language) {
		this.#desk = desk;
		this.#now = now;
		this.#language = language;
		this.#rows = new SourceValue(desk.articles);
		this.#session = new SourceValue(desk.session);
		this.#config = new SourceValue(desk.config);
	}

	/** False while rows are still being read from the device. */
	get isComplete(): boolean {
		void this.#rows.current;
		return this.#desk.articles.complete;
	}

	get isFiltered(): boolean {
		return this.text.trim() !== '' || this.system !== null || this.category !== null || this.state !== null;
	}

	show(view: KnowledgeView): void {
		if (this.view === view) return;
		this.view = view;
		this.scrollTop = 0;
	}

	clear(): void {
		this.text = '';
		this.system = null;
		this.category = null;
		this.state = null;
	}

	/** Asks the index too: it reads the whole text, and forgives typing errors. Its hits come after those of titles. */
	async look(): Promise<void> {
		const { text } = this;
		if (text.trim() === '') return;
		const { hits } = await this.#desk.search({ text, kinds: ['article'], limit: mostHits });
		if (this.text === text) this.#found = { text, places: new Map(hits.map(({ id }, place) => [id, place])) };
	}

	#scoreOfHit({ id }: ArticleRow): number {
		const place = this.#found.text === this.text ? this.#found.places.get(id) : undefined;
		return place === undefined ? 0 : (mostHits - place) / (mostHits + 1);
	}

	has(document: DocumentId): boolean {
		return this.rows.some(({ id }) => id === document);
	}

	#namesOf(row: ArticleRow): string[] {
		return [row.system, row.category].flatMap((id) => (id === null ? [] : (this.#names.get(id) ?? [])));
	}
}

const mostHits = 100;
const collator = new Intl.Collator(['de', 'en'], { numeric: true });
const dueDay = (row: ArticleRow) => Math.min(row.reviewAt ?? Infinity, row.validUntil ?? Infinity);
const comparers: Record<KnowledgeView, (a: ArticleRow, b: ArticleRow) => number> = {
	all: () => 0,
	unread: (a, b) => b.changedAt - a.changedAt,
	review: (a, b) => dueDay(a) - dueDay(b),
	drafts: (a, b) => b.changedAt - a.changedAt,
};
