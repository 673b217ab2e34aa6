import { aroundWords } from '$lib/ui/words/around-words.ts';
import { tierWords } from '$lib/ui/words/tier-words.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
	await parent();
	await Promise.all([aroundWords.ready(), tierWords.ready()]);
};
