import type { Language } from '../domain/desk-config.ts';
import type { ArticleRow } from '../projection/rows.ts';

/** The title in the reader's language, else in the one that it was written in. */
export function articleTitle(
	row: Pick<ArticleRow, 'titles'>,
	language: Language,
): { text: string; language: Language } {
	const other: Language = language === 'de' ? 'en' : 'de';
	const own = row.titles[language];
	if (own !== undefined) return { text: own, language };
	return { text: row.titles[other] ?? '', language: other };
}
