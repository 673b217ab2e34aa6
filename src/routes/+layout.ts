import { chooseLocale } from '$lib/ui/words/locale.ts';
import { words } from '$lib/ui/words/words.svelte.ts';

export const ssr = false;
export const prerender = false;

export async function load() {
	await words.use(chooseLocale(navigator.languages));
}
