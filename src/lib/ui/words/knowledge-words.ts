import { words } from './words.svelte.ts';

/** What the screens of the knowledge base say; loaded with them. */
export const knowledge = words.area({
	de: async () => (await import('./de-knowledge.ts')).knowledgeDe,
	en: async () => (await import('./en-knowledge.ts')).knowledgeEn,
});
