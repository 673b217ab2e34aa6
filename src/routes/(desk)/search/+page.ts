import { isDocumentId, type DocumentId } from '$lib/domain/ids.ts';
import { searching } from '$lib/ui/words/search-words.ts';
import type { PageLoad } from './$types';

/** `?q=` is what is looked for, `?person=` whose it is. */
export const load: PageLoad = async ({ parent, url }) => {
	await parent();
	await searching.ready();
	const person = `person/${url.searchParams.get('person')}`;
	return {
		text: (url.searchParams.get('q') ?? '').slice(0, 400),
		person: isDocumentId(person) ? person : ('' as DocumentId | ''),
	};
};
