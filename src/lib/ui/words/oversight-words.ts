import { words } from './words.svelte.ts';

/** Who did what, what a lost device held, and when somebody leaves. */
export const oversightWords = words.area({
	de: async () => (await import('./de-oversight.ts')).oversightDe,
	en: async () => (await import('./en-oversight.ts')).oversightEn,
});
