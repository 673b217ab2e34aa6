import { DatabaseSync } from 'node:sqlite';
import type { SearchDocument } from '../../src/lib/search/search-document.ts';
import { createSearchIndex, type SearchIndex } from '../../src/lib/search/search-index.ts';
import { nodeSql } from '../../sync-server/search/node-sql.ts';

/** An index in memory with these documents. */
export function indexOf(...documents: readonly SearchDocument[]): SearchIndex {
	const index = createSearchIndex(nodeSql(new DatabaseSync(':memory:')));
	index.put(documents);
	return index;
}

export function article(id: string, title: string, body = '', more: Partial<SearchDocument> = {}): SearchDocument {
	return { id, kind: 'article', title, body, tags: [], at: 0, uses: 0, ...more };
}

export function ticket(id: string, title: string, more: Partial<SearchDocument> = {}): SearchDocument {
	return { id, kind: 'ticket', title, body: '', tags: [], at: 0, uses: 0, ...more };
}

export function found(index: SearchIndex, text: string): string[] {
	return index.search({ text }).map(({ id }) => id);
}
