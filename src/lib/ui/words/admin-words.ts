import { words } from './words.svelte.ts';

/** What administrators read: settings of desk and lines, text modules, rules, mailboxes, the team and its devices. */
export const adminWords = words.area({
	de: async () => (await import('./de-admin.ts')).adminDe,
	en: async () => (await import('./en-admin.ts')).adminEn,
});
