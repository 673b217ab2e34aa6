import './seeded-crypto.ts';
import { expect, test, vi } from 'vitest';
import type * as foldArticle from '../../src/lib/domain/fold-article.ts';
import { playSeed } from './runs.ts';

/** What an article is depends on what came last, whatever its time: another one on each device. */
vi.mock(import('../../src/lib/domain/fold-article.ts'), async (original) => {
	const real = await original();
	const byArrival: typeof foldArticle.foldArticle = (facts) => {
		const article = real.foldArticle(facts);
		const last = [...facts.entries.values()].findLast(
			(entry) => entry.kind === 'tagged' || entry.kind === 'article-set',
		);
		return article === undefined || last === undefined ? article : { ...article, keeper: last.at };
	};
	return { ...real, foldArticle: byArrival };
});

const runs = 40;

test(`the simulator finds an article that is what arrived last within ${runs} runs`, { timeout: 600_000 }, async () => {
	const found: string[] = [];
	for (let seed = 1; seed <= runs && found.length === 0; seed++) found.push(...(await playSeed(seed)).violations);
	expect(found.join('\n')).toMatch(/is another record where its updates come in another order/);
});
