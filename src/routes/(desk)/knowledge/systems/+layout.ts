import { calls } from '$lib/ui/words/calls-words.ts';
import { cases } from '$lib/ui/words/cases-words.ts';
import { catalogue } from '$lib/ui/words/catalogue-words.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ parent }) => {
	await parent();
	await Promise.all([catalogue.ready(), cases.ready(), calls.ready()]);
};
