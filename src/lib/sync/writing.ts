import { limits } from '../protocol/limits.ts';
import type { Writing, WritingNews } from '../protocol/replica.ts';

/** Who writes now, after what the relay said last. */
export function afterWritingNews(known: readonly Writing[], news: WritingNews): Writing[] {
	const after = known.filter(({ document, agent }) => !news.some((n) => n.document === document && n.agent === agent));
	for (const { document, agent, doing } of news) if (doing !== null) after.push({ document, agent, doing });
	return after.slice(-limits.writers);
}
