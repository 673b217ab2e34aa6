import type { Desk } from '../desk.ts';
import { articleStateSchema } from '../domain/article-entry.ts';
import type { DocumentId } from '../domain/ids.ts';
import type { ArticleRow } from '../projection/rows.ts';
import type { SearchAnswer } from '../search/device/search-messages.ts';
import { tellingWords } from './case-likeness.ts';
import { caseUse } from './case-use.ts';
import { rankCases, type CaseQuestion } from './rank-cases.ts';
import type { Timer } from './wall-clock.svelte.ts';

export interface FoundCases {
	rows: readonly ArticleRow[];
	/** False while the index is not there, or does not hold everything yet: then only titles, questions and tags were searched too. */
	isComplete: boolean;
}

export type CaseDesk = Pick<Desk, 'articles' | 'tickets' | 'interactions' | 'search' | 'searchState'>;

/** Line, language and validity are read from the rows: an article of several lines or languages has no single one in the index. */
const inUse = articleStateSchema.options.filter((state) => state !== 'archived');
const mostHits = 40;
/** A worker that sleeps with its tab must not keep a caller waiting. */
const patienceMs = 300;

/** The one way to standard cases: the index says what the words fit, and what is known of the request decides between these. */
export async function findCases(
	desk: CaseDesk,
	question: CaseQuestion,
	{ after }: Pick<Timer, 'after'>,
): Promise<FoundCases> {
	if (desk.searchState.current.kind !== 'open') return findInRows(desk, question);
	if (tellingWords(question.text).length === 0) return { ...findInRows(desk, question), isComplete: true };
	const answer = await soonEnough(
		desk.search({
			...{ text: question.text, kinds: ['article'], status: inUse, limit: mostHits, now: question.now },
		}),
		after,
	);
	if (answer === undefined || answer.scope.documents === 0) return findInRows(desk, question);
	const hits = answer.hits.map(({ id, score, words }) => ({ id: id as DocumentId, score, words }));
	const isComplete = answer.scope.complete;
	return { rows: rankCases(shelfOf(desk), question, { hits, withRows: !isComplete }), isComplete };
}

/** What the lists know, at once. */
export function findInRows(desk: CaseDesk, question: CaseQuestion): FoundCases {
	return { rows: rankCases(shelfOf(desk), question, { hits: [], withRows: true }), isComplete: false };
}

function shelfOf(desk: CaseDesk) {
	return { rows: desk.articles.current, uses: caseUse(desk) };
}

function soonEnough(answer: Promise<SearchAnswer>, after: Timer['after']): Promise<SearchAnswer | undefined> {
	return new Promise((resolve) => {
		const callOff = after(patienceMs, () => resolve(undefined));
		void answer.then((found) => {
			callOff();
			resolve(found);
		});
	});
}
