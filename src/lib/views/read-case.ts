import type { Desk } from '../desk.ts';
import { readContent } from '../document/article-content.ts';
import { applicationOf, contentInForce, type Application } from '../domain/apply-case.ts';
import type { Language } from '../domain/desk-config.ts';
import type { Article } from '../domain/fold-article.ts';
import type { DocumentId, LineId } from '../domain/ids.ts';
import { htmlToBlocks } from '../domain/rich-html.ts';
import { blocksToText } from '../domain/rich-text.ts';
import { renderText, type TextValues } from '../domain/text-module.ts';

export interface ReadCase {
	article: Article;
	application: Application;
	/** Plain text, for those who read it to a caller. */
	body: string;
}

/** For whom a case is read. */
export interface Reading {
	/** Customers of this line, whose language the answer is in. */
	line: LineId | undefined;
	agentLanguage: Language;
	now: number;
}

/** Reads a standard case from this device; undefined if it is not here, or written by a newer app. */
export async function readCase(
	desk: Desk,
	id: DocumentId,
	{ line, agentLanguage, now }: Reading,
): Promise<ReadCase | undefined> {
	const record = await desk.open(id);
	if (record === undefined) return undefined;
	try {
		const reading = record.reading.current;
		if (reading.kind !== 'article') return undefined;
		const config = desk.config.current;
		const languages = {
			customer: config.lines.find((known) => known.id === line)?.language ?? config.desk.language,
			agent: agentLanguage,
			desk: config.desk.language,
		};
		const written = readContent(record.doc);
		const { words } = contentInForce(reading.article, written);
		const bodies = [agentLanguage, languages.desk, 'de', 'en'] as const;
		const body = bodies.map((language) => words[language]?.body ?? '').find((html) => html !== '') ?? '';
		return {
			article: reading.article,
			application: applicationOf(id, reading.article, written, languages, now),
			body: blocksToText(htmlToBlocks(body)).trim().slice(0, 2000),
		};
	} finally {
		record.close();
	}
}

/** The answer of a case with every known variable filled in; what nobody knows stays to be filled in by hand. */
export function renderedAnswer({ reply }: Pick<Application, 'reply'>, values: TextValues): string {
	if (reply === undefined) return '';
	const safe = Object.fromEntries(
		Object.entries(values).map(([name, value]) => [name, value === undefined ? undefined : escapeHtml(value)]),
	);
	return renderText(reply.html, safe, reply.language, { keepUnknown: true }).text;
}

export function escapeHtml(text: string): string {
	return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);
}
