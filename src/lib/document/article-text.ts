import type * as Y from 'yjs';
import type { Language } from '../domain/desk-config.ts';
import { fragmentLines } from './fragment-text.ts';

/**
 * The co-edited text of an article: one rich text a part and language, beside the roots of every record.
 *
 *   root                  holds
 *   text:title:<lang>     one line
 *   text:pattern:<lang>   how customers ask, a line each
 *   text:body:<lang>      what one should know
 *   text:steps:<lang>     a block a step
 *   text:answer:<lang>    what a reply says
 */
export const articleParts = ['title', 'pattern', 'body', 'steps', 'answer'] as const;
export type ArticlePart = (typeof articleParts)[number];
export const articleLanguages = ['de', 'en'] as const satisfies readonly Language[];

export function articleTextRoot(part: ArticlePart, language: Language): string {
	return `text:${part}:${language}`;
}

export const articleTextRoots: readonly string[] = articleLanguages.flatMap((language) =>
	articleParts.map((part) => articleTextRoot(part, language)),
);

export function articleText(doc: Y.Doc, part: ArticlePart, language: Language): Y.XmlFragment {
	return doc.getXmlFragment(articleTextRoot(part, language));
}

/** A part as plain text, a line a block, without empty ones at the end. */
export function articleLines(doc: Y.Doc, part: ArticlePart, language: Language): string[] {
	const lines = fragmentLines(articleText(doc, part, language));
	while (lines.at(-1)?.trim() === '') lines.pop();
	return lines;
}
