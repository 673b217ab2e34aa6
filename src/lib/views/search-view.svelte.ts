import type { Desk } from '../desk.ts';
import type { DocumentId, LineId, QueueId } from '../domain/ids.ts';
import type { Status } from '../domain/status.ts';
import { archiveLimits, type ArchiveQuery } from '../protocol/archive-search.ts';
import type { ArticleRow, InteractionRow, PartyRow, TicketRow } from '../projection/rows.ts';
import type { SearchState } from '../search/device/search-messages.ts';
import { markWords } from '../search/highlight.ts';
import type { MarkedText, SearchHit, SearchKind, SearchQuery } from '../search/search-document.ts';
import type { Language } from '../domain/desk-config.ts';
import { ArchiveSearch, type ArchiveParts } from './archive-search.svelte.ts';
import { findParties, findTickets } from './desk-search.ts';
import { newestOnly } from './newest-only.ts';
import { SourceValue } from './source-value.ts';

export const searchTabs = ['all', 'ticket', 'article', 'interaction', 'person'] as const;
export type SearchTab = (typeof searchTabs)[number];

/** What a hit is shown with. */
export interface ShownHit {
	id: DocumentId;
	kind: SearchKind;
	title: MarkedText;
	snippet: MarkedText;
	at: number;
	row: TicketRow | ArticleRow | InteractionRow | PartyRow;
}

export interface SearchFilters {
	status: Status | '';
	line: LineId | '';
	queue: QueueId | '';
	/** Days back; 0 is any time. */
	days: number;
	person: DocumentId | '';
	/** Of articles: one that is written in it. */
	language: Language | '';
}

const noFilters: SearchFilters = { status: '', line: '', queue: '', days: 0, person: '', language: '' };
const mostHits = 60;
const dayMs = 86_400_000;
/** The relay is asked of no less than this; nearly everything holds two letters. */
const fewestSigns = 3;

function timer(ms: number, run: () => void): () => void {
	const waiting = setTimeout(run, ms);
	return () => clearTimeout(waiting);
}

/** The search page: one box, kinds, filters, and what was found for the newest of all key strokes. */
export class SearchView {
	readonly mostHits = mostHits;
	text = $state('');
	tab = $state<SearchTab>('all');
	filters = $state<SearchFilters>({ ...noFilters });
	hits = $state.raw<readonly ShownHit[]>([]);
	/** Whether an answer to what stands in the box is there. */
	isAnswered = $state(false);
	/** What the relay finds beyond this device. */
	readonly archive: ArchiveSearch;
	readonly #desk: Desk;
	readonly #now: () => number;
	readonly #state: SourceValue<SearchState>;
	readonly #sync: SourceValue<Desk['sync']['current']>;
	readonly #ask: (query: SearchQuery) => Promise<readonly ShownHit[] | undefined>;
	#asked = 0;
	#looking: Promise<void> | undefined;

	constructor(
		desk: Desk,
		{ now, language, after = timer }: { now: () => number; language: () => 'de' | 'en'; after?: ArchiveParts['after'] },
	) {
		this.#desk = desk;
		this.#now = now;
		this.archive = new ArchiveSearch({ desk, after });
		this.#sync = new SourceValue(desk.sync);
		this.#state = new SourceValue(desk.searchState);
		this.#ask = newestOnly((query) => findShown(desk, query, language()));
	}

	get state(): SearchState {
		return this.#state.current;
	}

	/** Whether the relay may hear a question. */
	get isOnline(): boolean {
		return this.#sync.current.kind !== 'offline';
	}

	/** Of what the relay found, what does not stand among the hits of this device. */
	get archived(): readonly ShownHit[] {
		const here = new Set(this.hits.map(({ id }) => id));
		return this.archive.hits.filter(({ id }) => !here.has(id));
	}

	get isFiltered(): boolean {
		const { status, line, queue, days, person, language } = this.filters;
		return [status, line, queue, person, language].some((filter) => filter !== '') || days !== 0;
	}

	clearFilters(): void {
		this.filters = { ...noFilters };
	}

	/** Asks for what stands in the box now; call it whenever anything of that changes. */
	look(): Promise<void> {
		this.#looking = this.#look();
		return this.#looking;
	}

