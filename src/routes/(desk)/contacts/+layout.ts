import { calls } from '$lib/ui/words/calls-words.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ parent }) => {
	await parent();
	await calls.ready();
};
