import { words } from './words.svelte.ts';

/** What is said of tickets that are not whole on this device. */
export const tierWords = words.area({
	de: async () => (await import('./de-tiers.ts')).tiersDe,
	en: async () => (await import('./en-tiers.ts')).tiersEn,
});
