import { adminWords } from '$lib/ui/words/admin-words.ts';
import { doorWords } from '$lib/ui/words/door-words.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ parent }) => {
	await parent();
	await Promise.all([adminWords.ready(), doorWords.ready()]);
};
