import { describe, expect, it } from 'vitest';
import type { ArticleRow } from '../../src/lib/projection/rows.ts';
import { readTags, withoutRow, withRow } from '../../src/lib/views/article-fields.ts';
import { articleTitle } from '../../src/lib/views/article-title.ts';
import { dayToMoment, momentToDay } from '../../src/lib/views/day-field.ts';
import { nothingSearched } from '../../src/lib/search/device/search-messages.ts';
import { GapsView } from '../../src/lib/views/gaps-view.svelte.ts';
import { createCaseFromGap } from '../../src/lib/views/new-article.ts';
import { KnowledgeList } from '../../src/lib/views/knowledge-list.svelte.ts';
import {
	belongsToKnowledge,
	countKnowledge,
	isReviewDue,
	matchesKnowledge,
	scoreText,
	wordsOf,
} from '../../src/lib/views/knowledge-view.ts';
import { createFakeDesk } from '../support/fake-desk.ts';
import { row as ticketRow } from './ticket-rows.ts';

const day = 86_400_000;
const now = 100 * day;
const me = 'ada' as never;

function row(own: Partial<ArticleRow> = {}): ArticleRow {
	return {
		...{ id: 'article/1' as never, kind: 'article', type: 'case', titles: { de: 'Barzahlung' }, preview: '' },
		...{ state: 'draft', visibility: 'internal', system: null, category: null, level: 1, lines: [], tags: [] },
		...{ base: null, published: 0, versions: 0, readBy: [], validUntil: null, reviewAt: null, conflicts: 0 },
		...{ createdAt: now, changedAt: now, newer: false },
		...own,
	} as ArticleRow;
}

describe('[F61] the lists of knowledge', () => {
	it('count what is agreed and not read, what is due, and what is being written', () => {
		const rows = [
			row({ state: 'agreed', published: 1 }),
			row({ state: 'standard', published: 2, readBy: [me] }),
			row({ state: 'archived', published: 1, reviewAt: 1 }),
			row({ state: 'in-review', reviewAt: now - day }),
			row({ validUntil: now + day }),
		];
		expect(countKnowledge(rows, { me, now })).toEqual({ all: 4, unread: 1, review: 1, drafts: 2 });
	});

	it('an article whose validity has ended is due, an archived one never', () => {
		expect(isReviewDue(row({ validUntil: now }), now)).toBe(true);
		expect(isReviewDue(row({ validUntil: now, state: 'archived' }), now)).toBe(false);
		expect(belongsToKnowledge(row(), 'review', { me, now })).toBe(false);
	});

	it('a question group stands for its categories; archived ones come only when asked for', () => {
		const config = { ...createFakeDesk().config.current };
		config.categories = [
			{ id: 'pay', name: 'Zahlung', group: null },
			{ id: 'cash', name: 'Bar', group: 'pay' },
		] as never;
		const none = { system: null, category: null, state: null };
		const cash = row({ category: 'cash' as never });
		expect(matchesKnowledge(cash, { ...none, category: 'pay' as never }, config)).toBe(true);
		expect(matchesKnowledge(row(), { ...none, category: 'pay' as never }, config)).toBe(false);
		expect(matchesKnowledge(row({ state: 'archived' }), none, config)).toBe(false);
		expect(matchesKnowledge(row({ state: 'archived' }), { ...none, state: 'archived' }, config)).toBe(true);
	});

	it('every word typed must begin a word of it; the title counts most', () => {
		const found = row({ titles: { de: 'Ratenzahlung bei Häusern' }, preview: 'Kasse', tags: ['miete'] });
		const score = (text: string) => scoreText(found, wordsOf(text), ['SAP']);
		expect(score('rat')).toBeGreaterThan(score('kass'));
		expect(score('haus')).toBeGreaterThan(0);
		expect(score('HAEUSERN miete sap')).toBeGreaterThan(0);
		expect(score('rat unbekannt')).toBe(0);
		expect(score('" * NEAR OR')).toBe(0);
		expect(score('')).toBe(1);
	});

	it('shows the title in the reader’s language, else in the other', () => {
		expect(articleTitle(row(), 'en')).toEqual({ text: 'Barzahlung', language: 'de' });
		expect(articleTitle(row({ titles: { de: 'Bar', en: 'Cash' } }), 'en').text).toBe('Cash');
	});
});

