import { doorWords } from '$lib/ui/words/door-words.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ parent }) => {
	await parent();
	await doorWords.ready();
};
