import { isDocumentId, type DocumentId } from '$lib/domain/ids.ts';
import { aroundWords } from '$lib/ui/words/around-words.ts';
import { calls } from '$lib/ui/words/calls-words.ts';
import { cases } from '$lib/ui/words/cases-words.ts';
import type { CallStart } from '$lib/views/call-start.ts';
import type { PageLoad } from './$types';

/** `?ticket=`, `?person=`, `?back=` and `?on=` name what the call begins with, by the second half of their ids. */
export const load: PageLoad = async ({ parent, url }) => {
	await parent();
	await Promise.all([calls.ready(), cases.ready(), aroundWords.ready()]);
	const named = (kind: 'ticket' | 'person' | 'interaction', key: string): DocumentId | undefined => {
		const id = `${kind}/${url.searchParams.get(key)}`;
		return isDocumentId(id) ? id : undefined;
	};
	const start: CallStart = {
		ticket: named('ticket', 'ticket'),
		person: named('person', 'person'),
		callsBack: named('interaction', 'back'),
		goesOn: named('interaction', 'on'),
	};
	return { start };
};
