import type { Awareness } from 'y-protocols/awareness';

/** The names of the others whose caret stands in the text, each once. */
export function otherWriters(awareness: Awareness): string[] {
	const names = new Set<string>();
	for (const [client, state] of awareness.getStates()) {
		if (client === awareness.clientID || state.cursor == null) continue;
		const name: unknown = state.user?.name;
		if (typeof name === 'string' && name.trim() !== '') names.add(name.trim().slice(0, 60));
	}
	return [...names].sort();
}
