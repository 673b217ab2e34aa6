import type { Language } from '../domain/desk-config.ts';
import { isPublished } from '../domain/fold-article.ts';
import type { CategoryId, DocumentId, LineId, SystemId } from '../domain/ids.ts';
import type { ArticleRow } from '../projection/rows.ts';
import { rowLikeness, tellingWords } from './case-likeness.ts';

/** What is asked, and what is known of it. */
export interface CaseQuestion {
	text: string;
	/** Somebody looks for a case by its words; else the text is a request, and people say more than a case holds. */
	isTyped?: boolean;
	line: LineId | undefined;
	system: SystemId | null;
	category: CategoryId | null;
	/** Systems that the customer is known to use. */
	ownSystems?: ReadonlySet<SystemId>;
	language: Language;
	now: number;
	most: number;
}

/** What the index found: the best first, scores comparable among themselves. */
export interface TextHit {
	id: DocumentId;
	score: number;
	/** The words of the article that matched. */
	words: readonly string[];
}

export interface CaseShelf {
	rows: readonly ArticleRow[];
	/** How often each was applied. */
	uses: ReadonlyMap<DocumentId, number>;
}

/** What counts beside the words, which count three at most. */
const worth = { system: 1, category: 1, ownSystem: 0.5, ownLine: 0.2, published: 0.35, language: 0.15, mostUse: 0.4 };
const textWorth = 3;
/** What the index found for a request is left out below this part of the best. */
const faint = 0.3;

/**
 * The standard cases that fit best: what the words say first, then what is known. `hits` undefined: there is no index, the rows' own
 * words must do; both together while the index does not hold everything yet.
 *
 *   CM1 Offered is what is in use, still valid and for this line; never what a newer app wrote.
 *   CM2 Of a request, cases of its system or category are offered without a word in common; of typed words never.
 *   CM3 Without the index every typed word must be found.
 *   CM4 Of equally good ones the agreed, the one for this line, in the reader's language, used most comes first, then the newest.
 */
export function rankCases(
	{ rows, uses }: CaseShelf,
	question: CaseQuestion,
	{ hits, withRows }: { hits: readonly TextHit[]; withRows: boolean },
): ArticleRow[] {
	const asked = tellingWords(question.text);
	const isTyped = question.isTyped === true;
	const offered = new Map(rows.filter((row) => isOffered(row, question)).map((row) => [row.id, row]));
	const texts = new Map<DocumentId, number>();
	if (asked.length > 0) {
		const best = hits[0]?.score ?? 0;
		for (const { id, score, words } of hits) {
			const row = offered.get(id);
			if (row === undefined || best <= 0) continue;
			if (!isTyped && (score < faint * best || isByChance(row, asked, words))) continue;
			texts.set(id, score / best);
		}
		if (withRows) for (const [id, score] of likeRows(offered.values(), asked, isTyped)) raise(texts, id, score);
	}
	const found: { row: ArticleRow; score: number }[] = [];
	for (const row of offered.values()) {
		const text = texts.get(row.id);
		const known = worthOfMatter(row, question);
		if (text === undefined && (isTyped || known === 0)) continue;
		found.push({ row, score: textWorth * (text ?? 0) + known + worthOfRow(row, question, uses.get(row.id) ?? 0) });
	}
	return found
		.sort((a, b) => b.score - a.score || b.row.changedAt - a.row.changedAt || (a.row.id < b.row.id ? -1 : 1))
		.slice(0, question.most)
		.map(({ row }) => row);
}

function isOffered(row: ArticleRow, { line, now }: CaseQuestion): boolean {
	if (row.type !== 'case' || row.newer || row.state === 'archived') return false;
	if (row.validUntil !== null && row.validUntil < now) return false;
	return line === undefined || row.lines.length === 0 || row.lines.includes(line);
}

/** One word of many, somewhere in the text. */
function isByChance(row: ArticleRow, asked: readonly string[], words: readonly string[]): boolean {
	return asked.length > 3 && words.length < 2 && rowLikeness(row, asked).found === 0;
}

function* likeRows(rows: Iterable<ArticleRow>, asked: readonly string[], isTyped: boolean) {
	const like: [DocumentId, number][] = [];
	let best = 0;
	for (const row of rows) {
		const { score, found } = rowLikeness(row, asked);
		if (isTyped ? found < asked.length : score < 1) continue;
		like.push([row.id, score]);
		best = Math.max(best, score);
	}
	for (const [id, score] of like) yield [id, score / best] as const;
}

function raise(scores: Map<DocumentId, number>, id: DocumentId, score: number): void {
	scores.set(id, Math.max(score, scores.get(id) ?? 0));
}

function worthOfMatter(row: ArticleRow, { system, category }: CaseQuestion): number {
	return (
		(row.system !== null && row.system === system ? worth.system : 0) +
		(row.category !== null && row.category === category ? worth.category : 0)
	);
}

function worthOfRow(row: ArticleRow, { line, language, ownSystems }: CaseQuestion, uses: number): number {
	const isOwnSystem = row.system !== null && ownSystems?.has(row.system) === true;
	return (
		(isPublished(row.state) ? worth.published : 0) +
		(isOwnSystem ? worth.ownSystem : 0) +
		(line !== undefined && row.lines.includes(line) ? worth.ownLine : 0) +
		(row.titles[language] === undefined ? 0 : worth.language) +
		Math.min(worth.mostUse, 0.1 * Math.log2(1 + uses))
	);
}
