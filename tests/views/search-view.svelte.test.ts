import { describe, expect, it } from 'vitest';
import { SearchView } from '../../src/lib/views/search-view.svelte.ts';
import { nothingSearched } from '../../src/lib/search/device/search-messages.ts';
import type { SearchQuery } from '../../src/lib/search/search-document.ts';
import { createFakeDesk } from '../support/fake-desk.ts';
import { noon, row } from './ticket-rows.ts';

const day = 86_400_000;
function begin() {
	const desk = createFakeDesk();
	desk.put(row(1, { subject: 'Drucker', persons: ['person/a', 'person/b'] as never, changedAt: noon }));
	desk.put(row(2, { subject: 'Drucker', status: 'closed', queue: 'second' as never, changedAt: noon - 10 * day }));
	const view = new SearchView(desk, { now: () => noon, language: () => 'de' });
	return { desk, view };
}
const open = { kind: 'open', documents: 9, complete: true, byKind: {}, waiting: 0, where: 'disk' } as never;

describe('[F90] the search page', () => {
	it('finds by what the lists know while there is no index, and every filter holds there too', async () => {
		const { view } = begin();
		view.text = 'drucker';
		const found = async () => {
			await view.look();
			return view.hits.map(({ id }) => Number(id.slice(-1)));
		};
		expect(await found()).toEqual([1, 2]);
		for (const [filter, ids] of [
			[{ status: 'closed' }, [2]],
			[{ queue: 'second' }, [2]],
			[{ line: 'nowhere' }, []],
			[{ days: 7 }, [1]],
			[{ person: 'person/b' }, [1]],
		] as const) {
			view.clearFilters();
			Object.assign(view.filters, filter);
			expect(view.isFiltered).toBe(true);
			expect(await found()).toEqual(ids);
		}
	});

	it('asks the index with all filters that the tab shows, and with no other', async () => {
		const { desk, view } = begin();
		const asked: SearchQuery[] = [];
		desk.set.searchState(open);
		desk.answerSearch = (query) => {
			asked.push(query);
			return nothingSearched;
		};
		view.text = 'drucker';
		Object.assign(view.filters, {
			status: 'new',
			line: 'main',
			queue: 'first',
			person: 'person/a',
			days: 1,
			language: 'en',
		});
		for (const tab of ['all', 'article', 'person'] as const) {
			view.tab = tab;
			await view.look();
		}
		const plain = { text: 'drucker', now: noon, limit: 60, from: noon - day };
		expect(asked).toEqual([
			{ ...plain, status: ['new'], line: ['main'], queue: ['first'], person: ['person/a'] },
			{ ...plain, kinds: ['article'], line: ['main'], person: ['person/a'], lang: ['en'] },
			{ ...plain, kinds: ['person', 'organisation'] },
		]);
	});

	it('opens nothing of an older question: whoever presses Enter waits for the answer to the newest', async () => {
		const { desk, view } = begin();
		desk.set.searchState(open);
		let answer: (() => void) | undefined;
		desk.search = () => new Promise((resolve) => (answer = () => resolve(nothingSearched)));
		view.text = 'dru';
		void view.look();
		view.text = 'drucker';
		void view.look();
		let isAnswered = false;
		const waiting = view.answered().then(() => (isAnswered = true));
		await Promise.resolve();
		expect(isAnswered).toBe(false);
		answer!();
		// The newest question goes out when the one before it is answered.
		for (let i = 0; i < 20 && !isAnswered; i++) {
			await Promise.resolve();
			answer!();
		}
		await waiting;
		expect(view.isAnswered).toBe(true);
	});
});
