import type { Awareness } from 'y-protocols/awareness';
import { otherWriters } from './writers.ts';

/** The others whose caret stands in the text now, for as long as the component lasts. */
export function watchWriters(awareness: () => Awareness | undefined): { readonly names: readonly string[] } {
	let names = $state.raw<readonly string[]>([]);
	$effect(() => {
		const watched = awareness();
		if (watched === undefined) return;
		const read = () => {
			const now = otherWriters(watched);
			if (now.join('\n') !== names.join('\n')) names = now;
		};
		read();
		watched.on('change', read);
		return () => watched.off('change', read);
	});
	return {
		get names() {
			return names;
		},
	};
}
