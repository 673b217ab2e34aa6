import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArticleContent, ArticleWords } from '../../src/lib/domain/article-entry.ts';
import {
	baseOffers,
	compareThree,
	offerBaseChanges,
	stepDifferences,
	takeBasePart,
	takeBaseChange,
	takeChunks,
} from '../../src/lib/domain/case-variant.ts';
import { settleBaseChange } from '../../src/lib/domain/article-command.ts';
import { foldArticle, type Article, type ArticleVersion } from '../../src/lib/domain/fold-article.ts';
import { diffSequences } from '../../src/lib/domain/sequence-diff.ts';
import { facts, id, support } from '../support/facts.ts';

const cash = [
	'<p>Vorgang öffnen</p>',
	'<p>Ausweis prüfen</p>',
	'<p>Betrag in der Kasse buchen</p>',
	'<p>Beleg drucken</p>',
];
const instalments = [
	'<p>Vorgang öffnen</p>',
	'<p>Ausweis prüfen</p>',
	'<p>Bonität bei der Bank anfragen</p>',
	'<p>Vertrag drucken</p>',
	'<p>Beleg drucken</p>',
];
const content = (steps: string[], more: Partial<ArticleWords> = {}): ArticleContent => ({
	de: {
		title: 'Barzahlung',
		pattern: ['bar zahlen'],
		body: '<p>Grenze 10.000 Euro</p>',
		steps,
		answer: '<p>gern</p>',
		...more,
	},
});

describe('[F60] steps', () => {
	test('[VA1] Ratenzahlung shows only what differs from Barzahlung', () => {
		expect(stepDifferences(cash, instalments)).toEqual([
			{ kind: 'changed', from: '<p>Betrag in der Kasse buchen</p>', to: '<p>Bonität bei der Bank anfragen</p>' },
			{ kind: 'added', to: '<p>Vertrag drucken</p>' },
		]);
	});

	test('[VA1] marks and capitals make no other step', () => {
		expect(stepDifferences(['<p>Beleg drucken</p>'], ['<p><strong>beleg</strong>  drucken</p>'])).toEqual([]);
	});

	const steps = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 12, size: 'max' });
	test('a difference holds both lists, in order', () => {
		fc.assert(
			fc.property(steps, steps, (from, to) => {
				const pieces = diffSequences(from, to);
				expect(pieces.flatMap((piece) => ('from' in piece ? [piece.from] : []))).toEqual(from);
				expect(pieces.flatMap((piece) => ('to' in piece ? [piece.to] : []))).toEqual(to);
				expect(pieces.every((piece) => piece.kind !== 'same' || piece.from === piece.to)).toBe(true);
			}),
		);
	});

	test('[VA2, VA5] three texts: all three are held, taking nothing is the variant, and without own changes taking all is the base', () => {
		fc.assert(
			fc.property(steps, steps, steps, (then, now, own) => {
				const chunks = compareThree(then, now, own);
				expect(chunks.flatMap((chunk) => chunk.then)).toEqual(then);
				expect(chunks.flatMap((chunk) => chunk.now)).toEqual(now);
				expect(chunks.flatMap((chunk) => chunk.own)).toEqual(own);
				expect(takeChunks(chunks, new Set())).toEqual(own);
				expect(takeChunks(compareThree(then, now, then), new Set(compareThree(then, now, then).keys()))).toEqual(now);
				expect(compareThree(then, then, own).every(({ kind }) => kind === 'same' || kind === 'own')).toBe(true);
				expect(compareThree(then, now, now).every(({ kind }) => kind === 'same')).toBe(true);
			}),
		);
	});

	test('a list too long to compare is a difference as a whole, at once', () => {
		const many = Array.from({ length: 5000 }, (_, i) => `a${i}`);
		const others = Array.from({ length: 5000 }, (_, i) => `b${i}`);
		expect(diffSequences(many, others).every(({ kind }) => kind === 'changed')).toBe(true);
	});
});

