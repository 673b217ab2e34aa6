import { words } from './words.svelte.ts';

/** What the dialogs say that erase a person or black out words. */
export const eraseWords = words.area({
	de: async () => (await import('./de-erase.ts')).eraseDe,
	en: async () => (await import('./en-erase.ts')).eraseEn,
});
