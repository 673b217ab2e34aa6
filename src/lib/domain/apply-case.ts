import type { ArticleContent, ArticleWords, HandOverRule } from './article-entry.ts';
import type { Language } from './desk-config.ts';
import type { Draft } from './entry.ts';
import { isPublished, type Article } from './fold-article.ts';
import type { CategoryId, DocumentId, SystemId } from './ids.ts';
import { htmlToBlocks } from './rich-html.ts';
import { blocksToText } from './rich-text.ts';

/**
 * What applying a standard case gives to a ticket or a contact (F58).
 *
 *   AP1 The published version counts; what is written on top of it is nobody's answer yet. Without one, the text as it stands.
 *   AP2 The reply is in the customer's language where the case has an answer in it, else in the desk's, else in the other one. Steps
 *       and title are for the agent: in the agent's language by the same order.
 *   AP3 What has to be documented, and to whom it goes, is kept in the ticket: a later change of the case changes no work.
 *   AP4 A case that is no standard, not valid yet or no more, or due for review may be applied, and says so.
 */
export interface Application {
	applied: Omit<Draft<'case-applied'>, 'kind'>;
	about: { system: SystemId | null; category: CategoryId | null };
	/** Undefined if the case has no answer. */
	reply: { language: Language; html: string; text: string } | undefined;
	handOver: HandOverRule[];
	doubts: Doubt[];
}

export type Doubt = 'not-published' | 'archived' | 'not-yet-valid' | 'no-longer-valid' | 'review-due';

export interface Languages {
	/** Of the customer; undefined where nobody knows. */
	customer: Language | undefined;
	agent: Language;
	desk: Language;
}

/** The text that counts, and the version it comes from. `now`: what is written in its document. */
export function contentInForce(
	article: Article,
	now: ArticleContent,
): { words: ArticleContent; version: Draft<'case-applied'>['version'] } {
	const { published } = article;
	return published !== undefined && isPublished(article.state)
		? { words: published.content.words, version: published.id }
		: { words: now, version: null };
}

export function applicationOf(
	id: DocumentId,
	article: Article,
	written: ArticleContent,
	languages: Languages,
	now: number,
): Application {
	const { words, version } = contentInForce(article, written);
	const own = inLanguage(
		words,
		[languages.agent, languages.desk],
		(some) => some.steps.length > 0 || some.title !== '',
	);
	const answer = inLanguage(words, [languages.customer, languages.desk, languages.agent], (some) => some.answer !== '');
	const titles = inLanguage(words, [languages.agent, languages.desk], (some) => some.title !== '');
	const blocks = htmlToBlocks(answer?.words.answer ?? '');
	return {
		applied: {
			article: id,
			version,
			title: (titles?.words.title ?? article.name).slice(0, 200),
			steps: (own?.words.steps ?? []).map((step) => blocksToText(htmlToBlocks(step)).slice(0, 2000)),
			documentation: article.documentation,
			handOver: article.handOver,
		},
		about: { system: article.system, category: article.category },
		reply:
			answer === undefined
				? undefined
				: { language: answer.language, html: answer.words.answer, text: blocksToText(blocks) },
		handOver: article.handOver,
		doubts: doubtsOf(article, now),
	};
}

export function doubtsOf(
	article: Pick<Article, 'state' | 'validFrom' | 'validUntil' | 'reviewAt'>,
	now: number,
): Doubt[] {
	const doubts: Doubt[] = [];
	if (article.state === 'archived') doubts.push('archived');
	else if (!isPublished(article.state)) doubts.push('not-published');
	if (article.validFrom !== null && now < article.validFrom) doubts.push('not-yet-valid');
	if (article.validUntil !== null && now > article.validUntil) doubts.push('no-longer-valid');
	if (article.reviewAt !== null && now > article.reviewAt) doubts.push('review-due');
	return doubts;
}

function inLanguage(
	words: ArticleContent,
	wanted: readonly (Language | undefined)[],
	isFit: (words: ArticleWords) => boolean,
): { language: Language; words: ArticleWords } | undefined {
	for (const language of [...wanted, 'de', 'en'] as const) {
		const some = language === undefined ? undefined : words[language];
		if (language !== undefined && some !== undefined && isFit(some)) return { language, words: some };
	}
	return undefined;
}
