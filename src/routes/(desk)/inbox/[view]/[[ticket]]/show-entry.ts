import type { EntryId } from '$lib/domain/ids.ts';

/** Brings an entry of the open ticket into sight, and the focus to it. */
export function showEntry(entry: EntryId): void {
	const place = document.getElementById(`entry-${entry}`);
	place?.scrollIntoView({ block: 'center' });
	place?.focus({ preventScroll: true });
}
