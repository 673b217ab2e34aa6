import type { Desk } from '../desk.ts';
import { readContent } from '../document/article-content.ts';
import type { ArticleWords, DocumentationField, HandOverRule } from '../domain/article-entry.ts';
import type { Language } from '../domain/desk-config.ts';
import type { DocumentId, EntryId } from '../domain/ids.ts';
import { htmlToBlocks } from '../domain/rich-html.ts';
import { blocksToText } from '../domain/rich-text.ts';
import type { ArticleRow } from '../projection/rows.ts';

/** What an agent reads to a caller. */
export interface ReadCase {
	article: DocumentId;
	version: EntryId | null;
	language: Language;
	title: string;
	steps: string[];
	answer: string;
	body: string;
	documentation: DocumentationField[];
	handOver: HandOverRule[];
}

const kept = 60;

/** The text of a few standard cases, read when first asked for and kept until they change. */
export class CaseReader {
	readonly #desk: Desk;
	#read = $state.raw<ReadonlyMap<string, ReadCase>>(new Map());
	/** By key; what fell out of what is kept stays here, and is read again when it is chosen. */
	readonly #asked = new Set<string>();

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	/** Undefined until it is read. Ask for it with `want`. */
	of(row: ArticleRow, language: Language): ReadCase | undefined {
		return this.#read.get(keyOf(row, language));
	}

	want(rows: readonly ArticleRow[], language: Language): void {
		for (const row of rows) if (!this.#asked.has(keyOf(row, language))) void this.read(row, language);
	}

	async read(row: ArticleRow, language: Language): Promise<ReadCase | undefined> {
		const key = keyOf(row, language);
		this.#asked.add(key);
		const read = await readCase(this.#desk, row.id, language);
		if (read === undefined) {
			this.#asked.delete(key);
			return undefined;
		}
		this.#read = new Map([...this.#read, [key, read] as const].slice(-kept));
		return read;
	}
}

function keyOf({ id, changedAt }: ArticleRow, language: Language): string {
	return `${id} ${changedAt} ${language}`;
}

/** The published version, else as it stands; in the language asked for, else in the one it is written in. */
export async function readCase(desk: Desk, id: DocumentId, language: Language): Promise<ReadCase | undefined> {
	const record = await desk.open(id);
	if (record === undefined) return undefined;
	try {
		const reading = record.reading.current;
		if (reading.kind !== 'article') return undefined;
		const { article } = reading;
		const content = article.published?.content.words ?? readContent(record.doc);
		const other: Language = language === 'de' ? 'en' : 'de';
		const shown = content[language] === undefined && content[other] !== undefined ? other : language;
		const words: ArticleWords = content[shown] ?? { title: article.name, pattern: [], body: '', steps: [], answer: '' };
		return {
			...{ article: id, version: article.published?.id ?? null, language: shown },
			title: words.title || article.name,
			steps: words.steps.map(plain).filter((step) => step !== ''),
			...{ answer: plain(words.answer), body: plain(words.body) },
			...{ documentation: article.documentation, handOver: article.handOver },
		};
	} finally {
		record.close();
	}
}

function plain(html: string): string {
	return blocksToText(htmlToBlocks(html)).trim().slice(0, 2000);
}
