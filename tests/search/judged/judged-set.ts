import { englishArticles } from './articles-en.ts';
import { germanArticles, type JudgedArticle } from './articles-de.ts';
import type { Grades } from './measures.ts';
import type { JudgedQuery } from './queries-tuned.ts';
import type { SearchDocument } from '../../../src/lib/search/search-document.ts';

export const judgedArticles: readonly SearchDocument[] = [
	...germanArticles.map((article) => toDocument(article, 'de')),
	...englishArticles.map((article) => toDocument(article, 'en')),
];

function toDocument([id, title, system, tags, body]: JudgedArticle, lang: string): SearchDocument {
	return { id, kind: 'article', lang, title, body, system, tags: tags.split(', '), at: 0, uses: 0 };
}

export function gradesOf([, , judged]: JudgedQuery): Grades {
	return new Map(
		judged.split(' ').map((one) => {
			const [id = '', grade] = one.split(':');
			return [id, Number(grade)];
		}),
	);
}
