import type { SearchHit, SearchKind, SearchQuery } from '../search-document.ts';

/**
 * One worker of a device has the index. All tabs speak to it over one BroadcastChannel, whichever of them started it:
 *
 *   hello       tab -> worker    who is there? answered with the state
 *   ask         tab -> worker    a question, numbered by the tab
 *   answer      worker -> tab    its answer
 *   state       worker -> tabs   whenever it changes; `run` is another one for every worker
 *   look-again  tab -> worker    compare everything with what is stored, after a repair
 *   at-work     tab -> worker    somebody works in the tab while the index is being made
 */
export type SearchMessage =
	| { kind: 'hello' }
	| { kind: 'ask'; tab: string; id: number; query: SearchQuery }
	| { kind: 'answer'; tab: string; id: number; answer: SearchAnswer }
	| { kind: 'state'; run: string; state: SearchState }
	| { kind: 'look-again' }
	| { kind: 'at-work' };

export interface SearchAnswer {
	/** The best first. */
	hits: SearchHit[];
	/** What was searched. */
	scope: SearchScope;
}

export interface SearchScope {
	/** How many documents are in the index. */
	documents: number;
	/** False while something that lies on this device is not in the index yet. */
	complete: boolean;
	/** In memory where the browser gives no files, or another tab holds them: then the index is made anew at each start. */
	where: 'disk' | 'memory';
}

export type SearchState =
	| { kind: 'starting' }
	| (SearchScope & { kind: 'open'; byKind: Partial<Record<SearchKind, number>>; waiting: number })
	/** This browser cannot run it; lists can still be filtered. */
	| { kind: 'unavailable'; why: string };

/** What the page tells the worker it has started. */
export interface StartSearch {
	kind: 'start';
	run: string;
	channel: string;
	/** The record store's database. */
	database: string;
	/** Whose index this is; one of somebody else is thrown away. */
	owner: string;
}

export const nothingSearched: SearchAnswer = {
	hits: [],
	scope: { documents: 0, complete: false, where: 'memory' },
};

export function isSearchMessage(data: unknown): data is SearchMessage {
	if (typeof data !== 'object' || data === null) return false;
	const { kind, state, tab, id, query, answer } = data as Record<string, unknown>;
	const isTab = typeof tab === 'string' && typeof id === 'number';
	if (kind === 'state') return typeof state === 'object' && state !== null && 'kind' in state;
	if (kind === 'ask') return isTab && typeof query === 'object' && query !== null;
	if (kind === 'answer') return isTab && typeof answer === 'object' && answer !== null;
	return kind === 'hello' || kind === 'look-again' || kind === 'at-work';
}
