import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { SearchAnswer, SearchState } from '../../src/lib/search/device/search-messages.ts';
import type { SearchQuery } from '../../src/lib/search/search-document.ts';
import { CaseFinder } from '../../src/lib/views/case-finder.svelte.ts';
import { createCase } from '../../src/lib/views/new-article.ts';
import type { CaseQuestion } from '../../src/lib/views/rank-cases.ts';
import { createFakeDesk, type FakeDesk } from '../support/fake-desk.ts';

const open: SearchState = { kind: 'open', byKind: {}, waiting: 0, documents: 9, complete: true, where: 'disk' };

/** A search that answers when the test says so. */
class Worker {
	readonly asked: { query: SearchQuery; answer(ids: readonly DocumentId[], complete?: boolean): void }[] = [];
	search = (query: SearchQuery): Promise<SearchAnswer> =>
		new Promise((resolve) => {
			this.asked.push({
				query,
				answer: (ids, complete = true) =>
					resolve({
						hits: ids.map((id, i) => ({ id, score: 9 - i, words: ['eins', 'zwei'] }) as never),
						scope: { documents: 9, complete, where: 'disk' },
					}),
			});
		});
}

async function scene() {
	const desk: FakeDesk = createFakeDesk();
	const worker = new Worker();
	const late: (() => void)[] = [];
	const timer = { after: (_: number, run: () => void) => (late.push(run), () => {}) };
	const make = async (title: string) => {
		const about = { type: 'case', language: 'de', system: null, category: null } as const;
		const made = await createCase(desk, { ...about, title });
		return made.kind === 'ok' ? made.document : (undefined as never);
	};
	const [printer, till] = [await make('Drucker druckt Streifen'), await make('Kasse startet nicht')];
	const finder = new CaseFinder({ ...desk, search: worker.search }, timer);
	let text = $state('');
	const stop = $effect.root(() => {
		$effect(() =>
			finder.look({
				...{ text, line: undefined, system: null, category: null, language: 'de', now: 0, most: 3 },
			} as CaseQuestion),
		);
	});
	const settle = async () => {
		for (let i = 0; i < 10; i++) await Promise.resolve();
		flushSync();
	};
	return {
		...{ desk, worker, late, finder, printer, till, stop, settle },
		ids: () => finder.rows.map(({ id }) => id),
		async type(next: string) {
			text = next;
			flushSync();
			await settle();
		},
	};
}

describe('[F58] cases while somebody types', () => {
	it('come from the rows at once where there is no index, and say that there may be more', async () => {
		const { type, ids, finder, printer, worker, desk, settle, stop } = await scene();
		await type('Drucker');
		expect(ids()).toEqual([printer]);
		expect(finder.isComplete).toBe(false);
		expect(worker.asked).toEqual([]);
		// The index is ready: it is asked without another key.
		desk.set.searchState(open);
		await settle();
		expect(worker.asked[0]?.query).toMatchObject({ text: 'Drucker', kinds: ['article'] });
		expect(worker.asked[0]?.query.status).not.toContain('archived');
		worker.asked[0]?.answer([printer]);
		await settle();
		expect(finder.isComplete).toBe(true);
		stop();
	});

	it('stay until the newest question is answered; what is older is dropped, and the same rows stay the same list', async () => {
		const { type, ids, finder, printer, till, worker, desk, settle, stop } = await scene();
		flushSync();
		desk.set.searchState(open);
		await settle();
		await type('Dru');
		worker.asked[0]?.answer([printer]);
		await settle();
		expect(ids()).toEqual([printer]);
		const before = finder.rows;
		await type('Druck');
		await type('Drucker');
		await type('Drucker Str');
		expect(finder.rows).toBe(before);
		worker.asked[1]?.answer([till]);
		await settle();
		expect(ids()).toEqual([printer]);
		expect(worker.asked.map(({ query }) => query.text)).toEqual(['Dru', 'Druck', 'Drucker Str']);
		worker.asked[2]?.answer([printer]);
		await settle();
		expect(finder.rows).toBe(before);
		stop();
	});

	it('do not wait for a worker that sleeps, and are completed while the index is being made', async () => {
		const { type, ids, finder, printer, till, worker, desk, late, settle, stop } = await scene();
		flushSync();
		desk.set.searchState(open);
		await settle();
		await type('Kasse');
		for (const run of late) run();
		await settle();
		expect(ids()).toEqual([till]);
		expect(finder.isComplete).toBe(false);
		await type('Drucker');
		worker.asked[1]?.answer([], false);
		await settle();
		expect(ids()).toEqual([printer]);
		expect(finder.isComplete).toBe(false);
		stop();
	});
});
