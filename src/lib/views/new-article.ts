import type { ActFailure, Desk } from '../desk.ts';
import { writeContent } from '../document/article-content.ts';
import { valuesOf } from '../domain/article-command.ts';
import type { ArticleField, ArticleValues, ArticleWords } from '../domain/article-entry.ts';
import type { Language } from '../domain/desk-config.ts';
import type { Draft } from '../domain/entry.ts';
import type { Ticket } from '../domain/fold-ticket.ts';
import { caseFromGap, caseFromTicket, type CaseDraft, type Request } from '../domain/gap-list.ts';
import type { CategoryId, DocumentId, LineId, SystemId } from '../domain/ids.ts';
import type { ArticleView } from './article-view.svelte.ts';

type Created = { kind: 'ok'; document: DocumentId } | ActFailure;

/** What is known of an article before it is written. */
export interface NewArticle {
	title: string;
	type: 'article' | 'case';
	language: Language;
	system: SystemId | null;
	category: CategoryId | null;
	lines?: LineId[];
	pattern?: string[];
	/** HTML */
	answer?: string;
}

const noWords: ArticleWords = { title: '', pattern: [], body: '', steps: [], answer: '' };

export function createCase(desk: Desk, article: NewArticle): Promise<Created> {
	const { title, type, language, system, category, lines = [], pattern = [], answer = '' } = article;
	const values = set({ type, ...(system === null ? {} : { system }), ...(category === null ? {} : { category }) });
	return desk.createArticle({ name: title, lines }, values, (doc) =>
		writeContent(doc, { [language]: { ...noWords, title, pattern, answer } }),
	);
}

/** Begins as its base is in force, or as it is written where it is not; only the title is its own. */
export function createVariant(
	desk: Desk,
	base: ArticleView,
	{ title, language }: Pick<NewArticle, 'title' | 'language'>,
): Promise<Created> {
	const { article } = base;
	if (article === undefined) return Promise.resolve({ kind: 'refused', reason: 'not-here' });
	const words = base.inForce?.content.words ?? base.words;
	const version = base.inForce ?? article.versions.at(-1);
	const { validFrom: _, validUntil: __, reviewAt: ___, ...same } = valuesOf(article);
	const values = set({ ...same, base: { article: base.document, version: version?.id ?? null } });
	return desk.createArticle({ name: title, lines: article.lines }, values, (doc) =>
		writeContent(doc, { ...words, [language]: { ...(words[language] ?? noWords), title } }),
	);
}

/** How it was asked and what was answered, as a draft; the language is that of whoever writes it. */
export function createCaseFromTicket(desk: Desk, ticket: Ticket, language: Language): Promise<Created> {
	return createDraft(desk, caseFromTicket(ticket, language));
}

/** A draft in the words of requests that no case answers; refused where they say nothing. */
export function createCaseFromGap(desk: Desk, requests: readonly Request[], language: Language): Promise<Created> {
	const draft = caseFromGap(requests, language);
	return draft === undefined ? Promise.resolve({ kind: 'refused', reason: 'empty' }) : createDraft(desk, draft);
}

function createDraft(desk: Desk, { name, lines, words, values }: CaseDraft): Promise<Created> {
	return desk.createArticle({ name: name || '–', lines }, set(values), (doc) => writeContent(doc, words));
}

function set(values: Partial<ArticleValues>): Draft[] {
	return (Object.entries(values) as [ArticleField, unknown][])
		.filter(([, value]) => value !== null)
		.map(([field, value]) => ({
			kind: 'article-set',
			field,
			value,
			replaces: [],
		}));
}
