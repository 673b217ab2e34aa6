import { adminWords } from '$lib/ui/words/admin-words.ts';
import { oversightWords } from '$lib/ui/words/oversight-words.ts';
import { doorWords } from '$lib/ui/words/door-words.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
	await parent();
	await Promise.all([adminWords.ready(), oversightWords.ready(), doorWords.ready()]);
};
