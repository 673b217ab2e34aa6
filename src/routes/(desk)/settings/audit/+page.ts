import { oversightWords } from '$lib/ui/words/oversight-words.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
	await parent();
	await oversightWords.ready();
};
