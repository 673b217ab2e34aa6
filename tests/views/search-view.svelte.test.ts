import { describe, expect, it } from 'vitest';
import type { RelayResult } from '../../src/lib/desk.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { ArchiveAnswer, ArchiveQuery } from '../../src/lib/protocol/archive-search.ts';
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

describe('[F90] the archive', () => {
	const answer = (documents: readonly string[], rest: Partial<ArchiveAnswer> = {}): RelayResult<ArchiveAnswer> => ({
		kind: 'ok',
		value: {
			hits: documents.map((document) => ({
				document: document as DocumentId,
				snippet: { text: document, ranges: [] },
			})),
			...{ more: false, complete: true, ...rest },
		},
	});
	const cold = { cold: { generation: 0, head: 1 }, status: 'closed' } as const;

	function beginWithArchive() {
		const { desk } = begin();
		const rows = [3, 4, 5].map((n) => row(n, { subject: n === 3 ? 'Drucker' : 'Andere', ...(n === 5 ? {} : cold) }));
		for (const one of rows) desk.put(one);
		const asked: ArchiveQuery[] = [];
		const waiting: { ms: number; run: () => void }[] = [];
		let answers: RelayResult<ArchiveAnswer> = answer(rows.map(({ id }) => id));
		desk.relay.searchArchive = (query) => {
			asked.push(query);
			return Promise.resolve(answers);
		};
		const after = (ms: number, run: () => void) => {
			const one = { ms, run };
			waiting.push(one);
			return () => void waiting.splice(waiting.indexOf(one), waiting.includes(one) ? 1 : 0);
		};
		const view = new SearchView(desk, { now: () => noon, language: () => 'de', after });
		view.text = 'drucker';
		/** The time that is waited for passes, and the relay answers. */
		const pass = async () => {
			waiting.shift()?.run();
			for (let i = 0; i < 5; i++) await Promise.resolve();
		};
		return { desk, view, asked, waiting, pass, rows, relayAnswers: (next: typeof answers) => (answers = next) };
	}
	const shown = (view: SearchView) => view.archived.map(({ id }) => Number(id.slice(-1)));

	it('shows what only the relay finds, beside the hits of the device and without doubles or what is whole here', async () => {
		const { desk, view, asked, pass, rows } = beginWithArchive();
		const looking = view.look();
		expect(view.archive.state).toBe('searching');
		await looking;
		expect(view.hits.map(({ id }) => Number(id.slice(-1)))).toContain(3);
		expect(asked).toEqual([]);
		await pass();
		expect(asked).toEqual([{ text: 'drucker' }]);
		expect([view.archive.state, shown(view)]).toEqual(['found', [4]]);
		// A row that comes later, and a ticket that is whole meanwhile.
		desk.put({ ...rows[2]!, ...cold });
		desk.put({ ...rows[1]!, cold: undefined });
		expect(shown(view)).toEqual([5]);
		// The same question is not asked again because the index has news.
		await view.look();
		expect(view.archive.state).toBe('found');
		view.filters.days = 7;
		view.filters.line = 'support' as never;
		await view.look();
		await pass();
		expect(asked.at(-1)).toEqual({ text: 'drucker', line: 'support', from: noon - 7 * day });
	});

	it('is asked for tickets alone, of which not all are here, and for words', async () => {
		const { desk, view, waiting, rows } = beginWithArchive();
		const states: string[] = [];
		const look = async () => {
			await view.look();
			states.push(view.archive.state);
		};
		view.tab = 'person';
		await look();
		view.tab = 'ticket';
		view.filters.status = 'open';
		await look();
		view.filters.status = 'closed';
		view.text = 'dr';
		await look();
		view.text = 'drucker';
		await look();
		for (const one of rows) desk.put({ ...one, cold: undefined });
		await look();
		expect(states).toEqual(['none', 'none', 'none', 'searching', 'none']);
		expect(waiting).toEqual([]);
	});

	it('says when the relay is away, too busy or failing, and asks again when it may answer', async () => {
		const { desk, view, waiting, pass, relayAnswers, asked } = beginWithArchive();
		desk.set.sync({ kind: 'offline' });
		await view.look();
		expect([view.archive.state, waiting.length]).toEqual(['offline', 0]);
		desk.set.sync({ kind: 'current' });
		relayAnswers({ kind: 'failed', why: 'too-many' });
		await view.look();
		await pass();
		expect(view.archive.state).toBe('busy');
		relayAnswers(answer([], { complete: false }));
		await pass();
		expect([view.archive.state, view.archive.complete]).toEqual(['found', false]);
		relayAnswers({ kind: 'failed', why: 'try-later' });
		await pass();
		expect([view.archive.state, waiting.length]).toEqual(['failed', 0]);
		relayAnswers(answer([], { more: true }));
		view.archive.again();
		await pass();
		expect([view.archive.state, view.archive.complete, asked.length]).toEqual(['found', true, 4]);
	});

	it('an answer to an older question is not shown', async () => {
		const { desk, view, waiting } = beginWithArchive();
		const answering: ((result: RelayResult<ArchiveAnswer>) => void)[] = [];
		desk.relay.searchArchive = () => new Promise((resolve) => answering.push(resolve));
		await view.look();
		waiting.shift()?.run();
		view.text = 'druckerei';
		await view.look();
		answering[0]?.(answer([row(4).id]));
		await Promise.resolve();
		expect([view.archive.state, shown(view)]).toEqual(['searching', []]);
	});
});
