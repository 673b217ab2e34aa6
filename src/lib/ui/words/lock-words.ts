import { words } from './words.svelte.ts';

/** What a locked device says. */
export const lockWords = words.area({
	de: async () => (await import('./de-lock.ts')).lockDe,
	en: async () => (await import('./en-lock.ts')).lockEn,
});
