import {
	offeredFields,
	readArticleValues,
	type ArticleContent,
	type ArticleValues,
	type ArticleWords,
	type BasePart,
	type OfferedField,
} from './article-entry.ts';
import { isSameValue } from './article-command.ts';
import type { Language } from './desk-config.ts';
import { unsetArticle, type Article, type ArticleVersion } from './fold-article.ts';
import type { EntryId } from './ids.ts';
import { htmlToBlocks } from './rich-html.ts';
import { blocksToText } from './rich-text.ts';
import { diffSequences, matchSequences, type Piece } from './sequence-diff.ts';

/**
 * A case that deviates from another one (F60): "Ratenzahlung" from "Barzahlung".
 *
 *   VA1 A variant shows only where its steps differ from those of its base: added, changed, removed. Steps are the same if they
 *       read the same, however they are marked up.
 *   VA2 What the base changed since the version it was compared with is offered where the variant still says what the base said.
 *   VA3 Where the variant says something of its own there, both are shown as a conflict, and nobody's text is chosen.
 *   VA4 What the variant says already, and what the base did not change, is not offered.
 *   VA5 Taking nothing leaves the variant as it is.
 *   VA6 Each part is taken or declined by itself. What was declined is compared with that version from then on: it is not offered
 *       again until the base changes there anew.
 *   VA7 Values are offered like texts; taking a part that is a conflict puts the base's in the place of the own one, because
 *       somebody chose it.
 */
const reads = (step: string) => blocksToText(htmlToBlocks(step)).replace(/\s+/g, ' ').trim().toLowerCase();
const isSameStep = (a: string, b: string) => a === b || reads(a) === reads(b);

export type StepPiece = Piece<string>;

export function compareSteps(base: readonly string[], variant: readonly string[]): StepPiece[] {
	return diffSequences(base, variant, isSameStep);
}

/** Without what is the same (VA1). */
export function stepDifferences(base: readonly string[], variant: readonly string[]): StepPiece[] {
	return compareSteps(base, variant).filter(({ kind }) => kind !== 'same');
}

/** A stretch of steps in three texts: the base then, the base now, the variant. */
export interface StepChunk {
	kind: 'same' | 'own' | 'offered' | 'conflict';
	then: string[];
	now: string[];
	own: string[];
}

export function compareThree(then: readonly string[], now: readonly string[], own: readonly string[]): StepChunk[] {
	const inNow = matchSequences(then, now, isSameStep);
	const inOwn = matchSequences(then, own, isSameStep);
	const chunks: StepChunk[] = [];
	let at: Place = { then: 0, now: 0, own: 0 };
	const upTo = (end: Place) => {
		const chunk = {
			then: then.slice(at.then, end.then),
			now: now.slice(at.now, end.now),
			own: own.slice(at.own, end.own),
		};
		if (chunk.then.length + chunk.now.length + chunk.own.length > 0) chunks.push({ kind: kindOf(chunk), ...chunk });
		at = end;
	};
	const stretch = (end: Place) => {
		for (const cut of cutsBetween(at, end, inNow, inOwn)) {
			upTo(cut);
			upTo({ then: cut.then + 1, now: cut.now + 1, own: cut.own + 1 });
		}
		upTo(end);
	};
	for (const i of then.keys()) {
		const ends = { then: i, now: inNow[i] as number, own: inOwn[i] as number };
		if (ends.now < 0 || ends.own < 0) continue;
		stretch(ends);
		upTo({ then: i + 1, now: ends.now + 1, own: ends.own + 1 });
	}
	stretch({ then: then.length, now: now.length, own: own.length });
	return chunks;
}

interface Place {
	then: number;
	now: number;
	own: number;
}

/**
 * Where one side only changed the wording of steps, one for one, its steps still have their places: so a step that the other side
 * left alone stands apart from its neighbour that it changed, and does not become part of one big conflict.
 */
function cutsBetween(at: Place, end: Place, inNow: readonly number[], inOwn: readonly number[]): Place[] {
	const count = end.then - at.then;
	const places = Array.from({ length: count }, (_, i) => at.then + i);
	if (end.now - at.now === count && places.every((i) => isInPlace(inNow[i], at.now + i - at.then)))
		return places.flatMap((i) => {
			const own = inOwn[i] as number;
			return own < 0 ? [] : [{ then: i, now: at.now + i - at.then, own }];
		});
	if (end.own - at.own === count && places.every((i) => isInPlace(inOwn[i], at.own + i - at.then)))
		return places.flatMap((i) => {
			const now = inNow[i] as number;
			return now < 0 ? [] : [{ then: i, now, own: at.own + i - at.then }];
		});
	return [];
}

function isInPlace(match: number | undefined, place: number): boolean {
	return match === undefined || match < 0 || match === place;
}

function kindOf({ then, now, own }: Omit<StepChunk, 'kind'>): StepChunk['kind'] {
	const isSame = (a: string[], b: string[]) =>
		a.length === b.length && a.every((step, i) => isSameStep(step, b[i] as string));
	if (isSame(now, own)) return 'same';
	if (isSame(then, now)) return 'own';
	return isSame(then, own) ? 'offered' : 'conflict';
}

/** `taken`: the places of the chunks whose new text the variant takes over. */
export function takeChunks(chunks: readonly StepChunk[], taken: ReadonlySet<number>): string[] {
	return chunks.flatMap(({ now, own }, i) => (taken.has(i) ? now : own));
}

