import type { Application } from './apply-case.ts';
import type { CallDraft } from './call-draft.ts';
import type { DocumentId } from './ids.ts';

/**
 * A standard case in a call that is written down (F58).
 *
 *   CC1 One case at a time. Another one takes its place, with its own steps and fields; the same once more takes it away.
 *   CC2 What nobody categorised gets the case's system and category, as a ticket does; what a case gave goes with it.
 *   CC3 Who may only pass it on does not end it as solved: it becomes a ticket, in the queue that the case names.
 *   CC4 A wrong place is the one that the case names, unless somebody says another.
 */
export function applyCaseToCall(
	draft: CallDraft,
	{ applied, about }: Pick<Application, 'applied' | 'about'>,
	mayAnswer: boolean,
): Partial<CallDraft> {
	const { article, version, title, steps, documentation = [], handOver = [] } = applied;
	const { system, category } = withoutGiven(draft);
	const isNew = draft.applied?.article !== article;
	return {
		applied: { article, version, title, steps, documentation, handOver },
		...(isNew ? { ticked: [], documented: {} } : {}),
		...{ system: system ?? about.system, category: category ?? about.category },
		given: { system: system === null ? about.system : null, category: category === null ? about.category : null },
		...(!mayAnswer && draft.end === 'solved' ? { end: 'ticket' as const } : {}),
	};
}

export function takeCaseFromCall(draft: CallDraft): Partial<CallDraft> {
	return { applied: null, ticked: [], documented: {}, ...withoutGiven(draft), given: undefined };
}

export function isCaseOfCall({ applied }: Pick<CallDraft, 'applied'>, article: DocumentId): boolean {
	return applied?.article === article;
}

export function tickInCall({ ticked }: Pick<CallDraft, 'ticked'>, step: number): number[] {
	return ticked.includes(step) ? ticked.filter((other) => other !== step) : [...ticked, step];
}

/** Where the case says that it goes. */
export function placeNamed({ applied }: Pick<CallDraft, 'applied'>): string {
	return applied?.handOver.map(({ to }) => to.trim()).find((to) => to !== '') ?? '';
}

/** A value that somebody changed since is theirs. */
function withoutGiven({ system, category, given }: CallDraft): Pick<CallDraft, 'system' | 'category'> {
	return {
		system: given !== undefined && given.system === system ? null : system,
		category: given !== undefined && given.category === category ? null : category,
	};
}
