import type * as Y from 'yjs';
import { isSameValue, setFields } from '../../src/lib/domain/article-command.ts';
import { readArticleValues, type ArticleContent } from '../../src/lib/domain/article-entry.ts';
import { contentInForce } from '../../src/lib/domain/apply-case.ts';
import type { Category, DeskConfig, Language, System } from '../../src/lib/domain/desk-config.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { foldArticle, isPublished, type Article } from '../../src/lib/domain/fold-article.ts';
import type { CategoryId, LineId, SystemId } from '../../src/lib/domain/ids.ts';
import { readContent, writeContent } from '../../src/lib/document/article-content.ts';
import { appendEntries, readRecord, writeMeta, type Author } from '../../src/lib/document/record-document.ts';
import type { PortableArticle } from './portable-article.ts';

/** What stands in a document, as it would be exported; undefined if no article is there. */
export function readPortable(id: PortableArticle['id'], doc: Y.Doc, asWritten = false): PortableArticle | undefined {
	const article = readArticle(doc);
	if (article === undefined) return undefined;
	const written = readContent(doc);
	const { words } = asWritten ? { words: written } : contentInForce(article, written);
	const { type, visibility, system, category, level, permissions, documentation, handOver, files, keeper } = article;
	const { validFrom, validUntil, reviewAt, base } = article;
	return {
		...{ id, lines: article.lines.toSorted(), tags: article.tags.toSorted(), state: article.state, words },
		...(article.agreed === undefined ? {} : { agreed: article.agreed }),
		values: {
			...{
				type,
				visibility,
				system,
				category,
				level,
				permissions,
				documentation,
				handOver,
				validFrom,
				validUntil,
				reviewAt,
			},
			base: base === null ? null : { article: base.article, version: null },
			...{ files, keeper },
		},
	};
}

function readArticle(doc: Y.Doc): Article | undefined {
	const reading = readRecord(doc);
	return reading.kind === 'record' ? foldArticle(reading.facts) : undefined;
}

export interface Resolved {
	article: PortableArticle;
	systems: System[];
	categories: Category[];
}

/** Names of systems and categories become ids; what the desk does not have yet is made. A line must be there already. */
export function resolveNames(article: PortableArticle, desk: DeskConfig): Resolved | { problem: string } {
	const lines: LineId[] = [];
	for (const name of article.lines) {
		const line = desk.lines.find((line) => line.id === name || isSameName(line.name, name));
		if (line === undefined) return { problem: `there is no line "${name}" on this desk` };
		lines.push(line.id);
	}
	const values = { ...article.values };
	const systems: System[] = [];
	const categories: Category[] = [];
	if (typeof values['system'] === 'string') {
		const name = values['system'].slice(0, 200);
		const known = desk.systems.find((system) => system.id === name || isSameName(system.name, name));
		const system = known ?? { id: idFor(name, desk.systems) as SystemId, name, lines };
		if (known === undefined) systems.push(system);
		values['system'] = system.id;
	}
	if (typeof values['category'] === 'string') {
		let group: Category | undefined;
		for (const part of values['category'].split(/\s*[>/]\s*/).slice(0, 2)) {
			const all: Category[] = [...desk.categories, ...categories];
			const name = part.slice(0, 200);
			const known: Category | undefined = all.find(
				(category) =>
					category.id === name ||
					(isSameName(category.name, name) && (group === undefined || category.group === group.id)),
			);
			const made: Category = known ?? { id: idFor(name, all) as CategoryId, name, group: group?.id ?? null };
			if (known === undefined) categories.push(made);
			group = made;
		}
		values['category'] = group?.id ?? null;
	}
	return { article: { ...article, lines, values }, systems, categories };
}

function isSameName(a: string, b: string): boolean {
	return a.trim().toLowerCase() === b.trim().toLowerCase();
}

