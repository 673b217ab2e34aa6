import { describe, expect, it } from 'vitest';
import { writeContent } from '../../src/lib/document/article-content.ts';
import { setField, settleBaseChange, markRead } from '../../src/lib/domain/article-command.ts';
import type { ArticleWords } from '../../src/lib/domain/article-entry.ts';
import { baseOffers } from '../../src/lib/domain/case-variant.ts';
import type { AgentId, DocumentId } from '../../src/lib/domain/ids.ts';
import { ArticleView, shownLanguage } from '../../src/lib/views/article-view.svelte.ts';
import { createCase, createVariant } from '../../src/lib/views/new-article.ts';
import { createFakeDesk } from '../support/fake-desk.ts';

const words = (own: Partial<ArticleWords>): ArticleWords => ({
	...{ title: 'Barzahlung', pattern: ['Wie zahlt man bar?'], body: '', answer: '<p>Am Terminal</p>' },
	...{ steps: ['<p>Vertrag öffnen</p>', '<p>Beleg drucken</p>'], ...own },
});

async function opened(run: (view: ArticleView, desk: ReturnType<typeof createFakeDesk>) => Promise<void>) {
	const desk = createFakeDesk({ role: 'admin' });
	const about = { title: 'Barzahlung', type: 'case', language: 'de', system: null, category: null } as const;
	const made = await createCase(desk, about);
	if (made.kind !== 'ok') throw new Error('not created');
	await withView(desk, made.document, async (view) => {
		writeContent(view.doc!, { de: words({}) });
		await run(view, desk);
	});
}

async function withView(
	desk: ReturnType<typeof createFakeDesk>,
	document: DocumentId,
	run: (view: ArticleView) => Promise<void>,
) {
	let view!: ArticleView;
	const stop = $effect.root(() => {
		view = new ArticleView(desk, document);
	});
	await view.start();
	await run(view);
	view.close();
	stop();
}

