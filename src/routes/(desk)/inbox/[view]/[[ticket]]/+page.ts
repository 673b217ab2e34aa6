import { error } from '@sveltejs/kit';
import type { DocumentId } from '$lib/domain/ids.ts';
import { isSavedView } from '$lib/views/saved-view.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = ({ params }) => {
	const { view, ticket } = params;
	if (!isSavedView(view)) error(404);
	if (ticket !== undefined && !/^[0-9A-HJKMNP-TV-Z]{26}$/.test(ticket)) error(404);
	return { view, document: ticket === undefined ? undefined : (`ticket/${ticket}` as DocumentId) };
};
