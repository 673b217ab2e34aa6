import { aroundWords } from '$lib/ui/words/around-words.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ parent }) => {
	await parent();
	await aroundWords.ready();
};
