import type { SearchDocument } from '../../src/lib/search/search-document.ts';
import { splitWords } from '../../src/lib/search/fold.ts';
import { createRandom } from '../../sync-server/demo/random.ts';
import { judgedArticles } from '../search/judged/judged-set.ts';

/** Tickets and articles with the words of a support centre, few of them often and most seldom, and with typing errors. */
export function createCorpus(counts: { tickets: number; articles: number }): {
	articles: SearchDocument[];
	tickets: SearchDocument[];
} {
	const random = createRandom(4);
	const texts = judgedArticles.map(({ title, body }) => `${title}. ${body}`);
	const written = texts.flatMap((text) => splitWords(text).map(({ start, end }) => text.slice(start, end)));
	const nouns = [...new Set(written.filter((word) => /^\p{Lu}\p{Ll}{3,9}$/u.test(word)))];
	const compounds = Array.from({ length: 60_000 }, () => {
		const [first, second] = [random.pick(nouns), random.pick(nouns).toLowerCase()];
		return first + (random.chance(0.3) ? 's' : '') + second;
	});
	const names = Array.from({ length: 8000 }, () => random.pick(nouns).slice(0, 4) + random.pick(nouns).slice(-4));
	const rare = (list: readonly string[]) => list[Math.floor(list.length * random.next() ** 4)] as string;
	const slip = (word: string) => {
		const at = random.below(Math.max(1, word.length - 1));
		return word.slice(0, at) + word.slice(at + 1);
	};
	const words = (count: number) =>
		Array.from({ length: count }, () => {
			const dice = random.next();
			const word = dice < 0.72 ? random.pick(written) : dice < 0.94 ? rare(compounds) : rare(names);
			return random.chance(0.01) ? slip(word) : word;
		}).join(' ');
	const make = (kind: 'article' | 'ticket', i: number): SearchDocument => ({
		id: `${kind}/${i}`,
		kind,
		lang: 'de',
		title: words(4 + random.below(5)),
		body: kind === 'article' ? words(80 + random.below(160)) : words(30 + random.below(90)),
		tags: [random.pick(nouns)],
		system: random.pick(nouns),
		...(kind === 'ticket' ? { number: String(1_000_000 + i), customer: `${rare(names)} ${rare(names)}` } : {}),
		status: random.pick(['open', 'waiting', 'closed', 'closed', 'closed']),
		line: random.pick(['l1', 'l2', 'l3']),
		queue: random.pick(['q1', 'q2', 'q3', 'q4', 'q5']),
		at: 1_700_000_000_000 + i * 1_900_000,
		uses: random.below(20),
	});
	return {
		articles: Array.from({ length: counts.articles }, (_, i) => make('article', i)),
		tickets: Array.from({ length: counts.tickets }, (_, i) => make('ticket', i)),
	};
}

/** What is on the screen after each key stroke of somebody who types these. */
export function keyStrokes(queries: readonly string[]): string[] {
	return queries.flatMap((query) => Array.from({ length: query.length }, (_, i) => query.slice(0, i + 1)));
}