describe('the list as one types', () => {
	it('finds, narrows and forgets', async () => {
		const desk = createFakeDesk();
		for (const name of ['Barzahlung', 'Ratenzahlung', 'Drucker']) await desk.createArticle({ name, lines: [] }, []);
		const stop = $effect.root(() => {
			const list = new KnowledgeList(
				desk,
				() => now,
				() => 'de',
			);
			const shown = () => list.rows.map(({ titles }) => titles.de);
			expect(shown()).toEqual(['Barzahlung', 'Drucker', 'Ratenzahlung']);
			list.text = 'druk';
			expect(shown()).toEqual([]);
			list.text = 'druck';
			expect(shown()).toEqual(['Drucker']);
			expect(list.isFiltered).toBe(true);
			list.clear();
			list.show('unread');
			expect(shown()).toEqual([]);
			list.show('drafts');
			expect(shown()).toHaveLength(3);
			expect(list.counts.drafts).toBe(3);
		});
		stop();
	});
});

describe('[F59] what the index finds', () => {
	it('comes after what begins a word of the title, and belongs to the text it was found for', async () => {
		const desk = createFakeDesk();
		for (const name of ['Drucker', 'Toner']) await desk.createArticle({ name, lines: [] }, []);
		const hits = desk.articles.current.map(({ id }) => ({ id }) as never);
		desk.answerSearch = ({ text }) => ({ ...nothingSearched, hits: text.startsWith('dru') ? hits : [] });
		let list!: KnowledgeList;
		const stop = $effect.root(() => {
			list = new KnowledgeList(
				desk,
				() => now,
				() => 'de',
			);
		});
		list.text = 'drucker';
		await list.look();
		expect(list.rows.map(({ titles }) => titles.de)).toEqual(['Drucker', 'Toner']);
		list.text = 'drukker';
		expect(list.rows).toEqual([]);
		await list.look();
		expect(list.rows).toHaveLength(2);
		stop();
	});
});

describe('[F64] gaps', () => {
	it('are requests without a case, grouped by category', async () => {
		const desk = createFakeDesk({ now: () => now });
		const cash = { category: 'cash' as never, system: 'till' as never, openedAt: now - day };
		desk.put(ticketRow(1, cash));
		desk.put(ticketRow(2, cash));
		desk.put(ticketRow(3, { ...cash, cases: ['article/1' as never] }));
		desk.put(ticketRow(4, { ...cash, openedAt: now - 91 * day }));
		desk.put(ticketRow(5, { category: null, system: null, openedAt: now }));
		const stop = $effect.root(() => {
			const view = new GapsView(desk, () => now);
			expect(view.gaps.map(({ category, requests }) => [category, requests.length])).toEqual([
				['cash', 2],
				[null, 1],
			]);
		});
		stop();
	});

	it('become a draft in one step, of what the requests name', async () => {
		const desk = createFakeDesk({ now: () => now });
		desk.put(ticketRow(1, { category: 'cash' as never, system: 'till' as never, openedAt: now, subject: 'AW: Kasse' }));
		let view: GapsView | undefined;
		const stop = $effect.root(() => void (view = new GapsView(desk, () => now)));
		const made = await createCaseFromGap(desk, view!.gaps[0]!.requests, 'de');
		expect(made.kind).toBe('ok');
		expect(desk.articles.current).toMatchObject([
			{ type: 'case', state: 'draft', titles: { de: 'Kasse' }, category: 'cash', system: 'till', preview: 'Kasse' },
		]);
		expect(await createCaseFromGap(desk, [], 'de')).toEqual({ kind: 'refused', reason: 'empty' });
		stop();
	});
});

describe('fields of an article', () => {
	it('tags are divided by commas, each once and no longer than they may be', () => {
		expect(readTags(' bar, rate ;bar,, zwei  Worte')).toEqual(['bar', 'rate', 'zwei Worte']);
		expect(readTags('x'.repeat(100))[0]).toHaveLength(60);
		expect(readTags(Array.from({ length: 200 }, (_, i) => `t${i}`).join(','))).toHaveLength(100);
	});

	it('rows are changed and removed by their place', () => {
		expect(withRow([{ a: 1 }, { a: 2 }], 1, { a: 3 })).toEqual([{ a: 1 }, { a: 3 }]);
		expect(withoutRow(['a', 'b', 'c'], 1)).toEqual(['a', 'c']);
	});

	it('a day is the day that was chosen, and nothing where nothing is', () => {
		const at = dayToMoment('2026-11-22');
		expect(momentToDay(at)).toBe('2026-11-22');
		expect(dayToMoment('')).toBeNull();
		expect(dayToMoment('22.11.2026')).toBeNull();
		expect(momentToDay(null)).toBe('');
	});
});
