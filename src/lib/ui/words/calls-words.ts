import { words } from './words.svelte.ts';

/** What the screens for calls, contacts and people say; loaded with them. */
export const calls = words.area({
	de: async () => (await import('./de-calls.ts')).callsDe,
	en: async () => (await import('./en-calls.ts')).callsEn,
});
