import type { Desk } from '$lib/desk.ts';
import { readArticleValues } from '$lib/domain/article-entry.ts';
import { knowledge } from '$lib/ui/words/knowledge-words.ts';
import { words } from '$lib/ui/words/words.svelte.ts';
import { articleTitle } from '$lib/views/article-title.ts';
import { agentName, categoryName, systemName } from '../../../names.ts';

/** A field's value as people read it; a dash where there is none. */
export function valueText(desk: Desk, field: string, value: unknown, now: number): string {
	const t = knowledge.t;
	const read = readArticleValues({ [field]: value });
	const day = (at: number | null | undefined) => (at == null ? [] : [words.format.date(at, now)]);
	const base = read.base == null ? undefined : desk.articles.get(read.base.article);
	const parts = [
		...(read.type === undefined ? [] : [t.types[read.type]]),
		...(read.visibility === undefined ? [] : [t.visibility[read.visibility]]),
		...(read.system == null ? [] : [systemName(desk, read.system)]),
		...(read.category == null ? [] : [categoryName(desk, read.category)]),
		...(read.level === undefined ? [] : [t.level(read.level)]),
		...day(read.validFrom),
		...day(read.validUntil),
		...day(read.reviewAt),
		...(read.keeper == null ? [] : [agentName(desk, read.keeper as never)]),
		...(base === undefined ? [] : [articleTitle(base, words.locale).text]),
		...(read.permissions ?? []).map(
			({ role, may }) => `${role === null ? t.read.everyone : t.roles[role]}: ${t.edit.mayChoices[may]}`,
		),
		...(read.documentation ?? []).map(({ label }) => label),
		...(read.handOver ?? []).map(({ when, to }) => t.read.handOverTo(when || t.read.always, to)),
	];
	return parts.filter((part) => part !== '').join(' · ') || '–';
}
