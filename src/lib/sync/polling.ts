const visibleMs = { least: 5000, most: 60_000 };
const hiddenMs = { least: 30_000, most: 300_000 };
const pokedMs = 120_000;
const growth = 1.5;

/**
 * When to ask the relay again although nothing was said. Without a poke channel from 5 s (just now there was news, somebody looks)
 * to 5 minutes (nobody looks and nothing happens); with one only as a safety net. A fifth is left to chance.
 */
export function pollDelay(state: { visible: boolean; poked: boolean; quietRounds: number }, random: number): number {
	const { least, most } = state.visible ? visibleMs : hiddenMs;
	const asked = Math.min(most, least * growth ** Math.min(Math.max(0, state.quietRounds), 20));
	const delay = state.poked ? Math.max(pokedMs, asked) : asked;
	return Math.round(Math.min(hiddenMs.most, delay * (0.9 + 0.2 * random)));
}
