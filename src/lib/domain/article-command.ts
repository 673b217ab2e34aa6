import {
	articleFields,
	readArticleValues,
	type ArticleContent,
	type ArticleField,
	type ArticleState,
	type ArticleValues,
	type BasePart,
} from './article-entry.ts';
import type { Desk, Language } from './desk-config.ts';
import type { Draft } from './entry.ts';
import { isPublished, unsetArticle, type Article, type ArticleSetter, type ArticleVersion } from './fold-article.ts';
import type { AgentId, EntryId, LineId } from './ids.ts';
import { isUndoable } from './entry.ts';
import { mayPublish, type Role } from './role.ts';
import type { CommandRefusal, CommandResult } from './ticket-command.ts';

/**
 * What people do to an article. As with tickets: from the article they see and what they want to the entries that say so.
 *
 *   AM1 Agents write drafts and ask for their review; what others answer from (agreed, standard) is set by those who may publish,
 *       and so is everything that takes it away again.
 *   AM2 Agreed and standard name a saved version: what is written on top of it stays a draft until it is published too.
 *   AM3 Agreed says with whom, and when.
 *   AM4 A saved version never changes; bringing an old one back saves a new one that says so.
 *   AM5 Setting what stands there already is refused, unless it settles a conflict.
 */
const ok = (...drafts: Draft[]): CommandResult => ({ kind: 'ok', drafts });
const refused = (reason: CommandRefusal): CommandResult => ({ kind: 'refused', reason });

/** From each state the states that can follow, apart from the same one with another version. */
const following: Readonly<Record<ArticleState, readonly ArticleState[]>> = {
	draft: ['in-review', 'agreed', 'archived'],
	'in-review': ['draft', 'agreed', 'standard', 'archived'],
	agreed: ['standard', 'in-review', 'draft', 'archived'],
	standard: ['agreed', 'in-review', 'draft', 'archived'],
	archived: ['draft'],
};

export interface Writer {
	agent: AgentId;
	role: Role;
	/** Who may publish on this desk. */
	publishing?: Desk['publishing'];
}

/** The states that a screen can offer to this writer now; the one that stands is among them where a newer version can be published. */
export function nextStates(article: Article, writer: Writer): ArticleState[] {
	const newest = article.versions.at(-1)?.id;
	const again = isPublished(article.state) && newest !== undefined && newest !== article.published?.id;
	const states = again ? [article.state, ...following[article.state]] : following[article.state];
	return states.filter((to) => mayChangeState(article.state, to, writer));
}

function mayChangeState(from: ArticleState, to: ArticleState, writer: Writer): boolean {
	if (writer.role === 'observer') return false;
	return (!isPublished(from) && !isPublished(to)) || mayPublish(writer.role, writer.publishing);
}

export function setField<Field extends ArticleField>(
	article: Article,
	field: Field,
	value: ArticleValues[Field],
): CommandResult {
	if (isSameValue(article[field], value) && !article.conflicts.includes(field)) return refused('nothing-to-change');
	return ok({ kind: 'article-set', field, value, replaces: article.heads[field] });
}

/** Several values in one act; what stands there already is left out. */
export function setFields(article: Article, values: Partial<ArticleValues>): CommandResult {
	const drafts = (Object.keys(articleFields) as ArticleField[]).flatMap((field) => {
		const value = values[field];
		if (value === undefined) return [];
		const result = setField(article, field, value as never);
		return result.kind === 'ok' ? result.drafts : [];
	});
	return drafts.length === 0 ? refused('nothing-to-change') : ok(...drafts);
}

/** Puts a value that was overtaken in the place of the one that stands (AM5), by the same rules as setting it anew. */
export function takeRival(article: Article, writer: Writer, rival: ArticleSetter): CommandResult {
	if (rival.kind === 'article-set') return setField(article, rival.field, rival.value as never);
	const { state, version, agreedBy, agreedAt } = rival;
	return setState(article, writer, {
		to: state,
		...(version === null ? {} : { version }),
		...(agreedBy === undefined ? {} : { agreedBy }),
		...(agreedAt === undefined ? {} : { agreedAt }),
		isSettling: true,
	});
}

