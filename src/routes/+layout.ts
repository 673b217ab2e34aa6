import { chooseLocale } from '$lib/ui/words/locale.ts';
import { words } from '$lib/ui/words/words.svelte.ts';
import { Preferences } from '$lib/views/preferences.svelte.ts';

export const ssr = false;
export const prerender = false;

/** Nothing is shown before there are words to say it in. */
export async function load() {
	const preferences = new Preferences(deviceStorage());
	await words.use(chooseLocale([preferences.current.language, ...navigator.languages]));
	return { preferences };
}

function deviceStorage(): Storage | undefined {
	try {
		return localStorage;
	} catch {
		// Some privacy settings forbid even asking.
		return undefined;
	}
}
