import { words } from './words.svelte.ts';

/** What the search says; loaded with it. */
export const searching = words.area({
	de: async () => (await import('./de-search.ts')).searchDe,
	en: async () => (await import('./en-search.ts')).searchEn,
});