export function changeTags(article: Article, change: { add?: string[]; remove?: string[] }): CommandResult {
	const has = new Set(article.tags);
	const add = [...new Set(change.add?.map((tag) => tag.trim()))].filter((tag) => tag !== '' && !has.has(tag));
	const remove = (change.remove ?? []).filter((tag) => has.has(tag));
	return add.length + remove.length === 0 ? refused('nothing-to-change') : ok({ kind: 'tagged', add, remove });
}

export function addLine(article: Article, line: LineId): CommandResult {
	return article.lines.includes(line) ? refused('nothing-to-change') : ok({ kind: 'line-added', line });
}

export interface StateChange {
	to: ArticleState;
	/** Without it the newest. */
	version?: EntryId;
	/** The client's contact who agreed, and when; needed for `agreed`. */
	agreedBy?: string;
	agreedAt?: number;
	/** It stands beside the state that won, and need not follow from that. */
	isSettling?: boolean;
}

export function setState(article: Article, writer: Writer, change: StateChange): CommandResult {
	const { to } = change;
	if (!mayChangeState(article.state, to, writer)) return refused('no-permission');
	const newest = change.version ?? article.versions.at(-1)?.id;
	const version = isPublished(to) ? newest : undefined;
	const known = article.versions.some(({ id }) => id === version);
	if (to === article.state) {
		const isNews = isPublished(to) && known && version !== article.published?.id;
		if (!isNews && article.heads.state.length < 2) return refused('nothing-to-change');
	} else if (change.isSettling !== true && !following[article.state].includes(to)) return refused('not-from-here');
	if (isPublished(to) && !known) return refused('no-version');
	const agreedBy = change.agreedBy?.trim() ?? '';
	if (to === 'agreed' && agreedBy === '') return refused('empty');
	const draft: Draft<'article-state-set'> = {
		kind: 'article-state-set',
		state: to,
		version: version ?? null,
		replaces: article.heads.state,
	};
	if (agreedBy !== '') draft.agreedBy = agreedBy;
	if (agreedBy !== '' && change.agreedAt !== undefined) draft.agreedAt = change.agreedAt;
	return ok(draft);
}

/** Keeps what is written now (`readContent` of its document), with a word on what changed. */
export function saveVersion(article: Article, words: ArticleContent, note = ''): CommandResult {
	const content = versionContent(article, words);
	const newest = article.versions.at(-1);
	if (Object.keys(words).length === 0) return refused('empty');
	if (newest !== undefined && isSameContent(newest.content, content)) return refused('nothing-to-change');
	return ok({ kind: 'version-saved', content, note: note.trim() });
}

/** Whether something was written or set since that version was saved. */
export function isChangedSince(version: ArticleVersion | undefined, article: Article, words: ArticleContent): boolean {
	if (version === undefined) return Object.keys(words).length > 0;
	return !isSameContent(version.content, versionContent(article, words));
}

/**
 * Brings an older version back: as a new version, with its values. The same act puts its text into the document (`restoreContent`).
 */
export function restoreVersion(article: Article, version: EntryId, note = ''): CommandResult {
	const old = article.versions.find(({ id }) => id === version);
	if (old === undefined) return refused('no-version');
	const values = setFields(article, readValues(old.content.values));
	const setters = values.kind === 'ok' ? values.drafts : [];
	return ok(...setters, { kind: 'version-saved', content: old.content, note: note.trim(), restores: old.id });
}

export function markRead(article: Article, agent: AgentId, version?: EntryId): CommandResult {
	const read = article.versions.find(({ id }) => id === (version ?? article.published?.id));
	if (read === undefined) return refused('no-version');
	return read.readBy.has(agent) ? refused('nothing-to-change') : ok({ kind: 'version-read', version: read.id });
}

