import type { ArticleState } from '../domain/article-entry.ts';
import type { DeskConfig } from '../domain/desk-config.ts';
import { isPublished } from '../domain/fold-article.ts';
import type { AgentId, CategoryId, SystemId } from '../domain/ids.ts';
import type { ArticleRow } from '../projection/rows.ts';
import { splitWords } from '../search/fold.ts';

/** The lists of knowledge; gaps are no articles and have a page of their own. */
export type KnowledgeView = 'all' | 'unread' | 'review' | 'drafts';
export const knowledgeViews: readonly KnowledgeView[] = ['all', 'unread', 'review', 'drafts'];

export function isKnowledgeView(text: string): text is KnowledgeView {
	return knowledgeViews.some((view) => view === text);
}

/** Who reads, and when (ms since 1970). */
export interface Reading {
	me: AgentId | undefined;
	now: number;
}

export function isUnread(row: ArticleRow, me: AgentId | undefined): boolean {
	return row.published > 0 && isPublished(row.state) && me !== undefined && !row.readBy.includes(me);
}

/** Its day of review has come, or its validity has ended. */
export function isReviewDue(row: Pick<ArticleRow, 'state' | 'reviewAt' | 'validUntil'>, now: number): boolean {
	if (row.state === 'archived') return false;
	return [row.reviewAt, row.validUntil].some((day) => day !== null && day <= now);
}

/** What is archived is found where one asks for it. */
export function belongsToKnowledge(row: ArticleRow, view: KnowledgeView, { me, now }: Reading): boolean {
	switch (view) {
		case 'all':
			return true;
		case 'unread':
			return isUnread(row, me);
		case 'review':
			return isReviewDue(row, now);
		case 'drafts':
			return row.state === 'draft' || row.state === 'in-review';
	}
}

export function countKnowledge(rows: readonly ArticleRow[], reading: Reading): Record<KnowledgeView, number> {
	const counts: Record<KnowledgeView, number> = { all: 0, unread: 0, review: 0, drafts: 0 };
	for (const row of rows) {
		for (const view of knowledgeViews)
			if ((view !== 'all' || row.state !== 'archived') && belongsToKnowledge(row, view, reading)) counts[view]++;
	}
	return counts;
}

export interface KnowledgeFilter {
	system: SystemId | null;
	/** A question group stands for all categories in it. */
	category: CategoryId | null;
	state: ArticleState | null;
}

export function matchesKnowledge(row: ArticleRow, filter: KnowledgeFilter, config: DeskConfig): boolean {
	if (filter.state === null ? row.state === 'archived' : row.state !== filter.state) return false;
	if (filter.system !== null && row.system !== filter.system) return false;
	if (filter.category === null || row.category === filter.category) return true;
	const own = config.categories.find(({ id }) => id === row.category);
	return own !== undefined && own.group === filter.category;
}

/** Every word typed begins a word of it. Higher is better; 0 is not found. */
export function scoreText(row: ArticleRow, asked: readonly string[], names: readonly string[]): number {
	if (asked.length === 0) return 1;
	const title = wordsOf(Object.values(row.titles).join(' '));
	const rest = wordsOf([row.preview, ...row.tags, ...names].join(' '));
	let score = 1;
	for (const word of asked) {
		if (title.some((found) => found === word)) score += 4;
		else if (title.some((found) => found.startsWith(word))) score += 3;
		else if (rest.some((found) => found.startsWith(word))) score += 1;
		else return 0;
	}
	return score;
}

export function wordsOf(text: string): string[] {
	return splitWords(text).map(({ word }) => word);
}
