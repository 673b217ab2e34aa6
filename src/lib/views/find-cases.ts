import type { LineId, SystemId } from '../domain/ids.ts';
import { isPublished } from '../domain/fold-article.ts';
import type { ArticleRow } from '../projection/rows.ts';
import { splitWords } from '../search/fold.ts';

export interface CaseContext {
	line: LineId | undefined;
	/** Systems that the caller is known to use. */
	systems: ReadonlySet<SystemId>;
	now: number;
}

export const casesShown = 3;

/** What callers say around the matter itself. */
const said = new Set(
	splitWords(
		'aber alle als also am an auch auf aus bei beim bitte da das dass dem den der des die doch du ein eine einem einen einer er es etwas für gar geht habe haben hallo hat hier ich ihr im immer in ist ja jetzt kann kein keine können man mehr mein meine mich mir mit nach nicht noch nun nur ob oder schon sehr seit sich sie sind so über um und uns unser vom von vor was weil wenn wer wie wieder will wir wird wo zu zum zur a about all an and are at be but by can could do does for from get has have hello help how i if in is it its me my no not now of on or our please so some than that the their there they this to up us was we what when which will with you your',
	).map(({ word }) => word),
);

const wordsByRow = new WeakMap<ArticleRow, { title: string[]; rest: string[] }>();

function wordsOf(row: ArticleRow): { title: string[]; rest: string[] } {
	let words = wordsByRow.get(row);
	if (words === undefined) {
		const inText = (text: string) => splitWords(text).map(({ word }) => word);
		words = {
			title: inText(Object.values(row.titles).join(' ')),
			rest: inText(`${row.preview} ${row.tags.join(' ')}`),
		};
		wordsByRow.set(row, words);
	}
	return words;
}

/**
 * Standard cases for what a caller says, best first: what it shares with title and question counts, then whether it is agreed, for
 * this line and for a system of the caller. People say more than a title has, so not every word must be found.
 */
export function findCases(rows: readonly ArticleRow[], request: string, context: CaseContext): ArticleRow[] {
	const asked = [...new Set(splitWords(request).map(({ word }) => word))]
		.filter((word) => !said.has(word))
		.slice(0, 40);
	if (asked.length === 0) return [];
	const found: { row: ArticleRow; score: number }[] = [];
	for (const row of rows) {
		if (!isOffered(row, context)) continue;
		const { title, rest } = wordsOf(row);
		let score = 0;
		for (const word of asked) score += Math.max(3 * likeness(word, title), likeness(word, rest));
		if (score < 1) continue;
		if (isPublished(row.state)) score += 0.5;
		if (row.type === 'case') score += 0.25;
		if (row.system !== null && context.systems.has(row.system)) score += 0.5;
		found.push({ row, score });
	}
	return found
		.sort((a, b) => b.score - a.score || b.row.changedAt - a.row.changedAt || (a.row.id < b.row.id ? -1 : 1))
		.slice(0, casesShown)
		.map(({ row }) => row);
}

function isOffered(row: ArticleRow, { line, now }: CaseContext): boolean {
	if (row.state === 'archived' || (row.validUntil !== null && row.validUntil < now)) return false;
	return line === undefined || row.lines.length === 0 || row.lines.includes(line);
}

/** 1 for the same word, less for one that begins alike; a compound holds its parts. */
function likeness(word: string, words: readonly string[]): number {
	let best = 0;
	for (const other of words) {
		if (other === word) return 1;
		if (word.length >= 3 && other.startsWith(word)) best = Math.max(best, 0.8);
		else if (other.length >= 5 && word.startsWith(other.slice(0, -1))) best = Math.max(best, 0.7);
		else if (word.length >= 5 && other.length > word.length && other.includes(word)) best = Math.max(best, 0.6);
		else if (other.length >= 6 && word.length > other.length && word.includes(other.slice(0, -1)))
			best = Math.max(best, 0.6);
		else if (word.length >= 6 && other.length >= 6 && isOneSlipApart(word, other)) best = Math.max(best, 0.6);
	}
	return best;
}

/** One letter wrong, missing, too many, or two exchanged. */
function isOneSlipApart(a: string, b: string): boolean {
	if (Math.abs(a.length - b.length) > 1) return false;
	let start = 0;
	while (start < a.length && a[start] === b[start]) start++;
	const [restA, restB] = [a.slice(start), b.slice(start)];
	if (restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1)) return true;
	return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}
