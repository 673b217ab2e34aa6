import type { ArticleRow } from '../projection/rows.ts';
import { isPublished } from '../domain/fold-article.ts';
import { foldText } from './ticket-filter.ts';

/** What a request says, and what is known of it. */
export interface Request {
	text: string;
	system?: string | null;
	category?: string | null;
	line?: string | undefined;
}

/** Words that stand in every request and tell nothing. */
const empty = new Set(
	(
		'aber alle allem als also auch auf aus bei beim bin bis bitte danke dann das dass dem den der des die dies diese dieser doch ' +
		'ein eine einem einen einer eines ente er es etwas euch fur gerne gruss grusse guten haben habe hallo hat hatte ich ihm ihn ihnen ihr ihre ihren im in ' +
		'ist ja jetzt kann kein keine konnen man mehr mein meine mich mir mit morgen nach nicht noch nun nur ob oder ohne schon sehr sein seit sich sie sind ' +
		'so tag uber um und uns unser unsere vom von vor war was wegen wenn wer wie wieder wir wird wo zu zum zur ' +
		'a about again all also am an and any are as at be been but by can could dear did do does for from had has have hello help hi how i if in into is it its ' +
		'just me my no not of on or our please re regards should so thank thanks that the their them then there they this to up us was we were what when which ' +
		'will with would you your'
	).split(' '),
);

export function requestWords(text: string, most = 40): string[] {
	const found = foldText(text.slice(0, 4000)).match(/[\p{L}\p{N}]{2,}/gu) ?? [];
	return [...new Set(found.filter((word) => !empty.has(word)))].slice(0, most);
}

interface Searched {
	title: string[];
	rest: string[];
}
const searched = new WeakMap<ArticleRow, Searched>();

function wordsOfRow(row: ArticleRow): Searched {
	let known = searched.get(row);
	if (known === undefined) {
		known = {
			title: requestWords(Object.values(row.titles).join(' ')),
			rest: requestWords(`${row.preview} ${row.tags.join(' ')}`),
		};
		searched.set(row, known);
	}
	return known;
}

/** The same word, an inflected one, or a part of a compound: `Kasse` in `Kassen`, `Druckertreiber` for `Drucker`. */
function likeness(word: string, other: string): number {
	if (word === other) return 3;
	const [short, long] = word.length < other.length ? [word, other] : [other, word];
	if (short.length < 4) return 0;
	if (long.startsWith(short)) return 2;
	if (long.endsWith(short)) return 1.5;
	return short.length >= 5 && long.startsWith(short.slice(0, -2)) ? 1 : 0;
}

function bestOf(word: string, others: readonly string[]): number {
	return others.reduce((best, other) => Math.max(best, likeness(word, other)), 0);
}

/**
 * The standard cases that fit a request best, of the rows on the device: by title before pattern and tags, by system and category,
 * agreed ones first. With `typed`, all its words must be found.
 */
export function matchCases(
	rows: readonly ArticleRow[],
	request: Request,
	{ most = 5, typed = false } = {},
): ArticleRow[] {
	const asked = requestWords(request.text);
	const found: { row: ArticleRow; score: number }[] = [];
	for (const row of rows) {
		if (row.type !== 'case' || row.state === 'archived' || row.newer) continue;
		if (row.lines.length > 0 && request.line !== undefined && !row.lines.some((line) => line === request.line))
			continue;
		const { title, rest } = wordsOfRow(row);
		let score = 0;
		let missing = 0;
		for (const word of asked) {
			const own = Math.max(2 * bestOf(word, title), bestOf(word, rest));
			score += own;
			if (own === 0) missing++;
		}
		if (typed && missing > 0) continue;
		if (row.system !== null && row.system === request.system) score += 3;
		if (row.category !== null && row.category === request.category) score += 3;
		if (score < 3) continue;
		found.push({ row, score: score + (isPublished(row.state) ? 1 : 0) });
	}
	return found
		.sort((a, b) => b.score - a.score || b.row.changedAt - a.row.changedAt || (a.row.id < b.row.id ? -1 : 1))
		.slice(0, most)
		.map(({ row }) => row);
}