describe('an article on screen', () => {
	it('[F61] what is published is what is written: a version is saved first', () =>
		opened(async (view) => {
			expect(view.inForce).toBeUndefined();
			expect(await view.changeState({ to: 'agreed', agreedBy: 'Frau Nowak', agreedAt: 5 }, 'Erste')).toBe(true);
			expect(view.inForce).toMatchObject({ number: 1, note: 'Erste' });
			expect(view.article?.agreed).toEqual({ by: 'Frau Nowak', at: 5 });
			expect(view.isChangedSinceForce).toBe(false);
			writeContent(view.doc!, { de: words({ answer: '<p>An der Kasse</p>' }) });
			await Promise.resolve();
			expect(view.isChangedSinceForce).toBe(true);
			expect(view.inForce?.content.words.de?.answer).toBe('<p>Am Terminal</p>');
		}));

	it('[F61] restoring loses nothing: what stood there is a version too', () =>
		opened(async (view) => {
			await view.saveVersion('Erste');
			writeContent(view.doc!, { de: words({ answer: '<p>An der Kasse</p>' }) });
			await Promise.resolve();
			const [first] = view.article!.versions;
			expect(await view.restore(first!.id, '')).toBe(true);
			await Promise.resolve();
			expect(view.article!.versions.map(({ content }) => content.words.de?.answer)).toEqual([
				'<p>Am Terminal</p>',
				'<p>An der Kasse</p>',
				'<p>Am Terminal</p>',
			]);
			expect(view.words.de?.answer).toBe('<p>Am Terminal</p>');
		}));

	it('[K18] names who has not read the version in force', () =>
		opened(async (view, desk) => {
			await view.changeState({ to: 'agreed', agreedBy: 'Frau Nowak' }, '');
			const others = desk.config.current.agents.filter(({ id }) => id !== 'ada').map(({ id }) => id);
			expect(view.unread.map(({ id }) => id)).toEqual(others);
			expect(await view.amend('version-read', (article) => markRead(article, 'ada' as AgentId))).toBe(true);
			expect(view.inForce?.readBy).toEqual(new Set(['ada']));
		}));

	it('tells why something was refused, and nothing where there was nothing to do', () =>
		opened(async (view, desk) => {
			const refusals: string[] = [];
			const told = new ArticleView(desk, view.document, (failure) => refusals.push(failure.kind));
			await told.start();
			expect(await told.amend('article-set', (article) => setField(article, 'level', 1))).toBe(true);
			expect(refusals).toEqual([]);
			desk.failNext = 'quota';
			expect(await told.amend('article-set', (article) => setField(article, 'level', 2))).toBe(false);
			expect(refusals).toEqual(['not-saved']);
			told.close();
		}));

	it('[F60] a variant begins as its base is in force, and takes over what the base changed where it has nothing of its own', () =>
		opened(async (base, desk) => {
			await base.changeState({ to: 'agreed', agreedBy: 'Frau Nowak' }, '');
			const made = await createVariant(desk, base, { title: 'Ratenzahlung', language: 'de' });
			if (made.kind !== 'ok') throw new Error('not created');
			await withView(desk, made.document, async (variant) => {
				expect(variant.words.de).toEqual(words({ title: 'Ratenzahlung' }));
				expect(variant.article?.base).toEqual({ article: base.document, version: base.inForce?.id });
				expect(base.variants.map(({ id }) => id)).toEqual([made.document]);
				variant.takeOver([
					{
						...{ language: 'de', part: 'answer', kind: 'offered' },
						...{ then: '<p>Am Terminal</p>', now: '<p>Kasse</p>', own: '' },
					},
					{
						...{ language: 'de', part: 'body', kind: 'conflict' },
						...{ then: '', now: '<p>Nein</p>', own: '<p>Eigenes</p>' },
					},
				]);
				await Promise.resolve();
				expect(variant.words.de).toMatchObject({ answer: '<p>Kasse</p>', body: '' });
				const version = base.inForce!.id;
				expect(await variant.amend('base', (one) => settleBaseChange(one, version, 'taken'))).toBe(true);
				expect(variant.article?.settledBaseVersions.has(version)).toBe(true);
			});
		}));

	it('a changed value and a new state can be taken back; what was refused has no way back', () =>
		opened(async (own, desk) => {
			const ways: (() => Promise<boolean>)[] = [];
			const view = new ArticleView(desk, own.document, undefined, (undo) => ways.push(undo));
			await view.start();
			await view.amend('article-set', (article) => setField(article, 'level', 3));
			await view.amend('article-set', (article) => setField(article, 'level', 3));
			expect(ways.length).toBe(1);
			await view.changeState({ to: 'agreed', agreedBy: 'Frau Nowak' }, '');
			expect(own.article).toMatchObject({ level: 3, state: 'agreed' });
			view.close();
			expect(await ways[1]!()).toBe(true);
			expect(await ways[0]!()).toBe(true);
			expect(own.article).toMatchObject({ level: 1, state: 'draft' });
			expect(own.article?.versions.length).toBe(1);
		}));

	it('[F60] [VA6] one part of a change of the base is taken, another kept, and neither is offered again', () =>
		opened(async (base, desk) => {
			await base.changeState({ to: 'agreed', agreedBy: 'Frau Nowak' }, '');
			const made = await createVariant(desk, base, { title: 'Ratenzahlung', language: 'de' });
			if (made.kind !== 'ok') throw new Error('not created');
			await withView(desk, made.document, async (variant) => {
				writeContent(variant.doc!, { de: words({ title: 'Ratenzahlung', answer: '<p>Eigenes</p>' }) });
				writeContent(base.doc!, { de: words({ body: '<p>Neu</p>', answer: '<p>Kasse</p>' }) });
				await base.amend('article-set', (article) => setField(article, 'level', 2));
				await base.saveVersion('');
				await Promise.resolve();
				const { versions } = base.article!;
				const newest = versions.at(-1)!;
				const offers = () => baseOffers(variant.article!, variant.words, versions, newest);
				expect(offers().map(({ key, kind }) => [key, kind])).toEqual([
					['de:body', 'offered'],
					['de:answer', 'conflict'],
					['level', 'offered'],
				]);
				const [body, answer, level] = offers();
				expect(await variant.settlePart(body!, newest.id, 'declined')).toBe(true);
				expect(await variant.settlePart(answer!, newest.id, 'taken')).toBe(true);
				expect(await variant.settlePart(level!, newest.id, 'taken')).toBe(true);
				await Promise.resolve();
				expect(variant.words.de).toMatchObject({ body: '', answer: '<p>Kasse</p>', title: 'Ratenzahlung' });
				expect(variant.article?.level).toBe(2);
				// The own answer is in a version.
				expect(variant.article?.versions.at(-1)?.content.words.de?.answer).toBe('<p>Eigenes</p>');
				expect(offers()).toEqual([]);
			});
		}));

	it('says so when it is not on this device', async () => {
		const view = new ArticleView(createFakeDesk(), 'article/none' as DocumentId);
		await view.start();
		expect(view.screen.kind).toBe('missing');
		view.close();
	});

	it('shows the other language where the one asked for is not written', () => {
		expect(shownLanguage({ de: words({}) }, 'en')).toBe('de');
		expect(shownLanguage({ de: words({}), en: words({}) }, 'en')).toBe('en');
		expect(shownLanguage({}, 'en')).toBeUndefined();
	});
});
