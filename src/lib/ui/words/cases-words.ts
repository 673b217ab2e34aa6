import { words } from './words.svelte.ts';

/** What is said of standard cases in tickets, of categories and systems; loaded with the screens that say it. */
export const cases = words.area({
	de: async () => (await import('./de-cases.ts')).casesDe,
	en: async () => (await import('./en-cases.ts')).casesEn,
});
