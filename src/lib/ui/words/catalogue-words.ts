import { words } from './words.svelte.ts';

/** What is said of systems and their manuals; loaded with the screens that say it. */
export const catalogue = words.area({
	de: async () => (await import('./de-catalogue.ts')).catalogueDe,
	en: async () => (await import('./en-catalogue.ts')).catalogueEn,
});
