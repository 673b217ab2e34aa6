import { words } from './words.svelte.ts';

/** What the screens around the tickets say: writing a new ticket or mail, the outbox, this device. */
export const aroundWords = words.area({
	de: async () => (await import('./de-around.ts')).aroundDe,
	en: async () => (await import('./en-around.ts')).aroundEn,
});
