import type * as Y from 'yjs';
import { articleLanguages, articleLines } from '../document/article-text.ts';
import type { Article } from '../domain/fold-article.ts';
import type { DocumentId } from '../domain/ids.ts';
import { previewOf } from '../domain/preview.ts';
import type { ArticleRow } from './rows.ts';

/** `doc` holds its text. */
export function articleToRow(id: DocumentId, article: Article, doc: Y.Doc): ArticleRow {
	const titles: ArticleRow['titles'] = {};
	let preview = '';
	for (const language of articleLanguages) {
		const title = articleLines(doc, 'title', language).join(' ').trim();
		if (title !== '') titles[language] = title;
		if (preview !== '') continue;
		preview = previewOf(articleLines(doc, 'pattern', language).join(' '));
		if (preview === '') preview = previewOf(articleLines(doc, 'body', language).slice(0, 5).join(' '));
	}
	if (Object.keys(titles).length === 0) titles.de = article.name;
	const { type, state, visibility, system, category, level, lines, tags, base, published, versions } = article;
	return {
		...{ id, kind: 'article', type, titles, preview, state, visibility, system, category, level, lines, tags },
		base: base?.article ?? null,
		published: published?.number ?? 0,
		versions: versions.length,
		readBy: [...(published?.readBy ?? [])],
		validUntil: article.validUntil,
		reviewAt: article.reviewAt,
		conflicts: article.conflicts.length,
		createdAt: article.createdAt,
		changedAt: article.changedAt,
		newer: false,
	};
}