	/** When what was asked last is answered, so that nothing is opened that belongs to an older question. */
	async answered(): Promise<void> {
		for (let waited; waited !== this.#looking;) await (waited = this.#looking);
	}

	async #look(): Promise<void> {
		const asked = ++this.#asked;
		const query = this.#query();
		this.archive.ask(this.#archiveQuery(query));
		if (query.text.trim() === '') {
			this.hits = [];
			this.isAnswered = false;
			return;
		}
		if (this.state.kind !== 'open') {
			this.hits = this.#fromRows(query);
			this.isAnswered = true;
			return;
		}
		const hits = await this.#ask(query);
		if (hits === undefined || asked !== this.#asked) return;
		this.hits = hits;
		this.isAnswered = true;
	}

	#query(): SearchQuery {
		const { line, days, person, language, ...ofTickets } = this.filters;
		// What a tab does not show filters nothing there.
		const { status, queue } = this.tab === 'all' || this.tab === 'ticket' ? ofTickets : noFilters;
		const kinds: Record<SearchTab, readonly SearchKind[] | undefined> = {
			all: undefined,
			ticket: ['ticket'],
			article: ['article'],
			interaction: ['interaction'],
			person: ['person', 'organisation'],
		};
		const now = this.#now();
		const wanted = kinds[this.tab];
		return {
			text: this.text,
			now,
			limit: mostHits,
			...(wanted === undefined ? {} : { kinds: wanted }),
			...(status === '' ? {} : { status: [status] }),
			...(line === '' || this.tab === 'person' ? {} : { line: [line] }),
			...(queue === '' ? {} : { queue: [queue] }),
			...(person === '' || this.tab === 'person' ? {} : { person: [person] }),
			...(language === '' || this.tab !== 'article' ? {} : { lang: [language] }),
			...(days === 0 ? {} : { from: now - days * dayMs }),
		};
	}

	/** Undefined where all that is asked for lies on this device. */
	#archiveQuery({ text, line, queue, person, from }: SearchQuery): ArchiveQuery | undefined {
		const { tier } = this.#desk.tiers;
		const asked = text.trim().slice(0, archiveLimits.text);
		const isAsked = (asked.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= fewestSigns;
		const isForTickets = this.tab === 'all' || this.tab === 'ticket';
		const mayBeClosed = this.filters.status === '' || this.filters.status === 'closed';
		if (!isAsked || !isForTickets || !mayBeClosed) return undefined;
		const isAllHere = tier.current.kind === 'everything' && !this.#desk.tickets.current.some(({ cold }) => cold);
		if (isAllHere) return undefined;
		return {
			text: asked,
			...(tier.current.kind === 'everything' ? {} : { recentDays: tier.current.days }),
			...(line?.[0] === undefined ? {} : { line: line[0] }),
			...(queue?.[0] === undefined ? {} : { queue: queue[0] }),
			...(person?.[0] === undefined ? {} : { person: person[0] }),
			// Whole minutes: the same question a moment later is the same.
			...(from === undefined ? {} : { from: Math.max(0, Math.floor(from / 60_000) * 60_000) }),
		};
	}

	/** Where there is no index, or not yet: what the lists know. */
	#fromRows({ text, status, line, queue, person, from = 0 }: SearchQuery): ShownHit[] {
		const plain = (title: string): MarkedText => ({ text: title, ranges: [] });
		const { tab } = this;
		const isAmong = (wanted: readonly string[] | undefined, ...has: readonly string[]) =>
			wanted === undefined || has.some((one) => wanted.includes(one));
		const isTicketWanted = (row: TicketRow) =>
			isAmong(status, row.status) &&
			isAmong(line, row.line) &&
			isAmong(queue, row.queue) &&
			isAmong(person, ...row.persons) &&
			row.changedAt >= from;
		const isPartyWanted = (row: PartyRow) =>
			(status ?? queue ?? person) === undefined && isAmong(line, ...row.lines) && row.changedAt >= from;
		const tickets =
			tab === 'all' || tab === 'ticket' ? findTickets(this.#desk.tickets.current.filter(isTicketWanted), text) : [];
		const parties =
			tab === 'all' || tab === 'person' ? findParties(this.#desk.parties.current.filter(isPartyWanted), text) : [];
		return [
			...tickets.map((row): ShownHit => ({
				...{ id: row.id, kind: 'ticket', title: plain(row.subject), snippet: plain(row.preview) },
				...{ at: row.changedAt, row },
			})),
			...parties.slice(0, mostHits).map((row): ShownHit => ({
				...{ id: row.id, kind: row.kind, title: plain(row.name), snippet: plain(row.addresses.join(' ')) },
				...{ at: row.changedAt, row },
			})),
		];
	}
}

/** What was found, with the rows that it is shown with; what has no row any more is left out. */
export async function findShown(desk: Desk, query: SearchQuery, language: 'de' | 'en'): Promise<ShownHit[]> {
	const { hits } = await desk.search(query);
	const { tickets, articles, interactions, parties } = desk;
	return hits.flatMap((hit): ShownHit[] => {
		const id = hit.id as DocumentId;
		const row = tickets.get(id) ?? articles.get(id) ?? parties.get(id) ?? interactions.get(id);
		if (row === undefined) return [];
		const { kind, snippet, at } = hit;
		return [{ id, kind, title: titleOf(hit, row, language), snippet, at, row }];
	});
}

/** An article's title in the language of the one who reads, wherever it was found. */
function titleOf(hit: SearchHit, row: ShownHit['row'], language: 'de' | 'en'): MarkedText {
	if (row.kind !== 'article') return hit.title;
	const text = row.titles[language] ?? row.titles.de ?? row.titles.en;
	return text === undefined || text === hit.title.text ? hit.title : { text, ranges: markWords(text, hit.words) };
}
