import type { MailRule } from '../domain/desk-config.ts';
import type { QueueId } from '../domain/ids.ts';

/** A rule while somebody writes it: everything is there, and text where a field has text. */
export interface RuleDraft {
	id: string | undefined;
	order: number | undefined;
	name: string;
	active: boolean;
	when: { field: MailRule['when'][number]['field']; name: string; contains: string }[];
	queue: QueueId | undefined;
	priority: '' | '1' | '2' | '3' | '4';
	tags: string;
	stop: boolean;
}

export function emptyCondition(): RuleDraft['when'][number] {
	return { field: 'subject', name: '', contains: '' };
}

export function toDraft(rule: MailRule | undefined): RuleDraft {
	if (rule === undefined) {
		return {
			...{ id: undefined, order: undefined, name: '', active: true, when: [emptyCondition()] },
			...{ queue: undefined, priority: '', tags: '', stop: false },
		};
	}
	const { id, order, name, active, when, put, stop } = rule;
	return {
		...{ id, order, name, active, stop, queue: put.queue },
		when: when.map((condition) => ({ ...condition, name: condition.name ?? '' })),
		priority: put.priority === undefined ? '' : `${put.priority}`,
		tags: (put.tags ?? []).join(', '),
	};
}

/** The first thing that a rule lacks. */
export function ruleTrouble(draft: RuleDraft): 'name' | 'when' | 'put' | undefined {
	if (draft.name.trim() === '') return 'name';
	const isIncomplete = ({ field, name, contains }: RuleDraft['when'][number]) =>
		contains.trim() === '' || (field === 'header' && name.trim() === '');
	if (draft.when.length === 0 || draft.when.some(isIncomplete)) return 'when';
	return draft.queue === undefined && draft.priority === '' && tagsOf(draft.tags).length === 0 ? 'put' : undefined;
}

export function toRule(draft: RuleDraft): Omit<MailRule, 'id' | 'order'> & Pick<RuleDraft, 'id' | 'order'> {
	const tags = tagsOf(draft.tags);
	return {
		...{ id: draft.id, order: draft.order, name: draft.name.trim(), active: draft.active, stop: draft.stop },
		when: draft.when.map(({ field, name, contains }) => ({
			field,
			contains: contains.trim(),
			...(field === 'header' ? { name: name.trim() } : {}),
		})),
		put: {
			...(draft.queue === undefined ? {} : { queue: draft.queue }),
			...(draft.priority === '' ? {} : { priority: Number(draft.priority) as 1 | 2 | 3 | 4 }),
			...(tags.length === 0 ? {} : { tags }),
		},
	};
}

function tagsOf(text: string): string[] {
	const tags = text.split(',').map((tag) => tag.trim().slice(0, 60));
	return [...new Set(tags.filter((tag) => tag !== ''))].slice(0, 20);
}