/** Says what a variant made of a version of its base, or of some parts of it; from then on it (they) are compared with that one. */
export function settleBaseChange(
	variant: Article,
	version: EntryId,
	choice: 'taken' | 'declined',
	parts?: readonly BasePart[],
): CommandResult {
	const { base } = variant;
	if (base === null) return refused('nothing-to-change');
	if (parts !== undefined) {
		const open = parts.filter((part) => variant.settledBaseParts.get(part)?.has(version) !== true);
		if (open.length === 0) return refused('nothing-to-change');
		return ok({ kind: 'base-change-settled', version, choice, parts: open });
	}
	if (base.version === version && variant.settledBaseVersions.has(version)) return refused('nothing-to-change');
	return ok(
		{ kind: 'base-change-settled', version, choice },
		{ kind: 'article-set', field: 'base', value: { article: base.article, version }, replaces: variant.heads.base },
	);
}

/** The text in `language` is a translation of the other one as that version has it; null: as it stands now, without a version. */
export function markTranslated(article: Article, language: Language, version: EntryId | null): CommandResult {
	if (version !== null && !article.versions.some(({ id }) => id === version)) return refused('no-version');
	const last = article.timeline.findLast((entry) => entry.kind === 'translated' && entry.language === language);
	if (last?.kind === 'translated' && last.version === version && version !== null) return refused('nothing-to-change');
	return ok({ kind: 'translated', language, version });
}

export type TranslationState =
	/** Not written in that language. */
	| { kind: 'missing' }
	/** Nobody said that it is a translation. */
	| { kind: 'own' }
	| { kind: 'current' }
	/** The other language has changed since `version`. */
	| { kind: 'outdated'; version: ArticleVersion };

/** Whether the text in `language` still says what the other language says. `words` is what is written now. */
export function translationState(article: Article, language: Language, words: ArticleContent): TranslationState {
	if (words[language] === undefined) return { kind: 'missing' };
	const mark = article.timeline.findLast((entry) => entry.kind === 'translated' && entry.language === language);
	if (mark?.kind !== 'translated' || mark.version === null) return { kind: 'own' };
	const version = article.versions.find(({ id }) => id === mark.version);
	if (version === undefined) return { kind: 'own' };
	const other = language === 'de' ? 'en' : 'de';
	const isCurrent = isSameValue(version.content.words[other], words[other]);
	return isCurrent ? { kind: 'current' } : { kind: 'outdated', version };
}

/** Takes back an own change of a value or state; versions stay. */
export function undoInArticle(article: Article, agent: AgentId, entry: EntryId): CommandResult {
	const target = article.timeline.find(({ id }) => id === entry);
	if (target === undefined || !isUndoable(target.kind)) return refused('not-undoable');
	return target.by === agent ? ok({ kind: 'undone', entry }) : refused('not-yours');
}

/** What a version keeps of the article's values. */
export function valuesOf(article: ArticleValues): ArticleValues {
	const fields = Object.keys(articleFields) as ArticleField[];
	return Object.fromEntries(fields.map((field) => [field, article[field]])) as unknown as ArticleValues;
}

function versionContent(article: Article, words: ArticleContent): ArticleVersion['content'] {
	// Which version of its base it was compared with is bookkeeping, and makes no new version.
	const { base, ...values } = valuesOf(article);
	return { words, values: { ...values, base: base === null ? null : { article: base.article, version: null } } };
}

/** The values of a version that this app understands. */
export function readValues(values: Readonly<Record<string, unknown>>): Partial<ArticleValues> {
	const { base: _, ...own } = readArticleValues(values);
	return own;
}

function isSameContent(a: ArticleVersion['content'], b: ArticleVersion['content']): boolean {
	// A version that was saved before there was a field does not differ from one in which it is not set.
	return (
		isSameValue(a.words, b.words) && isSameValue({ ...unsetArticle, ...a.values }, { ...unsetArticle, ...b.values })
	);
}

/** Equal as JSON, whatever the order of keys. */
export function isSameValue(a: unknown, b: unknown): boolean {
	if (Object.is(a, b)) return true;
	if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
	if (Array.isArray(a) !== Array.isArray(b)) return false;
	const own = a as Record<string, unknown>;
	const others = b as Record<string, unknown>;
	const keys = new Set([...Object.keys(own), ...Object.keys(others)]);
	return [...keys].every((key) => isSameValue(own[key], others[key]));
}
