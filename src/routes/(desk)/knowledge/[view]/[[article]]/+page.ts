import { error } from '@sveltejs/kit';
import type { DocumentId } from '$lib/domain/ids.ts';
import { isKnowledgeView } from '$lib/views/knowledge-view.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = ({ params, url }) => {
	const { view, article } = params;
	if (!isKnowledgeView(view)) error(404);
	if (article !== undefined && !/^[0-9A-HJKMNP-TV-Z]{26}$/.test(article)) error(404);
	return {
		view,
		document: article === undefined ? undefined : (`article/${article}` as DocumentId),
		isEditing: article !== undefined && url.searchParams.has('edit'),
	};
};
