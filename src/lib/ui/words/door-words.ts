import { words } from './words.svelte.ts';

/** What is said before somebody is in: setting a desk up, signing in, and what was left behind or cannot be read. */
export const doorWords = words.area({
	de: async () => (await import('./de-door.ts')).doorDe,
	en: async () => (await import('./en-door.ts')).doorEn,
});
