import { cases } from '$lib/ui/words/cases-words.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
	await parent();
	await cases.ready();
};