export type TextPart = Exclude<keyof ArticleWords, 'steps'>;
export const textParts: readonly TextPart[] = ['title', 'pattern', 'body', 'answer'];

export type BaseChange =
	| {
			language: Language;
			part: TextPart;
			kind: 'offered' | 'conflict';
			then: string | string[];
			now: string | string[];
			own: string | string[];
	  }
	| { language: Language; part: 'steps'; kind: 'offered' | 'conflict'; chunks: StepChunk[] };

const none: ArticleWords = { title: '', pattern: [], body: '', steps: [], answer: '' };

/** What changed in the base since `then`, as an offer to its variant. The title is the variant's own and never offered. */
export function offerBaseChanges(then: ArticleContent, now: ArticleContent, own: ArticleContent): BaseChange[] {
	return (['de', 'en'] as const).flatMap((language): BaseChange[] => {
		const [before, after, mine] = [then, now, own].map((content) => content[language] ?? none) as [
			ArticleWords,
			ArticleWords,
			ArticleWords,
		];
		// A language that the variant does not have is not begun by its base.
		if (own[language] === undefined) return [];
		const changes: BaseChange[] = textParts.flatMap((part): BaseChange[] => {
			if (part === 'title' || isSameValue(before[part], after[part]) || isSameValue(mine[part], after[part])) return [];
			const kind = isSameValue(before[part], mine[part]) ? 'offered' : 'conflict';
			return [{ language, part, kind, then: before[part], now: after[part], own: mine[part] }];
		});
		const chunks = compareThree(before.steps, after.steps, mine.steps);
		const isConflict = chunks.some(({ kind }) => kind === 'conflict');
		if (isConflict || chunks.some(({ kind }) => kind === 'offered'))
			changes.push({ language, part: 'steps', kind: isConflict ? 'conflict' : 'offered', chunks });
		return changes;
	});
}

/** The variant's content with one change taken over; of steps, all that is offered without a conflict unless `chunks` says which. */
export function takeBaseChange(own: ArticleContent, change: BaseChange, chunks?: ReadonlySet<number>): ArticleContent {
	const words = own[change.language] ?? none;
	if (change.part !== 'steps') return { ...own, [change.language]: { ...words, [change.part]: change.now } };
	const offered = change.chunks.flatMap(({ kind }, i) => (kind === 'offered' ? [i] : []));
	return { ...own, [change.language]: { ...words, steps: takeChunks(change.chunks, chunks ?? new Set(offered)) } };
}

export interface BaseOffer {
	key: BasePart;
	kind: 'offered' | 'conflict';
	change: BaseChange | ValueChange;
}

export interface ValueChange {
	field: OfferedField;
	then: unknown;
	now: unknown;
	own: unknown;
}

/** All that the newest version of the base offers, part by part (VA2-VA4, VA6). `versions` are the base's, oldest first. */
export function baseOffers(
	variant: Article,
	own: ArticleContent,
	versions: readonly ArticleVersion[],
	newest: ArticleVersion,
): BaseOffer[] {
	const placeOf = (id: EntryId | null | undefined) => versions.findIndex((version) => version.id === id);
	const whole = Math.max(placeOf(variant.base?.version), ...[...variant.settledBaseVersions].map(placeOf));
	const thenOf = (key: BasePart) =>
		Math.max(whole, ...[...(variant.settledBaseParts.get(key) ?? [])].map((id) => placeOf(id)));
	const last = placeOf(newest.id);
	const words = (place: number) => versions[place]?.content.words ?? {};
	const texts = new Map<number, BaseChange[]>();
	const textsSince = (place: number) => {
		const known = texts.get(place) ?? offerBaseChanges(words(place), newest.content.words, own);
		texts.set(place, known);
		return known;
	};
	const offered: BaseOffer[] = [];
	for (const language of ['de', 'en'] as const)
		for (const part of ['pattern', 'body', 'steps', 'answer'] as const) {
			const key: BasePart = `${language}:${part}`;
			const then = thenOf(key);
			if (then >= last) continue;
			const change = textsSince(then).find((one) => one.language === language && one.part === part);
			if (change !== undefined) offered.push({ key, kind: change.kind, change });
		}
	const now = valuesIn(newest);
	for (const field of offeredFields) {
		const place = thenOf(field);
		if (place < 0 || place >= last) continue;
		const then = valuesIn(versions[place] as ArticleVersion)[field];
		if (isSameValue(then, now[field]) || isSameValue(variant[field], now[field])) continue;
		const kind = isSameValue(then, variant[field]) ? 'offered' : 'conflict';
		offered.push({ key: field, kind, change: { field, then, now: now[field], own: variant[field] } });
	}
	return offered;
}

/** The variant's content with this part as the base has it, also where it says something of its own (VA7). */
export function takeBasePart(own: ArticleContent, change: BaseChange): ArticleContent {
	if (change.part !== 'steps') return takeBaseChange(own, change);
	const places = change.chunks.flatMap(({ kind }, i) => (kind === 'offered' || kind === 'conflict' ? [i] : []));
	return takeBaseChange(own, change, new Set(places));
}

function valuesIn(version: ArticleVersion): ArticleValues {
	return { ...unsetArticle, ...readArticleValues(version.content.values) };
}