describe('[F60] what the base changed is offered to the variant', () => {
	const variant = content(instalments, { title: 'Ratenzahlung', answer: '<p>mit Rate</p>' });
	const newer = ['<p>Vorgang öffnen</p>', '<p>Ausweis und Meldeadresse prüfen</p>', ...cash.slice(2)];

	test('[VA2] a step that the variant still has is offered, and taken it stands there beside the own ones', () => {
		const [change] = offerBaseChanges(content(cash), content(newer), variant);
		expect(change).toMatchObject({ part: 'steps', kind: 'offered' });
		expect(takeBaseChange(variant, change!).de?.steps).toEqual([newer[0], newer[1], ...instalments.slice(2)]);
	});

	test('[VA3] a step that the variant has in words of its own is a conflict, with all three texts', () => {
		const changed = [cash[0]!, cash[1]!, '<p>Betrag mit zwei Personen zählen</p>', cash[3]!];
		const [change] = offerBaseChanges(content(cash), content(changed), variant);
		expect(change).toMatchObject({ part: 'steps', kind: 'conflict' });
		expect(change?.part === 'steps' && change.chunks.find(({ kind }) => kind === 'conflict')).toEqual({
			kind: 'conflict',
			then: [cash[2]],
			now: [changed[2]],
			own: instalments.slice(2, 4),
		});
		expect(takeBaseChange(variant, change!)).toEqual(variant);
	});

	test('[VA2, VA3] the body is offered, the answer of its own is a conflict, the title never', () => {
		const now = content(cash, { title: 'Bar', body: '<p>Grenze 3.000 Euro</p>', answer: '<p>sehr gern</p>' });
		const changes = offerBaseChanges(content(cash), now, variant);
		expect(changes.map(({ part, kind }) => [part, kind])).toEqual([
			['body', 'offered'],
			['answer', 'conflict'],
		]);
		expect(takeBaseChange(variant, changes[0]!).de?.body).toBe('<p>Grenze 3.000 Euro</p>');
	});

	test('[VA4] what it says already, and a language it does not have, is not offered', () => {
		const now = content(cash, { body: '<p>neu</p>' });
		expect(offerBaseChanges(content(cash), now, content(cash, { body: '<p>neu</p>' }))).toEqual([]);
		expect(offerBaseChanges({}, { en: now.de! }, variant)).toEqual([]);
		expect(offerBaseChanges(content(cash), content(cash), variant)).toEqual([]);
	});
});

describe('[VA6] [F60] each part of a change is taken or declined by itself', () => {
	const version = (name: string, more: Partial<ArticleWords>, values: object = {}): ArticleVersion => ({
		...{ id: id(name), number: 1, note: '', by: 'maria' as never, at: 1, readBy: new Set() },
		content: { words: content(cash, more), values: { ...values } },
	});
	const versions = [
		version('v1', {}, { level: 1 }),
		version('v2', { body: '<p>neu</p>', answer: '<p>sehr gern</p>' }, { level: 2 }),
		version('v3', { body: '<p>neu</p>', answer: '<p>noch anders</p>' }, { level: 2 }),
	];
	const own = content(instalments, { answer: '<p>mit Rate</p>' });
	const base = { article: `article/${id('bar')}` as never, version: id('v1') };
	const variant = (...settled: { version: string; parts?: string[] }[]): Article => {
		const told = settled.map(({ version: name, parts }, i) => [
			`s${i}`,
			{
				...{ kind: 'base-change-settled', version: id(name), choice: 'declined', at: 5 + i },
				...(parts === undefined ? {} : { parts }),
			},
		]);
		return foldArticle(
			facts({
				made: { kind: 'created', name: 'Rate', lines: [support], at: 1 },
				base: { kind: 'article-set', field: 'base', value: base, replaces: [], at: 2 },
				...(Object.fromEntries(told) as object),
			}),
		)!;
	};
	const keys = (one: Article, newest: number) =>
		baseOffers(one, own, versions.slice(0, newest), versions[newest - 1]!).map(({ key, kind }) => `${key} ${kind}`);

	test('texts and values are offered with a key of their own', () => {
		expect(keys(variant(), 2)).toEqual(['de:body offered', 'de:answer conflict', 'level offered']);
		expect(keys(variant(), 1)).toEqual([]);
	});

	test('what was declined is not offered again, until the base changes there anew', () => {
		expect(keys(variant({ version: 'v2', parts: ['de:body', 'de:answer'] }), 2)).toEqual(['level offered']);
		expect(keys(variant({ version: 'v2', parts: ['de:body', 'de:answer', 'level'] }), 3)).toEqual([
			'de:answer conflict',
		]);
		expect(keys(variant({ version: 'v2' }), 2)).toEqual([]);
		expect(keys(variant({ version: 'v2' }), 3)).toEqual(['de:answer conflict']);
		expect(keys(variant({ version: 'v3', parts: ['de:answer'] }), 3)).toEqual(['de:body offered', 'level offered']);
	});

	test('[VA7] a conflict that somebody takes has the words of the base, in this part alone', () => {
		const conflict = baseOffers(variant(), own, versions.slice(0, 2), versions[1]!)[1]!;
		if ('field' in conflict.change) throw new Error('a text');
		expect(takeBasePart(own, conflict.change)).toEqual(content(instalments, { answer: '<p>sehr gern</p>' }));
	});

	test('settling the same part twice is nothing to do', () => {
		const settled = variant({ version: 'v2', parts: ['level'] });
		expect(settleBaseChange(settled, id('v2'), 'taken', ['level'])).toEqual({
			...{ kind: 'refused', reason: 'nothing-to-change' },
		});
		expect(settleBaseChange(settled, id('v2'), 'taken', ['level', 'de:body'])).toMatchObject({
			drafts: [{ kind: 'base-change-settled', parts: ['de:body'] }],
		});
		expect(settled.base).toEqual(base);
	});
});
