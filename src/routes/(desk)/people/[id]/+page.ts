import { error } from '@sveltejs/kit';
import { isDocumentId, type DocumentId } from '$lib/domain/ids.ts';
import type { PageLoad } from './$types';

/** A person or an organisation: which of them, the desk knows. */
export const load: PageLoad = ({ params }) => {
	const documents = [`person/${params.id}`, `organisation/${params.id}`].filter((id): id is DocumentId =>
		isDocumentId(id),
	);
	if (documents.length === 0) error(404);
	return { documents };
};
