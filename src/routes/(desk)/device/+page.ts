import { aroundWords } from '$lib/ui/words/around-words.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
	await parent();
	await aroundWords.ready();
};
