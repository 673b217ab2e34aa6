import { expect, test } from 'vitest';
import { applicationOf, doubtsOf } from '../../src/lib/domain/apply-case.ts';
import type { ArticleContent } from '../../src/lib/domain/article-entry.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { foldArticle, type Article } from '../../src/lib/domain/fold-article.ts';
import type { CategoryId, DocumentId, SystemId } from '../../src/lib/domain/ids.ts';
import { facts, id } from '../support/facts.ts';

const de = {
	title: 'Drucker',
	pattern: [],
	body: '',
	steps: ['<p>Prüfe den <strong>Dienst</strong></p>', '<ul><li>a</li><li>b</li></ul>'],
	answer: '<p>Guten Tag,</p><p>er läuft wieder.</p>',
};
const en = { ...de, title: 'Printer', steps: [], answer: '<p>It works again.</p>' };
const document = `article/${id('druck')}` as DocumentId;
const languages = { customer: undefined, agent: 'de', desk: 'de' } as const;
const setters: Draft[] = [
	{ kind: 'article-set', field: 'system', value: 'wawi', replaces: [] },
	{ kind: 'article-set', field: 'category', value: 'print', replaces: [] },
	{
		kind: 'article-set',
		field: 'documentation',
		value: [{ id: 'pc', label: 'Gerät', required: true, choices: [] }],
		replaces: [],
	},
	{
		kind: 'article-set',
		field: 'handOver',
		value: [{ when: 'Gerät defekt', queue: 'shop-back', to: 'Technik' }],
		replaces: [],
	},
];

function article(words: ArticleContent | undefined): Article {
	const told: Parameters<typeof facts>[0] = { a: { kind: 'created', name: 'Drucker', lines: [], at: 1 } };
	for (const [i, draft] of setters.entries()) told[`s${i}`] = { ...draft, at: 2 + i };
	if (words !== undefined) {
		told['v1'] = { kind: 'version-saved', content: { words, values: {} }, note: '', at: 8 };
		told['z'] = { kind: 'article-state-set', state: 'standard', version: id('v1'), replaces: [], at: 9 };
	}
	return foldArticle(facts(told))!;
}

test('[F58] applying gives the entry with steps, documentation and hand-over, what it is about, and the reply', () => {
	const applied = applicationOf(document, article({ de, en }), {}, languages, 0);
	expect(applied).toEqual({
		applied: {
			article: document,
			version: id('v1'),
			title: 'Drucker',
			steps: ['Prüfe den Dienst', '- a\n- b'],
			documentation: [{ id: 'pc', label: 'Gerät', required: true, choices: [] }],
			handOver: [{ when: 'Gerät defekt', queue: 'shop-back', to: 'Technik' }],
		},
		about: { system: 'wawi' as SystemId, category: 'print' as CategoryId },
		reply: { language: 'de', html: de.answer, text: 'Guten Tag,\n\ner läuft wieder.' },
		handOver: [{ when: 'Gerät defekt', queue: 'shop-back', to: 'Technik' }],
		doubts: [],
	});
});

test.each([
	['en', { de, en }, 'en'],
	['de', { de, en }, 'de'],
	['en', { de }, 'de'],
	['de', { en }, 'en'],
	['en', { de, en: { ...en, answer: '' } }, 'de'],
	[undefined, { de, en }, 'de'],
] as const)('[AP2] a customer who speaks %s gets the answer in the language there is', (customer, words, expected) => {
	const { reply } = applicationOf(document, article(words), {}, { ...languages, customer }, 0);
	expect(reply?.language).toBe(expected);
});

test('[AP1] the published version counts, not what is written on top of it; without one, what is written', () => {
	const draft = { de: { ...de, title: 'Neu' } };
	expect(applicationOf(document, article({ de }), draft, languages, 0).applied).toMatchObject({ title: 'Drucker' });
	const none = applicationOf(document, article(undefined), draft, languages, 0);
	expect(none).toMatchObject({ applied: { title: 'Neu', version: null }, doubts: ['not-published'] });
	expect(applicationOf(document, article(undefined), {}, languages, 0)).toMatchObject({
		applied: { title: 'Drucker', steps: [] },
		reply: undefined,
	});
});

test('[AP2] an agent who reads English gets English steps where there are some', () => {
	const { applied } = applicationOf(document, article({ de, en }), {}, { ...languages, agent: 'en' }, 0);
	expect(applied.title).toBe('Printer');
});

test.each([
	[{ state: 'standard' }, []],
	[{ state: 'draft' }, ['not-published']],
	[{ state: 'archived' }, ['archived']],
	[{ validFrom: 200 }, ['not-yet-valid']],
	[{ validUntil: 50 }, ['no-longer-valid']],
	[{ reviewAt: 99, validUntil: 100 }, ['review-due']],
] as const)('[AP4] %j says %j', (change, doubts) => {
	const usual = { state: 'standard', validFrom: null, validUntil: null, reviewAt: null } as const;
	expect(doubtsOf({ ...usual, ...change }, 100)).toEqual(doubts);
});
