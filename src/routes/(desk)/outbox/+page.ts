import { adminWords } from '$lib/ui/words/admin-words.ts';
import { aroundWords } from '$lib/ui/words/around-words.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
	await parent();
	await Promise.all([adminWords.ready(), aroundWords.ready()]);
};
