import { knowledge } from '$lib/ui/words/knowledge-words.ts';
import type { LayoutLoad } from './$types';

/** The words of these screens come with them; before them, the language is chosen. */
export const load: LayoutLoad = async ({ parent }) => {
	await parent();
	await knowledge.ready();
};