function idFor(name: string, taken: readonly { id: string }[]): string {
	const plain = name.toLowerCase().replace(/ä/g, 'ae').replace(/ö/g, 'oe').replace(/ü/g, 'ue').replace(/ß/g, 'ss');
	const id =
		plain
			.replace(/[^a-z0-9]+/g, '-')
			.replace(/^-+|-+$/g, '')
			.slice(0, 36) || 'x';
	for (let n = 1; ; n++) {
		const candidate = n === 1 ? id : `${id}-${n}`;
		if (!taken.some((other) => other.id === candidate)) return candidate;
	}
}

export type Difference = 'created' | 'updated' | 'unchanged';

/** What storing would do. What the file leaves out of an article that is there already stays as it is. */
export function differenceOf(doc: Y.Doc | undefined, wanted: PortableArticle): Difference {
	const standing = doc === undefined ? undefined : readPortable(wanted.id, doc);
	if (standing === undefined) return 'created';
	const values = readArticleValues(wanted.values);
	const isSame =
		standing.state === wanted.state &&
		Object.entries(tidied(wanted.words)).every(([language, words]) =>
			isSameValue(standing.words[language as Language], words),
		) &&
		isSameValue(standing.tags, wanted.tags.toSorted()) &&
		wanted.lines.every((line) => standing.lines.includes(line)) &&
		Object.entries(values).every(([field, value]) => isSameValue(standing.values[field], value)) &&
		(wanted.agreed === undefined || standing.agreed?.by === wanted.agreed.by);
	return isSame ? 'unchanged' : 'updated';
}

/** A language without a word is none. */
function tidied(words: ArticleContent): ArticleContent {
	const written = Object.entries(words).filter(
		([, { title, pattern, body, steps, answer }]) => title + body + answer !== '' || pattern.length + steps.length > 0,
	);
	return Object.fromEntries(written);
}

/** Writes an article into its document, new or not: text, values, state, and for a published one the version that counts. */
export function storeArticle(doc: Y.Doc, wanted: PortableArticle, author: Author, note: string): void {
	const name = (wanted.words.de ?? wanted.words.en)?.title.slice(0, 200) ?? '';
	if (readArticle(doc) === undefined) {
		writeMeta(doc, 'article');
		appendEntries(doc, author, [{ kind: 'created', name, lines: wanted.lines as LineId[] }]);
	}
	writeContent(doc, wanted.words);
	const standing = readArticle(doc) as Article;
	const drafts: Draft[] = wanted.lines
		.filter((line) => !standing.lines.includes(line as LineId))
		.map((line) => ({ kind: 'line-added', line: line as LineId }));
	const add = wanted.tags.filter((tag) => !standing.tags.includes(tag));
	const remove = standing.tags.filter((tag) => !wanted.tags.includes(tag));
	if (add.length + remove.length > 0) drafts.push({ kind: 'tagged', add, remove });
	const { base, ...values } = readArticleValues(wanted.values);
	// Which version of its base it was compared with is known here, and not in a file.
	const isNewBase = base !== undefined && base?.article !== standing.base?.article;
	const set = setFields(standing, isNewBase ? { ...values, base } : values);
	if (set.kind === 'ok') drafts.push(...set.drafts);
	appendEntries(doc, author, drafts);
	const now = readArticle(doc) as Article;
	const needsVersion = isPublished(wanted.state);
	const content = { words: readContent(doc), values: readPortable(wanted.id, doc)?.values ?? {} };
	const isSaved = now.published !== undefined && isSameValue(now.published.content.words, content.words);
	if (wanted.state === now.state && (!needsVersion || isSaved)) return;
	const version = !needsVersion
		? null
		: isSaved
			? (now.published as { id: ReturnType<Author['newId']> }).id
			: (appendEntries(doc, author, [{ kind: 'version-saved', content, note }])[0] ?? null);
	const agreed = wanted.agreed === undefined ? {} : { agreedBy: wanted.agreed.by, agreedAt: wanted.agreed.at };
	appendEntries(doc, author, [
		{ kind: 'article-state-set', state: wanted.state, version, replaces: now.heads.state, ...agreed },
	]);
}
